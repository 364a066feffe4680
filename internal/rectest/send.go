package rectest

import (
	"encoding/base64"
	"regexp"
	"strings"
)

var (
	wholeVar = regexp.MustCompile(`^\$\{([\p{L}\p{N}_]+)\}$`)
	anyVar   = regexp.MustCompile(`\$\{([^}]+)\}`)
)

// expand replaces ${name} in strings, and in the strings and keys inside
// lists and objects. A string that is nothing but a captured variable becomes
// its value, of whatever type.
func (c *client) expand(v any) (any, error) {
	switch v := v.(type) {
	case string:
		if m := wholeVar.FindStringSubmatch(v); m != nil {
			if x, ok := c.variable(m[1]); ok {
				return x, nil
			}
		}
		return c.expandText(v)
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			y, err := c.expand(x)
			if err != nil {
				return nil, err
			}
			out[i] = y
		}
		return out, nil
	case *object:
		out := newObject()
		for _, k := range v.keys {
			name, err := c.expand(k)
			if err != nil {
				return nil, err
			}
			x, err := c.expand(v.vals[k])
			if err != nil {
				return nil, err
			}
			out.set(text(name), x)
		}
		return out, nil
	}
	return v, nil
}

func (c *client) expandText(s string) (string, error) {
	var err error
	s = anyVar.ReplaceAllStringFunc(s, func(m string) string {
		v, e := c.lookup(m[2 : len(m)-1])
		if e != nil && err == nil {
			err = e
		}
		return text(v)
	})
	return s, err
}

// lookup returns a captured variable, or one that site.json and the session
// know by themselves, such as app:LOGIN or nonce:LOGIN.
func (c *client) lookup(name string) (any, error) {
	if v, ok := c.variable(name); ok {
		return v, nil
	}
	k, arg, _ := strings.Cut(name, ":")
	switch k {
	case "BASE":
		return c.base, nil
	case "HOME":
		return c.site.Home, nil
	case "COOKIEHASH":
		return c.site.CookieHash, nil
	case "nonce":
		return c.nonce(arg)
	case "loggedin":
		login, how, _ := strings.Cut(arg, "|")
		return c.loggedIn(login, how)
	case "pw":
		if pw, ok := c.site.Passwords[arg]; ok {
			return pw, nil
		}
		return nil, failf("no user %s in site.json", arg)
	case "app", "chunked", "uuid":
		return c.app(arg, 0, k)
	case "app2", "uuid2":
		return c.app(arg, 1, k[:len(k)-1])
	}
	return nil, failf("unknown variable ${%s}", name)
}

func (c *client) app(login string, i int, what string) (any, error) {
	list := c.site.Apps[login]
	if i >= len(list) {
		return nil, failf("%s has no application password %d in site.json", login, i+1)
	}
	switch what {
	case "chunked":
		return list[i].Chunked, nil
	case "uuid":
		return list[i].UUID, nil
	}
	return list[i].Password, nil
}

// headerList keeps extra headers in the order in which they were first set.
type headerList struct{ o *object }

func (h headerList) setDefault(name, value string) {
	if _, ok := h.o.vals[name]; !ok {
		h.o.set(name, value)
	}
}

func basic(user, pw string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+pw))
}

// send makes the request of an entry as the person it names.
func (c *client) send(e *Entry) (*answer, error) {
	v, err := c.expand(e.Path)
	if err != nil {
		return nil, err
	}
	path := text(v)
	target := quote(path, "/?&=%:+,;@!$'()*[]~#-._|")
	x, err := c.expand(orEmpty(e.raw.obj("headers")))
	if err != nil {
		return nil, err
	}
	extra := headerList{x.(*object)}
	pure, _, _ := strings.Cut(path, "?")
	who, login, _ := strings.Cut(e.Who, ":")
	cookies, err := c.identify(who, login, pure, extra, &target)
	if err != nil {
		return nil, err
	}
	if err := c.basicAuth(e, extra); err != nil {
		return nil, err
	}
	if more := e.raw.obj("cookies"); more != nil {
		if cookies, err = c.addCookies(cookies, more); err != nil {
			return nil, err
		}
	}
	var fields []field
	if cookies != "" {
		fields = append(fields, field{"Cookie", cookies})
	}
	body, has, err := c.body(e.raw, extra)
	if err != nil {
		return nil, err
	}
	for _, k := range extra.o.keys {
		if v := extra.o.vals[k]; v != nil { // null takes a default header away
			fields = append(fields, field{k, text(v)})
		}
	}
	a, err := c.conn.do(c.ctx, e.Method, target, fields, body, has)
	if err == nil {
		c.keepCookies(e, login, a)
	}
	return a, err
}

