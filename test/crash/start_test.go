package crash

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestRestart starts a second time on the same data: everything is as it was.
func TestRestart(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: starts servers")
	}
	data, address := t.TempDir(), port(t)
	p := startAt(t, data, address)
	c := p.login()
	if r, err := c.call("POST", "/wp/v2/posts", map[string]any{"title": "kept", "status": "publish"}); err != nil || r.Status != 201 {
		t.Fatalf("%+v %v", r, err)
	}
	p.stop()
	if _, err := os.Stat(filepath.Join(data, "platen.db-wal")); !os.IsNotExist(err) {
		t.Errorf("the database was not closed: its log is there (%v)", err)
	}
	before, keys := rows(t, data), readFile(t, filepath.Join(data, "keys.toml"))

	p = startAt(t, data, address)
	if strings.Contains(p.output(), "password") {
		t.Errorf("a second start speaks of a password:\n%s", p.output())
	}
	if r, err := c.call("GET", "/wp/v2/users/me", nil); err != nil || r.Status != 200 || r.ID != 1 {
		t.Errorf("the session was lost: %+v %v", r, err)
	}
	p.stop()
	if after := rows(t, data); !reflect.DeepEqual(before, after) {
		for table := range before {
			if !reflect.DeepEqual(before[table], after[table]) {
				t.Errorf("table %s changed by a start:\n%v\n%v", table, before[table], after[table])
			}
		}
	}
	if keys != readFile(t, filepath.Join(data, "keys.toml")) {
		t.Error("the keys changed")
	}
}

// TestKillFirstStart kills the very first start at ever later moments. The
// next start must find or make a whole site.
func TestKillFirstStart(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: starts servers")
	}
	for wait := 2 * time.Millisecond; wait < 700*time.Millisecond; wait = wait * 7 / 4 {
		t.Run(wait.String(), func(t *testing.T) {
			data := t.TempDir()
			p := launch(t, data, port(t))
			time.Sleep(wait)
			p.kill()
			p = start(t, data)
			c := p.login()
			if r, err := c.call("GET", "/wp/v2/posts/1", nil); err != nil || r.Status != 200 || r.ID != 1 {
				t.Errorf("%+v %v", r, err)
			}
		})
	}
}

// TestKeys starts with keys that cannot be used.
func TestKeys(t *testing.T) {
	data := t.TempDir()
	start(t, data).stop()
	path := filepath.Join(data, "keys.toml")
	good := readFile(t, path)
	line := func(name string) *regexp.Regexp { return regexp.MustCompile(`(?m)^` + name + ` = .*$`) }
	value := line("AUTH_KEY").FindString(good)
	if value == "" {
		t.Fatalf("no AUTH_KEY in\n%s", good)
	}
	_, value, _ = strings.Cut(value, " = ")
	for name, c := range map[string]struct {
		keys string
		says []string
	}{
		"missing":     {line("NONCE_SALT").ReplaceAllString(good, ""), []string{"NONCE_SALT"}},
		"empty":       {line("NONCE_KEY").ReplaceAllString(good, `NONCE_KEY = ""`), []string{"NONCE_KEY"}},
		"sample":      {line("LOGGED_IN_KEY").ReplaceAllString(good, `LOGGED_IN_KEY = "put your unique phrase here"`), []string{"LOGGED_IN_KEY"}},
		"duplicate":   {line("SECURE_AUTH_SALT").ReplaceAllLiteralString(good, "SECURE_AUTH_SALT = "+value), []string{"SECURE_AUTH_SALT", "AUTH_KEY"}},
		"all missing": {"# nothing\n", []string{"AUTH_KEY", "NONCE_SALT"}},
		"no TOML":     {"AUTH_KEY = \n", []string{"keys.toml"}},
	} {
		t.Run(name, func(t *testing.T) {
			if err := os.WriteFile(path, []byte(c.keys), 0o600); err != nil {
				t.Fatal(err)
			}
			p := launch(t, data, port(t))
			select {
			case <-p.done:
			case <-time.After(30 * time.Second):
				t.Fatal("it runs")
			}
			if p.cmd.ProcessState.ExitCode() != 1 {
				t.Errorf("exit status %d", p.cmd.ProcessState.ExitCode())
			}
			said := p.output()
			for _, want := range append(c.says, path) {
				if !strings.Contains(said, want) {
					t.Errorf("%q is not named in:\n%s", want, said)
				}
			}
			if strings.Contains(said, "panic") || strings.Contains(said, strings.Trim(value, `"`)) {
				t.Errorf("said:\n%s", said)
			}
			if readFile(t, path) != c.keys {
				t.Error("the file of keys was changed")
			}
		})
	}
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// rows are all rows of all tables, as text.
func rows(t *testing.T, data string) map[string][]string {
	t.Helper()
	db := open(t, data)
	defer db.Close()
	names := column(t, db, "SELECT name FROM sqlite_master WHERE type = 'table'")
	out := map[string][]string{}
	for _, name := range names {
		if strings.HasPrefix(name, "sqlite_stat") {
			continue
		}
		r, err := db.Query("SELECT * FROM " + name)
		if err != nil {
			t.Fatal(err)
		}
		columns, err := r.Columns()
		if err != nil {
			t.Fatal(err)
		}
		for r.Next() {
			values := make([]any, len(columns))
			for i := range values {
				values[i] = new(any)
			}
			if err := r.Scan(values...); err != nil {
				t.Fatal(err)
			}
			var text []string
			for _, v := range values {
				text = append(text, fmt.Sprint(*v.(*any)))
			}
			out[name] = append(out[name], strings.Join(text, " | "))
		}
		if err := r.Err(); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func column(t *testing.T, db *sql.DB, query string) []string {
	t.Helper()
	r, err := db.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var out []string
	for r.Next() {
		var s string
		if err := r.Scan(&s); err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	return out
}
