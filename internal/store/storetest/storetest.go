// Package storetest opens stores for tests: fresh SQLite files, and databases on a private MariaDB server where one is
// installed.
package storetest

import (
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/platenhq/platen/internal/store"
)

// Each runs f as a subtest on an empty schema of each database there is: "sqlite", and "mariadb" where mariadbd is
// installed.
func Each(t *testing.T, f func(t *testing.T, s *store.Store)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { f(t, SQLite(t)) })
	t.Run("mariadb", func(t *testing.T) { f(t, MariaDB(t)) })
}

// EachDump is Each on a site loaded from the reference dump.
func EachDump(t *testing.T, f func(t *testing.T, s *store.Store)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { f(t, SQLiteDump(t)) })
	t.Run("mariadb", func(t *testing.T) { f(t, MariaDBDump(t)) })
}

// Open returns an empty schema: on SQLite, or on MariaDB when PLATEN_TEST_DB=mysql.
func Open(t testing.TB) *store.Store {
	if os.Getenv("PLATEN_TEST_DB") == "mysql" {
		return MariaDB(t)
	}
	return SQLite(t)
}

// OpenDump returns a site loaded from the reference dump: on SQLite, or on MariaDB when PLATEN_TEST_DB=mysql. Every call
// gives a copy of its own, which the test may change.
func OpenDump(t testing.TB) *store.Store {
	if os.Getenv("PLATEN_TEST_DB") == "mysql" {
		return MariaDBDump(t)
	}
	return SQLiteDump(t)
}

// SQLite returns an empty schema in a SQLite file of the test's own.
func SQLite(t testing.TB) *store.Store {
	t.Helper()
	s := open(t, "sqlite:"+filepath.Join(t.TempDir(), "test.db"))
	if err := s.CreateSchema(context.Background()); err != nil {
		t.Fatal(err)
	}
	return s
}

// SQLiteDump returns a copy of the reference site in a SQLite file of the test's own.
func SQLiteDump(t testing.TB) *store.Store {
	t.Helper()
	return open(t, "sqlite:"+SQLiteDumpFile(t))
}

// SQLiteDumpFile returns the path of a SQLite file of the test's own with the reference site, for tests that start a
// whole server.
func SQLiteDumpFile(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "dump.db")
	if err := copyFile(path, builtDump(t)); err != nil {
		t.Fatal(err)
	}
	return path
}

func open(t testing.TB, dsn string) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), dsn, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// DumpPath finds the reference dump: beside the recordings of PLATEN_RECORDINGS, or in the project's testdata.
func DumpPath(t testing.TB) string {
	t.Helper()
	var places []string
	if dir := os.Getenv("PLATEN_RECORDINGS"); dir != "" {
		places = append(places, filepath.Join(dir, "site.sql.gz"), filepath.Join(dir, "..", "site.sql.gz"))
	}
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		places = append(places, filepath.Join(dir, "testdata", "wordpress71", "site.sql.gz"))
		up := filepath.Dir(dir)
		if up == dir {
			break
		}
		dir = up
	}
	for _, p := range places {
		if _, err := os.Stat(p); err == nil {
			return p
		}
	}
	t.Fatal("storetest: no site.sql.gz found")
	return ""
}

func load(t testing.TB, s *store.Store, path string) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Import(context.Background(), z); err != nil {
		t.Fatal(err)
	}
}

// builtDump returns a SQLite file with the reference site, built once for a dump and a form of the schema: the file's name
// carries both.
func builtDump(t testing.TB) string {
	t.Helper()
	path := DumpPath(t)
	h := sha256.New()
	hashFile(t, h, path)
	io.WriteString(h, store.SchemaRevision)
	dir := filepath.Join(os.TempDir(), "platen-storetest")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	built := filepath.Join(dir, hex.EncodeToString(h.Sum(nil)[:12])+".db")
	if _, err := os.Stat(built); err == nil {
		return built
	}
	fresh := filepath.Join(t.TempDir(), "build.db")
	s, err := store.Open(context.Background(), "sqlite:"+fresh, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	load(t, s, path)
	if err := s.Close(); err != nil { // the last one out writes the log back into the file
		t.Fatal(err)
	}
	sweep(dir)
	tmp := built + ".tmp" + hex.EncodeToString([]byte(filepath.Base(t.TempDir())))
	if err := copyFile(tmp, fresh); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(tmp, built); err != nil {
		t.Fatal(err)
	}
	return built
}

func hashFile(t testing.TB, w io.Writer, path string) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := io.Copy(w, f); err != nil {
		t.Fatal(err)
	}
}

func copyFile(to, from string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		out.Close()
		return err
	}
	return out.Close()
}
