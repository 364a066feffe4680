package wiretest

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/platenhq/platen/internal/rectest"
)

// find says where in an answer t occurs.
func find(a rectest.Answer, t string) string {
	for k, lines := range a.Header {
		for _, l := range lines {
			if strings.Contains(k+": "+l, t) {
				return "header " + k
			}
		}
	}
	if bytes.Contains(a.Body, []byte(t)) {
		return "body"
	}
	return ""
}

func pick(c capture, a rectest.Answer) (string, bool) {
	switch c.how {
	case 'h':
		v := a.Header.Values(c.from)
		if len(v) == 0 {
			return "", false
		}
		return v[0], true
	case '~':
		m := regexp.MustCompile(c.from).FindSubmatch(a.Body)
		if m == nil {
			return "", false
		}
		return strings.NewReplacer("&amp;", "&", "&#038;", "&").Replace(string(m[1])), true
	}
	v, err := parseJSON(a.Body)
	if err != nil {
		return "", false
	}
	for _, k := range strings.Split(c.from, ".") {
		switch x := v.(type) {
		case map[string]any:
			y, ok := x[k]
			if !ok {
				return "", false
			}
			v = y
		case []any:
			i, err := strconv.Atoi(k)
			if err != nil || i < 0 || i >= len(x) {
				return "", false
			}
			v = x[i]
		default:
			return "", false
		}
	}
	if s, ok := v.(string); ok {
		return s, true
	}
	return show(v), true
}

func checkHeader(s *rectest.Session, h headerCheck, a rectest.Answer) string {
	lines := a.Header.Values(h.name)
	if h.how == '!' {
		if len(lines) > 0 {
			return fmt.Sprintf("header %s: want none, got %q", h.name, lines)
		}
		return ""
	}
	want, err := s.Expand(h.value)
	if err != nil {
		return err.Error()
	}
	ok := false
	if h.how == '~' {
		re, err := regexp.Compile(want)
		if err != nil {
			return err.Error()
		}
		ok = slices.ContainsFunc(lines, re.MatchString)
	} else {
		ok = slices.Contains(lines, want) || len(lines) > 0 && strings.Join(lines, ", ") == want
	}
	if ok {
		return ""
	}
	return fmt.Sprintf("header %s: want %c %s, got %q", h.name, h.how, want, lines)
}

func checkBody(s *rectest.Session, e *expectation, a rectest.Answer) []string {
	want, err := s.Expand(e.body)
	if err != nil {
		return []string{err.Error()}
	}
	got := string(a.Body)
	switch e.mode {
	case "empty":
		if got != "" {
			return []string{"body: want none"}
		}
		return nil
	case "text":
		if strings.TrimSuffix(got, "\n") != want {
			return []string{"body: want " + want}
		}
		return nil
	case "contains":
		var out []string
		for _, l := range strings.Split(want, "\n") {
			if !strings.Contains(got, l) {
				out = append(out, "body: lacks "+l)
			}
		}
		return out
	}
	if want == "" {
		return nil
	}
	w, err := parseJSON([]byte(want))
	if err != nil {
		return []string{"expected body: " + err.Error()}
	}
	g, err := parseJSON(a.Body)
	if err != nil {
		return []string{"body: want JSON: " + err.Error()}
	}
	m := &matcher{exact: e.mode == "exact"}
	m.match(w, g, "")
	return m.out
}
