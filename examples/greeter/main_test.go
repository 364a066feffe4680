package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/platenhq/platen"
	"github.com/platenhq/platen/internal/store/storetest"
)

// TestGreeter: a login at the site is known in the service, which shares no more
// with it than the database and the keys.
func TestGreeter(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { greet(t, "") })
	t.Run("mariadb", func(t *testing.T) { greet(t, storetest.MariaDBDSN(t)) })
}

func greet(t *testing.T, dsn string) {
	none := func(string) string { return "" }
	dir := t.TempDir()
	site := httptest.NewUnstartedServer(nil)
	base := "http://" + site.Listener.Addr().String()
	cfg, err := platen.Configure(none, "--data", dir, "--db", dsn, "--url", base, "--environment", "local", "--admin-password", "open sesame")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := platen.OpenAuth(t.Context(), cfg, platen.Options{}); err == nil {
		t.Error("there is no site yet")
	} else if _, err := os.Stat(filepath.Join(dir, "keys.toml")); err == nil {
		t.Error("keys were made")
	}
	app, err := platen.Open(t.Context(), cfg, platen.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer app.Close()
	site.Config.Handler = app.Handler()
	site.Start()
	defer site.Close()

	wp, err := platen.OpenAuth(t.Context(), cfg, platen.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer wp.Close()
	service := httptest.NewServer(handler(wp)) // another port of the same host
	defer service.Close()

	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar}
	send := func(method, address string, form url.Values, set func(*http.Request)) (int, string) {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		if form != nil {
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		if set != nil {
			set(req)
		}
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		var b bytes.Buffer
		if _, err := io.Copy(&b, resp.Body); err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, b.String()
	}
	want := func(method, path string, form url.Values, set func(*http.Request), status int, text string) string {
		t.Helper()
		got, body := send(method, service.URL+path, form, set)
		if got != status || !strings.Contains(body, text) {
			t.Errorf("%s %s: %d %s; want %d with %q", method, path, got, body, status, text)
		}
		return body
	}

	want("GET", "/hello", nil, nil, 200, "Hello stranger")
	want("POST", "/wave", url.Values{}, nil, 403, "expired_link")
	want("GET", "/api/me", nil, nil, 401, "rest_forbidden")

	send("GET", base+"/wp-login.php", nil, nil)
	send("POST", base+"/wp-login.php", url.Values{"log": {"admin"}, "pwd": {"open sesame"}, "testcookie": {"1"}}, nil)
	body := want("GET", "/hello", nil, nil, 200, "Hello admin")
	m := regexp.MustCompile(`value="([0-9a-f]{10})"`).FindStringSubmatch(body)
	if m == nil {
		t.Fatalf("no nonce in %s", body)
	}
	want("POST", "/wave", url.Values{"_wpnonce": {m[1]}}, nil, 200, "You waved")
	want("POST", "/wave", url.Values{"_wpnonce": {"0123456789"}}, nil, 403, "expired_link")
	want("POST", "/wave", url.Values{}, nil, 403, "expired_link")

	want("GET", "/api/me", nil, nil, 401, "rest_forbidden") // a cookie without a nonce is nobody
	want("GET", "/api/me", nil, func(r *http.Request) { r.Header.Set("X-WP-Nonce", m[1]) }, 403, "rest_cookie_invalid_nonce")
	_, rest := send("GET", base+"/wp-admin/admin-ajax.php?action=rest-nonce", nil, nil)
	want("GET", "/api/me", nil, func(r *http.Request) { r.Header.Set("X-WP-Nonce", rest) }, 200, "admin came by cookie")

	// an application password, made with the site's API
	_, made := send("POST", base+"/wp-json/wp/v2/users/me/application-passwords", url.Values{"name": {"script"}}, func(r *http.Request) { r.Header.Set("X-WP-Nonce", rest) })
	p := regexp.MustCompile(`"password":"([^"]+)"`).FindStringSubmatch(made)
	if p == nil {
		t.Fatalf("no application password: %s", made)
	}
	client.Jar = nil
	want("GET", "/api/me", nil, func(r *http.Request) { r.SetBasicAuth("admin", p[1]) }, 200, "admin came by application-password")
	want("GET", "/api/me", nil, func(r *http.Request) { r.SetBasicAuth("admin", "wrong") }, 401, "incorrect_password")

	// logged out at the site is logged out here, at once
	client.Jar = jar
	if code, body := send("DELETE", base+"/wp-json/platen/v1/sessions?all=1", nil, func(r *http.Request) { r.Header.Set("X-WP-Nonce", rest) }); code != 200 {
		t.Fatal(body)
	}
	want("GET", "/hello", nil, nil, 200, "Hello stranger")
}
