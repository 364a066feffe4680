package main

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/wp"
)

// crowd is what a site has beside posts.
type crowd struct{ users, terms, comments int }

// firstUser is the id of the first of the crowd's users.
const firstUser = 100

// author is the user who wrote post i.
func (c crowd) author(i int) int64 {
	if c.users == 0 {
		return 1
	}
	return firstUser + int64(i%c.users)
}

// fill adds users, terms with their posts, and comments.
func (c crowd) fill(ctx context.Context, db *store.Store, posts int) error {
	date := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC).Format(time.DateTime)
	return db.Tx(ctx, func(tx *store.Tx) error {
		for i := range c.users {
			u := wp.User{ID: firstUser + int64(i), Login: fmt.Sprint("user", i), Nicename: fmt.Sprint("user", i), Email: fmt.Sprintf("user%d@example.org", i), DisplayName: fmt.Sprint("User ", i), Registered: date, Pass: "!"}
			if _, err := tx.InsertUser(ctx, u); err != nil {
				return err
			}
			if err := tx.SetMeta(ctx, wp.UserMeta, u.ID, tx.Prefix()+"capabilities", `a:1:{s:6:"author";b:1;}`); err != nil {
				return err
			}
		}
		var terms []int64
		for i := range c.terms {
			id, taxonomy := int64(1000+i), []string{"category", "post_tag"}[i%2]
			if _, _, err := tx.InsertTerm(ctx, wp.Term{ID: id, Name: fmt.Sprint("Term ", i), Slug: fmt.Sprint("term-", i), Taxonomy: taxonomy}); err != nil {
				return err
			}
			t, err := tx.Term(ctx, id, taxonomy)
			if err != nil {
				return err
			}
			terms = append(terms, t.TermTaxonomyID)
		}
		for i := range posts {
			if len(terms) > 0 {
				if err := tx.AddObjectTerms(ctx, int64(firstID+i), []int64{terms[i%len(terms)], terms[(i*7+3)%len(terms)]}); err != nil {
					return err
				}
			}
		}
		for i := range c.comments {
			m := wp.Comment{PostID: int64(firstID + i*13%posts), Author: fmt.Sprint("Visitor ", i%500), AuthorEmail: fmt.Sprintf("v%d@example.org", i%500), Approved: "1", Type: "comment", Content: "A comment about the " + words[i%len(words)], Date: date, DateGMT: date}
			if _, err := tx.InsertComment(ctx, m); err != nil {
				return err
			}
		}
		return nil
	})
}

// authed gives a request the administrator's cookie and nonce.
func (b *bench) authed(r *http.Request, err error) (*http.Request, error) {
	if err != nil {
		return nil, err
	}
	u, err := url.Parse(b.base)
	if err != nil {
		return nil, err
	}
	for _, c := range b.client.Jar.Cookies(u) {
		r.AddCookie(c)
	}
	r.Header.Set("X-WP-Nonce", b.nonce)
	return r, nil
}

// more are the measurements of a site with much on it.
func (b *bench) more() []measure {
	get := func(path string) func(int) (*http.Request, error) {
		return func(int) (*http.Request, error) { return http.NewRequest("GET", b.base+path, nil) }
	}
	last := max(1, min(900, b.posts/10))
	picture := pictureOf(640, 480)
	return []measure{
		{"posts, page " + fmt.Sprint(last), "", get(fmt.Sprintf("/wp-json/wp/v2/posts?per_page=10&page=%d", last))},
		{"posts of a category", "", func(i int) (*http.Request, error) {
			return http.NewRequest("GET", fmt.Sprintf("%s/wp-json/wp/v2/posts?categories=%d", b.base, 1000+2*(i%max(1, b.crowd.terms/2))), nil)
		}},
		{"posts?per_page=100&_embed", "", get("/wp-json/wp/v2/posts?per_page=100&_embed=1")},
		{"posts/ID, 304", "", b.unchanged("/wp-json/wp/v2/posts/" + fmt.Sprint(firstID))},
		{"comments", "", get("/wp-json/wp/v2/comments")},
		{"POST posts, create", "", func(i int) (*http.Request, error) {
			r, err := b.authed(http.NewRequest("POST", b.base+"/wp-json/wp/v2/posts", strings.NewReader(fmt.Sprintf(`{"title":"New %d","content":"Text.","status":"publish"}`, i))))
			if err == nil {
				r.Header.Set("Content-Type", "application/json")
			}
			return r, err
		}},
		{"POST media, upload 640x480", "", func(i int) (*http.Request, error) {
			r, err := b.authed(http.NewRequest("POST", b.base+"/wp-json/wp/v2/media", bytes.NewReader(picture)))
			if err == nil {
				r.Header.Set("Content-Type", "image/png")
				r.Header.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="picture-%d.png"`, i))
			}
			return r, err
		}},
	}
}

// unchanged asks for what the caller has already. It is counted as an answer
// like any other.
func (b *bench) unchanged(path string) func(int) (*http.Request, error) {
	tag := sync.OnceValues(func() (string, error) {
		resp, err := http.Get(b.base + path)
		if err != nil {
			return "", err
		}
		return resp.Header.Get("ETag"), resp.Body.Close()
	})
	return func(int) (*http.Request, error) {
		t, err := tag()
		if err != nil {
			return nil, err
		}
		r, err := http.NewRequest("GET", b.base+path, nil)
		if err == nil {
			r.Header.Set("If-None-Match", t)
		}
		return r, err
	}
}

// pictureOf is a PNG of a gradient.
func pictureOf(w, h int) []byte {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			m.Set(x, y, color.RGBA{uint8(x), uint8(y), uint8(x + y), 255})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		panic(err) // into memory
	}
	return b.Bytes()
}
