package store_test

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/store/storetest"
	"github.com/platenhq/platen/internal/wp"
)

// TestSearchIndexFollows changes posts in every way there is.
func TestSearchIndexFollows(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		modes := []store.SearchMode{store.SearchFulltext}
		if s.DialectName() == "sqlite" {
			modes = append(modes, store.SearchTrigram)
		}
		for _, mode := range modes {
			withIndex(t, s, mode)
			id := text(t, s, "Zebra", "crossing")
			if p, err := s.Post(ctx, id); err != nil || p.Title != "Zebra" {
				t.Fatalf("post %d: %q, %v", id, p.Title, err)
			}
			these(t, "inserted", look(t, s, "zebra cross"), id)
			p, err := s.Post(ctx, id)
			must(t, err)
			p.Title = "Lion"
			must(t, s.UpdatePost(ctx, p))
			these(t, "before the update", look(t, s, "zebra"))
			these(t, "updated", look(t, s, "lion crossing"), id)
			p.Status = "trash"
			must(t, s.UpdatePost(ctx, p))
			these(t, "trashed", look(t, s, "lion"))
			p.Status = "publish"
			must(t, s.UpdatePost(ctx, p))
			these(t, "restored", look(t, s, "lion"), id)
			p.Type = "revision"
			must(t, s.UpdatePost(ctx, p))
			these(t, "of another type", look(t, s, "lion"))
			these(t, "a revision", look(t, s, "lion", func(q *store.PostQuery) { q.Types = []string{"revision"} }), id)
			p.Type = "post"
			must(t, s.UpdatePost(ctx, p))
			these(t, "a post again", look(t, s, "lion"), id)
			these(t, "of all types", look(t, s, "lion", func(q *store.PostQuery) { q.Types = nil }), id)
			if s.DialectName() == "sqlite" { // MySQL looks at what is committed
				must(t, s.Tx(ctx, func(tx *store.Tx) error {
					next, err := tx.InsertPost(ctx, plain("Lioness", ""))
					must(t, err)
					ids, _, err := tx.PostIDs(ctx, store.PostQuery{Types: []string{"post"}, Statuses: []string{"publish"}, Search: "lioness"})
					these(t, "within", ids, next)
					must(t, err)
					err = tx.DeletePost(ctx, next)
					return err
				}))
			}
			err = s.DeletePost(ctx, id)
			must(t, err)
			these(t, "deleted", look(t, s, "lion"))
		}
	})
}

// TestSearchOff holds the statements without an index to those that there were before there was one.
func TestSearchOff(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		q := store.PostQuery{Types: []string{"post"}, Statuses: []string{"publish"}, Search: "harbour -river", Limit: 10}
		const title = "p.`post_title` LIKE ? ESCAPE '!'"
		const want = "SELECT p.`ID` FROM `wp_posts` p WHERE p.`post_type` = ? AND p.`post_status` = ?" +
			" AND (p.`post_title` LIKE ? ESCAPE '!' OR p.`post_excerpt` LIKE ? ESCAPE '!' OR p.`post_content` LIKE ? ESCAPE '!')" +
			" AND (p.`post_title` NOT LIKE ? ESCAPE '!' AND p.`post_excerpt` NOT LIKE ? ESCAPE '!' AND p.`post_content` NOT LIKE ? ESCAPE '!')" +
			" ORDER BY (CASE WHEN " + title + " THEN 2 ELSE 6 END), p.`post_date` DESC, p.`ID` DESC LIMIT ?"
		check := func(when string, off bool) {
			t.Helper()
			got, _, err := s.ListSQL(q)
			must(t, err)
			if off != (got == want) {
				t.Errorf("%s: %s", when, got)
			}
		}
		check("before", true)
		withIndex(t, s, store.SearchFulltext)
		check("on", false)
		q.SearchFilename = true
		q.Types = []string{"attachment"}
		if got, _, _ := s.ListSQL(q); strings.Contains(got, "MATCH") {
			t.Errorf("file names are in no index: %s", got)
		}
		q.SearchFilename, q.Types = false, []string{"post"}
		must(t, s.UseSearch(ctx, store.SearchLike, true))
		check("off", true)
		must(t, s.DropSearchIndex(ctx))
		if st, err := s.SearchState(ctx); err != nil || st.Mode != store.SearchLike {
			t.Errorf("%+v %v", st, err)
		}
		if s.DialectName() == "sqlite" {
			var n int
			must(t, s.Reader().QueryRow("SELECT COUNT(*) FROM sqlite_master WHERE name LIKE '%platen_search%' ESCAPE '!' OR type = 'trigger'").Scan(&n))
			if n != 0 {
				t.Errorf("%d things are left behind", n)
			}
		}
	})
}

