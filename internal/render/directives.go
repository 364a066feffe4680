package render

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"strings"

	"github.com/platenhq/platen/ordered"
)

// derived is a value of the interactivity state that is made of the context.
type derived func(context *ordered.Object) any

// setState adds to the state of a namespace (wp_interactivity_state).
func (run *Run) setState(namespace, name string, value any) {
	o := run.state[namespace]
	if o == nil {
		o = &ordered.Object{}
		run.state[namespace] = o
	}
	o.Set(name, value)
}

// uniqid is a random id of 13 hexadecimal digits.
func uniqid() string { return fmt.Sprintf("%013x", rand.Uint64()>>12) }

// directiveScope is what an open element adds to the evaluation.
type directiveScope struct {
	tag                string
	namespace, context bool
}

// directives processes the interactivity directives of a block that holds
// others: attributes get the values they are bound to. HTML whose tags do not
// match stays as it is.
func (run *Run) directives(h string) string {
	if !strings.Contains(h, "data-wp-") {
		return h
	}
	d := &directiveRun{run: run, t: newTags(h), contexts: []map[string]*ordered.Object{{}}}
	for d.t.nextAny() {
		if !d.tag() {
			return h
		}
	}
	if len(d.open) > 0 {
		return h
	}
	return d.t.String()
}

type directiveRun struct {
	run        *Run
	t          *tags
	open       []directiveScope
	namespaces []string
	contexts   []map[string]*ordered.Object
}

var rawTags = map[string]bool{"SCRIPT": true, "IFRAME": true, "NOEMBED": true, "NOFRAMES": true, "STYLE": true, "TEXTAREA": true, "TITLE": true, "XMP": true}

// tag handles the present tag; false means that tags do not match.
func (d *directiveRun) tag() bool {
	t := d.t
	switch {
	case (t.name == "SVG" || t.name == "MATH") && !t.closer:
		return d.skip()
	case t.closer:
		if len(d.open) == 0 || d.open[len(d.open)-1].tag != t.name {
			return false
		}
		d.close()
		return true
	}
	var entries []directive
	each := false
	for _, a := range t.attrs {
		if rest, ok := strings.CutPrefix(a.name, "data-wp-"); ok {
			each = each || strings.HasPrefix(rest, "each-child")
			entries = append(entries, parseDirective(rest, decodeAttr(a.value)))
		}
	}
	if each {
		return d.skip()
	}
	scope := directiveScope{tag: t.name}
	d.enter(&scope, entries)
	if voidTags[scope.tag] || rawTags[scope.tag] {
		d.leave(scope)
		return true
	}
	d.open = append(d.open, scope)
	for _, e := range entries {
		if e.kind == "text" && e.suffix == "" && e.unique == "" {
			return d.text(e)
		}
	}
	return true
}

func (d *directiveRun) close() {
	d.leave(d.open[len(d.open)-1])
	d.open = d.open[:len(d.open)-1]
}

func (d *directiveRun) leave(s directiveScope) {
	if s.namespace {
		d.namespaces = d.namespaces[:len(d.namespaces)-1]
	}
	if s.context {
		d.contexts = d.contexts[:len(d.contexts)-1]
	}
}

// skip goes to the closing tag of the present element.
func (d *directiveRun) skip() bool {
	if voidTags[d.t.name] || d.t.selfClosing {
		return true
	}
	name, depth := d.t.name, 1
	for depth > 0 && d.t.nextTag(name, "", true) {
		if d.t.closer {
			depth--
		} else if !d.t.selfClosing {
			depth++
		}
	}
	return depth == 0
}

// directive is an attribute data-wp-KIND--SUFFIX---UNIQUE.
type directive struct{ kind, suffix, unique, value string }

func parseDirective(name, value string) directive {
	kind, rest, _ := strings.Cut(name, "--")
	d := directive{kind: kind, value: value}
	if unique, ok := strings.CutPrefix(rest, "-"); ok {
		d.unique = unique
		return d
	}
	d.suffix, d.unique, _ = strings.Cut(rest, "---")
	return d
}

