// Package wpv2 is the namespace wp/v2: the resources of a WordPress site as
// its REST API shows them. Each resource is declared once, as rows that
// describe, read and write its properties; a file per controller.
package wpv2

import (
	"context"
	"errors"
	"net/http"
	"sync"

	"github.com/platenhq/platen/internal/render"
	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
	"github.com/platenhq/platen/schema"
)

const namespace = "wp/v2"

// API serves the namespace over a site.
type API struct {
	site        *site.Site
	rest        *rest.Server
	publicUsers bool
	php         bool
	oauth1      bool
	limits      bool
	sideloads   bool
	renewLogin  func(context.Context, *rest.Request, *site.User) ([]string, error)
	nonce       func(ctx context.Context, action string) string
	postTypes   map[string]*posts // controllers by post type
	registered  []Registered
	fieldNames  map[string][]string // of resources that take registered fields
	blocks      *render.Registry

	renderMu sync.Mutex
	rendered *rendering
}

// Config is what the API needs.
type Config struct {
	Site   *site.Site
	Server *rest.Server
	// PublicUsers lists the authors of published posts to anybody.
	PublicUsers bool
	// PHP says that a PHP WordPress stands behind, whose plugins may know blocks
	// that are not known here; see UnknownBlocks.
	PHP bool
	// OAuth1 announces OAuth 1.0a in the index.
	OAuth1 bool
	// Limits adds the limits of application passwords, which WordPress does
	// not have, to their routes.
	Limits bool
	// Sideloads adds the routes for browsers that make the sizes of images
	// themselves.
	Sideloads bool
	// Nonce makes a nonce of an action for the caller.
	Nonce func(ctx context.Context, action string) string
	// Fields are the properties, Blocks the blocks and shortcodes of plugins.
	Fields []Registered
	Blocks *render.Registry
	// RenewLogin returns the Set-Cookie values for a user who changed their
	// own password, so that the browser stays logged in. Nil: none.
	RenewLogin func(context.Context, *rest.Request, *site.User) ([]string, error)
}

// New returns an API; Register adds its routes.
func New(cfg Config) *API {
	if cfg.Nonce == nil {
		cfg.Nonce = func(context.Context, string) string { return "" }
	}
	return &API{site: cfg.Site, rest: cfg.Server, publicUsers: cfg.PublicUsers, php: cfg.PHP, oauth1: cfg.OAuth1, limits: cfg.Limits, sideloads: cfg.Sideloads, nonce: cfg.Nonce, renewLogin: cfg.RenewLogin, postTypes: map[string]*posts{},
		registered: cfg.Fields, fieldNames: map[string][]string{}, blocks: cfg.Blocks}
}

// The contexts in which properties are shown.
var (
	everywhere = []string{schema.View, schema.Edit, schema.Embed}
	viewEdit   = []string{schema.View, schema.Edit}
	editOnly   = []string{schema.Edit}
)

// settings returns the site's settings; a failure of the database is the
// server's own.
func (a *API) settings(ctx context.Context) *site.Settings {
	set, err := a.site.Settings(ctx)
	if err != nil {
		return &site.Settings{}
	}
	return set
}

// url is the address of a route.
func (a *API) url(ctx context.Context, route string) string { return a.settings(ctx).REST(route) }

// refuse turns an error of the site into one of the API; status is what
// errors without one of their own get.
func refuse(err error, status int) error {
	var e *site.Error
	if !errors.As(err, &e) {
		return err
	}
	if e.Status != 0 {
		status = e.Status
	}
	out := rest.NewError(status, e.Code, e.Message)
	for k, v := range e.Data {
		if out.Data == nil {
			out.Data = &ordered.Object{}
		}
		out.Data.Set(k, v)
	}
	return out
}

// contextArg is the context parameter of a resource.
func contextArg(item *schema.Schema) schema.Property {
	return schema.Prop("context", schema.ContextParam("Which fields the answer has.", item).Default(schema.View))
}

// pagingArgs are the parameters that every collection has.
func pagingArgs() rest.Args {
	return rest.Args{
		schema.Prop("page", schema.Integer("Page of the collection.").Default(int64(1)).Min(1)),
		schema.Prop("per_page", schema.Integer("Largest number of items of a page.").Default(int64(10)).Min(1).Max(100)),
		schema.Prop("search", schema.String("Only items that match this text.").Sanitize(schema.Text(sanitizeText))),
	}
}

// head reports a HEAD request, which is answered without its items.
func head(req *rest.Request) bool { return req.Method == http.MethodHead }

// page answers a page of a collection with the headers that say where in it
// one is.
func (a *API) page(ctx context.Context, req *rest.Request, items []any, total int, route string) *rest.Response {
	return a.pageAt(ctx, req, items, total, route, int(req.Int("page")))
}

// pageAt is page for collections that count their pages by the offset.
func (a *API) pageAt(ctx context.Context, req *rest.Request, items []any, total int, route string, page int) *rest.Response {
	perPage := int(req.Int("per_page"))
	pages := 0
	if perPage > 0 {
		pages = (total + perPage - 1) / perPage
	}
	resp := rest.OK(items)
	resp.SetHeader("X-WP-Total", decimal(total)).SetHeader("X-WP-TotalPages", decimal(pages))
	base := a.url(ctx, route)
	if page > 1 {
		resp.AddLinkHeader("prev", pageURL(base, req, min(page-1, pages)))
	}
	if pages > page {
		resp.AddLinkHeader("next", pageURL(base, req, page+1))
	}
	return resp
}

// missing reports an id that stands for nothing.
func missing(err error) bool { return errors.Is(err, wp.ErrNotFound) }