// TestSearchResumes goes on with a build that was broken off, past posts that were changed meanwhile.
func TestSearchResumes(t *testing.T) {
	s := storetest.SQLite(t)
	fill(t, s, 30)
	must(t, s.BeginSearch(ctx, store.SearchFulltext, 20))
	must(t, s.UseSearch(ctx, store.SearchFulltext, false))
	if st, err := s.SearchState(ctx); err != nil || st.Complete || st.InUse {
		t.Fatalf("%+v %v", st, err)
	}
	these(t, "by LIKE meanwhile", look(t, s, `"number 22"`), 23)
	p, err := s.Post(ctx, 25)
	must(t, err)
	p.Title = "Zebra"
	must(t, s.UpdatePost(ctx, p))
	err = s.DeletePost(ctx, 26)
	must(t, err)
	added := text(t, s, "Zebra", "lorem")
	withIndex(t, s, store.SearchFulltext)
	found := look(t, s, "zebra")
	slices.Sort(found)
	these(t, "changed meanwhile", found, 25, added)
	these(t, "deleted meanwhile", look(t, s, "25"))
	_, total, err := s.PostIDs(ctx, store.PostQuery{Types: []string{"post"}, Search: "lorem", Limit: 1})
	if must(t, err); total != 30 {
		t.Errorf("%d posts", total)
	}
}

// TestSearchRepairs makes an index anew that is not whole, and does without one that vanished.
func TestSearchRepairs(t *testing.T) {
	path := "sqlite:" + filepath.Join(t.TempDir(), "a.db")
	s, err := store.Open(ctx, path, store.Options{})
	must(t, err)
	defer s.Close()
	must(t, s.CreateSchema(ctx))
	id := text(t, s, "Zebra", "")
	for name, broken := range map[string][]string{
		"trigger":   {"DROP TRIGGER wp_platen_search_update"},
		"table":     {"DROP TRIGGER wp_platen_search_insert", "DROP TRIGGER wp_platen_search_update", "DROP TRIGGER wp_platen_search_delete", "DROP TABLE wp_platen_search"},
		"dangling":  {"DROP TABLE wp_platen_search"},
		"tokenizer": {"DROP TABLE wp_platen_search", "CREATE VIRTUAL TABLE wp_platen_search USING fts5(post_title, post_excerpt, post_content, content='', contentless_delete=1)"},
	} {
		withIndex(t, s, store.SearchFulltext)
		for _, text := range broken {
			_, err := s.Writer().Exec(text)
			must(t, err)
		}
		if name == "table" {
			these(t, name+": gone", look(t, s, "zebra"), id)
			these(t, name+": gone, by LIKE", look(t, s, "ebra"), id)
		}
		withIndex(t, s, store.SearchFulltext)
		these(t, name, look(t, s, "zebra"), id)
	}
	// Another process switches it off.
	other, err := store.Open(ctx, path, store.Options{})
	must(t, err)
	defer other.Close()
	must(t, other.UseSearch(ctx, store.SearchLike, false)) // a tool: it changes nothing
	these(t, "beside a tool", look(t, s, "ebra"))
	must(t, other.UseSearch(ctx, store.SearchLike, true))
	these(t, "taken away", look(t, s, "ebra"), id)
	if st, err := s.SearchState(ctx); err != nil || st.InUse || st.Mode != store.SearchLike {
		t.Errorf("%+v %v", st, err)
	}
	ro, err := store.Open(ctx, path, store.Options{ReadOnly: true})
	must(t, err)
	defer ro.Close()
	must(t, ro.UseSearch(ctx, store.SearchFulltext, true))
	want(t, ro.CreateSearchIndex(ctx, store.SearchFulltext), wp.ErrReadOnly)
	these(t, "read-only", look(t, ro, "ebra"), id)
}