// identify adds what "who" asks for and returns the Cookie header.
func (c *client) identify(who, login, path string, extra headerList, target *string) (string, error) {
	switch who {
	case "none":
		return "", nil
	case "app", "app-chunked", "badapp", "mainpw", "app-second":
		name := map[string]string{"app": "app:", "app-chunked": "chunked:", "app-second": "app2:", "mainpw": "pw:"}[who]
		var pw any = "abcdEFGHijklMNOPqrstUVWX"
		if name != "" {
			var err error
			if pw, err = c.lookup(name + login); err != nil {
				return "", err
			}
		}
		extra.setDefault("Authorization", basic(login, text(pw)))
		return "", nil
	}
	if !strings.HasPrefix(who, "cookie") {
		return "", failf("unknown who %s", who)
	}
	j, err := c.loginAs(login)
	if err != nil {
		return "", err
	}
	cookies := j.header(path)
	switch who {
	case "cookie+badnonce":
		extra.setDefault("X-WP-Nonce", "0123456789")
	case "cookie+nonce":
		n, err := c.nonce(login)
		if err != nil {
			return "", err
		}
		extra.setDefault("X-WP-Nonce", n)
	case "cookie+noncequery":
		n, err := c.nonce(login)
		if err != nil {
			return "", err
		}
		sep := "?"
		if strings.Contains(*target, "?") {
			sep = "&"
		}
		*target += sep + "_wpnonce=" + n
	}
	return cookies, nil
}

func (c *client) basicAuth(e *Entry, extra headerList) error {
	auth, ok := e.raw.get("auth")
	if !ok {
		return nil
	}
	v, err := c.expand(auth)
	if err != nil {
		return err
	}
	pair, _ := v.([]any)
	if len(pair) != 2 {
		return failf("auth is not [login, password]")
	}
	extra.o.set("Authorization", basic(text(pair[0]), text(pair[1])))
	return nil
}

func (c *client) addCookies(cookies string, more *object) (string, error) {
	var parts []string
	if cookies != "" {
		parts = append(parts, cookies)
	}
	for _, k := range more.keys {
		name, err := c.expand(k)
		if err != nil {
			return "", err
		}
		v, err := c.expand(more.vals[k])
		if err != nil {
			return "", err
		}
		parts = append(parts, text(name)+"="+text(v))
	}
	return strings.Join(parts, "; "), nil
}

// keepCookies lets the cookies of an answer join a session, where the entry asks for it.
func (c *client) keepCookies(e *Entry, login string, a *answer) {
	keep, _ := e.raw.get("keep_cookies")
	if keep == nil || keep == false || keep == "" {
		return
	}
	if login == "" {
		login = text(keep)
	}
	c.mu.Lock()
	j := c.jars[login]
	if j == nil {
		j = &jar{}
		c.jars[login] = j
	}
	c.mu.Unlock()
	j.store(a.header["Set-Cookie"])
}

// body builds the request body and, where the entry gives none, its Content-Type.
func (c *client) body(raw *object, extra headerList) ([]byte, bool, error) {
	for _, kind := range []string{"json", "form", "text", "b64", "multipart"} {
		v, ok := raw.get(kind)
		if !ok {
			continue
		}
		if kind == "b64" {
			data, err := base64.StdEncoding.DecodeString(text(v))
			return data, true, err
		}
		if kind == "multipart" {
			m, _ := v.(*object)
			data, err := c.multipart(m, extra)
			return data, true, err
		}
		x, err := c.expand(v)
		if err != nil {
			return nil, false, err
		}
		switch kind {
		case "json":
			extra.setDefault("Content-Type", "application/json")
			return appendJSON(nil, x), true, nil
		case "form":
			extra.setDefault("Content-Type", "application/x-www-form-urlencoded")
			return []byte(formEncode(x)), true, nil
		}
		return []byte(text(x)), true, nil
	}
	return nil, false, nil
}

func (c *client) multipart(m *object, extra headerList) ([]byte, error) {
	const boundary = "wprecordboundary7MA4YWxk"
	v, err := c.expand(orEmpty(m.obj("fields")))
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	fields := v.(*object)
	for _, k := range fields.keys {
		b.WriteString("--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + k + "\"\r\n\r\n" + text(fields.vals[k]) + "\r\n")
	}
	if f := m.obj("file"); f != nil {
		data, err := base64.StdEncoding.DecodeString(f.str("b64"))
		if err != nil {
			return nil, err
		}
		name := f.str("field")
		if name == "" {
			name = "file"
		}
		b.WriteString("--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + name + "\"; filename=\"" + f.str("name") +
			"\"\r\nContent-Type: " + f.str("type") + "\r\n\r\n")
		b.Write(data)
		b.WriteString("\r\n")
	}
	b.WriteString("--" + boundary + "--\r\n")
	extra.setDefault("Content-Type", "multipart/form-data; boundary="+boundary)
	return []byte(b.String()), nil
}
