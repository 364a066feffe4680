package upstream

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// rule forces requests one way: "[METHOD] /path".
type rule struct {
	method   string // "" is any
	segments []string
	php      bool
	text     string
}

// rules are what the configuration forces, in order of precedence.
type rules []rule

var methodForm = regexp.MustCompile(`^[A-Z]+$`)

// parseRules reads the patterns of --native and --to-upstream.
func parseRules(native, php []string) (rules, error) {
	var out rules
	for _, list := range []struct {
		name  string
		texts []string
		php   bool
	}{{"to-upstream", php, true}, {"native", native, false}} {
		for _, text := range list.texts {
			r, err := parseRule(text)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", list.name, err)
			}
			r.php = list.php
			out = append(out, r)
		}
	}
	// The longer pattern is the more specific one, a word more than a star, a
	// method more than none; of two alike, PHP has it.
	slices.SortStableFunc(out, func(a, b rule) int { return b.weight() - a.weight() })
	return out, nil
}

func parseRule(text string) (rule, error) {
	r := rule{text: text}
	path := strings.TrimSpace(text)
	if method, rest, ok := strings.Cut(path, " "); ok {
		r.method, path = strings.ToUpper(method), strings.TrimSpace(rest)
		if !methodForm.MatchString(r.method) {
			return r, fmt.Errorf("%q is no method in %q", method, text)
		}
	}
	if !strings.HasPrefix(path, "/") || strings.ContainsAny(path, "?# ") {
		return r, fmt.Errorf("%q is no pattern such as /wp-json/wp/v2/posts, POST /wp-json/wp/v2/media or /wp-login.php", text)
	}
	if path = strings.Trim(path, "/"); path != "" {
		r.segments = strings.Split(strings.ToLower(path), "/")
	}
	for _, s := range r.segments {
		if s != "*" && strings.Contains(s, "*") {
			return r, fmt.Errorf("%q: * stands for a whole segment", text)
		}
	}
	return r, nil
}

func (r *rule) weight() int {
	w := 0
	for _, s := range r.segments {
		w += 4
		if s != "*" {
			w += 2
		}
	}
	if r.method != "" {
		w++
	}
	return w
}

// matches reports whether the pattern is the path or one above it.
func (r *rule) matches(method string, path []string) bool {
	if r.method != "" && r.method != method && !(r.method == "GET" && method == "HEAD") || len(path) < len(r.segments) {
		return false
	}
	for i, s := range r.segments {
		if s != "*" && s != path[i] {
			return false
		}
	}
	return true
}

// find returns the rule for a request, nil without one.
func (rs rules) find(method, path string) *rule {
	if len(rs) == 0 {
		return nil
	}
	var segments []string
	if path = strings.Trim(path, "/"); path != "" {
		segments = strings.Split(strings.ToLower(path), "/")
	}
	for i := range rs {
		if rs[i].matches(method, segments) {
			return &rs[i]
		}
	}
	return nil
}
