package admin

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"

	"github.com/platenhq/platen/js"
)

// Config is what a dashboard is made of. Scripts and Data are required.
type Config struct {
	// Scripts is the site's registry. New adds the dashboard's own scripts to it, under handles that start with
	// "platen-admin".
	Scripts *js.Registry

	// Data tells about the site and about the user who asks. An error is logged and answered with 500.
	Data func(ctx context.Context) (Data, error)

	// Types are the post types that have a list and an editor; nil means posts and pages.
	Types []PostType

	Base string       // path below which the dashboard stands; default /wp-admin/
	Rand io.Reader    // of Content Security Policy nonces; nil: crypto/rand
	Log  *slog.Logger // nil: silent
}

// Data is what one page of the dashboard is told by the site. Texts are plain, not HTML.
type Data struct {
	SiteTitle string
	Lang      string // language tag, such as en-US; default en-US
	TimeZone  string // an IANA name or an offset such as +02:00; default UTC

	Theme string // directory of the active theme

	HomeURL   string // the site's front
	LoginURL  string // wp-login.php
	LogoutURL string // wp-login.php?action=logout with its nonce

	UserID    int64
	UserName  string // display name
	UserLogin string

	OAuth bool // applications may be let in by OAuth 1.0a

	REST js.Settings // root and nonce of the REST API for this user

	// Can tells whether the user has a primitive capability; nil means none. It decides what is offered, not what is
	// allowed: that is the REST API's part.
	Can func(capability string) bool
}

// PostType is a type of post as the dashboard shows it.
type PostType struct {
	Name      string // as in ?post_type=
	RestBase  string // as in wp/v2/RestBase
	Plural    string
	Singular  string
	Icon      string // id of an icon in icons.html; default "post"
	EditCap   string // who sees list and editor
	PublicCap string // who publishes
	Order     string // column that the list is ordered by at first: date or title

	Categories, Tags bool
}

// DefaultTypes are posts and pages, as WordPress names their capabilities.
func DefaultTypes() []PostType {
	return []PostType{
		{Name: "post", RestBase: "posts", Plural: "Posts", Singular: "Post", EditCap: "edit_posts", PublicCap: "publish_posts",
			Order: "date", Categories: true, Tags: true},
		{Name: "page", RestBase: "pages", Plural: "Pages", Singular: "Page", Icon: "page", EditCap: "edit_pages",
			PublicCap: "publish_pages", Order: "title"},
	}
}

// Page is a dashboard page of a plugin, at /wp-admin/admin.php?page=SLUG, as add_menu_page makes it.
type Page struct {
	Slug       string // letters, digits, - and _
	Title      string
	Capability string // whoever lacks it does not see the page; "" means everyone who is logged in

	// Scripts are handles of the registry. They find an element with the id "root" to fill, wpApiSettings, and what
	// the plugin has localized; page.Localize adds data for this response.
	Scripts []string

	// Prepare, if it is there, is called before the page is printed.
	Prepare func(ctx context.Context, page *js.Page) error

	// Handler, if it is there, answers in place of the frame.
	Handler http.Handler
}

// Admin is the dashboard. It serves everything below Config.Base.
type Admin struct {
	cfg    Config
	types  []PostType
	assets map[string]asset

	mu    sync.RWMutex
	pages []Page
}

var _ http.Handler = (*Admin)(nil)

// ErrBadPage says that a plugin's page cannot be added.
var ErrBadPage = errors.New("admin: not a usable page")

// New returns the dashboard of a site. It fails if its scripts are in the registry already.
func New(cfg Config) (*Admin, error) {
	if cfg.Scripts == nil || cfg.Data == nil {
		return nil, errors.New("admin: Config.Scripts and Config.Data are required")
	}
	cfg.Base = "/" + strings.Trim(cfg.Base, "/")
	if cfg.Base == "/" {
		cfg.Base = "/wp-admin"
	}
	cfg.Base += "/"
	if cfg.Rand == nil {
		cfg.Rand = rand.Reader
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	a := &Admin{cfg: cfg, types: cfg.Types, assets: loadAssets()}
	if a.types == nil {
		a.types = DefaultTypes()
	}
	for _, s := range scripts {
		if err := cfg.Scripts.RegisterFile(s.handle, s.file, s.content(), s.deps...); err != nil {
			return nil, fmt.Errorf("admin: %w", err)
		}
	}
	return a, nil
}

// AddPage adds a plugin's page to the menu. ErrBadPage if its slug is taken or no slug, or a script is unknown.
func (a *Admin) AddPage(p Page) error {
	if p.Slug == "" || strings.Trim(p.Slug, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") != "" {
		return fmt.Errorf("%w: slug %q", ErrBadPage, p.Slug)
	}
	for _, handle := range p.Scripts {
		if !a.cfg.Scripts.Registered(handle) {
			return fmt.Errorf("%w: %s: no script %q", ErrBadPage, p.Slug, handle)
		}
	}
	if p.Title == "" {
		p.Title = p.Slug
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, other := range a.pages {
		if other.Slug == p.Slug {
			return fmt.Errorf("%w: slug %q is taken", ErrBadPage, p.Slug)
		}
	}
	a.pages = append(a.pages, p)
	return nil
}

func (a *Admin) page(slug string) (Page, bool) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	for _, p := range a.pages {
		if p.Slug == slug {
			return p, true
		}
	}
	return Page{}, false
}

func (a *Admin) postType(name string) (PostType, bool) {
	for _, t := range a.types {
		if t.Name == name {
			return t, true
		}
	}
	return PostType{}, false
}

// can asks Data.Can; the empty capability is everybody's.
func (d *Data) can(capability string) bool {
	return capability == "" || d.Can != nil && d.Can(capability)
}
