package admin

import (
	"bytes"
	"embed"
	"encoding/base64"
	"html/template"
	"io"
	"net/http"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

//go:embed templates
var templateFiles embed.FS

var pages = template.Must(template.New("").Funcs(template.FuncMap{"lower": strings.ToLower}).ParseFS(templateFiles, "templates/*.html"))

const noStore = "no-cache, must-revalidate, max-age=0, no-store, private"

// view is what the templates see.
type view struct {
	screen
	Site     *Data
	Base     string
	CSS      string
	Icon     string
	Initials string
	Zone     string
	Menu     []menuEntry
	Profile  menuEntry
	Scripts  template.HTML
}

type menuEntry struct {
	Label, URL, Icon string
	Current          bool
}

// print answers with a page in the dashboard's frame.
func (a *Admin) print(w http.ResponseWriter, r *http.Request, data *Data, s screen) {
	if data.Lang == "" {
		data.Lang = "en-US"
	}
	nonce := make([]byte, 16)
	if _, err := io.ReadFull(a.cfg.Rand, nonce); err != nil {
		a.fail(w, r, err)
		return
	}
	csp := base64.StdEncoding.EncodeToString(nonce)
	tags, err := a.scripts(r, data, s, csp)
	if err != nil {
		a.fail(w, r, err)
		return
	}
	v := view{screen: s, Site: data, Base: a.cfg.Base, Initials: initials(data.UserName), Menu: a.menu(data, s.Current), Scripts: tags,
		Profile: menuEntry{Label: "Profile", URL: a.cfg.Base + "profile.php", Icon: "user", Current: s.Current == "profile"}}
	v.Zone = zoneLabel(data.TimeZone)
	v.CSS, v.Icon = a.assetURL("platen/admin.css"), a.assetURL("platen/icon.svg")
	var page bytes.Buffer
	if err := pages.ExecuteTemplate(&page, "frame", v); err != nil {
		a.fail(w, r, err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=UTF-8")
	h.Set("Cache-Control", noStore)
	h.Set("Expires", "Wed, 11 Jan 1984 05:00:00 GMT")
	h.Set("Content-Security-Policy", policy(csp, data.REST.Root))
	h.Set("X-Frame-Options", "SAMEORIGIN")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "strict-origin-when-cross-origin")
	if s.Status != 0 {
		w.WriteHeader(s.Status)
	}
	_, _ = w.Write(page.Bytes())
}

// policy lets a page run the scripts that carry its nonce, load its own style sheet and images, and talk to its own
// origin and the REST root's: nothing inline, nothing from elsewhere.
func policy(nonce, root string) string {
	connect := "'self'"
	if u, err := url.Parse(root); err == nil && u.Scheme != "" && u.Host != "" && !strings.ContainsAny(u.Host, " ;,'\"") {
		connect += " " + u.Scheme + "://" + u.Host
	}
	return strings.Join([]string{"default-src 'none'", "script-src 'nonce-" + nonce + "'", "style-src 'self'", "img-src 'self' data:",
		"font-src 'self'", "connect-src " + connect, "form-action 'self'", "base-uri 'none'", "frame-ancestors 'self'"}, "; ")
}

// scripts prints the screen's scripts with wpApiSettings and platenAdmin, the dashboard's own settings.
func (a *Admin) scripts(r *http.Request, data *Data, s screen, csp string) (template.HTML, error) {
	page := a.cfg.Scripts.Page()
	if err := page.Enqueue(append([]string{"platen-admin"}, s.scripts...)...); err != nil {
		return "", err
	}
	if err := page.Settings(data.REST); err != nil {
		return "", err
	}
	types := map[string]any{}
	for _, t := range a.types {
		types[t.Name] = map[string]any{"name": t.Name, "path": "wp/v2/" + t.RestBase, "plural": t.Plural, "singular": t.Singular,
			"order": t.Order, "categories": t.Categories, "tags": t.Tags, "edit": data.can(t.EditCap), "publish": data.can(t.PublicCap)}
	}
	err := page.Localize("platen-admin", "platenAdmin", map[string]any{
		"user":  map[string]any{"id": data.UserID, "name": data.UserName},
		"site":  map[string]any{"title": data.SiteTitle, "lang": data.Lang, "zone": data.TimeZone},
		"urls":  map[string]any{"base": a.cfg.Base, "login": data.LoginURL, "home": data.HomeURL},
		"types": types,
		"oauth": data.OAuth,
		"page":  map[string]any{"kind": s.Kind, "type": s.Type.Name, "post": s.PostID},
	})
	if err != nil {
		return "", err
	}
	if s.prepare != nil {
		if err := s.prepare(r, page); err != nil {
			return "", err
		}
	}
	return page.HTML(csp)
}

// menu lists what the user may see.
func (a *Admin) menu(data *Data, current string) []menuEntry {
	var menu []menuEntry
	for i, t := range a.types {
		if !data.can(t.EditCap) {
			continue
		}
		e := menuEntry{Label: t.Plural, URL: a.cfg.Base + "edit.php?post_type=" + url.QueryEscape(t.Name), Icon: t.Icon, Current: current == "type:"+t.Name}
		if i == 0 {
			e.URL = a.cfg.Base
		}
		if e.Icon == "" {
			e.Icon = "post"
		}
		menu = append(menu, e)
	}
	a.mu.RLock()
	defer a.mu.RUnlock()
	for _, p := range a.pages {
		if data.can(p.Capability) {
			menu = append(menu, menuEntry{p.Title, a.cfg.Base + "admin.php?page=" + p.Slug, "plugin", current == "page:"+p.Slug})
		}
	}
	if data.OAuth && data.can("edit_users") {
		menu = append(menu, menuEntry{"Applications", a.cfg.Base + "oauth-consumers.php", "key", current == "consumers"})
	}
	menu = append(menu, menuEntry{"Sessions", a.cfg.Base + "sessions.php", "device", current == "sessions"})
	return menu
}

func (a *Admin) assetURL(name string) string { return a.cfg.Base + name + "?ver=" + a.assets[name].ver }

func (a *Admin) fail(w http.ResponseWriter, r *http.Request, err error) {
	a.cfg.Log.ErrorContext(r.Context(), "dashboard", "path", r.URL.Path, "err", err)
	http.Error(w, "The dashboard could not be shown. The reason is in the server's log.", http.StatusInternalServerError)
}

// initials stand in the round field beside a name: first letters of its first and last word.
func initials(name string) string {
	words := strings.Fields(name)
	if len(words) == 0 {
		return "?"
	}
	first := func(word string) string {
		r, _ := utf8.DecodeRuneInString(word)
		return string(unicode.ToUpper(r))
	}
	if len(words) == 1 {
		return first(words[0])
	}
	return first(words[0]) + first(words[len(words)-1])
}

// zoneLabel names a time zone to people: an offset is one from UTC.
func zoneLabel(zone string) string {
	switch {
	case zone == "" || zone == "+00:00":
		return "UTC"
	case zone[0] == '+' || zone[0] == '-':
		return "UTC" + zone
	}
	return strings.ReplaceAll(zone, "_", " ")
}
