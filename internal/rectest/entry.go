package rectest

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

var (
	loginErrorRE = regexp.MustCompile(`(?s)<div id="login_error"[^>]*>(.*?)</div>`)
	tagRE        = regexp.MustCompile(`<[^>]+>`)
	blanksRE     = regexp.MustCompile(`\s+`)
)

// captured are the whole-number variables that an entry brought.
type captured map[string]integer

// run sends one entry and returns its answer in the shape of a recorded one.
func (c *client) run(n *norm, e *Entry) (*object, captured, error) {
	if w, ok := e.raw.get("wait"); ok { // order by time needs another second
		s, _ := strconv.ParseFloat(text(w), 64)
		time.Sleep(time.Duration(s * float64(time.Second)))
	}
	a, err := c.send(e)
	if err != nil {
		return nil, nil, err
	}
	n.now(time.Now())
	ct := a.header.Get("Content-Type")
	isJSON := strings.Contains(ct, "json")
	mode := e.raw.str("body_mode")
	if mode == "" {
		mode = "text"
		if isJSON {
			mode = "json"
		}
	}
	raw := utf8Text(string(a.body))
	out := newObject()
	out.set("status", integer(strconv.Itoa(a.status)))
	out.set("headers", n.headers(a.header))
	var parsed any
	if mode == "json" || isJSON {
		parsed, _ = decode([]byte(raw))
	}
	caps, err := c.capture(e, a, raw, parsed)
	if err != nil {
		return nil, nil, err
	}
	n.nonces = n.session.knownNonces()
	switch {
	case mode == "none":
	case mode == "raw":
		out.set("body_text", n.text(raw))
	case mode == "login_error":
		out.set("login_error", n.loginError(raw))
	case parsed != nil || strings.TrimSpace(raw) == "null":
		out.set("body", n.value(parsed))
	default:
		out.set("body_text", n.text(raw))
	}
	return out, caps, nil
}

// loginError is the text of the login form's error box, or nil without one.
func (n *norm) loginError(page string) any {
	m := loginErrorRE.FindStringSubmatch(page)
	if m == nil {
		return nil
	}
	return n.text(strings.TrimSpace(blanksRE.ReplaceAllString(tagRE.ReplaceAllString(m[1], " "), " ")))
}

// capture keeps what the entry wants of its answer as variables.
func (c *client) capture(e *Entry, a *answer, raw string, parsed any) (captured, error) {
	want := e.raw.obj("capture")
	caps := captured{}
	if want == nil {
		return caps, nil
	}
	for _, name := range want.keys {
		from := text(want.vals[name])
		v, ok := c.pick(from, a, raw, parsed)
		if !ok {
			if r := []rune(raw); len(r) > 200 {
				raw = string(r[:200])
			}
			return nil, failf("capture %s (%s) failed: status %d, body %s", name, from, a.status, raw)
		}
		c.setVariable(name, v)
		switch v := v.(type) {
		case integer:
			caps[name] = v
		case string:
			if strings.HasPrefix(from, "re:") && nonceRE.MatchString(v) {
				c.addNonce(v)
			}
		}
	}
	return caps, nil
}

func (c *client) pick(from string, a *answer, raw string, parsed any) (any, bool) {
	if expr, ok := strings.CutPrefix(from, "re:"); ok {
		re, err := regexp.Compile(expr)
		if err != nil {
			return nil, false
		}
		m := re.FindStringSubmatch(raw)
		if len(m) < 2 {
			return nil, false
		}
		return strings.NewReplacer("&amp;", "&", "&#038;", "&").Replace(m[1]), true
	}
	if name, ok := strings.CutPrefix(from, "header:"); ok {
		v := a.header.Values(name)
		if len(v) == 0 {
			return nil, false
		}
		return v[0], true
	}
	return at(parsed, from)
}

// at follows a dotted path of member names and list positions.
func at(v any, path string) (any, bool) {
	for _, k := range strings.Split(path, ".") {
		switch x := v.(type) {
		case []any:
			i, err := strconv.Atoi(k)
			if i < 0 {
				i += len(x)
			}
			if err != nil || i < 0 || i >= len(x) {
				return nil, false
			}
			v = x[i]
		case *object:
			y, ok := x.vals[k]
			if !ok {
				return nil, false
			}
			v = y
		default:
			return nil, false
		}
	}
	return v, true
}
