package platen_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	client "github.com/dghubble/oauth1"

	"github.com/platenhq/platen/apppassword"
	"github.com/platenhq/platen/internal/config"
	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/internal/vectest"
)

const callback = "https://app.example/cb?x=1"

func (n *newSite) consumer(cb string) site.Consumer {
	n.t.Helper()
	c, err := n.app.Site().CreateConsumer(context.Background(), site.Consumer{Name: "Test app", Description: "for tests", Callback: cb})
	if err != nil {
		n.t.Fatal(err)
	}
	return c
}

func (n *newSite) oauth(c site.Consumer, sha256 bool) *client.Config {
	cfg := client.NewConfig(c.Key, c.Secret)
	if sha256 {
		cfg.Signer = &client.HMAC256Signer{ConsumerSecret: c.Secret}
	}
	cfg.CallbackURL = c.Callback
	cfg.Endpoint = client.Endpoint{RequestTokenURL: n.web.URL + "/oauth1/request", AuthorizeURL: n.web.URL + "/oauth1/authorize", AccessTokenURL: n.web.URL + "/oauth1/access"}
	return cfg
}

var hidden = regexp.MustCompile(`name="(_wpnonce|oauth_token|consumer)" value="([^"]*)"`)

// consent logs a browser in, opens the authorisation page and presses a button.
func (n *newSite) consent(c *http.Client, token, button string) reply {
	n.t.Helper()
	r := n.do(c, "GET", "/oauth1/authorize?oauth_token="+token, "")
	for range 5 {
		to := r.Header.Get("Location")
		if r.StatusCode != 302 || !strings.HasPrefix(to, "/") && !strings.HasPrefix(to, n.web.URL) {
			break
		}
		if strings.Contains(to, "redirect_to=") {
			u, _ := url.Parse(to)
			back := u.Query().Get("redirect_to")
			r = n.do(c, "POST", "/wp-login.php", url.Values{"log": {"admin"}, "pwd": {adminPass}, "redirect_to": {back}}.Encode())
			continue
		}
		r = n.do(c, "GET", to, "")
	}
	form := url.Values{"wp-submit": {button}}
	for _, m := range hidden.FindAllStringSubmatch(r.body, -1) {
		form.Set(m[1], m[2])
	}
	if form.Get("_wpnonce") == "" {
		return r
	}
	return n.do(c, "POST", "/wp-login.php?action=oauth1_authorize", form.Encode())
}

// TestOAuthDance walks the three legs with the Go client dghubble/oauth1.
func TestOAuthDance(t *testing.T) {
	for _, tt := range []struct {
		name   string
		sha256 bool
		oob    bool
		change func(*config.Config)
	}{
		{name: "RFC 5849", change: nil},
		{name: "HMAC-SHA256, out of band", sha256: true, oob: true},
		{name: "as the plugin", change: func(c *config.Config) { on := true; c.OAuth1Plugin = &on }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			n := openNew(t, tt.change)
			cb := callback
			if tt.oob {
				cb = "oob"
			}
			cfg := n.oauth(n.consumer(cb), tt.sha256)
			token, secret, err := cfg.RequestToken()
			if err != nil {
				t.Fatal(err)
			}
			r := n.consent(n.browser(), token, "authorize")
			verifier := ""
			if tt.oob {
				m := regexp.MustCompile(`<code>(\w{24})</code>`).FindStringSubmatch(r.body)
				if m == nil {
					t.Fatal(r.StatusCode, r.body)
				}
				verifier = m[1]
			} else {
				to, err := url.Parse(r.Header.Get("Location"))
				if err != nil || r.StatusCode != 302 || to.Host != "app.example" || to.Query().Get("x") != "1" || to.Query().Get("oauth_token") != token || to.Query().Get("wp_scope") != "*" {
					t.Fatal(r.StatusCode, r.Header, r.body)
				}
				verifier = to.Query().Get("oauth_verifier")
			}
			at, as, err := cfg.AccessToken(token, secret, verifier)
			if err != nil {
				t.Fatal(err)
			}
			api := cfg.Client(context.Background(), client.NewToken(at, as))
			for _, req := range []struct{ method, path, body string }{
				{"GET", "/wp-json/wp/v2/users/me?context=edit&_fields=id,name", ""},
				{"POST", "/wp-json/wp/v2/posts", "title=" + url.QueryEscape("Grüße & more") + "&status=draft"},
				{"DELETE", "/wp-json/wp/v2/posts/1", ""},
			} {
				r := n.do(api, req.method, req.path, req.body)
				if r.StatusCode/100 != 2 {
					t.Errorf("%s %s: %d %s", req.method, req.path, r.StatusCode, r.body)
				}
			}
			if _, _, err := cfg.AccessToken(token, secret, verifier); err == nil {
				t.Error("the verifier was good twice")
			}
		})
	}
}

