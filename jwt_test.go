package platen_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/platenhq/platen/apppassword"
	"github.com/platenhq/platen/internal/config"
	"github.com/platenhq/platen/internal/site"
)

const (
	tokenRoute    = "/wp-json/jwt-auth/v1/token"
	meRoute       = "/wp-json/wp/v2/users/me"
	validateRoute = tokenRoute + "/validate"
)

func (n *newSite) token() reply {
	n.t.Helper()
	r := n.post(tokenRoute, `{"username":"admin","password":"`+adminPass+`"}`)
	n.want(r, 200, "")
	return r
}

func bearer(token string) string { return "Bearer " + token }

func (n *newSite) with(token string) reply {
	n.t.Helper()
	return n.get(meRoute, "Authorization", bearer(token))
}

func TestJWT(t *testing.T) {
	n := openNew(t, nil)
	r := n.token()
	for name, want := range map[string]any{"user_email": "admin@example.org", "user_nicename": "admin", "user_display_name": "admin", "token_type": "Bearer", "expires_in": 3600.0} {
		if r.json(name) != want {
			t.Errorf("%s: %v", name, r.json(name))
		}
	}
	if r.Header.Get("Cache-Control") != "no-store" {
		t.Error(r.Header)
	}
	token := r.text("token")
	n.want(n.with(token), 200, "")
	n.want(n.get(meRoute, "Authorization", "bearer "+token), 200, "")
	v := n.post(validateRoute, "", "Authorization", bearer(token))
	n.want(v, 200, "jwt_auth_valid_token")
	n.want(n.post("/?rest_route=/jwt-auth/v1/token/validate", "", "Authorization", bearer(token)), 200, "jwt_auth_valid_token")
	// A stale token does not keep anybody from a new one.
	n.want(n.post(tokenRoute, "username=admin&password="+strings.ReplaceAll(adminPass, " ", "+"), "Authorization", "Bearer x"), 200, "")
	n.want(n.get(tokenRoute), 404, "rest_no_route")
}

func segments(token string) (header, claims map[string]any, parts []string) {
	parts = strings.Split(token, ".")
	for i, p := range []*map[string]any{&header, &claims} {
		raw, _ := base64.RawURLEncoding.DecodeString(parts[i])
		json.Unmarshal(raw, p)
	}
	return header, claims, parts
}

func segment(v any) string {
	raw, _ := json.Marshal(v)
	return base64.RawURLEncoding.EncodeToString(raw)
}

