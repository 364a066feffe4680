package render

import (
	"strings"

	"github.com/platenhq/platen/ordered"
)

// Styles of a block's states: while the pointer is over it, or on a small
// screen. The rules themselves belong to the page's style sheet; the block gets
// the class that they are written for, a hash of the rules.

// blockStates are the pseudo-classes that blocks may have styles for.
var blockStates = map[string][]string{
	"core/button":          {":hover", ":focus", ":focus-visible", ":active"},
	"core/navigation-link": {":hover", ":focus", ":focus-visible", ":active"},
}

var linkStates = []string{":link", ":any-link", ":visited", ":hover", ":focus", ":focus-visible", ":active"}

// elementStates are the pseudo-classes of elements inside a block.
var elementStates = map[string][]string{"link": linkStates, "button": linkStates}

// elementSelectors are the CSS selectors of the elements that can be styled.
var elementSelectors = map[string]string{
	"link":    "a:where(:not(.wp-element-button))",
	"heading": "h1, h2, h3, h4, h5, h6",
	"h1":      "h1", "h2": "h2", "h3": "h3", "h4": "h4", "h5": "h5", "h6": "h6",
	"button": ".wp-element-button, .wp-block-button__link",
	"caption": ".wp-element-caption, .wp-block-audio figcaption, .wp-block-embed figcaption, .wp-block-gallery figcaption, " +
		".wp-block-image figcaption, .wp-block-table figcaption, .wp-block-video figcaption",
	"cite":      "cite",
	"textInput": "textarea, input:where([type=email],[type=number],[type=password],[type=search],[type=text],[type=tel],[type=url])",
	"select":    "select",
}

// screens are the default viewport sizes with their media queries.
var screens = [][2]string{
	{"@mobile", "@media (width <= 480px)"},
	{"@tablet", "@media (480px < width <= 782px)"},
}

// statesSupport adds the class of a block that has styles for a state.
func (b *Block) statesSupport(h string) string {
	if h == "" || h == "0" || b.Type == nil {
		return h
	}
	style, ok := b.attrs.Value("style").(*ordered.Object)
	if !ok {
		return h
	}
	rules := b.stateRules(style)
	if len(rules) == 0 {
		return h
	}
	sum := hashID("wp-states-", ordered.Of("blockName", b.Name, "rules", rules))
	t := newTags(h)
	if t.next() {
		t.addClass(sum)
	}
	return t.String()
}

func (b *Block) stateRules(style *ordered.Object) []any {
	states := blockStates[b.Name]
	s := &stateRules{selectors: b.Type.Selectors}
	for _, state := range states {
		s.addStyle(state, dig(style, state))
	}
	for _, screen := range screens {
		at, ok := dig(style, screen[0]).(*ordered.Object)
		if !ok || at.Len() == 0 {
			continue
		}
		s.media = screen[1]
		s.addStyle("", pick(at, append([]string{"elements"}, states...), false))
		root := b.Type.selector()
		each(at.Value("elements"), func(name string, element any) {
			selector := elementsIn(root, name)
			if !isArray(element) || selector == "" {
				return
			}
			s.add("", selector, pick(element, elementStates[name], false))
			for _, state := range elementStates[name] {
				s.add(state, selector, dig(element, state))
			}
		})
		for _, state := range states {
			s.addStyle(state, at.Value(state))
		}
	}
	return s.rules
}

// stateRules collects CSS rules as the hash wants them.
type stateRules struct {
	selectors *ordered.Object
	media     string
	rules     []any
}

