package store_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/store/storetest"
	"github.com/platenhq/platen/internal/wp"
)

func TestTx(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		var wrote []store.Area
		s.OnWrite(func(a store.Area) { wrote = append(wrote, a) })
		boom := errors.New("boom")
		err := s.Tx(ctx, func(tx *store.Tx) error {
			if _, err := tx.InsertPost(ctx, samplePost()); err != nil {
				return err
			}
			// A transaction in a transaction joins it, and sees its writes.
			return tx.Tx(ctx, func(tx *store.Tx) error {
				if n, err := tx.CountPosts(ctx, store.PostQuery{}); err != nil || n != 1 {
					return fmt.Errorf("count %d %v", n, err)
				}
				return boom
			})
		})
		want(t, err, boom)
		if n, _ := s.CountPosts(ctx, store.PostQuery{}); n != 0 || len(wrote) != 0 {
			t.Fatal("rolled back, but", n, wrote)
		}
		func() {
			defer func() { recover() }()
			_ = s.Tx(ctx, func(tx *store.Tx) error {
				_, _ = tx.InsertPost(ctx, samplePost())
				panic("boom")
			})
		}()
		if n, _ := s.CountPosts(ctx, store.PostQuery{}); n != 0 {
			t.Fatal("a panic committed")
		}
		var kept *store.Tx
		must(t, s.Tx(ctx, func(tx *store.Tx) error {
			kept = tx
			id, err := tx.InsertPost(ctx, samplePost())
			if err != nil {
				return err
			}
			if _, err := tx.LockPost(ctx, id); err != nil {
				return err
			}
			return tx.SetMeta(ctx, wp.PostMeta, id, "a", "b")
		}))
		if len(wrote) != 1 || wrote[0] != store.AreaPosts|store.AreaPostMeta {
			t.Fatal(wrote)
		}
		if _, err := kept.InsertPost(ctx, samplePost()); err == nil {
			t.Fatal("a finished transaction still writes")
		}
		if _, err := kept.Post(ctx, 1); err == nil {
			t.Fatal("a finished transaction still reads")
		}
	})
}

// TestSwapRace: many goroutines append to one serialised list by swapping; nothing gets lost.
func TestSwapRace(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		id, err := s.AddMeta(ctx, wp.UserMeta, wp.Meta{ObjectID: 1, Key: "session_tokens"})
		must(t, err)
		var wg sync.WaitGroup
		for g := range 8 {
			wg.Go(func() {
				for i := range 5 {
					for {
						m, err := s.MetaByID(ctx, wp.UserMeta, id)
						if err != nil {
							t.Error(err)
							return
						}
						ok, err := s.SwapMeta(ctx, wp.UserMeta, id, m.Value, m.Value+fmt.Sprintf("[%d.%d]", g, i))
						if err != nil {
							t.Error(err)
							return
						}
						if ok {
							break
						}
					}
				}
			})
		}
		wg.Wait()
		m, err := s.MetaByID(ctx, wp.UserMeta, id)
		if err != nil || strings.Count(m.Value, "[") != 40 {
			t.Fatal(m.Value, err)
		}
	})
}

