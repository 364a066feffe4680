package wpv2

import (
	"context"
	"strconv"

	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/phpserialize"
	"github.com/platenhq/platen/rest"
)

// Index fills the head of the index of the REST API: what the site is, how one
// may authenticate, and links. It mirrors WP_REST_Server::get_index.
func (a *API) Index(ctx context.Context, req *rest.Request, resp *rest.Response) {
	set := a.settings(ctx)
	o := resp.Data.(*ordered.Object)
	o.Set("name", set.Get("blogname"))
	o.Set("description", set.Get("blogdescription"))
	o.Set("url", set.SiteURL)
	o.Set("home", set.Home)
	o.Set("gmt_offset", gmtOffset(set.Zone.OffsetHours(a.site.Now()), set.Get("gmt_offset"), set.Get("timezone_string")))
	o.Set("timezone_string", set.Get("timezone_string"))
	o.Set("page_for_posts", set.Int("page_for_posts"))
	o.Set("page_on_front", set.Int("page_on_front"))
	o.Set("show_on_front", set.Get("show_on_front"))
	o.Set("namespaces", a.rest.Namespaces())
	o.Set("authentication", a.authentication(ctx, req))
	o.Set("routes", []any{}) // holds the place; the server fills it
	wants := func(field string) bool { return rest.WantsField(req, field) }
	links := rest.NewScope(ctx, req).WantsLinks()
	if links {
		resp.Links.Add("help", rest.Link{Href: "https://developer.wordpress.org/rest-api/"})
		if a.seesThemes(ctx) {
			resp.Links.Add(wpRel+"active-theme", rest.Link{Href: set.REST(namespace + "/themes/" + a.site.Theme(ctx))})
		}
	}
	if links || wants("site_logo") {
		a.indexImage(ctx, resp, a.siteLogo(ctx), "site_logo")
	}
	if links || wants("site_icon") || wants("site_icon_url") {
		icon := set.Int("site_icon")
		a.indexImage(ctx, resp, icon, "site_icon")
		o.Set("site_icon_url", a.siteIconURL(ctx, icon))
	}
}

// gmtOffset is the distance from UTC in hours: that of the named zone now,
// else the option as it is stored.
func gmtOffset(now float64, stored, zone string) any {
	if zone == "" {
		return stored
	}
	return now
}

// authentication says how one may authenticate; an empty list when in no way.
func (a *API) authentication(ctx context.Context, req *rest.Request) any {
	set := a.settings(ctx)
	out := &ordered.Object{}
	if a.oauth1 {
		base := set.Home + "/oauth1/"
		out.Set("oauth1", ordered.Of("request", base+"request", "authorize", base+"authorize", "access", base+"access", "version", "0.1"))
	}
	if a.site.AppPasswordsAvailable(req.Secure) {
		url := set.SiteURL + "/wp-admin/authorize-application.php"
		out.Set("application-passwords", ordered.Of("endpoints", ordered.Of("authorization", url)))
	}
	if out.Len() == 0 {
		return []any{}
	}
	return out
}

// seesThemes reports who is told of the active theme.
func (a *API) seesThemes(ctx context.Context) bool {
	if a.site.Can(ctx, "switch_themes") || a.site.Can(ctx, "edit_posts") {
		return true
	}
	for _, t := range a.site.Registry().PostTypes() {
		if t.ShowInREST && a.site.Can(ctx, t.Caps.Get("edit_posts")) {
			return true
		}
	}
	return false
}

// siteLogo is the logo of the site, else the theme's custom logo, 0 for none.
func (a *API) siteLogo(ctx context.Context) int64 {
	if v, found, err := a.site.LookupOption(ctx, "site_logo"); err == nil && found {
		return site.Atoi(v)
	}
	raw, err := a.site.Option(ctx, "theme_mods_"+a.site.Theme(ctx))
	if err != nil {
		return 0
	}
	mods, _ := phpserialize.MaybeUnserialize(raw).(*phpserialize.Array)
	if mods == nil {
		return 0
	}
	switch v := mods.Lookup("custom_logo").(type) {
	case int64:
		return v
	case string:
		n, _ := strconv.ParseInt(v, 10, 64)
		return n
	}
	return 0
}

func (a *API) indexImage(ctx context.Context, resp *rest.Response, image int64, name string) {
	resp.Data.(*ordered.Object).Set(name, image)
	if image == 0 {
		return
	}
	resp.Links.Add(wpRel+"featuredmedia", rest.Link{
		Href: a.url(ctx, namespace+"/media/"+id(image)), Embeddable: true, After: true,
		Extra: []ordered.Member{{Name: "type", Value: name}},
	})
}

// siteIconURL is the address of the site icon in full size.
func (a *API) siteIconURL(ctx context.Context, icon int64) string {
	if icon == 0 {
		return ""
	}
	m, err := a.site.Meta(ctx, wp.PostMeta, icon)
	if err != nil {
		return ""
	}
	file := m.Get("_wp_attached_file")
	if file == "" {
		return ""
	}
	return a.settings(ctx).UploadsURL() + "/" + file
}