// resolve divides a value into namespace and reference.
func (d *directiveRun) resolve(value string) (namespace, ref string) {
	if ns, ref, ok := strings.Cut(value, "::"); ok && !strings.ContainsAny(ns, "{} ") {
		return ns, ref
	}
	if n := len(d.namespaces); n > 0 {
		return d.namespaces[n-1], value
	}
	return "", value
}

func (d *directiveRun) enter(scope *directiveScope, entries []directive) {
	for _, e := range entries {
		if e.kind != "interactive" || e.suffix != "" {
			continue
		}
		ns := e.value
		if v, err := ordered.Decode([]byte(e.value)); err == nil {
			if s, ok := dig(v, "namespace").(string); ok {
				ns = s
			}
		}
		if ns == "" && len(d.namespaces) > 0 {
			ns = d.namespaces[len(d.namespaces)-1]
		}
		d.namespaces = append(d.namespaces, ns)
		scope.namespace = true
	}
	for _, e := range entries {
		if e.kind == "context" && e.suffix == "" {
			d.addContext(scope, e)
		}
	}
	for _, e := range entries {
		switch e.kind {
		case "bind":
			d.bind(e)
		case "class":
			if e.suffix != "" {
				if truthy(d.evaluate(e.value)) {
					d.t.addClass(e.suffix)
				} else {
					d.t.removeClass(e.suffix)
				}
			}
		case "style":
			d.style(e)
		}
	}
}

func (d *directiveRun) addContext(scope *directiveScope, e directive) {
	ns, ref := d.resolve(e.value)
	v, _ := ordered.Decode([]byte(ref))
	o, ok := v.(*ordered.Object)
	next := maps.Clone(d.contexts[len(d.contexts)-1])
	if ok && ns != "" {
		next[ns] = merged(next[ns], o)
	}
	if scope.context {
		d.contexts[len(d.contexts)-1] = next
		return
	}
	d.contexts = append(d.contexts, next)
	scope.context = true
}

// evaluate follows a reference such as !state.isOpen or context.id.
func (d *directiveRun) evaluate(value string) any {
	ns, path := d.resolve(value)
	path, negate := strings.CutPrefix(path, "!")
	if ns == "" || path == "" {
		return nil
	}
	context := d.contexts[len(d.contexts)-1][ns]
	parts := strings.Split(path, ".")
	var v any
	switch parts[0] {
	case "state":
		if s := d.run.state[ns]; s != nil {
			v = s
		}
	case "context":
		if context != nil {
			v = context
		}
	}
	for _, name := range parts[1:] {
		if list, ok := v.([]any); ok && name == "length" {
			v = int64(len(list))
			break
		}
		v = dig(v, name)
		if f, ok := v.(derived); ok {
			v = f(context)
		}
	}
	if negate {
		return !truthy(v)
	}
	return v
}

func (d *directiveRun) bind(e directive) {
	if e.suffix == "" || e.unique != "" || strings.HasPrefix(e.suffix, "on") {
		return
	}
	v := d.evaluate(e.value)
	dashed := len(e.suffix) > 5 && e.suffix[4] == '-'
	if isArray(v) || v == nil || v == false && !dashed {
		d.t.removeAttr(e.suffix)
		return
	}
	switch b, ok := v.(bool); {
	case ok && dashed:
		d.t.setAttr(e.suffix, jsBool(b))
	case ok:
		d.t.setFlag(e.suffix)
	default:
		d.t.setAttr(e.suffix, str(v))
	}
}

func (d *directiveRun) style(e directive) {
	if e.suffix == "" || e.unique != "" {
		return
	}
	v := d.evaluate(e.value)
	old := d.t.value("style")
	if !truthy(v) && old == "" {
		return
	}
	out := ""
	for _, part := range strings.Split(old, ";") {
		name, value, _ := strings.Cut(part, ":")
		if name = strings.TrimSpace(name); name != "" && name != e.suffix {
			out += name + ":" + strings.TrimSpace(value) + ";"
		}
	}
	if truthy(v) {
		out += e.suffix + ":" + strings.TrimRight(strings.TrimSpace(str(v)), ";") + ";"
	}
	if out == "" {
		d.t.removeAttr("style")
	} else {
		d.t.setAttr("style", out)
	}
}

