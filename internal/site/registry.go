package site

import (
	"fmt"
	"slices"
	"strings"

	"github.com/platenhq/platen/capability"
	"github.com/platenhq/platen/internal/wp"
)

// Registry lists what is registered on a site: WordPress's own post types,
// taxonomies and statuses, and those of plugins, in order. It must not change
// once the site serves.
type Registry struct {
	types      []*wp.PostType
	taxonomies []*wp.Taxonomy
	statuses   []*wp.Status
	meta       []*MetaKey
	locations  []MenuLocation
	settings   []*Setting
}

func newRegistry() *Registry {
	r := &Registry{statuses: builtinStatuses(), meta: builtinMeta(), settings: builtinSettings()}
	for _, t := range builtinTaxonomies() {
		t.Labels = taxonomyLabels(t)
		r.taxonomies = append(r.taxonomies, t)
	}
	for _, t := range builtinPostTypes() {
		t.Labels = typeLabels(t)
		r.types = append(r.types, t)
	}
	return r
}

// withDefaults completes labels as _get_custom_object_labels.
func withDefaults(own, defaults wp.Labels, key string) wp.Labels {
	has := func(l wp.Labels, name string) bool {
		return slices.ContainsFunc(l, func(e wp.Label) bool { return e.Name == name && !e.Null })
	}
	own = slices.Clone(own)
	derive := func(name, from string) {
		if !has(own, name) && has(own, from) {
			own = append(own, wp.Label{Name: name, Value: own.Get(from)})
		}
	}
	derive("singular_name", "name")
	derive("name_admin_bar", "singular_name")
	if !has(own, "name_admin_bar") {
		own = append(own, wp.Label{Name: "name_admin_bar", Value: key})
	}
	derive("menu_name", "name")
	derive("all_items", "menu_name")
	derive("archives", "all_items")
	out := append(slices.Clone(defaults), wp.Label{Name: "menu_name", Value: defaults.Get("name")})
	for _, e := range own {
		if i := slices.IndexFunc(out, func(d wp.Label) bool { return d.Name == e.Name }); i >= 0 {
			out[i] = e
			continue
		}
		out = append(out, e)
	}
	return out
}

// withTemplate adds what a template for the things is called, made of what one
// of them is called.
func withTemplate(labels wp.Labels, pattern, singular string) wp.Labels {
	if singular == "" || labels.Get("template_name") != "" {
		return labels
	}
	return append(labels, wp.Label{Name: "template_name", Value: strings.Replace(pattern, "%s", singular, 1)})
}

// typeLabels and taxonomyLabels complete the labels of a post type and of a
// taxonomy: get_post_type_labels, get_taxonomy_labels.
func typeLabels(t *wp.PostType) wp.Labels {
	defaults := postLabels
	if t.Hierarchical {
		defaults = pageLabels
	}
	singular := t.Labels.Get("singular_name")
	if singular == "" {
		singular = t.Labels.Get("name")
	}
	return withTemplate(withDefaults(t.Labels, defaults, t.Name), "Single item: %s", singular)
}

func taxonomyLabels(t *wp.Taxonomy) wp.Labels {
	defaults := tagLabels
	if t.Hierarchical {
		defaults = categoryLabels
	}
	labels := withDefaults(t.Labels, defaults, t.Name)
	return withTemplate(labels, "%s Archives", labels.Get("singular_name"))
}

// PostTypes lists the registered post types in order.
func (r *Registry) PostTypes() []*wp.PostType { return r.types }

// PostType returns a registered post type, nil when there is none.
func (r *Registry) PostType(name string) *wp.PostType {
	for _, t := range r.types {
		if t.Name == name {
			return t
		}
	}
	return nil
}

// Taxonomies lists the registered taxonomies in order.
func (r *Registry) Taxonomies() []*wp.Taxonomy { return r.taxonomies }

// Taxonomy returns a registered taxonomy, nil when there is none.
func (r *Registry) Taxonomy(name string) *wp.Taxonomy {
	for _, t := range r.taxonomies {
		if t.Name == name {
			return t
		}
	}
	return nil
}

