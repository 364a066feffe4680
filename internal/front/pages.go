package front

import (
	"bytes"
	"html"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/password"
)

var zeroTime time.Time

// view is what the templates see. Strings are text; what is HTML already has that type.
type view struct {
	Lang, SiteTitle, Tagline string
	Title                    string // of the page, "" on the home page
	Home, Root, Feed         string
	CSS                      string
	Canonical, API, Short    string // of a single post
	NoIndex                  bool
	Posts                    []entry
	Newer, Older             string
	User                     string // name of who is logged in
	Admin, Login, Edit       string
}

// entry is a post as the theme shows it.
type entry struct {
	Title             template.HTML
	Content           template.HTML
	Link, Author      string
	Date, Machine     string
	Dated, Single     bool
	Categories        []string
	StatusNote        string
	Locked            bool
	PasswordForm, URL string
}

func (f *Front) view(r *request) *view {
	s, set := f.cfg.Site, r.set
	v := &view{
		Lang: lang(set), SiteTitle: plain(set.Get("blogname")), Tagline: plain(set.Get("blogdescription")),
		Home: set.Home + "/", Root: set.RESTRoot(), Feed: feedPlace(r, "feed").url, CSS: set.HomePath() + f.cfg.AssetBase + "front.css?ver=" + f.cssVer,
		Admin: set.SiteURL + "/wp-admin/", Login: set.SiteURL + "/wp-login.php", NoIndex: set.Get("blog_public") == "0",
	}
	if u := s.Current(r.Context()); u != nil {
		v.User = u.DisplayName
	}
	return v
}

// lang is WPLANG as a language tag: de_DE_formal is de-DE-formal.
func lang(set *site.Settings) string {
	if l := set.Get("WPLANG"); l != "" {
		return strings.ReplaceAll(l, "_", "-")
	}
	return "en-US"
}

// plain is the text of what is kept as HTML (blogname holds "&amp;").
func plain(text string) string { return html.UnescapeString(text) }

// newest returns a page of the public posts, and how many there are in all.
func (f *Front) newest(r *request, page, size int) ([]*wp.Post, int, error) {
	posts, total, err := f.cfg.Site.QueryPosts(r.Context(), store.PostQuery{Types: []string{"post"}, Statuses: []string{"publish"},
		Limit: size, Offset: (page - 1) * size})
	if err != nil {
		return nil, 0, err
	}
	return posts, total, f.cfg.Site.PrimePosts(r.Context(), posts)
}

// pageSize is an option that counts posts, within reason.
func pageSize(set *site.Settings, option string) int {
	n := set.Int(option)
	if n < 1 || n > 100 {
		return 10
	}
	return int(n)
}

func (f *Front) serveList(w http.ResponseWriter, r *request, found *place) {
	size := pageSize(r.set, "posts_per_page")
	posts, total, err := f.newest(r, found.page, size)
	if err != nil {
		f.fail(w, r.Request, err)
		return
	}
	if len(posts) == 0 && found.page > 1 {
		f.serveMissing(w, r)
		return
	}
	v := f.view(r)
	texts := f.cfg.Render(r.Context(), "")
	for _, p := range posts {
		e := f.entry(r, texts, p)
		e.Content = template.HTML(texts.Excerpt(p, format.ExcerptLength))
		v.Posts = append(v.Posts, e)
	}
	if found.page > 1 {
		v.Newer = pageURL(r, found.first, found.page-1)
	}
	if found.page*size < total {
		v.Older = pageURL(r, found.first, found.page+1)
	}
	f.print(w, http.StatusOK, "list", v)
}

func (f *Front) serveSingle(w http.ResponseWriter, r *request, found *place) {
	p, s := found.post, f.cfg.Site
	v := f.view(r)
	pass := f.opened(r, p)
	texts := f.cfg.Render(r.Context(), pass)
	e := f.entry(r, texts, p)
	e.Single = true
	if p.Password != "" && pass == "" {
		e.Locked, e.PasswordForm, e.URL = true, r.set.SiteURL+"/wp-login.php?action=postpass", found.url
	} else {
		e.Content = template.HTML(texts.Content(p))
	}
	if p.Type == "post" {
		if terms, err := s.PostTerms(r.Context(), p.ID, "category"); err == nil {
			for _, t := range terms {
				e.Categories = append(e.Categories, plain(t.Name))
			}
		}
	}
	v.Title = plainTitle(string(e.Title))
	v.Canonical, v.API, v.Short = found.url, f.apiURL(r, p), shortlink(r.set, p)
	v.NoIndex = v.NoIndex || found.preview
	if s.CanPost(r.Context(), "edit_post", p) {
		v.Edit = r.set.SiteURL + "/wp-admin/post.php?" + url.Values{"post": {itoa(p.ID)}, "action": {"edit"}}.Encode()
	}
	if found.preview {
		if st := s.Registry().Status(s.PostStatus(r.Context(), p)); st != nil {
			e.StatusNote = st.Label
		}
	}
	v.Posts = []entry{e}
	if found.preview || p.Password != "" {
		w.Header().Set("Cache-Control", noStore)
	}
	f.print(w, http.StatusOK, "single", v)
}

// opened returns the password of a protected post if the reader has given it before: wp-login.php?action=postpass left
// a hash of it in a cookie.
func (f *Front) opened(r *request, p *wp.Post) string {
	if p.Password == "" {
		return ""
	}
	c, err := r.Cookie(r.set.CookieNames().PostPass)
	if err != nil {
		return ""
	}
	hash, err := url.QueryUnescape(c.Value)
	if err != nil || !strings.HasPrefix(hash, "$P$B") || !password.CheckPortable(p.Password, hash) {
		return ""
	}
	return p.Password
}

func (f *Front) entry(r *request, texts Texts, p *wp.Post) entry {
	e := entry{Title: template.HTML(texts.Title(p)), Link: f.cfg.Site.Permalink(r.Context(), p), Dated: p.Type == "post"}
	if e.Title == "" {
		e.Title = "(no title)"
	}
	if u, err := f.cfg.Site.User(r.Context(), p.Author); err == nil {
		e.Author = u.DisplayName
	}
	layout := r.set.DateFormat
	if layout == "" {
		layout = "F j, Y"
	}
	e.Date, _ = r.set.Zone.Format(layout, p.Date)
	e.Machine, _ = r.set.Zone.RFC3339(p.Date)
	return e
}

func (f *Front) serveMissing(w http.ResponseWriter, r *request) {
	w.Header().Set("Cache-Control", noStore)
	w.Header().Set("Expires", "Wed, 11 Jan 1984 05:00:00 GMT")
	v := f.view(r)
	v.Title, v.NoIndex = "Page not found", true
	f.print(w, http.StatusNotFound, "missing", v)
}

func (f *Front) print(w http.ResponseWriter, status int, name string, v *view) {
	var page bytes.Buffer
	if err := templates.ExecuteTemplate(&page, name, v); err != nil {
		f.cfg.Log.Error("front", "template", name, "err", err)
		http.Error(w, "The page could not be shown.", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=UTF-8")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "strict-origin-when-cross-origin")
	h.Set("Content-Security-Policy", "object-src 'none'; base-uri 'self'; frame-ancestors 'self'")
	w.WriteHeader(status)
	_, _ = w.Write(page.Bytes())
}

// plainTitle is the text of a rendered title.
func plainTitle(rendered string) string { return plain(format.StripAllTags(rendered, true)) }

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
