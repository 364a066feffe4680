package platen_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/platenhq/platen"
	"github.com/platenhq/platen/internal/config"
	"github.com/platenhq/platen/internal/store/storetest"
)

// searched is a site whose searches are looked at.
type searched struct {
	*newSite
	auth string
	ids  map[string]float64 // of what was made, by title
}

// make creates something and remembers its id.
func (s *searched) make(route, title, more string) {
	s.t.Helper()
	r := s.post("/wp-json/wp/v2/"+route, fmt.Sprintf(`{"title":%q,"status":"publish"%s}`, title, more), "Authorization", s.auth)
	s.want(r, 201, "")
	s.ids[title], _ = r.json("id").(float64)
}

// path is the route of one thing by its title.
func (s *searched) path(route, title string) string {
	return fmt.Sprintf("/wp-json/wp/v2/%s/%.0f", route, s.ids[title])
}

// finds looks at which of the things made a list has, in order, and at its total.
func (s *searched) finds(who, list string, want ...string) {
	s.t.Helper()
	var header []string
	if who == "admin" {
		header = []string{"Authorization", s.auth}
	}
	r := s.get("/wp-json/wp/v2/"+list, header...)
	var items []map[string]any
	if err := json.Unmarshal([]byte(r.body), &items); err != nil || r.StatusCode != http.StatusOK {
		s.t.Errorf("%s: %d %s", list, r.StatusCode, r.body)
		return
	}
	got := []string{}
	for _, item := range items {
		for title, id := range s.ids {
			if item["id"] == id {
				got = append(got, title)
			}
		}
	}
	if !slices.Equal(got, want) && len(got)+len(want) > 0 {
		s.t.Errorf("%s finds %q, want %q", list, got, want)
	}
	if total := r.Header.Get("X-WP-Total"); !strings.Contains(list, "page=") && !strings.Contains(list, "cursor=") && total != fmt.Sprint(len(items)) {
		s.t.Errorf("%s: total %s of %d", list, total, len(items))
	}
}

// TestSearchIndex switches an index of searches on for a site that is there already, and off again, and looks at what
// clients find meanwhile.
func TestSearchIndex(t *testing.T) {
	for _, db := range []struct {
		name string
		dsn  func(testing.TB) string
	}{
		{"sqlite", func(t testing.TB) string { return "sqlite:" + t.TempDir() + "/site.db" }},
		{"mariadb", storetest.MariaDBDSN},
	} {
		t.Run(db.name, func(t *testing.T) {
			dsn, dir := db.dsn(t), t.TempDir()
			open := func(search string) *searched {
				return &searched{newSite: openNew(t, func(c *config.Config) { c.DB, c.Data, c.Search, c.Uploads = dsn, dir, search, dir+"/uploads" })}
			}
			tool := func(verb string, want ...string) {
				t.Helper()
				var out, errs bytes.Buffer
				if code := platen.Run(t.Context(), []string{"search-index", verb, "--db", dsn, "--data", dir, "--json"}, &out, &errs, func(string) string { return "" }); code != 0 {
					t.Errorf("%s: %d %s", verb, code, errs.String())
				}
				for _, w := range want {
					if !strings.Contains(out.String(), w) {
						t.Errorf("%s: %s, want %s", verb, out.String(), w)
					}
				}
			}
			plain := open("like")
			plain.auth, plain.ids = plain.fullAccess(), map[string]float64{}
			plain.fillSearch()
			plain.finds("", "posts?search=arbour", "The lantern", "Harbour")
			tool("status", `"index":"none"`)
			if db.name == "mariadb" { // a table of PHP's, too: it is changed on demand only
				s := open("fulltext")
				s.ids = plain.ids
				s.finds("", "posts?search=arbour", "The lantern", "Harbour")
				tool("create", `"index":"fulltext"`, `"complete":true`)
			}
			s := open("fulltext")
			s.auth, s.ids = plain.auth, plain.ids
			tool("status", `"search":"like"`, `"index":"fulltext"`, `"complete":true`)
			s.readSearch()
			s.writeSearch()
			s.strangeSearch()
			if n := s.app.Site().Store().SearchFailures(); n > 0 {
				t.Errorf("the index failed %d times", n)
			}
			off := open("like")
			off.ids = plain.ids
			off.finds("", "posts?search=antern", "The lantern")
			if db.name == "sqlite" {
				tool("status", `"index":"none"`)
				tool("create", `"index":"fulltext"`)
			}
			tool("drop", `"index":"none"`)
			s.finds("", "posts?search=antern", "The lantern") // it was taken away from it
		})
	}
}

