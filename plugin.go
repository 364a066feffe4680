package platen

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"runtime/debug"

	"github.com/platenhq/platen/auth"
	"github.com/platenhq/platen/internal/admin"
	"github.com/platenhq/platen/internal/render"
	"github.com/platenhq/platen/internal/wpv2"
	"github.com/platenhq/platen/js"
	"github.com/platenhq/platen/rest"
)

// Plugin adds to a site. It is compiled into a program of one's own:
//
//	func main() { platen.Main(books.Plugin{}) }
type Plugin interface {
	// Name tells the plugin from others: letters, digits and -, such as
	// "books". It stands in error messages and the log.
	Name() string
	// Register says what the plugin adds. It is called once, while the site is
	// opened and before anything of it can be read. An error keeps the site
	// from starting; so does anything registered twice.
	Register(*Registry) error
}

// Registry takes what one plugin adds. What cannot be registered is remembered,
// and keeps the site from starting with an error that names the plugin; so
// Register need not look at each call.
//
// Code of a plugin that panics does not take the server down: a route, field or
// before-hook answers with an error 500, everything else is left out, and the
// log says which plugin it was. This holds for the goroutine of the call only.
type Registry struct {
	plugin string
	app    *App
	errs   []error
}

// plugins is what all plugins have registered.
type plugins struct {
	owners  map[string]string // "post type book" → plugin
	routes  []rest.Route
	fields  []wpv2.Registered
	blocks  *render.Registry
	methods []auth.Method
	pages   []admin.Page
	handled []handled
	mux     *http.ServeMux // of handled alone
	metas   []ownedMeta
	hooks   []func(*siteHooks)
	ready   []func(context.Context) error
}

// handled is a handler of a plugin outside the API.
type handled struct {
	plugin, pattern string
	handler         http.Handler
}

// ownedMeta is a meta key of a plugin.
type ownedMeta struct {
	plugin string
	MetaKey
}

var pluginName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]*$`)

// registerPlugins asks the plugins what they add.
func (a *App) registerPlugins(list []Plugin) error {
	a.plugins = plugins{owners: map[string]string{}, blocks: render.NewRegistry()}
	a.scripts = js.NewRegistry(js.Options{})
	var errs []error
	for _, p := range list {
		r := &Registry{app: a}
		err := r.shield("Name", func() error { r.plugin = p.Name(); return nil })
		switch {
		case err != nil:
			errs = append(errs, err)
			continue
		case !pluginName.MatchString(r.plugin):
			errs = append(errs, fmt.Errorf("plugin %q (%T): a name consists of letters, digits and -", r.plugin, p))
			continue
		case !r.claim("plugin", r.plugin):
			errs = append(errs, fmt.Errorf("plugin %s: there are two of that name", r.plugin))
			continue
		}
		if err := r.shield("Register", func() error { return p.Register(r) }); err != nil {
			r.errs = append(r.errs, err)
		}
		for _, err := range r.errs {
			errs = append(errs, fmt.Errorf("plugin %s: %w", r.plugin, err))
		}
	}
	errs = append(errs, a.checkMeta()...)
	return errors.Join(errs...)
}

// Site is the site, for the code of the plugin that runs once it serves:
// handlers, hooks, fields. While plugins register there is nothing to read yet.
func (r *Registry) Site() *Site { return &Site{a: r.app} }

// Scripts is the registry of scripts, for what Script and Localize cannot say.
func (r *Registry) Scripts() *js.Registry { return r.app.scripts }

// refuse remembers an error.
func (r *Registry) refuse(format string, args ...any) {
	r.errs = append(r.errs, fmt.Errorf(format, args...))
}

// claim takes a name for the plugin; false when another has it.
func (r *Registry) claim(kind, name string) bool {
	key := kind + " " + name
	owner, taken := r.app.plugins.owners[key]
	if taken && kind != "plugin" {
		if owner == r.plugin {
			r.refuse("%s is registered twice", key)
		} else {
			r.refuse("%s is registered by plugin %s already", key, owner)
		}
	}
	if !taken {
		r.app.plugins.owners[key] = r.plugin
	}
	return !taken
}

// errPlugin is the answer where the code of a plugin panicked; the log has the
// rest.
var errPlugin = rest.NewError(http.StatusInternalServerError, "internal_error", "The server could not answer this request.")

// shield calls the code of a plugin and makes an error of a panic.
func (r *Registry) shield(what string, f func() error) (err error) {
	defer func() {
		v := recover()
		if v == nil {
			return
		}
		if v == http.ErrAbortHandler {
			panic(v)
		}
		r.log().Error("a plugin panicked", "in", what, "value", v, "stack", string(debug.Stack()))
		err = errPlugin
	}()
	return f()
}

func (r *Registry) log() *slog.Logger { return r.app.log.With("plugin", r.plugin) }

// tellReady tells the plugins that the site is open.
func (a *App) tellReady(ctx context.Context) error {
	for _, f := range a.plugins.ready {
		if err := f(a.site.View(ctx)); err != nil {
			return err
		}
	}
	return nil
}