// TestOAuthNodeClient walks the three legs with the npm package oauth-1.0a.
func TestOAuthNodeClient(t *testing.T) {
	node, err := exec.LookPath("node")
	module := filepath.Join(vectest.Root(t), "js", "node_modules", "oauth-1.0a")
	if _, statErr := os.Stat(module); err != nil || statErr != nil {
		missing(t, "node and the npm package oauth-1.0a in js/node_modules (make js)")
	}
	n := openNew(t, nil)
	c := n.consumer(callback)
	run := func(step string, args ...string) url.Values {
		t.Helper()
		cmd := exec.Command(node, append([]string{filepath.Join(vectest.Root(t), "js", "test", "oauth-dance.cjs"), n.web.URL, c.Key, c.Secret, step}, args...)...)
		cmd.Stderr = os.Stderr
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(step, err, string(out))
		}
		v, _ := url.ParseQuery(strings.TrimSpace(string(out)))
		if step != "api" && v.Get("oauth_token") == "" {
			t.Fatalf("%s: %s", step, out)
		}
		return v
	}
	tmp := run("request", callback)
	r := n.consent(n.browser(), tmp.Get("oauth_token"), "authorize")
	to, _ := url.Parse(r.Header.Get("Location"))
	got := run("access", tmp.Get("oauth_token"), tmp.Get("oauth_token_secret"), to.Query().Get("oauth_verifier"))
	if me := run("api", got.Get("oauth_token"), got.Get("oauth_token_secret")); me.Get("get") != "200" || me.Get("post") != "201" || me.Get("header") != "200" {
		t.Error(me)
	}
}

// granted is a site, a client and token credentials of the administrator.
func granted(t *testing.T, change func(*config.Config)) (*newSite, *client.Config, *client.Token) {
	t.Helper()
	n := openNew(t, change)
	cfg := n.oauth(n.consumer(callback), false)
	token, secret, err := cfg.RequestToken()
	if err != nil {
		t.Fatal(err)
	}
	r := n.consent(n.browser(), token, "authorize")
	to, _ := url.Parse(r.Header.Get("Location"))
	at, as, err := cfg.AccessToken(token, secret, to.Query().Get("oauth_verifier"))
	if err != nil {
		t.Fatal(err, r.StatusCode, r.body)
	}
	return n, cfg, client.NewToken(at, as)
}

// signed makes an Authorization header for a request without sending it.
func signed(t *testing.T, cfg *client.Config, token *client.Token, method, address string, noncer client.Noncer) string {
	t.Helper()
	var header string
	c := *cfg
	c.Noncer = noncer
	base := http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		header = r.Header.Get("Authorization")
		return &http.Response{StatusCode: 200, Body: io.NopCloser(strings.NewReader("")), Request: r}, nil
	})}
	ctx := context.WithValue(context.Background(), client.HTTPClient, &base)
	req, _ := http.NewRequest(method, address, nil)
	if _, err := c.Client(ctx, token).Do(req); err != nil {
		t.Fatal(err)
	}
	return header
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestOAuthRefusals(t *testing.T) {
	n, cfg, token := granted(t, nil)
	const me = "/wp-json/wp/v2/users/me"
	header := signed(t, cfg, token, "GET", n.web.URL+me, nil)
	n.want(n.get(me, "Authorization", header), 200, "")
	n.want(n.get(me, "Authorization", header), 401, "json_oauth1_nonce_already_used")
	n.unchanged("refusals", func() {
		fresh := func() string { return signed(t, cfg, token, "GET", n.web.URL+me, nil) }
		r := n.get(me+"?context=edit", "Authorization", fresh())
		n.want(r, 401, "json_oauth1_signature_mismatch")
		if !strings.HasPrefix(r.Header.Get("WWW-Authenticate"), "OAuth") {
			t.Error(r.Header)
		}
		n.want(n.get("/wp-json/wp/v2/posts", "Authorization", fresh()), 401, "json_oauth1_signature_mismatch")
		bad := *token
		bad.Token = strings.Repeat("x", 24)
		n.want(n.get(me, "Authorization", signed(t, cfg, &bad, "GET", n.web.URL+me, nil)), 401, "json_oauth1_invalid_token")
		bad.Token = strings.ToUpper(token.Token)
		n.want(n.get(me, "Authorization", signed(t, cfg, &bad, "GET", n.web.URL+me, nil)), 401, "json_oauth1_invalid_token")
		other := *cfg
		other.ConsumerKey = "nobodyskey12"
		n.want(n.get(me, "Authorization", signed(t, &other, token, "GET", n.web.URL+me, nil)), 401, "json_consumer_notfound")
		n.want(n.get(me+"?oauth_token=x"), 400, "json_oauth1_missing_parameter")
		n.want(n.get("/wp-json/?oauth_version=1.0"), 200, "")
		n.want(n.get(me+"?oauth_token="+token.Token, "Authorization", fresh()), 400, "oauth1_duplicate_parameter")
		n.want(n.get(me, "Authorization", strings.Replace(fresh(), `oauth_version="1.0"`, `oauth_version="2.0"`, 1)), 400, "oauth1_unsupported_version")
		n.want(n.get(me, "Authorization", strings.Replace(fresh(), "HMAC-SHA1", "PLAINTEXT", 1)), 401, "json_oauth1_invalid_signature_method")
		n.want(n.get(me, "Authorization", "OAuth oauth_consumer_key=garbage"), 400, "")
		for _, skew := range []time.Duration{16 * time.Minute, -16 * time.Minute} {
			h := fresh()
			n.after(skew)
			r := n.get(me, "Authorization", h)
			n.want(r, 401, "json_oauth1_invalid_timestamp")
			if r.text("data.reason") != "clock_skew" {
				t.Error(r.body)
			}
			n.after(-skew)
		}
	})
	if err := n.app.Site().RevokeAccessToken(context.Background(), 2, token.Token); !site.NotFound(err) {
		t.Error("somebody else's token revoked", err)
	}
	if err := n.app.Site().RevokeAccessToken(context.Background(), 1, token.Token); err != nil {
		t.Error(err)
	}
	n.want(n.get(me, "Authorization", signed(t, cfg, token, "GET", n.web.URL+me, nil)), 401, "json_oauth1_invalid_token")
}

