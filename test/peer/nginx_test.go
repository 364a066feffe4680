//go:build peer

package peer

import (
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
)

// TestBehindNginx: behind nginx, with /wp-json/ handed to Platen, a browser and a
// program notice nothing.
func TestBehindNginx(t *testing.T) {
	w := here(t)
	c := login(t, w.web.front, admin, adminPass) // PHP's form
	index := c.object(t, 200, "GET", "/wp-json/", nil)
	if !strings.Contains(fmt.Sprint(index["namespaces"]), "platen/v1") {
		t.Fatal("Platen does not answer at /wp-json/")
	}
	page := c.do(t, 200, "GET", "/wp-admin/post-new.php", nil)
	c.nonce = between(page, `createNonceMiddleware( "`, `"`)
	if c.nonce == "" {
		c.nonce = between(page, `createNonceMiddleware("`, `"`)
	}
	if u := c.object(t, 200, "GET", me, nil); u["username"] != admin {
		t.Error("the nonce of wp-admin's page is not good", u)
	}
	made := c.object(t, 201, "POST", "/wp-json/wp/v2/users/me/application-passwords", map[string]any{"name": "through nginx"})
	caller := app(w.web.front, admin, made["password"].(string))
	req, err := http.NewRequest("GET", w.web.front+me, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth(admin, made["password"].(string))
	req.Header.Set("X-Forwarded-For", "198.51.100.7") // what the caller says does not count: nginx adds who it is
	resp, err := caller.http.Do(req)
	if err != nil || resp.StatusCode != 200 {
		t.Fatal("the Authorization header does not arrive", err)
	}
	resp.Body.Close()
	c.do(t, 302, "GET", logoutURL(t, c), nil)
	c.do(t, 403, "GET", me, nil)
}

// TestReader: with a database user that may only read, Platen reads, and says
// what it cannot do.
func TestReader(t *testing.T) {
	w := here(t)
	sql(t, "CREATE USER reader@localhost IDENTIFIED BY 'r'; GRANT SELECT ON wordpress.* TO reader@localhost")
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	c := adminAt(t, w.web.url)
	before := dump(t)
	p, err := newPlaten(port, "--wp-config", w.config, "--data", filepath.Join(t.TempDir(), "data"), "--db", "mysql://reader:r@unix("+w.db.socket+")/wordpress")
	if err != nil {
		t.Fatal(err)
	}
	defer p.kill()
	c = c.at(p.url)
	if u := c.object(t, 200, "GET", me, nil); u["username"] != admin {
		t.Error(u)
	}
	c.do(t, 200, "GET", "/wp-json/wp/v2/posts?context=edit", nil)
	if e := c.object(t, 503, "POST", "/wp-json/wp/v2/posts", map[string]any{"title": "no"}); e["code"] != "database_read_only" {
		t.Error(e)
	}
	resp, body, err := newClient(p.url).send(http.MethodPost, "/wp-login.php", url.Values{"log": {admin}, "pwd": {adminPass}})
	if err != nil || resp.StatusCode >= 500 && resp.StatusCode != 503 {
		t.Error(resp.Status, body, err)
	}
	if after := dump(t); after != before {
		t.Errorf("the database changed: %s", diff(before, after))
	}
}
