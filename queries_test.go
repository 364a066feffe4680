package platen_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/platenhq/platen"
	"github.com/platenhq/platen/apppassword"
	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/wp"
)

// crowd is how many of everything the site of TestQueryCounts has.
const crowd = 40

// fillCrowd makes posts, pages, media, comments, terms and users that all
// differ in what they belong to.
func fillCrowd(ctx context.Context, st *store.Store) error {
	return st.Tx(ctx, func(tx *store.Tx) error {
		var terms []int64
		for i := range crowd {
			n := int64(1000 + i)
			if _, err := tx.InsertUser(ctx, wp.User{ID: n, Login: fmt.Sprint("user", i), Nicename: fmt.Sprint("user", i), Email: fmt.Sprintf("u%d@example.com", i), DisplayName: fmt.Sprint("User ", i), Registered: fixtureDate, Pass: "!"}); err != nil {
				return err
			}
			if err := tx.SetMeta(ctx, wp.UserMeta, n, tx.Prefix()+"capabilities", `a:1:{s:6:"author";b:1;}`); err != nil {
				return err
			}
			taxonomy := []string{"category", "post_tag"}[i%2]
			_, _, err := tx.InsertTerm(ctx, wp.Term{ID: n, Name: fmt.Sprint("term ", i), Slug: fmt.Sprint("term-", i), Taxonomy: taxonomy})
			if err != nil {
				return err
			}
			row, err := tx.Term(ctx, n, taxonomy)
			if err != nil {
				return err
			}
			terms = append(terms, row.TermTaxonomyID)
		}
		for i := range crowd {
			if err := fillOne(ctx, tx, i, terms); err != nil {
				return err
			}
		}
		return nil
	})
}

func fillOne(ctx context.Context, tx *store.Tx, i int, terms []int64) error {
	author, post, page, media := int64(1000+i), int64(2000+i), int64(3000+i), int64(4000+i)
	for _, p := range []wp.Post{
		{ID: post, Type: "post", Status: "publish", Title: fmt.Sprint("Post ", i)},
		{ID: page, Type: "page", Status: "publish", Title: fmt.Sprint("Page ", i), Parent: map[bool]int64{true: page - 1}[i%3 > 0]},
		{ID: media, Type: "attachment", Status: "inherit", Title: fmt.Sprint("Media ", i), MimeType: "image/jpeg", Parent: post},
		{ID: int64(5000 + i), Type: "revision", Status: "inherit", Title: fmt.Sprint("Post ", i), Name: fmt.Sprintf("%d-revision-v1", post), Parent: post},
	} {
		p.Author, p.Date, p.DateGMT, p.Modified, p.ModifiedGMT = author, fixtureDate, fixtureDate, fixtureDate, fixtureDate
		p.CommentStatus, p.PingStatus, p.Content = "open", "open", "<!-- wp:paragraph -->\n<p>Text.</p>\n<!-- /wp:paragraph -->"
		if p.Name == "" {
			p.Name = strings.ToLower(strings.ReplaceAll(p.Title, " ", "-"))
		}
		if _, err := tx.InsertPost(ctx, p); err != nil {
			return err
		}
	}
	if err := tx.AddObjectTerms(ctx, post, []int64{terms[i], terms[(i+1)%len(terms)]}); err != nil {
		return err
	}
	for _, m := range []struct {
		id         int64
		key, value string
	}{{post, "_thumbnail_id", fmt.Sprint(media)}, {media, "_wp_attached_file", fmt.Sprintf("2024/03/%d.jpg", i)}} {
		if err := tx.SetMeta(ctx, wp.PostMeta, m.id, m.key, m.value); err != nil {
			return err
		}
	}
	_, err := tx.InsertComment(ctx, wp.Comment{PostID: post, UserID: author, Author: fmt.Sprint("User ", i), AuthorEmail: "u@example.com", Approved: "1", Type: "comment", Content: "Well.", Date: fixtureDate, DateGMT: fixtureDate})
	return err
}

// TestQueryCounts: what a request asks of the database does not depend on how
// many items it shows. Nothing is cached when a request comes; one of the
// statements counted is that for the settings.
func TestQueryCounts(t *testing.T) {
	m := newMold(t, fillCrowd)
	app := m.cast()
	defer m.drop(app)
	foreign, err := store.Open(t.Context(), "sqlite:"+app.Path(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer foreign.Close()
	_, password, err := app.Site().CreateAppPassword(t.Context(), 1, apppassword.New{Name: "counting"})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		route, query string
		as           string
		most         int
	}{
		{"/wp/v2/posts", "", "", 7},
		{"/wp/v2/posts", "_fields=id,title", "", 6},
		{"/wp/v2/posts", "_embed=1", "", 22},
		{"/wp/v2/posts", "context=edit", password, 12},
		{"/wp/v2/pages", "context=edit", password, 12},
		{"/wp/v2/posts", "search=post", "", 7},
		{"/wp/v2/posts", "categories_exclude=1", "", 8},
		{"/wp/v2/pages", "", "", 7},
		{"/wp/v2/pages", "_embed=1", "", 16},
		{"/wp/v2/media", "", "", 7},
		{"/wp/v2/media", "_embed=1", "", 16},
		{"/wp/v2/comments", "", "", 9},
		{"/wp/v2/comments", "_embed=1", "", 20},
		{"/wp/v2/users", "", "", 8},
		{"/wp/v2/users", "context=edit", password, 9},
		{"/wp/v2/categories", "", "", 6},
		{"/wp/v2/tags", "_embed=1", "", 8},
		{"/wp/v2/search", "", "", 8},
		{"/wp/v2/search", "_embed=1", "", 16},
	} {
		few := queriesOf(t, app, foreign, c.as, "GET", c.route, c.query+"&per_page=4")
		many := queriesOf(t, app, foreign, c.as, "GET", c.route, c.query+"&per_page=20")
		if many > few || many > c.most {
			t.Errorf("%s?%s: %d queries for 4 items, %d for 20, want at most %d", c.route, c.query, few, many, c.most)
		}
	}
	for _, c := range []struct {
		method, route, query string
		most                 int
	}{
		{"GET", "/wp/v2/posts/2001", "", 9},
		{"GET", "/wp/v2/pages/3001", "", 8},
		{"GET", "/wp/v2/users/1001", "", 6},
		{"POST", "/wp/v2/posts/2001", "title=New", 40},
		{"POST", "/wp/v2/posts", "title=New&status=publish", 45},
		{"DELETE", "/wp/v2/posts/2002", "", 40},
	} {
		if n := queriesOf(t, app, foreign, password, c.method, c.route, c.query); n > c.most {
			t.Errorf("%s %s: %d queries, want at most %d", c.method, c.route, n, c.most)
		}
	}
}

// queriesOf counts the statements that a request needs when nothing is cached.
func queriesOf(t *testing.T, app *platen.App, foreign *store.Store, password, method, route, query string) int {
	t.Helper()
	if err := foreign.SetOption(t.Context(), "written_by_another", fmt.Sprint(foreign.Statements()), "off"); err != nil {
		t.Fatal(err)
	}
	before := app.Site().Store().Statements()
	r := httptest.NewRequest(method, "/wp-json"+route+"?"+query, nil)
	r.RemoteAddr = "127.0.0.1:1"
	if password != "" {
		r.SetBasicAuth("admin", password)
	}
	w := httptest.NewRecorder()
	app.Handler().ServeHTTP(w, r)
	if w.Code >= 400 {
		t.Errorf("%s %s?%s: %d %.200s", method, route, query, w.Code, w.Body)
	}
	return int(app.Site().Store().Statements() - before)
}
