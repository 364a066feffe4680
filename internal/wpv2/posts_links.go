package wpv2

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
	"github.com/platenhq/platen/schema"
)

const wpRel = "https://api.w.org/"

func (c *posts) builtin() bool { return c.typ.Name == "post" || c.typ.Name == "page" }

// revisioned reports a type whose posts link to their revisions.
func (c *posts) revisioned() bool { return c.builtin() || c.site.Supports(c.typ.Name, "revisions") }

// withQuery appends one parameter to an address.
func withQuery(address, name, value string) string {
	sep := "?"
	if strings.Contains(address, "?") {
		sep = "&"
	}
	return address + sep + name + "=" + value
}

func withQueryString(address, query string) string {
	sep := "?"
	if strings.Contains(address, "?") {
		sep = "&"
	}
	return address + sep + query
}

// postRoute is the route of any post, "" when its type is not in the API.
func (a *API) postRoute(t *wp.PostType, id int64) string {
	if t == nil || !t.ShowInREST {
		return ""
	}
	return t.Namespace() + "/" + t.Base() + "/" + strconv.FormatInt(id, 10)
}

// links mirrors prepare_links and get_available_actions.
func (c *posts) links(s *rest.Scope, p *wp.Post) *rest.Links {
	ctx := s.Ctx
	set := c.settings(ctx)
	l := &rest.Links{}
	self := set.REST(c.base + "/" + id(p.ID))
	l.Add("self", rest.Link{Href: self})
	l.Add("collection", rest.Link{Href: set.REST(c.base)})
	l.Add("about", rest.Link{Href: set.REST(namespace + "/types/" + c.typ.Name)})
	if (c.builtin() || c.site.Supports(p.Type, "author")) && p.Author != 0 {
		l.Add("author", rest.Link{Href: set.REST(namespace + "/users/" + id(p.Author)), Embeddable: true})
	}
	if c.builtin() || c.site.Supports(p.Type, "comments") {
		l.Add("replies", rest.Link{Href: withQuery(set.REST(namespace+"/comments"), "post", id(p.ID)), Embeddable: true})
	}
	if c.revisioned() {
		c.revisionLinks(ctx, l, self, p)
	}
	if c.typ.Hierarchical && p.Parent != 0 {
		if parent, err := c.site.Post(ctx, p.Parent); err == nil {
			if route := c.postRoute(c.site.Registry().PostType(parent.Type), parent.ID); route != "" {
				l.Add("up", rest.Link{Href: set.REST(route), Embeddable: true})
			}
		}
	}
	c.mediaLinks(ctx, l, p)
	c.attachedTo(ctx, l, p)
	for _, t := range c.site.Registry().TaxonomiesOf(p.Type) {
		if t.ShowInREST {
			l.Add(wpRel+"term", rest.Link{
				Href:       withQuery(set.REST(t.Namespace()+"/"+t.Base()), "post", id(p.ID)),
				Embeddable: true, Extra: []ordered.Member{{Name: "taxonomy", Value: t.Name}},
			})
		}
	}
	for _, action := range c.actions(s) {
		l.Add(wpRel+"action-"+action, rest.Link{Href: self})
	}
	return l
}

func (c *posts) revisionLinks(ctx context.Context, l *rest.Links, self string, p *wp.Post) {
	latest, count := c.site.RevisionStats(ctx, p.ID)
	l.Add("version-history", rest.Link{Href: self + "/revisions", Extra: []ordered.Member{{Name: "count", Value: int64(count)}}})
	if count > 0 {
		l.Add("predecessor-version", rest.Link{Href: self + "/revisions/" + id(latest), Extra: []ordered.Member{{Name: "id", Value: latest}}})
	}
}

func (c *posts) mediaLinks(ctx context.Context, l *rest.Links, p *wp.Post) {
	set := c.settings(ctx)
	if media := c.site.ThumbnailID(ctx, p.ID); media != 0 {
		if m, err := c.site.Post(ctx, media); err == nil && (c.site.PostStatus(ctx, m) == "publish" || c.site.CanPost(ctx, "read_post", m)) {
			if route := c.postRoute(c.site.Registry().PostType(m.Type), m.ID); route != "" {
				l.Add(wpRel+"featuredmedia", rest.Link{Href: set.REST(route), Embeddable: true})
			}
		}
	}
	if !slices.Contains([]string{"attachment", "nav_menu_item", "revision"}, p.Type) {
		l.Add(wpRel+"attachment", rest.Link{Href: withQuery(set.REST(namespace+"/media"), "parent", id(p.ID))})
	}
}

// actions are what an editor may do, shown as links in context edit.
func (c *posts) actions(s *rest.Scope) []string {
	if s.Context != schema.Edit {
		return nil
	}
	can := func(cap string) bool { return c.site.Can(s.Ctx, cap) }
	var out []string
	publish, others := can(c.typ.Caps.Get("publish_posts")), can(c.typ.Caps.Get("edit_others_posts"))
	if c.typ.Name != "attachment" && publish {
		out = append(out, "publish")
	}
	if can("unfiltered_html") {
		out = append(out, "unfiltered-html")
	}
	if c.typ.Name == "post" && publish && others {
		out = append(out, "sticky")
	}
	if c.site.Supports(c.typ.Name, "author") && others {
		out = append(out, "assign-author")
	}
	for _, t := range c.restTaxonomies() {
		create := t.Caps.Get("assign_terms")
		if t.Hierarchical {
			create = t.Caps.Get("edit_terms")
		}
		if can(create) {
			out = append(out, "create-"+t.Base())
		}
		if can(t.Caps.Get("assign_terms")) {
			out = append(out, "assign-"+t.Base())
		}
	}
	return out
}

// schemaLinks describes the action links in the item schema.
func (c *posts) schemaLinks(ctx context.Context) []any {
	href := c.url(ctx, c.base+"/{id}")
	var out []any
	add := func(rel, title, prop string, target *ordered.Object) {
		out = append(out, ordered.Of("rel", wpRel+"action-"+rel, "title", title, "href", href,
			"targetSchema", ordered.Of("type", "object", "properties", ordered.Of(prop, target))))
	}
	ids := func() *ordered.Object {
		return ordered.Of("type", "array", "items", ordered.Of("type", "integer"))
	}
	if c.typ.Name != "attachment" {
		add("publish", "The current user can publish this post.", "status", ordered.Of("type", "string", "enum", []any{"publish", "future"}))
	}
	add("unfiltered-html", "The current user can post unfiltered HTML markup and JavaScript.", "content", ordered.Of("raw", ordered.Of("type", "string")))
	if c.typ.Name == "post" {
		add("sticky", "The current user can sticky this post.", "sticky", ordered.Of("type", "boolean"))
	}
	if c.site.Supports(c.typ.Name, "author") {
		add("assign-author", "The current user can change the author on this post.", "author", ordered.Of("type", "integer"))
	}
	for _, t := range c.restTaxonomies() {
		add("assign-"+t.Base(), "The current user can assign terms in the "+t.Name+" taxonomy.", t.Base(), ids())
		add("create-"+t.Base(), "The current user can create terms in the "+t.Name+" taxonomy.", t.Base(), ids())
	}
	return out
}
