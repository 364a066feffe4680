package abuse

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

const evil = "https://evil.example"

// crossed fails the case when another site's page may read an answer that was
// made for the user.
func crossed(t *testing.T, r reply) {
	t.Helper()
	allowed := r.header.Get("Access-Control-Allow-Origin")
	if allowed == evil && r.header.Get("Access-Control-Allow-Credentials") == "true" || allowed == "null" {
		t.Errorf("another site's page may read the answer: %s (%v)", r, allowed)
	}
}

var nonceCases = rows{
	{"nonce/none", "takes a cookie without a nonce for nobody", func(t *testing.T, a *target) {
		a.unchanged(t, func() {
			refused(t, "reading", a.send(t, "GET", me, "", "Cookie", a.admin.cookie()))
			refused(t, "writing", a.send(t, "POST", me, `{"first_name":"mallory"}`, "Cookie", a.admin.cookie()))
		})
	}},
	{"nonce/wrong", "refuses nonces that are empty, arrays, cut, shifted or of another action", func(t *testing.T, a *target) {
		n := a.nonce(t, a.admin)
		a.unchanged(t, func() {
			for _, bad := range []string{"", "0", "null", "true", "undefined", n[:9], n + "0", n[1:] + n[:1], strings.ToUpper(n) + " ", "x" + n, n + "\t" + n, strings.Repeat("0", 10), strings.Repeat(n, 1000)} {
				refused(t, fmt.Sprintf("%.24q", bad), a.send(t, "GET", me, "", "Cookie", a.admin.cookie(), "X-WP-Nonce", bad))
				refused(t, fmt.Sprintf("%.24q in the query", bad), a.send(t, "GET", me+"&_wpnonce="+url.QueryEscape(bad), "", "Cookie", a.admin.cookie()))
			}
			refused(t, "an array", a.send(t, "GET", me+"&_wpnonce[]="+n, "", "Cookie", a.admin.cookie()))
			refused(t, "a map", a.send(t, "GET", me+"&_wpnonce[a]="+n, "", "Cookie", a.admin.cookie()))
			refused(t, "an array in a form", a.send(t, "POST", me, "_wpnonce[]="+n+"&first_name=mallory", "Cookie", a.admin.cookie()))
			refused(t, "a nonce in JSON", a.send(t, "POST", me, `{"_wpnonce":"`+n+`","first_name":"mallory"}`, "Cookie", a.admin.cookie()))
			logout := between(a.send(t, "GET", "/wp-login.php?action=logout", "", "Cookie", a.admin.cookie()).body, "_wpnonce=", 10)
			refused(t, "the nonce of another action", a.send(t, "GET", me, "", "Cookie", a.admin.cookie(), "X-WP-Nonce", logout))
		})
	}},
	{"nonce/another's", "binds a nonce to its user and its session", func(t *testing.T, a *target) {
		theirs, elsewhere := a.nonce(t, a.prey), a.nonce(t, a.other)
		a.unchanged(t, func() {
			refused(t, "another user's", a.send(t, "GET", me, "", "Cookie", a.admin.cookie(), "X-WP-Nonce", theirs))
			refused(t, "another session's", a.send(t, "GET", me, "", "Cookie", a.admin.cookie(), "X-WP-Nonce", elsewhere))
		})
	}},
	{"nonce/read from another site", "lets no other site's page read a nonce, or what is behind it", func(t *testing.T, a *target) {
		crossed(t, a.send(t, "GET", "/wp-admin/admin-ajax.php?action=rest-nonce", "", "Cookie", a.admin.cookie(), "Origin", evil))
		crossed(t, a.send(t, "GET", "/wp-admin/profile.php", "", "Cookie", a.admin.cookie(), "Origin", evil))
		crossed(t, a.send(t, "GET", me, "", "Cookie", a.admin.cookie(), "Origin", evil, "X-WP-Nonce", a.nonce(t, a.admin)))
		crossed(t, a.send(t, "GET", route("/wp/v2/posts"), "", "Cookie", a.admin.cookie(), "Origin", "null"))
		crossed(t, a.send(t, "OPTIONS", me, "", "Origin", evil, "Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "X-WP-Nonce"))
	}},
}

var requestCases = rows{
	{"request/JSONP", "wraps no answer into a script", func(t *testing.T, a *target) {
		for _, path := range []string{"/wp/v2/posts", "/wp/v2/users/me"} {
			if r := a.send(t, "GET", route(path)+"&_jsonp=steal", "", "Cookie", a.admin.cookie()); strings.Contains(r.body, "steal(") {
				t.Error(r)
			}
		}
	}},
	{"request/forms of other sites", "refuses what a form of another site can send with the user's cookie", func(t *testing.T, a *target) {
		a.unchanged(t, func() {
			for _, kind := range []string{"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json", ""} {
				body := `{"title":"csrf","status":"publish"}`
				switch kind {
				case "application/x-www-form-urlencoded":
					body = "title=csrf&status=publish"
				case "multipart/form-data; boundary=x":
					body = "--x\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\ncsrf\r\n--x--\r\n"
				}
				refused(t, kind, a.send(t, "POST", route("/wp/v2/posts"), body, "Cookie", a.admin.cookie(), "Origin", evil, "Sec-Fetch-Site", "cross-site", "Content-Type", kind))
			}
			r := a.send(t, "POST", "/wp-admin/authorize-application.php", "action=authorize_application_password&approve=Yes&app_name=csrf", "Cookie", a.admin.cookie(), "Origin", evil, "Sec-Fetch-Site", "cross-site")
			if r.status == 200 && strings.Contains(r.body, "new-application-password-value") {
				t.Error("an application password was made: ", r)
			}
		})
	}},
	{"request/method override", "asks for the rights of the method that counts", func(t *testing.T, a *target) {
		a.unchanged(t, func() {
			for _, s := range []string{a.admin.cookie(), ""} {
				refused(t, "_method in the query", a.send(t, "POST", route("/wp/v2/posts/1")+"&_method=DELETE&force=true", "", "Cookie", s))
				refused(t, "a header", a.send(t, "POST", route("/wp/v2/posts/1")+"&force=true", "", "Cookie", s, "X-HTTP-Method-Override", "DELETE"))
				refused(t, "a batch", a.send(t, "POST", route("/batch/v1"), `{"requests":[{"path":"/wp/v2/users/me","method":"POST","body":{"first_name":"mallory"}}]}`+" ", "Cookie", s, "X-HTTP-Method-Override", "DELETE"))
			}
			a.send(t, "GET", route("/wp/v2/posts/1")+"&_method=DELETE&force=true", "", "Cookie", a.admin.cookie(), "X-HTTP-Method-Override", "DELETE")
		})
		if r := a.send(t, "GET", route("/wp/v2/posts/1"), ""); r.status != 200 && r.status != 404 {
			t.Error(r)
		}
	}},
	{"request/forward-auth headers", "believes no header that says who is calling", func(t *testing.T, a *target) {
		headers := []string{
			"X-WP-User", a.admin.login, "X-WP-User-Id", fmt.Sprint(a.admin.id), "X-WP-Roles", "administrator", "X-WP-Identity", "eyJhbGciOiJub25lIn0.e30.",
			"X-Forwarded-User", a.admin.login, "X-Remote-User", a.admin.login, "Remote-User", a.admin.login, "X-Auth-Request-User", a.admin.login, "X-Forwarded-For", "127.0.0.1", "X-Real-IP", "127.0.0.1",
			"X-Forwarded-Proto", "https", "X-Forwarded-Host", "evil.example", "X-Original-URL", "/wp-json/wp/v2/posts", "X-Rewrite-URL", "/wp-json/wp/v2/posts",
		}
		refused(t, "users/me", a.send(t, "GET", me, "", headers...))
		r := a.send(t, "GET", route("/platen/v1/forward-auth"), "", headers...)
		refused(t, "forward-auth", r)
		if r.header.Get("X-WP-User") != "" {
			t.Error("the header came back: ", r.header)
		}
		for _, to := range []string{"/wp-login.php?action=lostpassword", "/wp-admin/"} {
			if r := a.send(t, "GET", to, "", headers...); strings.Contains(r.body, "evil.example") || strings.Contains(r.header.Get("Location"), "evil.example") {
				t.Error("the host of a header is in the answer: ", r)
			}
		}
	}},
	{"consent/addresses", "leads nowhere but to addresses that an application can have", func(t *testing.T, a *target) {
		for _, to := range []string{"javascript:alert(1)", "JaVaScRiPt:alert(1)//", "java\tscript:alert(1)", "data:text/html,<script>1</script>", "vbscript:x", "blob:x", "//evil.example", "\x00javascript:alert(1)"} {
			q := url.Values{"app_name": {"x"}, "success_url": {to}, "reject_url": {to}}.Encode()
			r := a.send(t, "GET", "/wp-admin/authorize-application.php?"+q, "", "Cookie", a.admin.cookie())
			// WordPress tells of such an address with the status 500.
			if strings.Contains(r.header.Get("Location"), "evil.example") || strings.Contains(strings.ToLower(r.body), `href="javascript:`) || strings.Contains(strings.ToLower(r.body), `action="javascript:`) ||
				r.status == 200 && strings.Contains(r.body, `name="approve"`) {
				t.Errorf("%q: %s", to, r)
			}
		}
	}},
	{"consent/framing", "lets nobody frame the pages on which a click gives something away", func(t *testing.T, a *target) {
		for _, path := range []string{"/wp-admin/authorize-application.php?app_name=x", "/wp-login.php", "/wp-admin/profile.php"} {
			r := a.send(t, "GET", path, "", "Cookie", a.admin.cookie())
			if r.status/100 == 2 && !strings.Contains(r.header.Get("Content-Security-Policy"), "frame-ancestors") && r.header.Get("X-Frame-Options") == "" {
				t.Error(path, " may be framed")
			}
		}
	}},
	{"request/redirects", "leads to no other site after a login", func(t *testing.T, a *target) {
		for _, to := range []string{evil, "//evil.example", `/\evil.example`, `\\evil.example`, "https:evil.example", "javascript:alert(1)", "http://evil.example@127.0.0.1/"} {
			r := a.send(t, "POST", "/wp-login.php", url.Values{"log": {a.prey.login}, "pwd": {a.prey.pass}, "redirect_to": {to}}.Encode(), "Cookie", "wordpress_test_cookie=WP%20Cookie%20check")
			l := r.header.Get("Location")
			u, err := url.Parse(l)
			own := err == nil && (u.Scheme == "" || u.Scheme == "http" || u.Scheme == "https") && (u.Host == "" || strings.Contains(a.base, u.Host))
			if !own || strings.HasPrefix(l, "//") || strings.Contains(l, `\`) {
				t.Errorf("%q leads to %q", to, l)
			}
		}
	}},
	{"request/headers", "sends no header that a request made", func(t *testing.T, a *target) {
		r := a.send(t, "GET", "/wp-login.php?redirect_to="+url.QueryEscape("/x\r\nSet-Cookie: evil=1"), "")
		for _, c := range (&http.Response{Header: r.header}).Cookies() {
			if c.Name == "evil" {
				t.Error(r.header)
			}
		}
		refused(t, "Authorization of another kind", a.send(t, "GET", me, "", "Authorization", "Negotiate "+a.admin.login))
		name := a.admin.name(t, loggedIn)
		if r := a.send(t, "TRACE", "/", "", "Cookie", a.admin.cookie()); strings.Contains(r.body, a.admin.cookies[name]) {
			t.Error("TRACE shows the cookie: ", r)
		}
	}},
}