// TestOAuthReplayInTheSameSecond: the plugin remembers one nonce a second.
func TestOAuthReplayInTheSameSecond(t *testing.T) {
	for _, lenient := range []bool{false, true} {
		n, cfg, token := granted(t, func(c *config.Config) { c.OAuth1Plugin = &lenient })
		const me = "/wp-json/wp/v2/users/me"
		var headers []string
		for range 5 {
			headers = append(headers, signed(t, cfg, token, "GET", n.web.URL+me, nil))
		}
		for _, h := range headers {
			n.want(n.get(me, "Authorization", h), 200, "")
		}
		for _, h := range headers {
			n.want(n.get(me, "Authorization", h), 401, "json_oauth1_nonce_already_used")
		}
	}
}

func TestOAuthStepsRefuse(t *testing.T) {
	n := openNew(t, nil)
	c := n.consumer(callback)
	cfg := n.oauth(c, false)
	plain := func(r reply, status int, message string) {
		t.Helper()
		if r.StatusCode != status || r.body != message {
			t.Errorf("%d %q, want %d %q", r.StatusCode, r.body, status, message)
		}
	}
	n.unchanged("steps without credentials", func() {
		plain(n.get("/oauth1/request"), 400, "No OAuth parameters supplied")
		plain(n.get("/oauth1/access"), 400, "No OAuth parameters supplied")
		plain(n.get("/oauth1/request?oauth_consumer_key=a"), 400, "Missing OAuth parameters oauth_timestamp, oauth_nonce, oauth_signature, oauth_signature_method")
		n.want(n.get("/oauth1/nothing"), 404, "")
		wrong := *cfg
		wrong.ConsumerSecret = "wrong"
		if _, _, err := wrong.RequestToken(); err == nil {
			t.Error("a wrong secret")
		}
	})
	for _, cb := range []string{"", "oob", "https://evil.example/cb?x=1", "https://app.example/cb", "https://app.example/cb?x=1#", "https://user@app.example/cb?x=1", "javascript:alert(1)"} {
		bad := *cfg
		bad.CallbackURL = cb
		if token, _, err := bad.RequestToken(); err == nil {
			t.Errorf("callback %q was given %s", cb, token)
		}
	}
	token, secret, err := cfg.RequestToken()
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := cfg.AccessToken(token, secret, "x"); err == nil {
		t.Error("not authorised, but exchanged")
	}
	other := n.oauth(n.consumer(callback), false)
	browser := n.browser()
	r := n.consent(browser, token, "authorize")
	to, _ := url.Parse(r.Header.Get("Location"))
	verifier := to.Query().Get("oauth_verifier")
	if _, _, err := other.AccessToken(token, secret, verifier); err == nil {
		t.Error("another consumer exchanged the token")
	}
	if _, _, err := cfg.AccessToken(token, secret, verifier+"x"); err == nil {
		t.Error("a wrong verifier")
	}
	if again := n.consent(browser, token, "authorize"); again.Header.Get("Location") != r.Header.Get("Location") {
		t.Error("the same user is not sent back", again.StatusCode, again.body)
	}
	if _, _, err := cfg.AccessToken(token, secret, verifier); err != nil {
		t.Error(err)
	}

	token, _, _ = cfg.RequestToken()
	r = n.consent(browser, token, "cancel")
	if l := r.Header.Get("Location"); !strings.Contains(l, "oauth_problem=user_refused") || strings.Contains(l, "verifier") {
		t.Error(r.StatusCode, l)
	}
	token, _, _ = cfg.RequestToken()
	n.unchanged("consent without a nonce", func() {
		r = n.do(browser, "POST", "/wp-login.php?action=oauth1_authorize", "oauth_token="+token+"&wp-submit=authorize")
		n.want(r, 403, "")
		r = n.do(browser, "GET", "/wp-login.php?action=oauth1_authorize&oauth_token="+strings.Repeat("x", 24), "")
		n.want(r, 400, "")
		if r.Header.Get("X-Frame-Options") == "" {
			t.Error("the consent screen can be framed")
		}
		n.want(n.do(browser, "GET", "/wp-login.php?action=oauth1_authorize", ""), 400, "")
	})
	n.after(25 * time.Hour)
	n.login(browser, "admin", adminPass)
	n.want(n.do(browser, "GET", "/wp-login.php?action=oauth1_authorize&oauth_token="+token, ""), 401, "")
}

