package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"

	"modernc.org/sqlite"

	"github.com/platenhq/platen/internal/store/uca520"
)

// busyMillis is how long a statement waits for another process's write.
const busyMillis = 10_000

// sqliteDriver is a driver of our own, so that what it registers does not reach other users of SQLite in the process.
var sqliteDriver = sync.OnceValues(func() (*sqlite.Driver, error) {
	d := new(sqlite.Driver)
	if err := d.RegisterCollationUtf8("wp_ci", uca520.Compare); err != nil {
		return nil, err
	}
	// LIKE as MySQL's: without regard to case and accents beyond ASCII too. The arguments are views into SQLite's memory.
	var last patternCache
	err := d.RegisterFunction("like", &sqlite.FunctionImpl{NArgs: 3, Deterministic: true, VolatileArgs: true,
		Scalar: func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
			pattern, ok := text(args[0])
			value, ok2 := text(args[1])
			escape, ok3 := text(args[2])
			if !ok || !ok2 || !ok3 {
				return nil, nil // NULL
			}
			if len(escape) != 1 {
				return nil, errors.New("ESCAPE expression must be a single character")
			}
			if last.get(pattern, rune(escape[0])).Match(value) {
				return int64(1), nil
			}
			return int64(0), nil
		}})
	return d, err
})

// text is what LIKE sees of a value.
func text(v driver.Value) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case []byte:
		return string(v), true
	case nil:
		return "", false
	}
	return fmt.Sprint(v), true
}

// patternCache keeps the compiled patterns of the statements now running; it is emptied rather than aged.
type patternCache struct {
	mu sync.RWMutex
	m  map[string]*uca520.Pattern
}

func (c *patternCache) get(pattern string, escape rune) *uca520.Pattern {
	if escape == '!' {
		c.mu.RLock()
		p, ok := c.m[pattern]
		c.mu.RUnlock()
		if ok {
			return p
		}
	}
	own := string([]byte(pattern)) // the argument dies with the call
	p := uca520.NewPattern(own, escape)
	if escape == '!' {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.m == nil || len(c.m) >= 64 {
			c.m = make(map[string]*uca520.Pattern, 64)
		}
		c.m[own] = p
	}
	return p
}

type sqliteConnector struct {
	d   *sqlite.Driver
	dsn string
}

func (c sqliteConnector) Connect(ctx context.Context) (driver.Conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return c.d.Open(c.dsn)
}

func (c sqliteConnector) Driver() driver.Driver { return c.d }

// openSQLite opens the two pools: readers, and the one writer whose transactions take the write lock at once.
//
// The writer runs with synchronous=FULL: in WAL mode that means one fsync per commit, so that what was answered 2xx is
// still there after a power cut. NORMAL would only survive the death of the process.
func openSQLite(src source, o Options) (read, write *sql.DB, err error) {
	d, err := sqliteDriver()
	if err != nil {
		return nil, nil, err
	}
	path, err := filepath.Abs(src.path)
	if err != nil {
		return nil, nil, fmt.Errorf("store: %w", err)
	}
	if !o.ReadOnly {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return nil, nil, fmt.Errorf("store: %w", err)
		}
		if err := touchPrivate(path); err != nil {
			return nil, nil, fmt.Errorf("store: %w", err)
		}
	}
	common := url.Values{"_busy_timeout": {fmt.Sprint(busyMillis)}, "_dqs": {"0"}, "_defensive": {"1"}}
	w := url.Values{"_journal_mode": {"WAL"}, "_synchronous": {"FULL"}, "_txlock": {"immediate"},
		"_pragma": {"cache_size(-2000)", "temp_store(2)", "foreign_keys(0)"}}
	r := url.Values{"_query_only": {"1"}, "_pragma": {"cache_size(-2000)", "temp_store(2)"}}
	if o.ReadOnly {
		w = url.Values{"_query_only": {"1"}, "mode": {"ro"}}
		r.Set("mode", "ro")
	}
	open := func(v url.Values) *sql.DB {
		for k := range common {
			v[k] = common[k]
		}
		u := url.URL{Scheme: "file", OmitHost: true, Path: path, RawQuery: v.Encode()}
		return sql.OpenDB(sqliteConnector{d, u.String()})
	}
	write = open(w)
	write.SetMaxOpenConns(1)
	write.SetMaxIdleConns(1)
	read = open(r)
	read.SetMaxOpenConns(o.MaxConns + 1) // one watches the generation
	read.SetMaxIdleConns(o.MaxConns + 1)
	return read, write, nil
}

// touchPrivate makes sure that a new database file can be read by its owner only.
func touchPrivate(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}