// TestDeadlock: two transactions that lock two rows in opposite order both succeed.
func TestDeadlock(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		must(t, s.SetOption(ctx, "a", "0", ""))
		must(t, s.SetOption(ctx, "b", "0", ""))
		var wg sync.WaitGroup
		for _, names := range [][2]string{{"a", "b"}, {"b", "a"}, {"a", "b"}, {"b", "a"}} {
			wg.Go(func() {
				for range 5 {
					err := s.Tx(ctx, func(tx *store.Tx) error {
						for _, n := range names {
							if err := tx.SetOption(ctx, n, names[0], ""); err != nil {
								return err
							}
							time.Sleep(time.Millisecond)
						}
						return nil
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		a, _ := s.Option(ctx, "a")
		b, _ := s.Option(ctx, "b")
		if a.Value != b.Value {
			t.Fatal("mixed:", a.Value, b.Value)
		}
	})
}

func TestGeneration(t *testing.T) {
	path := filepath.Join(t.TempDir(), "g.db")
	s, err := store.Open(ctx, "sqlite:"+path, store.Options{})
	must(t, err)
	defer s.Close()
	must(t, s.CreateSchema(ctx))
	gen := func() store.Generation {
		t.Helper()
		g, err := s.Generation(ctx)
		must(t, err)
		return g
	}
	g := gen()
	if gen() != g {
		t.Fatal("moves by itself")
	}
	must(t, s.SetOption(ctx, "a", "1", ""))
	g2 := gen()
	if g2.Own == g.Own || g2 == g {
		t.Fatal("an own write does not move it")
	}
	other, err := store.Open(ctx, "sqlite:"+path, store.Options{})
	must(t, err)
	defer other.Close()
	g2 = gen()
	must(t, other.SetOption(ctx, "a", "2", ""))
	g3 := gen()
	if g3 == g2 || g3.Own != g2.Own || !s.ForeignWrites() {
		t.Fatal("a foreign write does not move it", g2, g3)
	}
}

// TestDurable looks that the writer commits with an fsync, and that what a killed process reported is there.
func TestDurable(t *testing.T) {
	if dsn := os.Getenv("PLATEN_STORE_CHILD"); dsn != "" {
		s, err := store.Open(ctx, dsn, store.Options{})
		must(t, err)
		for {
			id, err := s.InsertPost(ctx, samplePost())
			must(t, err)
			must(t, s.SetMeta(ctx, wp.PostMeta, id, "k", "v"))
			fmt.Printf("done %d\n", id)
		}
	}
	path := filepath.Join(t.TempDir(), "d.db")
	s, err := store.Open(ctx, "sqlite:"+path, store.Options{})
	must(t, err)
	must(t, s.CreateSchema(ctx))
	for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "busy_timeout": "10000"} {
		var got string
		if err := s.Writer().QueryRow("PRAGMA " + pragma).Scan(&got); err != nil || got != want {
			t.Errorf("%s = %s, %v", pragma, got, err)
		}
	}
	if _, err := s.Reader().Exec("DELETE FROM wp_posts"); err == nil {
		t.Error("a reader can write")
	}
	if fi, err := os.Stat(path); err != nil || fi.Mode().Perm() != 0o600 {
		t.Error(fi.Mode(), err)
	}
	must(t, s.Close())

	cmd := exec.Command(os.Args[0], "-test.run=^TestDurable$")
	cmd.Env = append(os.Environ(), "PLATEN_STORE_CHILD=sqlite:"+path)
	var out strings.Builder
	cmd.Stdout = &out
	must(t, cmd.Start())
	time.Sleep(400 * time.Millisecond)
	must(t, cmd.Process.Kill())
	_ = cmd.Wait()
	s, err = store.Open(ctx, "sqlite:"+path, store.Options{})
	must(t, err)
	defer s.Close()
	lines := strings.Split(out.String(), "\n")
	n := 0
	for _, l := range lines[:len(lines)-1] {
		num, ok := strings.CutPrefix(l, "done ")
		if !ok {
			continue
		}
		id, _ := strconv.ParseInt(num, 10, 64)
		if _, err := s.Post(ctx, id); err != nil {
			t.Fatal(id, err)
		}
		if m, err := s.Meta(ctx, wp.PostMeta, id); err != nil || len(m) != 1 {
			t.Fatal(id, m, err)
		}
		n++
	}
	if n == 0 {
		t.Fatal("the child wrote nothing: ", out.String())
	}
	t.Log(n, "posts reported and found")
}

func TestOpenErrors(t *testing.T) {
	for _, dsn := range []string{"", "wp.db", "sqlite:", "sqlite::memory:", "mysql://", "mysql://u@h", "mysql://u@h/", "mysql://u:%zz@h/d", "mysql://u@unix(/x/d",
		"mysql://root@unix(/nowhere/s)/d", "sqlite:" + t.TempDir(), "mysql://u@h/d?prefix=a;b", "mysql://u@h/d?charset=gbk", "mysql://u@h/d?tls=maybe"} {
		if s, err := store.Open(ctx, dsn, store.Options{}); err == nil {
			s.Close()
			t.Errorf("%q opened", dsn)
		} else if strings.Contains(err.Error(), "%zz") {
			t.Errorf("the password is shown: %v", err)
		}
	}
}

func TestNoSchema(t *testing.T) {
	s, err := store.Open(ctx, "sqlite:"+filepath.Join(t.TempDir(), "new dir", "a?b#c%20.db"), store.Options{Prefix: "other_"})
	must(t, err)
	defer s.Close()
	if ok, err := s.HasSchema(ctx); ok || err != nil {
		t.Fatal(ok, err)
	}
	_, err = s.Post(ctx, 1)
	want(t, err, wp.ErrNoSchema)
	must(t, s.CreateSchema(ctx))
	want(t, s.CreateSchema(ctx), wp.ErrConflict)
	if s.Prefix() != "other_" {
		t.Fatal(s.Prefix())
	}
	_, err = s.Writer().Exec("DROP TABLE other_users")
	must(t, err)
	if _, err := s.HasSchema(ctx); err == nil {
		t.Fatal("half a schema is no schema")
	}
}

func TestReadOnly(t *testing.T) {
	path := storetest.SQLiteDumpFile(t)
	s, err := store.Open(ctx, "sqlite:"+path, store.Options{ReadOnly: true})
	must(t, err)
	defer s.Close()
	if _, err := s.Post(ctx, 1); err != nil {
		t.Fatal(err)
	}
	want(t, s.SetOption(ctx, "a", "b", ""), wp.ErrReadOnly)
}

func TestDSN(t *testing.T) {
	for _, c := range []struct{ dsn, network, address, user, pass string }{
		{"mysql://u:p@127.0.0.1/w%20p", "tcp", "127.0.0.1:3306", "u", "p"},
		{"mysql://u:p@db.example:3307/w%20p?prefix=x_", "tcp", "db.example:3307", "u", "p"},
		{"mysql://u%40h:p%40%2F%3A%3F%23%25&%C3%BC@[::1]:3306/w%20p", "tcp", "[::1]:3306", "u@h", "p@/:?#%&ü"},
		{"mysql://u@unix(/tmp/a.sock)/w%20p?prefix=x_", "unix", "/tmp/a.sock", "u", ""},
		{"mysql://u%3Ax:a%20b@unix(/tmp/a.sock)/w%20p", "unix", "/tmp/a.sock", "u:x", "a b"},
	} {
		network, address, database, user, pass, err := store.ParseDSN(c.dsn)
		if err != nil || network != c.network || address != c.address || database != "w p" || user != c.user || pass != c.pass {
			t.Errorf("%s: %q %q %q %q %q %v", c.dsn, network, address, database, user, pass, err)
		}
	}
	for _, dsn := range []string{"", "postgres://x/y", "mysql://u@h", "mysql://u@h/", "mysql://u@unix(/x/db", "mysql://%zz@h/db", "sqlite:"} {
		if _, _, _, _, _, err := store.ParseDSN(dsn); err == nil {
			t.Errorf("%q was taken", dsn)
		}
	}
}