// addStyle adds the rules of a style object; features with a selector of their
// own get a rule of their own.
func (s *stateRules) addStyle(state string, style any) {
	if !isArray(style) {
		return
	}
	groups := &ordered.Object{}
	put := func(selector any, feature string, value any) {
		key, _ := selector.(string)
		group, _ := groups.Value(key).(*ordered.Object)
		if group == nil {
			group = ordered.Of("selector", selector, "style", &ordered.Object{})
			groups.Set(key, group)
		}
		in := group.Value("style").(*ordered.Object)
		if old := in.Value(feature); isArray(old) && isArray(value) {
			value = merged(old, value)
		}
		in.Set(feature, value)
	}
	root := s.selectors.Value("root")
	each(style, func(feature string, value any) {
		own := s.selectors.Value(feature)
		if _, ok := own.(string); ok {
			put(own, feature, value)
			return
		}
		parts, ok := own.(*ordered.Object)
		if !ok || !isArray(value) {
			put(root, feature, value)
			return
		}
		rest := pick(value, nil, false)
		for part, selector := range parts.All() {
			if _, ok := selector.(string); !ok || part == "root" || !rest.Has(part) {
				continue
			}
			put(selector, feature, ordered.Of(part, rest.Value(part)))
			rest.Delete(part)
		}
		if rest.Len() > 0 {
			selector := parts.Value("root")
			if selector == nil {
				selector = root
			}
			put(selector, feature, rest)
		}
	})
	for _, group := range groups.All() {
		s.add(state, dig(group, "selector"), dig(group, "style"))
	}
}

// add adds one rule, if the style comes to any declarations.
func (s *stateRules) add(state string, selector, style any) {
	if !isArray(style) || !truthy(style) {
		return
	}
	compiled := compileStyles(presetVars(pick(style, []string{"layout"}, false)), false)
	if align, ok := dig(style, "typography", "textAlign").(string); ok && strings.TrimSpace(align) != "" {
		compiled.declare("text-align", align)
	}
	if len(compiled.declarations) == 0 {
		return
	}
	declarations := &ordered.Object{}
	for _, d := range compiled.declarations {
		declarations.Set(d.property, d.value)
	}
	rule := ordered.Of("state", state, "selector", selector, "declarations", declarations)
	if s.media != "" {
		rule.Set("rules_group", s.media)
	}
	s.rules = append(s.rules, rule)
}

// presetVars turns references to presets into CSS variables, at any depth.
func presetVars(v any) any {
	switch x := v.(type) {
	case *ordered.Object:
		out := &ordered.Object{}
		for k, m := range x.All() {
			out.Set(k, presetVars(m))
		}
		return out
	case []any:
		out := make([]any, len(x))
		for i, m := range x {
			out[i] = presetVars(m)
		}
		return out
	case string:
		if name, ok := strings.CutPrefix(x, "var:preset|"); ok {
			return "var(--wp--preset--" + strings.ReplaceAll(name, "|", "--") + ")"
		}
	}
	return v
}

// selector is the CSS selector of the block's root.
func (t *BlockType) selector() string {
	if s, ok := t.Selectors.Value("root").(string); ok {
		return s
	}
	if s, ok := t.Supports.Value("__experimentalSelector").(string); ok {
		return s
	}
	return ".wp-block-" + strings.ReplaceAll(strings.ReplaceAll(t.Name, "core/", ""), "/", "-")
}

// elementsIn is the selector of a kind of element inside root.
func elementsIn(root, element string) string {
	selector := elementSelectors[element]
	if selector == "" || strings.TrimSpace(root) == "" {
		return ""
	}
	var out []string
	for _, outer := range splitSelectors(root) {
		if outer = strings.TrimSpace(outer); outer == "" {
			continue
		}
		if outer == selector {
			return selector
		}
		for _, inner := range splitSelectors(selector) {
			out = append(out, outer+" "+inner)
		}
	}
	return strings.Join(out, ",")
}

// splitSelectors splits at the commas that are in no parentheses.
func splitSelectors(s string) []string {
	var out []string
	depth, from := 0, 0
	for i := range len(s) {
		switch {
		case s[i] == '(':
			depth++
		case s[i] == ')' && depth > 0:
			depth--
		case s[i] == ',' && depth == 0:
			out = append(out, s[from:i])
			from = i + 1
		}
	}
	return append(out, s[from:])
}
