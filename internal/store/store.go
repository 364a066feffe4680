// Package store holds the only SQL of the house: WordPress's own tables in SQLite, MySQL or MariaDB, with the same methods
// on both. It decides nothing; what a post is allowed to be is said upstairs.
//
// Every write is a single statement or a transaction, so no row is ever half written, and a method that returned without
// error has been committed (inside Tx: will be, with the rest).
package store

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"log/slog"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
)

// Options tunes Open. The zero value is right for a server.
type Options struct {
	Prefix   string // table prefix; "" takes the DSN's prefix parameter, or "wp_" where it has none
	ReadOnly bool
	Logger   *slog.Logger // nil: silent
	MaxConns int          // 0: a sensible number
	// Charset and Collation are the connection's on MySQL ("" is utf8mb4 and the server's choice), from wp-config.php.
	Charset, Collation string
	// Replica is the DSN of a copy of a MySQL database for reading (FromReplica), "" for none.
	Replica string
}

// Store is one open database. It is safe for concurrent use.
type Store struct {
	Queries

	d     *dialect
	t     *tables
	read  *sql.DB
	write *sql.DB // on MySQL the same as read
	stmts *stmtCache
	log   *slog.Logger

	readOnly bool
	narrow   bool // MySQL: the tables cannot hold characters beyond the BMP

	txOptions  *sql.TxOptions // nil: the database's own
	charset    string         // MySQL: of the connections
	charsets   map[string]int // MySQL: what the columns of a name can hold, where that is not everything
	replica    *replica       // nil: none
	statements atomic.Uint64
	index      atomic.Pointer[searchIndex] // nil: searches go by LIKE
	unindexed  atomic.Uint64               // searches whose index failed

	own     atomic.Uint64
	version dataVersion // SQLite
	hookMu  sync.RWMutex
	hooks   []func(Area)
}

// Tx is an open transaction: the same methods as Store, all or nothing. It must not be used by two goroutines at once,
// and while it is open its goroutine must write through it only: SQLite has one writer.
type Tx struct{ Queries }

// Queries is what Store and Tx have in common: every statement there is. A function that takes *Queries works on both.
type Queries struct {
	s  *Store
	tx *txState // nil outside a transaction
}

// Area is a bit set of what a write touched.
type Area uint16

// The areas a write can touch.
const (
	AreaPosts Area = 1 << iota
	AreaPostMeta
	AreaTerms // terms, term_taxonomy, term_relationships
	AreaTermMeta
	AreaUsers
	AreaUserMeta
	AreaComments
	AreaCommentMeta
	AreaOptions
	AreaOther
	AreaTaxonomy // for Lock: a row of term_taxonomy
)

// Generation identifies a state of the data: while it stays equal, nothing that this process can notice has changed.
type Generation struct {
	Own     uint64 // writes by this process
	Foreign int64  // SQLite: PRAGMA data_version, which moves with the writes of other processes too
}

var prefixForm = regexp.MustCompile(`^[A-Za-z0-9_]{0,40}$`)

