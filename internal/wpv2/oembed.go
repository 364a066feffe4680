package wpv2

import (
	"context"
	"crypto/rand"
	"errors"
	"html"
	"net/http"
	"strconv"
	"strings"

	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
	"github.com/platenhq/platen/schema"
)

// oembed tells other sites how to show a post of this one:
// WP_oEmbed_Controller. The script with which WordPress lets a frame grow is a
// file of its own and not sent along; the frame works without it.
type oembed struct{ *API }

const oembedNamespace = "oembed/1.0"

func (a *API) oembedRoutes() []rest.Route {
	c := &oembed{a}
	s := a.shape("oembed")
	embed, proxy := s.get("embed", nil, c.get), s.get("proxy", c.mayProxy, c.proxy)
	absint := func(_ context.Context, v any, _ string) (any, *schema.Error) { return schema.Absint(v), nil }
	arg(embed.Args, "maxwidth").Validate(nil).Sanitize(absint)
	arg(embed.Args, "format").Validate(nil).Sanitize(func(_ context.Context, v any, _ string) (any, *schema.Error) {
		if v == "xml" {
			return "xml", nil
		}
		return "json", nil
	})
	arg(proxy.Args, "maxwidth").Sanitize(absint)
	arg(proxy.Args, "maxheight").Sanitize(absint)
	return []rest.Route{s.route(oembedNamespace, "/embed", embed), s.route(oembedNamespace, "/proxy", proxy)}
}

func (c *oembed) mayProxy(ctx context.Context, _ *rest.Request) error {
	if c.site.Can(ctx, "edit_posts") {
		return nil
	}
	return rest.Denied(ctx, "rest_forbidden", "Sorry, you are not allowed to make proxied oEmbed requests.")
}

func noEmbed() error { return rest.NewError(http.StatusNotFound, "oembed_invalid_url", "Not Found") }

func (c *oembed) get(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	resp, err := c.answer(ctx, req, schema.Absint(req.Param("maxwidth")))
	if req.String("format") != "xml" {
		return resp, err
	}
	var refused *rest.Error
	if errors.As(err, &refused) {
		resp = &rest.Response{Status: refused.Status, Data: ordered.Of("code", refused.Code, "message", refused.Message, "data", ordered.Of("status", refused.Status))}
	} else if err != nil {
		return nil, err
	}
	resp.Raw = oembedXML(resp.Data.(*ordered.Object))
	resp.SetHeader("Content-Type", "text/xml; charset=UTF-8")
	return resp, nil
}

// proxy embeds posts of this site; other sites are not asked.
func (c *oembed) proxy(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	return c.answer(ctx, req, req.Int("maxwidth"))
}

func (c *oembed) answer(ctx context.Context, req *rest.Request, width int64) (*rest.Response, error) {
	p, err := c.site.PostByURL(ctx, req.String("url"))
	if missing(err) || err == nil && !c.embeddable(ctx, p) {
		return nil, noEmbed()
	}
	if err != nil {
		return nil, err
	}
	width = min(max(width, 200), 600)
	height := max((width*9+15)/16, 200)
	set := c.settings(ctx)
	name, title := set.Get("blogname"), c.title(rest.NewScope(ctx, req), p)
	if p.Password != "" {
		title = "Protected: " + title
	}
	author, authorURL := name, set.Home
	if u, err := c.site.User(ctx, p.Author); err == nil {
		author, authorURL = u.DisplayName, c.site.AuthorLink(ctx, u)
	}
	data := ordered.Of("version", "1.0", "provider_name", name, "provider_url", set.Home, "author_name", author, "author_url", authorURL,
		"title", title, "type", "rich", "width", width, "height", height, "html", c.frame(ctx, p, title, name, width, height))
	if image := c.image(ctx, p); image != 0 {
		c.thumbnail(ctx, data, image, width)
	}
	return rest.OK(data), nil
}

// oembedXML mirrors _oembed_create_xml: a value counts as HTML text.
func oembedXML(data *ordered.Object) []byte {
	b := appendXML([]byte("<?xml version=\"1.0\"?>\n<oembed>"), data)
	return append(b, "</oembed>\n"...)
}