// fillSearch makes what is there to be found.
func (s *searched) fillSearch() {
	s.make("posts", "Harbour", `,"content":"Boats at night.","date":"2026-01-01T00:00:00"`)
	s.make("posts", "The lantern", `,"content":"It hangs at the harbour. Harbour master.","excerpt":"Glow-worm.","date":"2026-02-01T00:00:00"`)
	s.make("posts", "Closed", `,"content":"submarine","password":"x"`)
	s.make("posts", "Draft", `,"content":"submarine","status":"draft"`)
	s.make("posts", "Private", `,"content":"submarine","status":"private"`)
	s.make("pages", "About boats", `,"content":"The harbour, of course."`)
	s.make("blocks", "Boat pattern", `,"content":"<!-- wp:paragraph --><p>submarine</p><!-- /wp:paragraph -->"`)
	s.make("posts", "東京の天気", `,"content":"Zürich naïve C++ x-ray 42nd"`)
	for i := range 8 {
		s.make("posts", fmt.Sprint("Filler ", i), `,"content":"Nothing much at night."`)
	}
	var pic bytes.Buffer
	if err := png.Encode(&pic, image.NewGray(image.Rect(0, 0, 4, 4))); err != nil {
		s.t.Fatal(err)
	}
	r := s.do(http.DefaultClient, "POST", "/wp-json/wp/v2/media", pic.String(), "Authorization", s.auth, "Content-Type", "image/png", "Content-Disposition", `attachment; filename="IMG-4711.png"`)
	s.want(r, 201, "")
	s.ids["Picture"], _ = r.json("id").(float64)
	s.want(s.post(s.path("media", "Picture"), `{"title":"Submarine"}`, "Authorization", s.auth), 200, "")
}

// readSearch reads lists of every kind.
func (s *searched) readSearch() {
	for _, c := range []struct {
		list string
		want []string
	}{
		{"posts?search=harbour", []string{"The lantern", "Harbour"}}, // by date, as of all lists of posts
		{"posts?search=harbour&orderby=relevance", []string{"Harbour", "The lantern"}},
		{"posts?search=harbour&orderby=title&order=asc", []string{"Harbour", "The lantern"}},
		{"posts?search=harbour&orderby=relevance&per_page=1&page=2", []string{"The lantern"}},
		{"posts?search=HARB", []string{"The lantern", "Harbour"}},
		{"posts?search=arbour", nil},
		{"posts?search=harbour+-boats", []string{"The lantern"}},
		{"posts?search=%22harbour+master%22", []string{"The lantern"}},
		{"posts?search=glow-worm", []string{"The lantern"}},
		{"posts?search=harbour&search_columns=post_title", []string{"Harbour"}},
		{"posts?search=harbour&search_semantics=exact", []string{"Harbour"}},
		{"posts?search=harbour&exclude=" + fmt.Sprint(s.ids["Harbour"]), []string{"The lantern"}},
		{"posts?search=harbour&before=2026-01-15T00:00:00", []string{"Harbour"}},
		{"posts?search=zurich", []string{"東京の天気"}}, {"posts?search=東京", []string{"東京の天気"}}, {"posts?search=C%2B%2B", []string{"東京の天気"}}, {"posts?search=42", []string{"東京の天気"}},
		{"posts?search=submarine", nil},
		{"pages?search=harbour", []string{"About boats"}},
		{"search?search=harbour&subtype=post", []string{"Harbour", "The lantern"}},
		{"search?search=boats", []string{"About boats", "Harbour"}},
		{"media?search=submarine", []string{"Picture"}}, {"media?search=4711", []string{"Picture"}}, {"media?search=ubmar", []string{"Picture"}},
	} {
		s.finds("", c.list, c.want...)
	}
	s.finds("admin", "posts?search=submarine&status=draft", "Draft")
	s.finds("admin", "posts?search=submarine&status=any&orderby=title&order=asc", "Closed", "Draft", "Private")
	s.finds("admin", "posts?search=submarine", "Closed")
	s.finds("admin", "blocks?search=submarine", "Boat pattern")
	s.finds("", "posts?search=harbour&cursor=0", "Harbour", "The lantern")
}

