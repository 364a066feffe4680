package platen_test

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"net/http"
	"strings"
	"testing"

	"github.com/golang-jwt/jwt/v5"

	"github.com/platenhq/platen/apppassword"
	"github.com/platenhq/platen/internal/config"
)

const forward = "/wp-json/platen/v1/forward-auth"

func TestForwardAuth(t *testing.T) {
	n := openNew(t, func(c *config.Config) { c.Proxies = "127.0.0.1" })
	host := strings.TrimPrefix(n.web.URL, "http://")
	page := []string{"X-Forwarded-Method", "GET", "X-Forwarded-Proto", "http", "X-Forwarded-Host", host, "X-Forwarded-Uri", "/app/?x=1", "Accept", "text/html"}
	n.want(n.get(forward), 401, "rest_not_logged_in")
	n.want(n.get(forward, page...), 401, "rest_not_logged_in")
	r := n.do(n.browser(), "GET", forward+"?redirect=1", "", page...)
	if to := r.Header.Get("Location"); r.StatusCode != 302 || !strings.HasPrefix(to, n.web.URL+"/wp-login.php?redirect_to=") || !strings.Contains(to, "app") {
		t.Error(r.StatusCode, to)
	}
	evil := append([]string{}, page...)
	evil[5] = "evil.example"
	if to := n.do(n.browser(), "GET", forward+"?redirect=1", "", evil...).Header.Get("Location"); strings.Contains(to, "evil") {
		t.Error("leads to another host", to)
	}
	n.want(n.get(forward, append(page, "X-WP-User", "admin", "X-WP-User-Id", "1")...), 401, "")

	c := n.browser()
	n.login(c, "admin", adminPass)
	r = n.do(c, "GET", forward, "", page...)
	n.want(r, 200, "")
	if h := r.Header; h.Get("X-WP-User") != "admin" || h.Get("X-WP-User-Id") != "1" || h.Get("X-WP-Roles") != "administrator" {
		t.Error(h)
	}
	keys := n.get("/wp-json/platen/v1/jwks")
	x, _ := base64.RawURLEncoding.DecodeString(keys.json("keys").([]any)[0].(map[string]any)["x"].(string))
	token, err := jwt.Parse(r.Header.Get("X-WP-Identity"), func(*jwt.Token) (any, error) { return ed25519.PublicKey(x), nil }, jwt.WithValidMethods([]string{"EdDSA"}), jwt.WithAudience(host), jwt.WithIssuer(n.web.URL))
	if err != nil || token.Claims.(jwt.MapClaims)["login"] != "admin" {
		t.Error(err, token)
	}
	n.want(n.do(c, "GET", forward+"?role=editor,administrator", "", page...), 200, "")
	n.want(n.do(c, "GET", forward+"?role=editor", "", page...), 403, "rest_forbidden")
	n.want(n.do(c, "GET", forward+"?role=", "", page...), 403, "rest_forbidden")
	n.want(n.do(c, "GET", forward+"?cap=manage_options", "", page...), 200, "")
	n.want(n.do(c, "GET", forward+"?cap=fly", "", page...), 403, "rest_forbidden")

	post := append([]string{}, page...)
	post[1] = "POST"
	n.want(n.do(c, "GET", forward, "", append(post, "Sec-Fetch-Site", "cross-site")...), 403, "rest_cross_site")
	n.want(n.do(c, "GET", forward, "", append(post, "Origin", "https://evil.example")...), 403, "rest_cross_site")
	n.want(n.do(c, "GET", forward, "", append(post, "Sec-Fetch-Site", "same-origin")...), 200, "")

	_, plain, err := n.app.Site().CreateAppPassword(context.Background(), 1, apppassword.New{Name: "x"})
	if err != nil {
		t.Fatal(err)
	}
	n.want(n.get(forward, append(page, "Authorization", basic("admin", plain))...), 200, "")
	n.want(n.get(forward, append(page, "Authorization", basic("admin", "wrong"))...), 401, "incorrect_password")
	n.want(n.get(forward, append(page, "Authorization", bearer(n.token().text("token")))...), 200, "")
	n.want(n.get(forward, append(page, "Authorization", "Bearer x")...), 403, "jwt_auth_invalid_token")
	if err := n.app.Site().EndAllSessions(context.Background(), 1); err != nil {
		t.Fatal(err)
	}
	n.want(n.do(c, "GET", forward, "", page...), 401, "rest_not_logged_in")
}

func TestForwardAuthWithOAuth(t *testing.T) {
	n, cfg, token := granted(t, func(c *config.Config) { c.Proxies = "127.0.0.1" })
	header := signed(t, cfg, token, "GET", "http://app.example/thing?a=b", nil)
	r := n.get(forward, "Authorization", header, "X-Forwarded-Method", "GET", "X-Forwarded-Proto", "http", "X-Forwarded-Host", "app.example", "X-Forwarded-Uri", "/thing?a=b")
	n.want(r, 200, "")
}

// TestForwardAuthBelievesNobody: without declared proxies the headers say
// nothing.
func TestForwardAuthBelievesNobody(t *testing.T) {
	n := openNew(t, nil)
	r := n.do(n.browser(), "GET", forward+"?redirect=1", "", "X-Forwarded-Host", strings.TrimPrefix(n.web.URL, "http://"), "X-Forwarded-Uri", "/", "Accept", "text/html")
	n.want(r, 401, "rest_not_logged_in")
	req, _ := http.NewRequest("GET", n.web.URL+meRoute, nil)
	req.Header.Set("X-Forwarded-Proto", "https")
	n.want(n.get(meRoute, "X-Forwarded-Proto", "https"), 401, "")
}
