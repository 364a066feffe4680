package js

import (
	"fmt"
	"html/template"
	"net/url"
	"regexp"
	"strings"
)

// additions is what was asked for beyond the bare scripts: on every page (in a Registry), or on one (in a Page).
type additions struct {
	queue []string
	extra map[string][]string // data, by handle
	code  map[inlineAt][]string
}

type inlineAt struct {
	handle string
	at     Position
}

// enqueue, localize and addInline expect r.mu to be held.
func (a *additions) enqueue(r *Registry, handles []string) error {
	for _, handle := range handles {
		if _, ok := r.scripts[handle]; !ok {
			return fmt.Errorf("%w: %s", ErrUnknownHandle, handle)
		}
	}
	a.queue = append(a.queue, handles...)
	return nil
}

func (a *additions) localize(r *Registry, handle, object string, data any) error {
	if handle == "jquery" {
		handle = "jquery-core"
	}
	if _, ok := r.scripts[handle]; !ok {
		return fmt.Errorf("%w: %s", ErrUnknownHandle, handle)
	}
	if !isIdentifier(object) {
		return fmt.Errorf("%w: %s: %q is no name for a variable", ErrBadScript, handle, object)
	}
	value, err := encodeLocalized(data)
	if err != nil {
		return fmt.Errorf("js: data %s for %s: %w", object, handle, err)
	}
	if a.extra == nil {
		a.extra = map[string][]string{}
	}
	a.extra[handle] = append(a.extra[handle], "var "+object+" = "+value+";")
	return nil
}

func (a *additions) addInline(r *Registry, handle, code string, at Position) error {
	if _, ok := r.scripts[handle]; !ok {
		return fmt.Errorf("%w: %s", ErrUnknownHandle, handle)
	}
	if a.code == nil {
		a.code = map[inlineAt][]string{}
	}
	key := inlineAt{handle, at}
	a.code[key] = append(a.code[key], code)
	return nil
}

// Page collects the scripts of one response. It belongs to one goroutine.
type Page struct {
	registry *Registry
	own      additions
	printed  map[string]bool
}

// Page starts the list of scripts for one response.
func (r *Registry) Page() *Page {
	return &Page{registry: r, printed: map[string]bool{}}
}

// Enqueue puts scripts on the page, as wp_enqueue_script does. ErrUnknownHandle if there is no such script.
func (p *Page) Enqueue(handles ...string) error {
	return p.read(func() error { return p.own.enqueue(p.registry, handles) })
}

// Localize gives a script data: a global variable object, set before the script runs, as wp_localize_script does.
// Data is anything that encoding/json can write; it cannot break out of the page, whatever it contains. In a map,
// struct or slice the values of the first level that are plain become strings in PHP's way (true "1", false "", 7 "7")
// with their HTML entities decoded; deeper values keep their type.
func (p *Page) Localize(handle, object string, data any) error {
	return p.read(func() error { return p.own.localize(p.registry, handle, object, data) })
}

// AddInline adds code before or after a script, as wp_add_inline_script does. The code is trusted, but it cannot end its
// script element by accident: a "</script" in it is written with an escape that means the same to JavaScript.
func (p *Page) AddInline(handle, code string, at Position) error {
	return p.read(func() error { return p.own.addInline(p.registry, handle, code, at) })
}

func (p *Page) read(f func() error) error {
	p.registry.mu.RLock()
	defer p.registry.mu.RUnlock()
	return f()
}

// Settings is the object wpApiSettings, which the clients read.
type Settings struct {
	Root          string `json:"root"`                    // URL of the REST root, with its slash at the end
	Nonce         string `json:"nonce"`                   // of the action wp_rest; empty for visitors
	VersionString string `json:"versionString"`           // default wp/v2/
	NonceEndpoint string `json:"nonceEndpoint,omitempty"` // URL of action=rest-nonce; default: derived from Root
}

// Settings puts wpApiSettings on the page. It is printed if wp-api-request is, by itself or for another script.
func (p *Page) Settings(s Settings) error {
	if s.VersionString == "" {
		s.VersionString = "wp/v2/"
	}
	return p.Localize("wp-api-request", "wpApiSettings", s)
}

// HTML returns the script elements for what is enqueued and not yet printed, with its dependencies, data and inline
// code. Called a second time, for the foot of a page, it returns what was enqueued meanwhile. A cspNonce that is not
// empty goes into each element. The ids are WordPress's: HANDLE-js, HANDLE-js-extra, HANDLE-js-before, HANDLE-js-after.
func (p *Page) HTML(cspNonce string) (template.HTML, error) {
	r := p.registry
	r.mu.RLock()
	queue := append(append([]string{}, r.common.queue...), p.own.queue...)
	r.mu.RUnlock()
	order, err := r.Resolve(queue...)
	if err != nil {
		return "", err
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	var b strings.Builder
	for _, handle := range order {
		if p.printed[handle] {
			continue
		}
		p.printed[handle] = true
		p.writeScript(&b, r.scripts[handle], cspNonce)
	}
	return template.HTML(b.String()), nil
}

func (p *Page) writeScript(b *strings.Builder, s Script, cspNonce string) {
	attrs := func(name string) string {
		id := ` id="` + template.HTMLEscapeString(s.Handle+name) + `"`
		if cspNonce != "" {
			id += ` nonce="` + template.HTMLEscapeString(cspNonce) + `"`
		}
		return id
	}
	inline := func(name string, common, own []string) {
		if len(common)+len(own) == 0 {
			return
		}
		code := strings.Join(append(append([]string{}, common...), own...), "\n")
		fmt.Fprintf(b, "<script%s>\n%s\n//# sourceURL=%s\n</script>\n", attrs(name), escapeInline(code), url.PathEscape(s.Handle+name))
	}
	common, own := &p.registry.common, &p.own

	inline("-js-extra", common.extra[s.Handle], own.extra[s.Handle])
	before, after := inlineAt{s.Handle, Before}, inlineAt{s.Handle, After}
	inline("-js-before", common.code[before], own.code[before])
	if s.Src != "" {
		fmt.Fprintf(b, "<script src=\"%s\"%s></script>\n", template.HTMLEscapeString(withVer(s.Src, s.Ver)), attrs("-js"))
	}
	inline("-js-after", common.code[after], own.code[after])
}

// withVer appends ?ver= to a URL, before its fragment.
func withVer(src, ver string) string {
	if ver == "" {
		return src
	}
	src, fragment, found := strings.Cut(src, "#")
	sep := "?"
	if strings.Contains(src, "?") {
		sep = "&"
	}
	src += sep + "ver=" + url.QueryEscape(ver)
	if found {
		src += "#" + fragment
	}
	return src
}

var scriptTag = regexp.MustCompile(`(?i)<(/?)(s)(cript)`)

// escapeInline writes each "<script" and "</script" of JavaScript code with an escape for its s. Strings, templates,
// regular expressions and even identifiers mean the same with it, but HTML no longer sees a tag: neither the end of the
// element, nor, after a "<!--", the start of an inner one.
func escapeInline(code string) string {
	return scriptTag.ReplaceAllStringFunc(code, func(tag string) string {
		m := scriptTag.FindStringSubmatch(tag)
		return fmt.Sprintf(`<%s\u%04x%s`, m[1], m[2][0], m[3])
	})
}