// writeSearch changes posts and finds them as they are now.
func (s *searched) writeSearch() {
	as := []string{"Authorization", s.auth}
	s.make("posts", "Zeppelin", `,"content":"airship"`)
	s.finds("", "posts?search=airship", "Zeppelin")
	s.want(s.post(s.path("posts", "Zeppelin"), `{"content":"balloon"}`, as...), 200, "")
	s.finds("", "posts?search=airship")
	s.finds("", "posts?search=balloon", "Zeppelin")
	revisions := strings.TrimPrefix(s.path("posts", "Zeppelin"), "/wp-json/wp/v2/") + "/revisions?search=balloon"
	if r := s.get("/wp-json/wp/v2/"+revisions, as...); !strings.Contains(r.body, "balloon") {
		s.t.Errorf("revisions: %s", r.body)
	}
	s.want(s.do(http.DefaultClient, "DELETE", s.path("posts", "Zeppelin"), "", as...), 200, "")
	s.finds("", "posts?search=balloon")
	s.finds("admin", "posts?search=balloon&status=trash", "Zeppelin")
	s.want(s.post(s.path("posts", "Zeppelin"), `{"status":"publish"}`, as...), 200, "")
	s.finds("", "posts?search=balloon", "Zeppelin")
	s.want(s.do(http.DefaultClient, "DELETE", s.path("posts", "Zeppelin")+"?force=true", "", as...), 200, "")
	s.finds("admin", "posts?search=balloon&status=any,trash")
	batch := fmt.Sprintf(`{"requests":[{"path":"/wp/v2/posts","method":"POST","body":{"title":"Batched","content":"gondola","status":"publish"}},{"path":"/wp/v2/posts/%.0f","method":"POST","body":{"content":"gondola"}}]}`, s.ids["Filler 7"])
	s.want(s.post("/wp-json/batch/v1", batch, as...), 207, "")
	s.finds("", "posts?search=gondola&include="+fmt.Sprint(s.ids["Filler 7"]), "Filler 7")
	if r := s.get("/wp-json/wp/v2/posts?search=gondola"); r.Header.Get("X-WP-Total") != "2" {
		s.t.Errorf("batch: %s", r.body)
	}
}

// strangeSearch asks for what could mean something to an index.
func (s *searched) strangeSearch() {
	for _, text := range []string{`"`, `*`, `a*`, `(`, `((((`, `NEAR(a b)`, `x AND`, `NOT x`, `OR`, `post_title:x`, `{post_title}:x`, `+`, `-`, `-x`, `+x -`, `~x <y >z`, `@2`, `' OR 1=1 --`,
		`'); DROP TABLE wp_posts; --`, "\x00", "x\x00y", "\u0301", "🎉", "%", "_", `\`, " ", "日", strings.Repeat("night ", 1700), strings.Repeat("x", 10_000), strings.Repeat("(", 5000), strings.Repeat(`"x y" `, 8)} {
		for _, route := range []string{"posts", "pages", "search", "media"} {
			r := s.get("/wp-json/wp/v2/" + route + "?search=" + url.QueryEscape(text))
			if r.StatusCode != http.StatusOK {
				s.t.Errorf("%s %.40q: %d %.200s", route, text, r.StatusCode, r.body)
			}
		}
	}
	s.want(s.get("/wp-json/wp/v2/posts?search=%ff%fe"), 200, "")
}

// TestSearchSettings: what makes no sense is refused at the start.
func TestSearchSettings(t *testing.T) {
	c := cli{t, t.TempDir()}
	if _, e := c.run(1, "init", "--search", "magic"); !strings.Contains(e, `search: "magic" is none of like, fulltext and trigram`) {
		t.Error(e)
	}
	c.run(0, "init", "--search", "trigram")
	if st := c.object("search-index", "status", "--search", "trigram"); st["index"] != "trigram" || st["complete"] != true {
		t.Error(st)
	}
	c.array("user", "list") // a tool leaves the index as it is
	if st := c.object("search-index", "status"); st["index"] != "trigram" || st["search"] != "like" {
		t.Error(st)
	}
	c.run(2, "search-index", "create", "something")
	c.run(2, "search-index")
	c.run(0, "init")
	if st := c.object("search-index", "status"); st["index"] != "none" {
		t.Error(st)
	}
}
