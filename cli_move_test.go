package platen_test

import (
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/store/storetest"
	"github.com/platenhq/platen/internal/wp"
)

func openLite(t *testing.T, file string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), "sqlite:"+file, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// empty removes posts, comments and terms of a site; users and options stay.
func empty(t *testing.T, file string) {
	t.Helper()
	s := openLite(t, file)
	defer s.Close()
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(s.Tx(ctx, func(tx *store.Tx) error {
		comments, _, err := tx.CommentIDs(ctx, store.CommentQuery{NoCount: true})
		must(err)
		for _, id := range comments {
			_, err := tx.DeleteObjectMeta(ctx, wp.CommentMeta, id)
			must(err)
			must(tx.DeleteComment(ctx, id))
		}
		posts, _, err := tx.PostIDs(ctx, store.PostQuery{NoCount: true})
		must(err)
		for _, id := range posts {
			_, err := tx.DeleteObjectMeta(ctx, wp.PostMeta, id)
			must(err)
			_, err = tx.DeleteObjectTerms(ctx, id)
			must(err)
			must(tx.DeletePost(ctx, id))
		}
		terms, _, err := tx.Terms(ctx, store.TermQuery{NoCount: true})
		must(err)
		for _, r := range terms {
			_, err := tx.DeleteObjectMeta(ctx, wp.TermMeta, r.ID)
			must(err)
			must(tx.DeleteTerm(ctx, r.ID, r.Taxonomy))
		}
		return tx.SetOption(ctx, "sticky_posts", "a:0:{}", "")
	}))
}

var exportedAt = regexp.MustCompile(`created="[^"]*"|<pubDate>[^<]*</pubDate>\n\t<language>`)

// TestExportImport takes the reference site, which has the theme unit test
// data in it, out and into an empty site, and out again: the same document.
func TestExportImport(t *testing.T) {
	c := cli{t, t.TempDir()}
	from, to := storetest.SQLiteDumpFile(t), storetest.SQLiteDumpFile(t)
	file := func(name string) string { return filepath.Join(c.data, name) }
	// --url would be the test's; the sites have one of their own.
	run := func(args ...string) string {
		t.Helper()
		out, _ := c.run(0, append(args, "--url", "http://dump.example")...)
		return out
	}
	run("export", file("1.xml"), "--db", "sqlite:"+from)
	empty(t, to)
	out := run("import", file("1.xml"), "--db", "sqlite:"+to, "--json")
	if !strings.Contains(out, `"users":0`) || !strings.Contains(out, `"existing":0`) {
		t.Error(out)
	}
	run("export", file("2.xml"), "--db", "sqlite:"+to)
	text := func(name string) []string {
		b, err := os.ReadFile(file(name))
		if err != nil {
			t.Fatal(err)
		}
		return strings.Split(exportedAt.ReplaceAllString(string(b), ""), "\n")
	}
	a, b := text("1.xml"), text("2.xml")
	bad := 0
	for i := range max(len(a), len(b)) {
		if i >= len(a) || i >= len(b) || a[i] != b[i] {
			if bad++; bad < 12 && i < len(a) && i < len(b) {
				t.Errorf("line %d:\n- %.300s\n+ %.300s", i+1, a[i], b[i])
			}
		}
	}
	if bad > 0 || len(a) < 10000 {
		t.Errorf("%d of %d lines differ", bad, len(a))
	}
	out = run("import", file("1.xml"), "--db", "sqlite:"+to, "--json")
	if !strings.Contains(out, `"posts":0,"comments":0`) || !strings.Contains(out, `"terms":0`) || !strings.Contains(out, `"menu_items":0`) {
		t.Error("a second time:", out)
	}
	run("export", file("3.xml"), "--db", "sqlite:"+to)
	if !slices.Equal(b, text("3.xml")) {
		t.Error("the second import changed something")
	}
	c.run(1, "export", file("3.xml"), "--db", "sqlite:"+to)
	if fi, err := os.Stat(file("3.xml")); err != nil || fi.Mode().Perm() != 0o600 {
		t.Error(fi.Mode(), err)
	}
}

