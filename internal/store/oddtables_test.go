package store_test

import (
	"strings"
	"testing"

	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/store/storetest"
	"github.com/platenhq/platen/internal/wp"
)

// oddTables makes a schema on MariaDB, changes it, and opens it again with
// parameters in the DSN.
func oddTables(t *testing.T, params string, changes ...string) (*store.Store, error) {
	t.Helper()
	dsn := storetest.MariaDBDSN(t)
	s, err := store.Open(ctx, dsn, store.Options{})
	must(t, err)
	must(t, s.CreateSchema(ctx))
	for _, c := range changes {
		_, err := s.Writer().Exec(c)
		must(t, err)
	}
	must(t, s.Close())
	s, err = store.Open(ctx, dsn+params, store.Options{})
	if err == nil {
		t.Cleanup(func() { s.Close() })
	}
	return s, err
}

// TestCharsets: text is stored as it is, or refused; never as question marks.
func TestCharsets(t *testing.T) {
	for _, c := range []struct {
		name, params, charset string
		good, bad             []string
	}{
		{"latin1 columns", "", "latin1", []string{"é€“ÿ"}, []string{"日本", "ő", "🎉", "\u0081"}},
		{"utf8mb3 columns", "", "utf8mb3", []string{"日本 ő é"}, []string{"🎉"}},
		{"cyrillic columns", "", "cp1251", []string{"plain"}, []string{"Привет"}},
		{"bytes through latin1", "?charset=latin1", "latin1", []string{"日本 ő é 🎉 “quotes” \\'\""}, nil},
		{"latin1 to utf8mb4", "?charset=latin1", "utf8mb4", []string{"日本 ő é 🎉"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := oddTables(t, c.params, "ALTER TABLE wp_options CONVERT TO CHARACTER SET "+c.charset, "ALTER TABLE wp_posts CONVERT TO CHARACTER SET "+c.charset)
			must(t, err)
			for _, text := range c.good {
				must(t, s.SetOption(ctx, "a", text, ""))
				o, err := s.Option(ctx, "a")
				must(t, err)
				if o.Value != text {
					t.Errorf("%q came back as %q", text, o.Value)
				}
				if ok, err := s.SwapOption(ctx, "a", text, text+"+"); err != nil || !ok {
					t.Errorf("%q is not found byte for byte: %v", text, err)
				}
				id, err := s.InsertPost(ctx, wp.Post{Title: text, Content: text, Type: "post", Status: "publish"})
				must(t, err)
				if p, err := s.Post(ctx, id); err != nil || p.Content != text || p.Title != text {
					t.Error(p, err)
				}
			}
			for _, text := range c.bad {
				want(t, s.SetOption(ctx, "a", text, ""), wp.ErrBadText)
			}
			if c.params != "" && c.charset == "latin1" {
				var hex string
				must(t, s.Writer().QueryRow("SELECT HEX(post_title) FROM wp_posts LIMIT 1").Scan(&hex))
				if !strings.HasPrefix(hex, "E697A5E69CAC") {
					t.Errorf("the bytes did not pass: %s", hex)
				}
			}
		})
	}
}

// TestColumns: columns of others are no obstacle, missing ones are named, and
// nothing is changed.
func TestColumns(t *testing.T) {
	s, err := oddTables(t, "", "ALTER TABLE wp_posts ADD plugin_column varchar(10) NOT NULL, ADD plugin_int int NOT NULL", "ALTER TABLE wp_users ADD spam tinyint(2) NOT NULL")
	must(t, err)
	if _, err := s.InsertPost(ctx, wp.Post{Title: "t", Type: "post", Status: "publish"}); err != nil {
		t.Error(err)
	}
	if _, err := s.InsertUser(ctx, wp.User{Login: "a", Nicename: "a"}); err != nil {
		t.Error(err)
	}
	_, err = oddTables(t, "", "ALTER TABLE wp_posts DROP post_content_filtered", "ALTER TABLE wp_comments DROP comment_type")
	if err == nil || !strings.Contains(err.Error(), "wp_comments.comment_type, wp_posts.post_content_filtered") || !strings.Contains(err.Error(), "upgrade.php") {
		t.Error(err)
	}
}