// TaxonomiesOf lists the taxonomies of a post type: get_object_taxonomies.
func (r *Registry) TaxonomiesOf(postType string) []*wp.Taxonomy {
	var out []*wp.Taxonomy
	for _, t := range r.taxonomies {
		if slices.Contains(t.ObjectTypes, postType) {
			out = append(out, t)
		}
	}
	return out
}

// Statuses lists the registered post statuses in order.
func (r *Registry) Statuses() []*wp.Status { return r.statuses }

// Status returns a registered post status, nil when there is none.
func (r *Registry) Status(name string) *wp.Status {
	for _, t := range r.statuses {
		if t.Name == name {
			return t
		}
	}
	return nil
}

// AddPostType registers a post type: register_post_type.
func (r *Registry) AddPostType(t *wp.PostType) error {
	if t.Name == "" || len(t.Name) > 20 {
		return fmt.Errorf("site: post type names must be between 1 and 20 characters in length: %q", t.Name)
	}
	if len(t.Labels) == 0 && t.Label != "" {
		t.Labels = wp.Labels{{Name: "name", Value: t.Label}}
	}
	t.Labels = typeLabels(t)
	t.Label = t.Labels.Get("name")
	if len(t.Caps) == 0 {
		singular := t.CapabilityType
		if singular == "" {
			singular = "post"
		}
		t.MapMetaCap = true
		for _, n := range capability.PostTypeCaps(singular, "", true, nil) {
			t.Caps = append(t.Caps, wp.Cap{Name: n.Generic, Cap: n.Actual})
		}
	}
	if len(t.Supports) == 0 {
		t.Supports = []wp.Support{{Feature: "title"}, {Feature: "editor"}, {Feature: "autosave"}}
	}
	r.types = append(r.types, t)
	for _, name := range t.Taxonomies {
		if tax := r.Taxonomy(name); tax != nil && !slices.Contains(tax.ObjectTypes, t.Name) {
			tax.ObjectTypes = append(tax.ObjectTypes, t.Name)
		}
	}
	return nil
}

// AddTaxonomy registers a taxonomy: register_taxonomy.
func (r *Registry) AddTaxonomy(t *wp.Taxonomy) error {
	if t.Name == "" || len(t.Name) > 32 {
		return fmt.Errorf("site: taxonomy names must be between 1 and 32 characters in length: %q", t.Name)
	}
	if len(t.Labels) == 0 && t.Label != "" {
		t.Labels = wp.Labels{{Name: "name", Value: t.Label}}
	}
	t.Labels = taxonomyLabels(t)
	t.Label = t.Labels.Get("name")
	if len(t.Caps) == 0 {
		for _, n := range capability.TaxonomyCaps(nil) {
			t.Caps = append(t.Caps, wp.Cap{Name: n.Generic, Cap: n.Actual})
		}
	}
	r.taxonomies = append(r.taxonomies, t)
	for _, name := range t.ObjectTypes {
		if pt := r.PostType(name); pt != nil && !slices.Contains(pt.Taxonomies, t.Name) {
			pt.Taxonomies = append(pt.Taxonomies, t.Name)
		}
	}
	return nil
}

func (s *Site) buildRules() *capability.Rules {
	cfg := capability.Config{
		DisallowFileEdit:       s.cfg.DisallowFileEdit,
		DisallowFileMods:       s.cfg.DisallowFileMods,
		DisallowUnfilteredHTML: s.cfg.DisallowUnfilteredHTML,
		AllowUnfilteredUploads: s.cfg.AllowUnfilteredUploads,
	}
	for _, t := range s.reg.types {
		cfg.PostTypes = append(cfg.PostTypes, capability.PostType{Name: t.Name, Singular: t.CapabilityType, MapMeta: t.MapMetaCap, Caps: names(t.Caps)})
	}
	for _, t := range s.reg.taxonomies {
		cfg.Taxonomies = append(cfg.Taxonomies, capability.Taxonomy{Name: t.Name, Caps: names(t.Caps)})
	}
	for _, t := range s.reg.statuses {
		cfg.Statuses = append(cfg.Statuses, capability.Status{Name: t.Name, Public: t.Public, Private: t.Private})
	}
	return capability.New(cfg)
}

func names(caps wp.Caps) capability.Names {
	out := make(capability.Names, len(caps))
	for i, c := range caps {
		out[i] = capability.Name{Generic: c.Name, Actual: c.Cap}
	}
	return out
}