// TestSearchRules: a user with no more rights than WordPress needs, and a server with stop words of its own.
func TestSearchRules(t *testing.T) {
	dsn := storetest.MariaDBDSN(t)
	_, name, _ := strings.Cut(dsn, ")/")
	root, err := store.Open(ctx, dsn, store.Options{})
	must(t, err)
	defer root.Close()
	must(t, root.CreateSchema(ctx))
	for _, text := range []string{"CREATE TABLE stop (value varchar(30)) ENGINE=InnoDB", "INSERT INTO stop VALUES ('zebra')", "SET GLOBAL innodb_ft_server_stopword_table = '" + name + "/stop'"} {
		_, err := root.Writer().Exec(text)
		must(t, err)
	}
	defer root.Writer().Exec("SET GLOBAL innodb_ft_server_stopword_table = DEFAULT")
	withIndex(t, root, store.SearchFulltext)
	zebra := text(t, root, "Zebra", "and zebroid, the donkey")
	for _, search := range []string{"zebra", "zeb", "zebroid", "zebra the", "donkey -lion"} {
		these(t, search, look(t, root, search), zebra)
	}
	these(t, "not", look(t, root, "donkey -zebra"))
	user := "u" + name
	for _, text := range []string{"CREATE USER " + user + "@localhost", "GRANT SELECT, INSERT, UPDATE, DELETE ON " + name + ".wp_posts TO " + user + "@localhost"} {
		_, err := root.Writer().Exec(text)
		must(t, err)
	}
	defer root.Writer().Exec("DROP USER " + user + "@localhost")
	open := func() *store.Store {
		s, err := store.Open(ctx, strings.Replace(dsn, "root@", user+"@", 1), store.Options{})
		must(t, err)
		t.Cleanup(func() { s.Close() })
		must(t, s.UseSearch(ctx, store.SearchFulltext, true))
		return s
	}
	these(t, "the stop words cannot be read: LIKE", look(t, open(), "onkey"), zebra)
	_, err = root.Writer().Exec("SET GLOBAL innodb_ft_server_stopword_table = DEFAULT")
	must(t, err)
	s := open()
	these(t, "without the privilege PROCESS", look(t, s, "donk"), zebra)
	these(t, "by the index", look(t, s, "onkey"))
	want(t, s.CreateSearchIndex(ctx, store.SearchFulltext), nil) // there is one
	want(t, s.DropSearchIndex(ctx), wp.ErrReadOnly)
}

// TestSearchCopied copies a site with an index, and onto one.
func TestSearchCopied(t *testing.T) {
	from, to := storetest.SQLite(t), storetest.SQLite(t)
	id := text(t, from, "Zebra", "")
	text(t, to, "Lion", "")
	withIndex(t, from, store.SearchFulltext)
	withIndex(t, to, store.SearchTrigram)
	report, err := store.Copy(ctx, from, to, store.CopyOptions{Force: true})
	must(t, err)
	if len(report.Notes) > 0 || slices.ContainsFunc(report.Tables, func(c store.CopiedTable) bool { return strings.Contains(c.Name, "search") }) {
		t.Errorf("%+v", report)
	}
	st, err := to.SearchState(ctx)
	if must(t, err); st.Mode != store.SearchTrigram || !st.Complete || !st.InUse {
		t.Errorf("%+v", st)
	}
	these(t, "copied", look(t, to, "ebra"), id)
	these(t, "replaced", look(t, to, "lion"))
	next := text(t, to, "Zebra again", "")
	these(t, "followed", look(t, to, "zebra again"), next)

	maria := storetest.MariaDBDSN(t)
	first, err := store.Open(ctx, maria+"?prefix=a_", store.Options{})
	must(t, err)
	defer first.Close()
	_, err = store.Copy(ctx, from, first, store.CopyOptions{})
	must(t, err)
	withIndex(t, first, store.SearchFulltext)
	second, err := store.Open(ctx, maria+"?prefix=b_", store.Options{})
	must(t, err)
	defer second.Close()
	_, err = store.Copy(context.Background(), first, second, store.CopyOptions{})
	must(t, err)
	must(t, second.UseSearch(ctx, store.SearchFulltext, true))
	these(t, "copied with its key", look(t, second, "zebra"), id)
	these(t, "beginnings of words", look(t, second, "ebra"))
	if err := second.UseSearch(ctx, store.SearchTrigram, true); err == nil {
		t.Error("MariaDB has no trigrams")
	}
}
