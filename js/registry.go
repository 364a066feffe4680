package js

import (
	"errors"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync"
)

// DefaultBase is where the scripts are served when [Options.Base] is empty. It lies below WordPress's own directory for
// scripts, but in a place that WordPress does not use, so that both can stand behind one host.
const DefaultBase = "/wp-includes/js/platen/"

// Errors of Register, Enqueue, Localize, AddInline and HTML, to be tested with errors.Is.
var (
	ErrUnknownHandle = errors.New("js: no such script")
	ErrDuplicate     = errors.New("js: script is registered already")
	ErrCycle         = errors.New("js: scripts depend on each other in a circle")
	ErrBadScript     = errors.New("js: not a usable script")
)

// Options of a registry.
type Options struct {
	// Base is the URL or absolute path of the directory that [Registry.Handler] serves, with the site's own directory
	// before it if it has one: /blog/wp-includes/js/platen/. Default: [DefaultBase].
	Base string

	// Readable chooses the scripts that are not minified, as WordPress's SCRIPT_DEBUG does.
	Readable bool
}

// Script is one entry of a registry.
type Script struct {
	Handle string   // its name; other scripts name it in Deps
	Src    string   // URL, or absolute path on this host; empty for a mere alias of its Deps
	Deps   []string // handles that must run before it
	Ver    string   // goes into the URL as ?ver=; may be empty
}

// Position says where inline code stands: before or after its script.
type Position int

// The two positions, as in wp_add_inline_script.
const (
	After Position = iota
	Before
)

// Registry is the list of scripts a site knows. It starts with jquery (an alias of jquery-core), underscore, backbone,
// wp-api-request and wp-api. What is enqueued, localized or added here holds for every page; a [Page] has the same
// methods for itself alone. A Registry may be used by several goroutines.
type Registry struct {
	options Options

	mu      sync.RWMutex
	scripts map[string]Script
	assets  map[string]asset
	common  additions
}

// NewRegistry returns a registry with the core scripts. It works, as far as it can, in a program without built scripts:
// see [Built].
func NewRegistry(o Options) *Registry {
	if o.Base == "" {
		o.Base = DefaultBase
	}
	o.Base = strings.TrimRight(o.Base, "/") + "/"
	r := &Registry{options: o, scripts: map[string]Script{}, assets: map[string]asset{}}

	r.assets[licensesFile] = coreAsset(licensesFile)
	r.addCore("jquery-core", "jquery")
	r.scripts["jquery"] = Script{Handle: "jquery", Deps: []string{"jquery-core"}}
	r.addCore("underscore", "underscore")
	r.addCore("backbone", "backbone", "underscore", "jquery")
	r.addCore("wp-api-request", "wp-api-request", "jquery")
	r.addCore("wp-api", "wp-api", "jquery", "backbone", "underscore", "wp-api-request")
	return r
}

// addCore registers one of our own files under a handle; both forms of it can be fetched.
func (r *Registry) addCore(handle, name string, deps ...string) {
	r.assets[name+".js"] = coreAsset(name + ".js")
	r.assets[name+".min.js"] = coreAsset(name + ".min.js")
	file := name + ".min.js"
	if r.options.Readable {
		file = name + ".js"
	}
	r.scripts[handle] = Script{Handle: handle, Src: r.options.Base + file, Deps: deps, Ver: r.assets[file].version}
}

// Register adds a script that is served elsewhere, as wp_register_script does. Its dependencies may be registered
// later. ErrDuplicate if the handle is taken, ErrBadScript for an empty handle or a Src that no page should load.
func (r *Registry) Register(s Script) error {
	if s.Handle == "" {
		return fmt.Errorf("%w: it has no handle", ErrBadScript)
	}
	if err := checkSrc(s.Src); err != nil {
		return fmt.Errorf("%w: %s: %w", ErrBadScript, s.Handle, err)
	}
	s.Deps = slices.Clone(s.Deps)
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, taken := r.scripts[s.Handle]; taken {
		return fmt.Errorf("%w: %s", ErrDuplicate, s.Handle)
	}
	r.scripts[s.Handle] = s
	return nil
}

// RegisterFile adds a script whose text is given; the registry serves it as file (such as "books.js") below its base.
func (r *Registry) RegisterFile(handle, file string, content []byte, deps ...string) error {
	if file == "" || file != path.Base(file) || url.PathEscape(file) != file {
		return fmt.Errorf("%w: %s: file name %q", ErrBadScript, handle, file)
	}
	r.mu.RLock()
	_, taken := r.assets[file]
	r.mu.RUnlock()
	if taken {
		return fmt.Errorf("%w: file %s", ErrDuplicate, file)
	}
	a := newAsset(append([]byte{}, content...))
	if err := r.Register(Script{Handle: handle, Src: r.options.Base + file, Deps: deps, Ver: a.version}); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.assets[file] = a
	return nil
}

func checkSrc(src string) error {
	u, err := url.Parse(src)
	if err != nil {
		return err
	}
	if u.Scheme != "" && u.Scheme != "http" && u.Scheme != "https" {
		return fmt.Errorf("scheme %q", u.Scheme)
	}
	return nil
}

// Registered tells whether there is a script of this handle.
func (r *Registry) Registered(handle string) bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	_, ok := r.scripts[handle]
	return ok
}

// Enqueue puts scripts on every page. ErrUnknownHandle if there is no such script.
func (r *Registry) Enqueue(handles ...string) error {
	return r.change(func() error { return r.common.enqueue(r, handles) })
}

// Localize gives a script data on every page: see [Page.Localize].
func (r *Registry) Localize(handle, object string, data any) error {
	return r.change(func() error { return r.common.localize(r, handle, object, data) })
}

// AddInline adds code to a script on every page: see [Page.AddInline].
func (r *Registry) AddInline(handle, code string, at Position) error {
	return r.change(func() error { return r.common.addInline(r, handle, code, at) })
}

func (r *Registry) change(f func() error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return f()
}

// Resolve returns the given scripts and all that they depend on, each once, every script after its dependencies and
// otherwise in the order given. ErrUnknownHandle and ErrCycle name the scripts on the way there.
func (r *Registry) Resolve(handles ...string) ([]string, error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	var order []string
	done := map[string]bool{}
	var visit func(handle string, trail []string) error
	visit = func(handle string, trail []string) error {
		if done[handle] {
			return nil
		}
		way := strings.Join(append(slices.Clone(trail), handle), " → ")
		if slices.Contains(trail, handle) {
			return fmt.Errorf("%w: %s", ErrCycle, way)
		}
		s, ok := r.scripts[handle]
		if !ok {
			return fmt.Errorf("%w: %s", ErrUnknownHandle, way)
		}
		for _, dep := range s.Deps {
			if err := visit(dep, append(slices.Clone(trail), handle)); err != nil {
				return err
			}
		}
		done[handle] = true
		order = append(order, handle)
		return nil
	}
	for _, handle := range handles {
		if err := visit(handle, nil); err != nil {
			return nil, err
		}
	}
	return order, nil
}

func (r *Registry) asset(file string) (asset, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	a, ok := r.assets[file]
	return a, ok
}