func TestJWTRefusals(t *testing.T) {
	off := true
	n := openNew(t, func(c *config.Config) { c.UnlimitedLogins = &off })
	token := n.token().text("token")
	_, claims, parts := segments(token)
	if claims["data"].(map[string]any)["user"].(map[string]any)["id"] != "1" || claims["iss"] != n.web.URL || claims["jti"] == "" {
		t.Error(claims)
	}
	changed := func(name string, v any) string {
		c := map[string]any{}
		for k, v := range claims {
			c[k] = v
		}
		c[name] = v
		return parts[0] + "." + segment(c) + "." + parts[2]
	}
	alg := func(name string) string {
		return segment(map[string]any{"typ": "JWT", "alg": name}) + "." + parts[1] + "."
	}
	sign := "." + parts[2]
	n.unchanged("refused tokens", func() {
		for _, c := range []struct{ token, message, reason string }{
			{"x", "Wrong number of segments", "token_malformed"},
			{"", "Wrong number of segments", "token_malformed"},
			{"a.b.c.d", "Wrong number of segments", "token_malformed"},
			{strings.Repeat("a", 9000) + "..", "Wrong number of segments", "token_malformed"},
			{"x.y.z", "Syntax error, malformed JSON", "token_malformed"},
			{segment(map[string]any{}) + ".e30.x", "Empty algorithm", "token_malformed"},
			{alg("none"), "Algorithm not supported", "token_signature"},
			{alg("None") + "x", "Algorithm not supported", "token_signature"},
			{alg("HS512") + parts[2], "Incorrect key for this algorithm", "token_signature"},
			{alg("RS256") + parts[2], "Incorrect key for this algorithm", "token_signature"},
			{segment(map[string]any{"typ": "JWT", "alg": "HS256", "kid": "../../etc/passwd"}) + "." + parts[1] + sign, "Signature verification failed", "token_signature"},
			{changed("exp", 9999999999), "Signature verification failed", "token_signature"},
			{changed("exp", "9999999999"), "Signature verification failed", "token_signature"},
			{changed("data", map[string]any{"user": map[string]any{"id": "2"}}), "Signature verification failed", "token_signature"},
			{parts[0] + "." + parts[1] + ".", "Signature verification failed", "token_signature"},
		} {
			r := n.with(c.token)
			n.want(r, 403, "jwt_auth_invalid_token")
			if r.text("message") != c.message || r.text("data.reason") != c.reason {
				t.Errorf("%.60s: %s", c.token, r.body)
			}
			if !strings.HasPrefix(r.Header.Get("WWW-Authenticate"), "Bearer") {
				t.Error("no WWW-Authenticate")
			}
			if v := n.post(validateRoute, "", "Authorization", bearer(c.token)); v.StatusCode != 403 {
				t.Errorf("validate: %d %s", v.StatusCode, v.body)
			}
		}
		n.want(n.get("/wp-json/?x=token/validate", "Authorization", "Bearer x"), 403, "jwt_auth_invalid_token")
		n.want(n.post(validateRoute, ""), 403, "jwt_auth_no_auth_header")
		n.want(n.post(validateRoute, "", "Authorization", "Basic eDp5"), 403, "jwt_auth_bad_auth_header")
		n.want(n.post(validateRoute, "", "Authorization", "Bearer"), 403, "jwt_auth_bad_auth_header")
		n.want(n.get(meRoute+"?token="+token+"&access_token="+token+"&jwt="+token), 401, "rest_not_logged_in")
		n.want(n.post(tokenRoute, `{"username":"admin","password":"wrong"}`), 403, "[jwt_auth] authentication_failed")
		n.want(n.post(tokenRoute, `{"username":"nobody","password":"wrong"}`), 403, "[jwt_auth] authentication_failed")
		n.want(n.post(tokenRoute, `{}`), 403, "[jwt_auth] empty_username")
		n.want(n.post(tokenRoute, `{"username":["admin"],"password":{"a":1}}`), 403, "[jwt_auth] empty_username")
		n.want(n.post(tokenRoute, `{"username":"admin","password":"`+strings.Repeat("x", 1<<20)+`"}`), 403, "[jwt_auth] authentication_failed")
	})
	n.after(time.Hour + time.Minute)
	r := n.with(token)
	n.want(r, 403, "jwt_auth_invalid_token")
	if r.text("message") != "Expired token" || r.text("data.reason") != "token_expired" {
		t.Error(r.body)
	}
	n.after(-3 * time.Hour)
	if r := n.with(token); !strings.HasPrefix(r.text("message"), "Cannot handle token prior to ") {
		t.Error(r.body)
	}
}

func TestJWTRefresh(t *testing.T) {
	n := openNew(t, nil)
	first := n.token()
	n.after(2 * time.Hour)
	n.want(n.with(first.text("token")), 403, "jwt_auth_invalid_token")
	refresh := func(token string) reply { return n.post(tokenRoute+"/refresh", `{"refresh_token":"`+token+`"}`) }
	second := refresh(first.text("refresh_token"))
	n.want(second, 200, "")
	n.want(n.with(second.text("token")), 200, "")
	third := refresh(second.text("refresh_token"))
	n.want(third, 200, "")
	n.want(n.with(third.text("token")), 200, "")
	other := n.token()
	r := refresh(first.text("refresh_token")) // stolen
	n.want(r, 403, "jwt_auth_refresh_token_reused")
	n.want(n.with(third.text("token")), 403, "jwt_auth_invalid_token")
	n.want(refresh(third.text("refresh_token")), 403, "jwt_auth_invalid_refresh_token")
	n.want(n.with(other.text("token")), 200, "") // another login
	n.unchanged("garbage", func() {
		for _, bad := range []string{"", "x", "1.2.3.4", other.text("refresh_token") + "x", strings.Replace(other.text("refresh_token"), "1.", "2.", 1), other.text("token"), strings.Repeat("1.", 3000)} {
			n.want(refresh(bad), 403, "jwt_auth_invalid_refresh_token")
		}
	})
	n.want(n.with(other.text("refresh_token")), 403, "jwt_auth_invalid_token")
	n.after(31 * 24 * time.Hour)
	n.want(refresh(other.text("refresh_token")), 403, "jwt_auth_invalid_refresh_token")
}