// Open opens the database behind a DSN (DESIGN, section 2): "sqlite:PATH" or "mysql://user:pass@host:port/db?prefix=wp_".
// A missing SQLite file is created, empty; see HasSchema and CreateSchema.
func Open(ctx context.Context, dsn string, o Options) (*Store, error) {
	src, err := parseDSN(dsn)
	if err != nil {
		return nil, err
	}
	prefix := firstOf(o.Prefix, src.params.Get("prefix"), "wp_")
	if o.Prefix == "" && src.params.Has("prefix") {
		prefix = src.params.Get("prefix") // WordPress allows none
	}
	if !prefixForm.MatchString(prefix) {
		return nil, fmt.Errorf("store: table prefix %q: only letters, digits and underscores are allowed", prefix)
	}
	if o.MaxConns <= 0 {
		o.MaxConns = max(4, 2*runtime.GOMAXPROCS(0))
		if src.engine == "mysql" {
			o.MaxConns = max(16, 4*runtime.GOMAXPROCS(0))
		}
	}
	s := &Store{t: newTables(prefix), log: o.Logger, stmts: newStmtCache(256), readOnly: o.ReadOnly}
	if s.log == nil {
		s.log = slog.New(slog.NewTextHandler(io.Discard, nil))
	}
	s.Queries.s = s
	switch src.engine {
	case "sqlite":
		s.d = sqliteDialect
		s.read, s.write, err = openSQLite(src, o)
	default:
		s.d = mysqlDialect
		s.charset, _ = connectionCharset(src, o)
		s.read, err = openMySQL(src, o)
		s.write = s.read
	}
	if err != nil {
		return nil, err
	}
	if err := s.Ping(ctx); err != nil {
		s.Close()
		return nil, fmt.Errorf("store: cannot open the database: %w", classify(err))
	}
	err = s.look(ctx)
	if err == nil {
		err = s.openReplica(ctx, o)
	}
	if err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// look learns what must be known of an existing database.
func (s *Store) look(ctx context.Context) error {
	if s.d != mysqlDialect {
		return nil
	}
	if err := s.lookAtColumns(ctx); err != nil {
		return err
	}
	return s.lookAtLog(ctx)
}

// lookAtLog chooses the isolation of transactions. A binlog of statements, which nobody has by default, cannot record
// what READ COMMITTED does.
func (s *Store) lookAtLog(ctx context.Context) error {
	rows, err := s.read.QueryContext(ctx, "SHOW VARIABLES WHERE Variable_name IN ('log_bin', 'binlog_format')")
	if err != nil {
		return fmt.Errorf("store: %w", classify(err))
	}
	defer rows.Close()
	v := map[string]string{}
	for rows.Next() {
		var name, value string
		if err := rows.Scan(&name, &value); err != nil {
			return fmt.Errorf("store: %w", err)
		}
		v[name] = value
	}
	if v["log_bin"] != "ON" || v["binlog_format"] != "STATEMENT" {
		s.txOptions = &sql.TxOptions{Isolation: sql.LevelReadCommitted}
	}
	return rows.Err()
}

// Statements is how many statements this Store has sent to the database so far.
func (s *Store) Statements() uint64 { return s.statements.Load() }

// Close closes the database. Transactions still open fail.
func (s *Store) Close() error {
	s.version.close()
	s.stmts.close()
	s.replica.close()
	err := s.read.Close()
	if s.write != s.read {
		if e := s.write.Close(); err == nil {
			err = e
		}
	}
	return err
}

// Ping asks the database whether it is there.
func (s *Store) Ping(ctx context.Context) error {
	if err := s.write.PingContext(ctx); err != nil {
		return err
	}
	var one int
	return s.read.QueryRowContext(ctx, "SELECT 1").Scan(&one)
}

// DialectName is "sqlite" or "mysql" (which is MariaDB, too).
func (s *Store) DialectName() string { return s.d.name }

// Narrow reports whether the tables' charset cannot hold characters outside the Basic Multilingual Plane, so that emoji
// must be written as character references (wp_encode_emoji); other such text is refused with wp.ErrBadText.
func (s *Store) Narrow() bool { return s.narrow }

// Prefix is the table prefix ("wp_"); names such as wp_capabilities are made with it.
func (q *Queries) Prefix() string { return q.s.t.prefix }

// Generation is the present state of the data; it costs some microseconds on SQLite and nothing on MySQL. Take it before
// reading what is to be cached under it.
func (s *Store) Generation(ctx context.Context) (Generation, error) {
	g := Generation{Own: s.own.Load()}
	if s.d != sqliteDialect {
		return g, nil
	}
	var err error
	g.Foreign, err = s.version.get(ctx, s.read)
	return g, err
}

// ForeignWrites reports whether Generation also moves with the writes of other processes.
func (s *Store) ForeignWrites() bool { return s.d == sqliteDialect }

// OnWrite registers f to be called after each committed write of this process, before the write returns to its caller.
// Caches drop their entries there, or tell other nodes.
func (s *Store) OnWrite(f func(Area)) {
	s.hookMu.Lock()
	s.hooks = append(s.hooks, f)
	s.hookMu.Unlock()
}

// wrote moves the generation. It runs after the commit: a reader that saw the old generation may still have read the new
// data, which is harmless; the other order would not be.
func (s *Store) wrote(a Area) {
	s.own.Add(1)
	s.replica.wrote()
	s.hookMu.RLock()
	defer s.hookMu.RUnlock()
	for _, f := range s.hooks {
		f(a)
	}
}

func firstOf(ss ...string) string {
	for _, s := range ss {
		if s != "" {
			return s
		}
	}
	return ""
}

func hostOf(address string) string {
	if i := strings.LastIndexByte(address, ':'); i > 0 {
		return strings.Trim(address[:i], "[]")
	}
	return address
}

// Bytes is how large the database is, in bytes, tables of others in it too.
func (q *Queries) Bytes(ctx context.Context) (n int64, err error) {
	err = q.one(ctx, q.s.d.bytes, nil, &n)
	return n, err
}