// text replaces the content of the present element and goes to its end.
func (d *directiveRun) text(e directive) bool {
	v := d.evaluate(e.value)
	text := ""
	if s, ok := v.(string); ok || isNumeric(v) {
		text = escHTML(str(v))
		_ = s
	}
	start := d.t.innerStart
	if !d.skip() {
		return false
	}
	d.t.done = append(d.t.done, edit{start, d.t.tagStart, text})
	d.close()
	return true
}

// lightboxButton opens an image in a dialog; it stands behind the image.
const lightboxButton = "<button\n\t\t\tclass=\"lightbox-trigger\"\n\t\t\ttype=\"button\"\n\t\t\taria-haspopup=\"dialog\"" +
	"\n\t\t\tdata-wp-bind--aria-label=\"state.thisImage.triggerButtonAriaLabel\"\n\t\t\tdata-wp-init=\"callbacks.initTriggerButton\"" +
	"\n\t\t\tdata-wp-on--click=\"actions.showLightbox\"\n\t\t\tdata-wp-style--right=\"state.thisImage.buttonRight\"" +
	"\n\t\t\tdata-wp-style--top=\"state.thisImage.buttonTop\"\n\t\t>\n\t\t\t<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"12\" height=\"12\" fill=\"none\" viewBox=\"0 0 12 12\">" +
	"\n\t\t\t\t<path fill=\"#fff\" d=\"M2 0a2 2 0 0 0-2 2v2h1.5V2a.5.5 0 0 1 .5-.5h2V0H2Zm2 10.5H2a.5.5 0 0 1-.5-.5V8H0v2a2 2 0 0 0 2 2h2v-1.5ZM8 12v-1.5h2a.5.5 0 0 0 .5-.5V8H12v2a2 2 0 0 1-2 2H8Zm2-12a2 2 0 0 1 2 2v2h-1.5V2a.5.5 0 0 0-.5-.5H8V0h2Z\" />" +
	"\n\t\t\t</svg>\n\t\t</button>"

// renderLightbox makes an image open in a dialog.
func (b *Block) renderLightbox(h string) string {
	run := b.Run
	t := newTags(h)
	figure := t.nextNamed("FIGURE")
	id := uniqid()
	if figure {
		t.addClass("wp-lightbox-container")
		t.setAttr("data-wp-interactive", "core/image")
		t.setAttr("data-wp-context", `{"imageId":"`+id+`"}`)
		t.setAttr("data-wp-key", id)
	}
	if !t.nextNamed("IMG") {
		return h
	}
	run.note("random")
	if g, ok := b.Context["galleryId"]; ok && g != nil {
		run.lightboxes = append(run.lightboxes, str(g))
	}
	for _, a := range [][2]string{{"init", "callbacks.setButtonStyles"}, {"on--load", "callbacks.setButtonStyles"},
		{"on-window--resize", "callbacks.setButtonStyles"}, {"on--pointerenter", "actions.preloadImageWithDelay"},
		{"on--pointerdown", "actions.preloadImage"}, {"on--pointerleave", "actions.cancelPreload"}, {"on--click", "actions.showLightbox"},
		{"class--hide", "state.isContentHidden"}, {"class--show", "state.isContentVisible"}} {
		t.setAttr("data-wp-"+a[0], a[1])
	}
	h = t.String()
	return addButton(h)
}

// addButton puts the button behind every image; images become the first one.
func addButton(h string) string {
	var out strings.Builder
	first := ""
	for {
		i := strings.Index(h, "<img")
		if i < 0 {
			break
		}
		end := strings.IndexByte(h[i:], '>')
		if end < 0 {
			break
		}
		if first == "" {
			first = h[i : i+end+1]
		}
		out.WriteString(h[:i] + first + lightboxButton)
		h = h[i+end+1:]
	}
	return out.String() + h
}

// galleryLightbox marks a gallery whose images open in a dialog.
func (run *Run) galleryLightbox(b *Block, c string) string {
	id := str(b.available["galleryId"])
	if id == "" || !contains(run.lightboxes, id) {
		return c
	}
	return firstTag(c, func(t *tags) {
		t.setAttr("data-wp-interactive", "core/gallery")
		t.setAttr("data-wp-context", `{"galleryId":"`+id+`"}`)
	})
}