func TestJWTDies(t *testing.T) {
	ctx := context.Background()
	for _, c := range []struct {
		name, reason string
		kill         func(*newSite, reply) error
	}{
		{"revoked", "token_revoked", func(n *newSite, r reply) error {
			n.want(n.post(tokenRoute+"/revoke", "", "Authorization", bearer(r.text("token"))), 200, "jwt_auth_revoked_token")
			return nil
		}},
		{"revoked by refresh token", "token_revoked", func(n *newSite, r reply) error {
			n.want(n.post(tokenRoute+"/revoke", `{"refresh_token":"`+r.text("refresh_token")+`"}`), 200, "jwt_auth_revoked_token")
			return nil
		}},
		{"all revoked", "token_revoked", func(n *newSite, _ reply) error {
			n.want(n.post(tokenRoute+"/revoke", `{"all":true}`, "Authorization", bearer(n.token().text("token"))), 200, "jwt_auth_revoked_token")
			return nil
		}},
		{"password", "password_changed", func(n *newSite, _ reply) error { return n.app.Site().SetPassword(ctx, 1, "another one") }},
		{"logged out everywhere", "token_revoked", func(n *newSite, _ reply) error { return n.app.Site().EndAllSessions(ctx, 1) }},
		{"logged out elsewhere", "token_revoked", func(n *newSite, _ reply) error { return n.app.Site().EndOtherSessions(ctx, 1, "x") }},
		{"deleted", "token_revoked", func(n *newSite, _ reply) error { return n.app.Site().DeleteUser(ctx, 1, nil) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := openNew(t, nil)
			r := n.token()
			n.want(n.with(r.text("token")), 200, "")
			if err := c.kill(n, r); err != nil {
				t.Fatal(err)
			}
			got := n.with(r.text("token"))
			n.want(got, 403, "jwt_auth_invalid_token")
			if got.text("data.reason") != c.reason {
				t.Error(got.body)
			}
			n.want(n.post(tokenRoute+"/refresh", `{"refresh_token":"`+r.text("refresh_token")+`"}`), 403, "jwt_auth_invalid_refresh_token")
		})
	}
	n := openNew(t, nil)
	n.want(n.post(tokenRoute+"/revoke", ""), 401, "rest_not_logged_in")
}

func TestJWTBudget(t *testing.T) {
	n := openNew(t, nil)
	token := n.token().text("token")
	for i := range 10 {
		n.want(n.post(tokenRoute, fmt.Sprintf(`{"username":"admin","password":"wrong%d"}`, i)), 403, "")
	}
	r := n.post(tokenRoute, `{"username":"admin","password":"`+adminPass+`"}`)
	n.want(r, 429, "too_many_attempts")
	if r.Header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	_, _, parts := segments(token)
	forged := parts[0] + "." + parts[1] + ".AAAA"
	last := reply{}
	for range 40 {
		last = n.with(forged)
	}
	n.want(last, 429, "too_many_attempts")
	n.want(n.with(token), 200, "") // good ones are not kept out
}

func TestJWTAsThePlugin(t *testing.T) {
	on := true
	n := openNew(t, func(c *config.Config) { c.Compat, c.JWT, c.Environment = "wordpress", &on, "local" })
	r := n.token()
	var o map[string]any
	json.Unmarshal([]byte(r.body), &o)
	if len(o) != 4 {
		t.Error(r.body)
	}
	_, claims, _ := segments(r.text("token"))
	if claims["exp"].(float64)-claims["iat"].(float64) != 7*86400 || claims["nbf"] != claims["iat"] {
		t.Error(claims)
	}
	n.want(n.post(tokenRoute, `{"username":"admin","password":"wrong"}`), 403, "[jwt_auth] incorrect_password")
	n.want(n.post(tokenRoute, `{"username":"nobody","password":"wrong"}`), 403, "[jwt_auth] invalid_username")
	_, plain, err := n.app.Site().CreateAppPassword(context.Background(), 1, apppassword.New{Name: "x"})
	if err != nil {
		t.Fatal(err)
	}
	n.want(n.post(tokenRoute, `{"username":"admin","password":"`+plain+`"}`), 200, "")
	r = n.post(tokenRoute, `{"username":"admin","password":"wrong"}`)
	n.want(r, 403, "[jwt_auth] incorrect_password")
	if r.text("message") != "The provided password is an invalid application password." {
		t.Error(r.body)
	}
	n.want(n.get(meRoute, "Authorization", "bearer "+r.text("token")), 401, "rest_not_logged_in") // only Bearer counts
	// Without the switch the site looks like one without the plugins.
	n = openNew(t, func(c *config.Config) { c.Compat = "wordpress" })
	n.want(n.post(tokenRoute, `{}`), 404, "rest_no_route")
	if index := n.get("/wp-json/"); strings.Contains(index.body, "oauth1") || strings.Contains(index.body, "platen/v1") || strings.Contains(index.body, "jwt-auth") {
		t.Error("the index tells of what WordPress does not have")
	}
	n.want(n.get("/oauth1/request"), 404, "")
}

func TestAppPasswordIsNoWayToAToken(t *testing.T) {
	n := openNew(t, nil)
	_, plain, err := n.app.Site().CreateAppPassword(context.Background(), 1, apppassword.New{Name: "x"})
	if err != nil {
		t.Fatal(err)
	}
	n.want(n.post(tokenRoute, `{"username":"admin","password":"`+plain+`"}`), 403, "[jwt_auth] authentication_failed")
}