func appendXML(b []byte, data *ordered.Object) []byte {
	for name, v := range data.All() {
		if inner, ok := v.(*ordered.Object); ok {
			b = append(appendXML(append(b, "<"+name+">"...), inner), "</"+name+">"...)
			continue
		}
		text, ok := v.(string)
		if !ok {
			text = phpText(v)
		}
		b = append(b, "<"+name+">"...)
		for _, r := range html.UnescapeString(format.EscHTML(text)) {
			switch {
			case r == '&':
				b = append(b, "&amp;"...)
			case r == '<':
				b = append(b, "&lt;"...)
			case r == '>':
				b = append(b, "&gt;"...)
			case r > 126:
				b = append(append(append(b, "&#x"...), strings.ToUpper(strconv.FormatInt(int64(r), 16))...), ';')
			case r >= ' ' || r == '\n' || r == '\t':
				b = append(b, byte(r))
			}
		}
		b = append(b, "</"+name+">"...)
	}
	return b
}

// embeddable reports a post that everybody may see and that may stand in
// other pages.
func (c *oembed) embeddable(ctx context.Context, p *wp.Post) bool {
	t := c.site.Registry().PostType(p.Type)
	st := c.site.Registry().Status(c.site.PostStatus(ctx, p))
	return t != nil && st != nil && t.Viewable() && t.Embeddable && st.Public
}

// frame mirrors get_post_embed_html.
func (c *oembed) frame(ctx context.Context, p *wp.Post, title, site string, width, height int64) string {
	link := c.site.Permalink(ctx, p)
	embed := strings.TrimRight(link, "/") + "/embed"
	if strings.Contains(link, "?") {
		embed = withQuery(link, "embed", "true")
	} else if strings.HasSuffix(link, "/") {
		embed += "/"
	}
	secret := strings.ToLower(rand.Text()[:10])
	var b strings.Builder
	b.WriteString(`<blockquote class="wp-embedded-content" data-secret="` + secret + `"><a href="` + format.EscURL(link) + `">` + title + `</a></blockquote>`)
	b.WriteString(`<iframe sandbox="allow-scripts" security="restricted" src="` + format.EscURL(embed+"#?secret="+secret) + `" width="` + strconv.FormatInt(width, 10) + `" height="` + strconv.FormatInt(height, 10) +
		`" title="` + format.EscAttr("&#8220;"+title+"&#8221; &#8212; "+site) + `" data-secret="` + secret + `" frameborder="0" marginwidth="0" marginheight="0" scrolling="no" class="wp-embedded-content"></iframe>`)
	return b.String()
}

func (c *oembed) image(ctx context.Context, p *wp.Post) int64 {
	if p.Type == "attachment" && strings.HasPrefix(p.MimeType, "image/") {
		return p.ID
	}
	return c.site.ThumbnailID(ctx, p.ID)
}

// thumbnail adds the picture of a post, in the size that fits the width best:
// wp_get_attachment_image_src.
func (c *oembed) thumbnail(ctx context.Context, data *ordered.Object, image, width int64) {
	s := &source{API: c.API, ctx: ctx}
	meta := s.Attachment(image)
	m, err := c.site.Meta(ctx, wp.PostMeta, image)
	if meta == nil || err != nil {
		return
	}
	file := m.Get("_wp_attached_file")
	full, _ := meta.Value("width").(int64)
	high, _ := meta.Value("height").(int64)
	w, h := full, high
	if full == 0 || high == 0 || file == "" {
		return
	}
	address := c.settings(ctx).UploadsURL() + "/" + file
	sizes, _ := meta.Value("sizes").(*ordered.Object)
	if sizes != nil {
		for _, v := range sizes.All() {
			o, _ := v.(*ordered.Object)
			if o == nil {
				continue
			}
			sw, _ := o.Value("width").(int64)
			sh, _ := o.Value("height").(int64)
			name, _ := o.Value("file").(string)
			if name != "" && sw >= width && sw*sh < w*h && format.SameRatio(int(full), int(high), int(sw), int(sh)) {
				w, h = sw, sh
				address = c.settings(ctx).UploadsURL() + "/" + file[:strings.LastIndexByte(file, '/')+1] + name
			}
		}
	}
	if w > width {
		w, h = width, max((h*width+w/2)/w, 1)
	}
	data.Set("thumbnail_url", address)
	data.Set("thumbnail_width", w)
	data.Set("thumbnail_height", h)
}
