package rectest

import (
	"net/url"
	"regexp"
	"strings"
	"sync"
)

// jar holds cookies by name and path, in the order they first came.
type jar struct {
	mu      sync.Mutex
	cookies []cookie
}

type cookie struct{ name, path, value string }

// header is the Cookie header for a request path.
func (j *jar) header(path string) string {
	j.mu.Lock()
	defer j.mu.Unlock()
	var out []string
	for _, c := range j.cookies {
		dir := c.path
		if dir == "" {
			dir = "/"
		}
		if !strings.HasSuffix(dir, "/") {
			dir += "/"
		}
		if path == c.path || strings.HasPrefix(path, dir) {
			out = append(out, c.name+"="+c.value)
		}
	}
	return strings.Join(out, "; ")
}

func (j *jar) set(name, path, value string) {
	for i, c := range j.cookies {
		if c.name == name && c.path == path {
			j.cookies[i].value = value
			return
		}
	}
	j.cookies = append(j.cookies, cookie{name, path, value})
}

func (j *jar) remove(name, path string) {
	for i, c := range j.cookies {
		if c.name == name && c.path == path {
			j.cookies = append(j.cookies[:i], j.cookies[i+1:]...)
			return
		}
	}
}

// store takes the Set-Cookie headers of an answer.
func (j *jar) store(setCookies []string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, line := range setCookies {
		name, value, attrs := splitSetCookie(line)
		path, maxAge := "/", ""
		for _, a := range attrs {
			k, v, _ := strings.Cut(a, "=")
			switch strings.ToLower(k) {
			case "path":
				path = v
			case "max-age":
				maxAge = v
			}
		}
		if emptyCookie(value) || maxAge == "0" {
			j.remove(name, path)
		} else {
			j.set(name, path, value)
		}
	}
}

// find returns the first cookie whose name starts with prefix.
func (j *jar) find(prefix string) (string, bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, c := range j.cookies {
		if strings.HasPrefix(c.name, prefix) {
			return c.value, true
		}
	}
	return "", false
}

func splitSetCookie(line string) (name, value string, attrs []string) {
	parts := strings.Split(line, ";")
	name, value, _ = strings.Cut(strings.TrimSpace(parts[0]), "=")
	for _, a := range parts[1:] {
		attrs = append(attrs, strings.TrimSpace(a))
	}
	return name, value, attrs
}

// emptyCookie tells whether a value is one with which WordPress clears a cookie.
func emptyCookie(v string) bool {
	switch strings.TrimSpace(v) {
	case "", "+", "%20", "deleted":
		return true
	}
	return false
}

const loggedInPrefix = "wordpress_logged_in_"

// loginAs returns the cookies of login, logging in through wp-login.php once.
func (c *client) loginAs(login string) (*jar, error) {
	c.login.Lock()
	defer c.login.Unlock()
	return c.loginLocked(login)
}

func (c *client) loginLocked(login string) (*jar, error) {
	c.mu.Lock()
	j := c.jars[login]
	c.mu.Unlock()
	if j != nil {
		return j, nil
	}
	pw, ok := c.site.Passwords[login]
	if !ok {
		return nil, failf("no user %s in site.json", login)
	}
	j = &jar{cookies: []cookie{{"wordpress_test_cookie", "/", "WP%20Cookie%20check"}}}
	form := "log=" + url.QueryEscape(login) + "&pwd=" + url.QueryEscape(pw) + "&wp-submit=Log+In&testcookie=1"
	a, err := c.conn.do(c.ctx, "POST", "/wp-login.php", []field{
		{"Content-Type", "application/x-www-form-urlencoded"}, {"Cookie", j.header("/wp-login.php")},
	}, []byte(form), true)
	if err != nil {
		return nil, err
	}
	j.store(a.header["Set-Cookie"])
	if _, ok := j.find(loggedInPrefix); !ok {
		return nil, failf("login of %s failed (status %d)", login, a.status)
	}
	c.mu.Lock()
	c.jars[login] = j
	c.mu.Unlock()
	return j, nil
}

var nonceRE = regexp.MustCompile(`^[0-9a-f]{10}$`)

// nonce returns the REST nonce of login's session, asking for it once.
func (c *client) nonce(login string) (string, error) {
	c.login.Lock()
	defer c.login.Unlock()
	c.mu.Lock()
	n, ok := c.nonces[login]
	c.mu.Unlock()
	if ok {
		return n, nil
	}
	j, err := c.loginLocked(login)
	if err != nil {
		return "", err
	}
	const p = "/wp-admin/admin-ajax.php"
	a, err := c.conn.do(c.ctx, "GET", p+"?action=rest-nonce", []field{{"Cookie", j.header(p)}}, nil, false)
	if err != nil {
		return "", err
	}
	n = strings.TrimSpace(string(a.body))
	if a.status != 200 || !nonceRE.MatchString(n) {
		return "", failf("no nonce for %s (status %d)", login, a.status)
	}
	c.mu.Lock()
	c.nonces[login] = n
	c.nonceVs = append(c.nonceVs, n)
	c.mu.Unlock()
	return n, nil
}

// loggedIn is the value of login's logged_in cookie, percent-encoded, spoilt in
// the way that how names.
func (c *client) loggedIn(login, how string) (string, error) {
	j, err := c.loginAs(login)
	if err != nil {
		return "", err
	}
	v, _ := j.find(loggedInPrefix)
	f := strings.Split(unquote(v), "|")
	if len(f) < 4 || f[2] == "" || f[3] == "" {
		return "", failf("odd logged_in cookie of %s: %s", login, v)
	}
	swapLast := func(s, a, b string) string {
		if strings.HasSuffix(s, a) {
			return s[:len(s)-1] + b
		}
		return s[:len(s)-1] + a
	}
	switch {
	case how == "tamper-hmac":
		f[3] = swapLast(f[3], "0", "1")
	case how == "tamper-token":
		f[2] = swapLast(f[2], "a", "b")
	case how == "expired":
		f[1] = "1600000000"
	case how == "later":
		f[1] = later(f[1], 1000)
	case how == "short":
		f = f[:3]
	case strings.HasPrefix(how, "user="):
		f[0] = how[len("user="):]
	case how == "rawpipe":
		return strings.Join(f, "|"), nil
	}
	return strings.ReplaceAll(url.QueryEscape(strings.Join(f, "|")), "+", "%20"), nil
}