func TestOAuthNeedsTLS(t *testing.T) {
	n := openNew(t, func(c *config.Config) { c.Environment = "production" })
	cfg := n.oauth(n.consumer(callback), false)
	if _, _, err := cfg.RequestToken(); err == nil {
		t.Error("secrets were given out over plain HTTP")
	}
}

func TestOAuthSurvivesRestart(t *testing.T) {
	dir := t.TempDir()
	n, cfg, token := granted(t, func(c *config.Config) { c.Data = dir; c.DB = "sqlite:" + dir + "/site.db" })
	const me = "/wp-json/wp/v2/users/me"
	header := signed(t, cfg, token, "GET", n.web.URL+me, nil)
	n.want(n.get(me, "Authorization", header), 200, "")
	n.app.Close()
	again := openNew(t, func(c *config.Config) { c.Data = dir; c.DB = "sqlite:" + dir + "/site.db"; c.URL = n.web.URL })
	req, _ := http.NewRequest("GET", again.web.URL+me, nil)
	req.Host = strings.TrimPrefix(n.web.URL, "http://")
	req.Header.Set("Authorization", header)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if body, _ := io.ReadAll(resp.Body); resp.StatusCode != 401 || !strings.Contains(string(body), "nonce_already_used") {
		t.Error(resp.StatusCode, string(body))
	}
}

func TestConsumersOverREST(t *testing.T) {
	n := openNew(t, nil)
	_, plain, err := n.app.Site().CreateAppPassword(context.Background(), 1, apppassword.New{Name: "x"})
	if err != nil {
		t.Fatal(err)
	}
	admin := basic("admin", plain)
	const route = "/wp-json/platen/v1/oauth-consumers"
	n.unchanged("nobody", func() {
		n.want(n.get(route), 401, "rest_forbidden")
		n.want(n.post(route, `{"name":"x","callback":"oob"}`), 401, "rest_forbidden")
	})
	n.want(n.post(route, `{"name":"x"}`, "Authorization", admin), 400, "rest_missing_callback_param")
	n.want(n.post(route, `{"name":"x","callback":"javascript:alert(1)"}`, "Authorization", admin), 400, "rest_oauth1_invalid_callback")
	n.want(n.post(route, `{"name":"<b></b>","callback":"oob"}`, "Authorization", admin), 400, "rest_oauth1_missing_name")
	r := n.post(route, `{"name":"App <b>1</b>","description":"d","callback":"oob"}`, "Authorization", admin)
	n.want(r, 201, "")
	if len(r.text("key")) != 12 || len(r.text("secret")) != 48 || r.text("name") != "App 1" {
		t.Error(r.body)
	}
	id := fmt.Sprint(r.json("id"))
	if list := n.get(route, "Authorization", admin); strings.Contains(list.body, r.text("secret")) || !strings.Contains(list.body, r.text("key")) {
		t.Error(list.body)
	}
	renewed := n.post(route+"/"+id+"/secret", "", "Authorization", admin)
	if renewed.StatusCode != 200 || renewed.text("secret") == r.text("secret") {
		t.Error(renewed.body)
	}
	n.want(n.get("/wp-json/wp/v2/posts/"+id, "Authorization", admin), 404, "")
	n.want(n.do(http.DefaultClient, "DELETE", route+"/"+id, "", "Authorization", admin), 200, "")
	n.want(n.get(route+"/"+id, "Authorization", admin), 404, "rest_not_found")
	n.want(n.get(route+"/1", "Authorization", admin), 404, "rest_not_found") // a post, but no consumer
	if index := n.get("/wp-json/"); index.text("authentication.oauth1.request") != n.web.URL+"/oauth1/request" {
		t.Error(index.json("authentication"))
	}
}
