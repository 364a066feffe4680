package admin

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/platenhq/platen/js"
)

// screen is one page of the dashboard, ready to be printed.
type screen struct {
	Kind    string // template and body class: list, editor, profile, plugin, themes, message
	Title   string
	Current string // menu entry
	Status  int
	Type    PostType
	PostID  int64
	Text    string // of a message
	// OfOthers says that the sessions of other users are offered too.
	OfOthers bool
	scripts  []string
	prepare  func(*http.Request, *js.Page) error
}

// ServeHTTP answers a page or a file of the dashboard. Pages are read with GET and HEAD only: changes are the REST API's.
func (a *Admin) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name, below := strings.CutPrefix(r.URL.Path, a.cfg.Base)
	if !below && r.URL.Path != strings.TrimSuffix(a.cfg.Base, "/") {
		http.NotFound(w, r)
		return
	}
	if !below {
		http.Redirect(w, r, a.cfg.Base, http.StatusMovedPermanently)
		return
	}
	if p, ok := a.page(r.URL.Query().Get("page")); ok && name == "admin.php" && p.Handler != nil {
		a.servePlugin(w, r, p)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "Method not allowed", http.StatusMethodNotAllowed)
		return
	}
	if f, ok := a.assets[name]; ok {
		f.serve(w, r)
		return
	}
	data, err := a.cfg.Data(r.Context())
	if err != nil {
		a.fail(w, r, err)
		return
	}
	if to := a.redirect(name, r.URL.Query(), &data); to != "" {
		w.Header().Set("Cache-Control", noStore)
		http.Redirect(w, r, a.cfg.Base+to, http.StatusFound)
		return
	}
	a.print(w, r, &data, a.screen(name, r.URL.Query(), &data))
}

// servePlugin hands over to a plugin's own handler, for those who may see the page.
func (a *Admin) servePlugin(w http.ResponseWriter, r *http.Request, p Page) {
	data, err := a.cfg.Data(r.Context())
	if err != nil {
		a.fail(w, r, err)
		return
	}
	if !data.can(p.Capability) {
		a.print(w, r, &data, forbidden())
		return
	}
	p.Handler.ServeHTTP(w, r)
}

// redirect leads from the front of the dashboard to the first page that the user has something to do on.
func (a *Admin) redirect(name string, _ url.Values, data *Data) string {
	if name != "" && name != "index.php" {
		return ""
	}
	for i, t := range a.types {
		if data.can(t.EditCap) {
			if i == 0 {
				return "" // the first list is shown at /wp-admin/ itself
			}
			return "edit.php?post_type=" + url.QueryEscape(t.Name)
		}
	}
	return "profile.php"
}

// screen chooses by WordPress's own file names, so that links and bookmarks keep working.
func (a *Admin) screen(name string, query url.Values, data *Data) screen {
	switch name {
	case "", "index.php", "edit.php":
		return a.listScreen(query, data)
	case "post-new.php", "post.php":
		return a.editorScreen(name, query, data)
	case "profile.php":
		return screen{Kind: "profile", Title: "Profile", Current: "profile", scripts: []string{"platen-admin-profile"}}
	case "sessions.php":
		s := screen{Kind: "sessions", Title: "Sessions", Current: "sessions", OfOthers: data.can("edit_users"), scripts: []string{"platen-admin-sessions"}}
		if query.Has("user_id") && !s.OfOthers {
			return forbidden()
		}
		return s
	case "oauth-consumers.php":
		if !data.OAuth {
			return missing()
		}
		if !data.can("edit_users") {
			return forbidden()
		}
		return screen{Kind: "consumers", Title: "Applications", Current: "consumers", scripts: []string{"platen-admin-consumers"}}
	case "themes.php":
		if !data.can("switch_themes") && !data.can("edit_theme_options") {
			return forbidden()
		}
		return screen{Kind: "themes", Title: "Themes", Text: data.Theme}
	case "admin.php":
		if p, ok := a.page(query.Get("page")); ok {
			if !data.can(p.Capability) {
				return forbidden()
			}
			return screen{Kind: "plugin", Title: p.Title, Current: "page:" + p.Slug, scripts: p.Scripts, prepare: func(r *http.Request, page *js.Page) error {
				if p.Prepare == nil {
					return nil
				}
				return p.Prepare(r.Context(), page)
			}}
		}
	}
	return missing()
}

// typeOf finds the post type of a request, and whether the user edits such posts.
func (a *Admin) typeOf(query url.Values, data *Data) (PostType, *screen) {
	name := query.Get("post_type")
	if name == "" {
		name = "post"
	}
	t, ok := a.postType(name)
	switch {
	case !ok:
		s := missing()
		return t, &s
	case !data.can(t.EditCap):
		s := forbidden()
		return t, &s
	}
	return t, nil
}

func (a *Admin) listScreen(query url.Values, data *Data) screen {
	t, refusal := a.typeOf(query, data)
	if refusal != nil {
		return *refusal
	}
	return screen{Kind: "list", Title: t.Plural, Current: "type:" + t.Name, Type: t, scripts: []string{"platen-admin-list"}}
}

func (a *Admin) editorScreen(name string, query url.Values, data *Data) screen {
	t, refusal := a.typeOf(query, data)
	if name == "post-new.php" {
		if refusal != nil {
			return *refusal
		}
		return screen{Kind: "editor", Title: "New " + strings.ToLower(t.Singular), Current: "type:" + t.Name, Type: t, scripts: []string{"platen-admin-editor"}}
	}
	id, err := strconv.ParseInt(query.Get("post"), 10, 64)
	if err != nil || id <= 0 {
		return missing()
	}
	// WordPress's edit links do not say the type: the script finds it out. Who edits any type may look.
	if query.Get("post_type") == "" {
		t, refusal = PostType{}, nil
		for _, other := range a.types {
			if data.can(other.EditCap) {
				t = other
				break
			}
		}
		if t.Name == "" {
			return forbidden()
		}
	}
	if refusal != nil {
		return *refusal
	}
	return screen{Kind: "editor", Title: "Edit", Current: "type:" + t.Name, Type: t, PostID: id, scripts: []string{"platen-admin-editor"}}
}

func missing() screen {
	return screen{Kind: "message", Title: "Nothing here", Status: http.StatusNotFound, Text: "This page of the dashboard does not exist."}
}

func forbidden() screen {
	return screen{Kind: "message", Title: "Not for you", Status: http.StatusForbidden, Text: "Sorry, you are not allowed to access this page."}
}