// TestImportSmall looks at what becomes of each thing of a document.
func TestImportSmall(t *testing.T) {
	c := cli{t, t.TempDir()}
	c.run(0, "init")
	media := filepath.Join(c.data, "media")
	if err := os.MkdirAll(filepath.Join(media, "2020", "05"), 0o700); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(filepath.Join(media, "2020", "05", "dot.png"))
	if err != nil {
		t.Fatal(err)
	}
	if err := png.Encode(f, image.NewGray(image.Rect(0, 0, 40, 30))); err != nil {
		t.Fatal(err)
	}
	f.Close()
	doc := "testdata/wxr/small.xml"
	r := c.object("import", doc, "--media", media, "--author", "yan=admin")
	for name, n := range map[string]float64{"users": 1, "terms": 4, "posts": 5, "comments": 2, "files": 1, "menu_items": 2, "existing": 0} {
		if r[name] != n {
			t.Error(name, r[name])
		}
	}
	notes := fmt.Sprint(r["notes"])
	for _, want := range []string{"no taxonomy genre", `no post type "product"`, "bomb is a PHP object", "leads to page 999"} {
		if !strings.Contains(notes, want) {
			t.Error(want, "not in", notes)
		}
	}
	s, ctx := openLite(t, filepath.Join(c.data, "platen.db")), t.Context()
	post := func(slug string) wp.Post {
		t.Helper()
		ids, _, err := s.PostIDs(ctx, store.PostQuery{Names: []string{slug}, NoCount: true})
		if err != nil || len(ids) != 1 {
			t.Fatal(slug, ids, err)
		}
		p, err := s.Post(ctx, ids[0])
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	meta := func(id int64, key string) (out []string) {
		t.Helper()
		rows, err := s.MetaByKey(ctx, wp.PostMeta, id, key)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range rows {
			out = append(out, m.Value)
		}
		return out
	}
	check := func(what string, got, want any) {
		t.Helper()
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
	child, parent := post("child"), post("parent")
	check("ids", []int64{child.ID, parent.ID, child.Parent}, []int64{102, 103, 103})
	check("author", parent.Author, 1) // mapped
	check("modified", child.Modified, "2021-01-01 00:00:00")
	check("content", child.Content, `<p>See <img src="http://localhost:8080/wp-content/uploads/2020/05/dot.png"> and <img src="http://localhost:8080/wp-content/uploads/2020/05/dot-300x200.png">, CDATA ends with ]]>.</p>`)
	sticky := post("hello-world-2")
	check("gmt and password", sticky.DateGMT+" "+sticky.Password+" "+sticky.Title, "2020-06-06 05:08:09 secret Sticky & locked")
	check("comments", sticky.CommentCount, 2)
	check("list", meta(sticky.ID, "list"), []string{`a:1:{s:1:"k";s:4:"v\"'é";}`, "same", "same"})
	check("pings", meta(sticky.ID, "_encloseme"), []string{})
	check("locks", meta(sticky.ID, "_edit_lock"), []string{})
	dot := post("dot")
	check("thumbnail", meta(sticky.ID, "_thumbnail_id"), []int64{dot.ID})
	check("file", meta(dot.ID, "_wp_attached_file"), []string{"2020/05/dot.png"})
	check("image", dot.MimeType+" "+fmt.Sprint(dot.Parent), "image/png 102")
	if m := meta(dot.ID, "_wp_attachment_metadata"); len(m) != 1 || !strings.Contains(m[0], `s:5:"width";i:40;`) {
		t.Error(m)
	}
	draft, _, err := s.PostIDs(ctx, store.PostQuery{Title: "A draft", NoCount: true})
	if err != nil || len(draft) != 1 {
		t.Fatal(draft, err)
	}
	p, _ := s.Post(ctx, draft[0])
	check("draft", p.DateGMT+" "+p.Date+" "+p.Status, wp.ZeroDate+" 2020-07-07 07:08:09 draft")
	low, err := s.TermBySlug(ctx, "low", "category")
	check("category", fmt.Sprint(low.ID, low.Parent, low.Count, err), "31 30 1 <nil>")
	top, err := s.TermBySlug(ctx, "top", "nav_menu")
	check("menu", fmt.Sprint(top.Count, err), "2 <nil>")
	items, _, err := s.PostIDs(ctx, store.PostQuery{Types: []string{"nav_menu_item"}, NoCount: true, OrderBy: []store.PostOrder{{By: store.ByMenuOrder, Order: store.Asc}}})
	if err != nil || len(items) != 2 {
		t.Fatal(items, err)
	}
	check("home", meta(items[0], "_menu_item_object_id"), []int64{items[0]})
	check("below home", meta(items[1], "_menu_item_menu_item_parent"), []int64{items[0]})
	check("leads to", meta(items[1], "_menu_item_object_id"), []int64{sticky.ID})
	comments, err := s.CommentsByIDs(ctx, []int64{500, 501})
	check("reply", fmt.Sprint(len(comments), comments[1].Parent, comments[1].UserID, err), "2 500 1 <nil>")

	r = c.object("import", doc, "--media", media, "--author", "yan=admin")
	for name, n := range map[string]float64{"users": 0, "terms": 0, "posts": 0, "comments": 0, "files": 0, "menu_items": 0, "existing": 7} {
		if r[name] != n {
			t.Error("again", name, r[name])
		}
	}
	check("list again", meta(sticky.ID, "list"), []string{`a:1:{s:1:"k";s:4:"v\"'é";}`, "same", "same"})
	c.run(1, "import", doc, "--author", "yan=nobody")
	c.run(1, "import", doc, "--media", doc)
	c.run(2, "import")
	c.run(1, "export", filepath.Join(c.data, "x.xml"), "--types", "revision")
}

// TestImportMalformed: an error of the document names its line, and nothing is
// changed.
func TestImportMalformed(t *testing.T) {
	c := cli{t, t.TempDir()}
	c.run(0, "init")
	whole, err := os.ReadFile("testdata/wxr/small.xml")
	if err != nil {
		t.Fatal(err)
	}
	s := openLite(t, filepath.Join(c.data, "platen.db"))
	before, err := s.Generation(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	replace := func(old, new string) string { return strings.Replace(string(whole), old, new, 1) }
	for _, bad := range []struct{ text, want string }{
		{string(whole[:len(whole)/2]), "line "},
		{replace("</wp:author_login>", "</wp:author>"), "line 12: "},
		{replace("<wp:wxr_version>1.2</wp:wxr_version>", ""), "no export of WordPress"},
		{replace("<wp:post_id>111<", "<wp:post_id>eleven<"), "no number"},
		{replace(`encoding="UTF-8"`, `encoding="latin1"`), "latin1"},
		{replace("Not yet.", "Not \x00 yet."), "line "},
		{replace("Not yet.", "Not &oacute; yet."), "line "},
		{"<html><body></body></html>", "<html>"},
		{"", "no export"},
		{"<rss><channel><title>x</title></channel></rss>", "no export"},
		{replace("<title>A draft</title>", strings.Repeat("<a>", 40)+strings.Repeat("</a>", 40)), "deep"},
	} {
		file := filepath.Join(c.data, "bad.xml")
		if err := os.WriteFile(file, []byte(bad.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, e := c.run(1, "import", file); !strings.Contains(e, bad.want) {
			t.Errorf("%q not in %q", bad.want, e)
		}
	}
	if after, err := s.Generation(t.Context()); err != nil || after != before {
		t.Error("something was written", before, after, err)
	}
}