func TestSessionsOverREST(t *testing.T) {
	n := openNew(t, nil)
	const route = "/wp-json/platen/v1/sessions"
	n.want(n.get(route), 401, "rest_not_logged_in")
	agent := "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
	for range 2 {
		n.do(n.browser(), "POST", "/wp-login.php", "log=admin&pwd="+strings.ReplaceAll(adminPass, " ", "+"), "User-Agent", agent)
	}
	token := n.token().text("token")
	list := func() []map[string]any {
		r := n.get(route, "Authorization", bearer(token))
		n.want(r, 200, "")
		var out []map[string]any
		json.Unmarshal([]byte(r.body), &out)
		return out
	}
	all := list()
	if len(all) != 3 {
		t.Fatal(all)
	}
	var cookie string
	for _, s := range all {
		if s["type"] == "cookie" {
			cookie = s["id"].(string)
			if s["device"] != "Firefox on Linux" || s["ip"] == "" || s["current"] != false || s["login"] == nil {
				t.Error(s)
			}
		} else if s["current"] != true {
			t.Error(s)
		}
	}
	n.want(n.do(http.DefaultClient, "DELETE", route+"/"+cookie, "", "Authorization", bearer(token)), 200, "")
	n.want(n.do(http.DefaultClient, "DELETE", route+"/"+cookie, "", "Authorization", bearer(token)), 404, "rest_not_found")
	if len(list()) != 2 {
		t.Error(list())
	}
	r := n.do(http.DefaultClient, "DELETE", route, "", "Authorization", bearer(token))
	if r.json("count") != 1.0 || len(list()) != 1 {
		t.Error(r.body, list())
	}
	// Another user sees nothing of it; an administrator does.
	login, pass, email, roles := "eve", "eve's password", "eve@example.org", []string{"subscriber"}
	eve, err := n.app.Site().InsertUser(context.Background(), site.UserChanges{Login: &login, Pass: &pass, Email: &email, Roles: &roles})
	if err != nil {
		t.Fatal(err)
	}
	er := n.post(tokenRoute, `{"username":"eve","password":"eve's password"}`)
	n.want(er, 200, "")
	evil := er.text("token")
	n.unchanged("a subscriber", func() {
		n.want(n.get(route+"?user=1", "Authorization", bearer(evil)), 403, "rest_forbidden")
		n.want(n.get(route+"?user=999", "Authorization", bearer(evil)), 403, "rest_forbidden")
		n.want(n.do(http.DefaultClient, "DELETE", route+"?user=1&all=true", "", "Authorization", bearer(evil)), 403, "rest_forbidden")
		n.want(n.get(route+"?user=0", "Authorization", bearer(evil)), 400, "rest_invalid_param")
	})
	n.want(n.get(route+"?user=999", "Authorization", bearer(token)), 404, "rest_user_invalid_id")
	n.want(n.do(http.DefaultClient, "DELETE", fmt.Sprintf("%s?user=%d", route, eve.ID), "", "Authorization", bearer(token)), 200, "")
	n.want(n.with(evil), 403, "jwt_auth_invalid_token")
	n.want(n.with(token), 200, "")
	n.want(n.do(http.DefaultClient, "DELETE", route+"?all=true", "", "Authorization", bearer(token)), 200, "")
	n.want(n.with(token), 403, "jwt_auth_invalid_token")
}

func TestSelfCheck(t *testing.T) {
	n := openNew(t, nil)
	const route = "/wp-json/platen/v1/auth/self-check"
	r := n.get(route)
	if r.StatusCode != 200 || r.json("authenticated") != false || r.json("received.authorization_header") != false {
		t.Error(r.body)
	}
	token := n.token().text("token")
	r = n.get(route, "Authorization", bearer(token), "Date", time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat))
	if r.json("method") != "jwt" || r.text("user.login") != "admin" || r.json("clock_skew").(float64) > -3590 || r.text("received.authorization_scheme") != "bearer" {
		t.Error(r.body)
	}
	r = n.get(route, "Authorization", "Bearer x.y.z")
	if r.StatusCode != 200 || r.text("error.code") != "jwt_auth_invalid_token" || r.text("error.reason") != "token_malformed" {
		t.Error(r.body)
	}
	r = n.get(route, "Authorization", "my-secret")
	if strings.Contains(r.body, "my-secret") || r.text("received.authorization_scheme") != "unknown" {
		t.Error(r.body)
	}
	c := n.browser()
	n.login(c, "admin", adminPass)
	r = n.do(c, "GET", route, "", "X-WP-Nonce", "0123456789")
	if r.text("error.code") != "rest_cookie_invalid_nonce" || r.text("error.reason") != "nonce_mismatch" || r.json("authenticated") != false {
		t.Error(r.body)
	}
}
