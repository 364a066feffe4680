// Package books is a plugin: a post type with a taxonomy and meta, a route, a
// field, a shortcode, a hook and a dashboard page.
//
//	func main() { platen.Main(books.Plugin{}) }
package books

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"html"
	"net/http"
	"strings"

	"github.com/platenhq/platen"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
	"github.com/platenhq/platen/schema"
)

//go:embed books.js
var script []byte

// Plugin is the plugin.
type Plugin struct{}

var _ platen.Plugin = Plugin{}

// Name implements platen.Plugin.
func (Plugin) Name() string { return "books" }

// Register implements platen.Plugin.
func (Plugin) Register(r *platen.Registry) error {
	b := &books{site: r.Site()}
	r.PostType(platen.PostType{
		Name: "book", Label: "Books", Singular: "Book", Public: true, ShowInREST: true, RESTBase: "books",
		Supports: []string{"title", "editor", "excerpt", "author", "custom-fields"}, MenuIcon: "dashicons-book",
	})
	r.Taxonomy(platen.Taxonomy{
		Name: "genre", Label: "Genres", Singular: "Genre", PostTypes: []string{"book"}, Public: true, Hierarchical: true, ShowInREST: true, RESTBase: "genres",
	})
	r.Meta(platen.MetaKey{
		Kind: platen.PostMeta, Subtype: "book", Key: "isbn", Type: "string", Single: true, ShowInREST: true,
		Schema: schema.String("ISBN-13 without hyphens.").Pattern("^([0-9]{13})?$"),
	})
	r.Meta(platen.MetaKey{Kind: platen.PostMeta, Subtype: "book", Key: "copies", Type: "integer", Single: true, Default: 1, ShowInREST: true})
	r.Field(platen.Field{
		Objects: []string{"book"}, Name: "available", Schema: schema.Boolean("Whether a copy is there.").Readonly(), Get: b.available,
	})
	r.Route("books/v1", `/borrow/(?P<id>[\d]+)`, rest.Endpoint{
		Methods: []string{http.MethodPost}, Permission: r.Site().Require("edit_posts"), Handle: b.borrow,
		Args: rest.Args{
			schema.Prop("id", schema.Integer("Which book.")),
			schema.Prop("copies", schema.Integer("How many copies.").Default(1).Min(1).Max(5)),
		},
	})
	r.Hooks(platen.Hooks{BeforeInsertPost: b.check})
	r.Shortcode("book", b.shortcode)
	r.Script("books", script, "wp-api")
	r.Localize("books", "bookShelf", map[string]any{"borrow": "books/v1/borrow/"})
	r.Page(platen.Page{Slug: "books", Title: "Lending", Capability: "edit_posts", Scripts: []string{"books"}})
	return nil
}

// books is the plugin on a site.
type books struct{ site *platen.Site }

// check is a hook that refuses: a book needs a title.
func (b *books) check(_ context.Context, p *platen.Post) error {
	if p.Type == "book" && p.Status == "publish" && strings.TrimSpace(p.Title) == "" {
		return rest.NewError(http.StatusBadRequest, "book_without_title", "A book needs a title.")
	}
	return nil
}

// copies is how many copies of a book are there.
func (b *books) copies(ctx context.Context, id int64) (int64, error) {
	values, err := b.site.Meta(ctx, platen.PostMeta, id, "copies")
	if err != nil || len(values) == 0 {
		return 1, err
	}
	var n int64
	_, err = fmt.Sscan(fmt.Sprint(values[0]), &n) // meta is stored as text
	return n, err
}

func (b *books) available(ctx context.Context, id int64) (any, error) {
	n, err := b.copies(ctx, id)
	return n > 0, err
}

// borrow takes copies off the shelf, in one transaction: two readers never get
// the same copy.
func (b *books) borrow(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	id, want := req.Int("id"), req.Int("copies")
	if p, err := b.site.Post(ctx, id); errors.Is(err, platen.ErrNotFound) || err == nil && p.Type != "book" {
		return nil, rest.NewError(http.StatusNotFound, "book_unknown", "There is no such book.")
	} else if err != nil {
		return nil, err
	}
	left := int64(0)
	err := b.site.Atomically(ctx, func(ctx context.Context) error {
		have, err := b.copies(ctx, id)
		if err != nil {
			return err
		}
		if left = have - want; left < 0 {
			return rest.NewError(http.StatusConflict, "book_lent", "There are not so many copies.")
		}
		return b.site.SetMeta(ctx, platen.PostMeta, id, "copies", left)
	})
	if err != nil {
		return nil, err
	}
	return rest.OK(ordered.Of("id", id, "copies", left)), nil
}

// shortcode is [book slug="dune"]: a link to the book.
func (b *books) shortcode(ctx context.Context, c platen.ShortcodeCall) string {
	slug, _ := c.Attributes.Value("slug").(string)
	found, _, err := b.site.Posts(ctx, platen.PostQuery{Types: []string{"book"}, Slug: slug, Limit: 1})
	if err != nil || slug == "" || len(found) == 0 {
		return ""
	}
	return fmt.Sprintf(`<a class="book" href="%s">%s</a>`, html.EscapeString(b.site.Permalink(ctx, found[0])), html.EscapeString(found[0].Title))
}
