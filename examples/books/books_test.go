package books_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/platenhq/platen"
	"github.com/platenhq/platen/examples/books"
)

// browser is a visitor of a site with the plugin.
type browser struct {
	t           *testing.T
	base, nonce string
	client      *http.Client
}

// visit opens a new site with the plugin and logs its administrator in.
func visit(t *testing.T) *browser {
	t.Helper()
	srv := httptest.NewUnstartedServer(nil)
	base := "http://" + srv.Listener.Addr().String()
	none := func(string) string { return "" }
	cfg, err := platen.Configure(none, "--data", t.TempDir(), "--url", base, "--admin-password", "open sesame")
	if err != nil {
		t.Fatal(err)
	}
	app, err := platen.Open(t.Context(), cfg, platen.Options{Plugins: []platen.Plugin{books.Plugin{}}})
	if err != nil {
		t.Fatal(err)
	}
	srv.Config.Handler = app.Handler()
	srv.Start()
	t.Cleanup(func() { srv.Close(); app.Close() })
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	b := &browser{t: t, base: base, client: &http.Client{Jar: jar}}
	b.send("GET", "/wp-login.php", "", "") // sets the cookie that shows that there are cookies
	_, page := b.send("POST", "/wp-login.php", "application/x-www-form-urlencoded", url.Values{"log": {"admin"}, "pwd": {"open sesame"}, "testcookie": {"1"}}.Encode())
	m := regexp.MustCompile(`"nonce":"([0-9a-f]{10})"`).FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("no nonce on the page after the login: %s", page)
	}
	b.nonce = m[1]
	return b
}

func (b *browser) send(method, path, kind, body string) (int, string) {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), method, b.base+path, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	if b.nonce != "" {
		req.Header.Set("X-WP-Nonce", b.nonce)
	}
	resp, err := b.client.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

// api calls a route; it wants a status and returns the answer.
func (b *browser) api(method, route, body string, status int) map[string]any {
	b.t.Helper()
	kind := ""
	if body != "" {
		kind = "application/json"
	}
	got, text := b.send(method, "/wp-json"+route, kind, body)
	if got != status {
		b.t.Fatalf("%s %s: %d, not %d: %s", method, route, got, status, text)
	}
	var out map[string]any
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		b.t.Fatalf("%s %s: %v: %s", method, route, err, text)
	}
	return out
}

func TestBooks(t *testing.T) {
	b := visit(t)
	genre := b.api("POST", "/wp/v2/genres", `{"name":"Science Fiction"}`, 201)["id"]
	book := b.api("POST", "/wp/v2/books", fmt.Sprintf(`{"title":"Dune","status":"publish","genres":[%v],"meta":{"isbn":"9780441013593","copies":2}}`, genre), 201)
	id := fmt.Sprint(book["id"])
	meta, _ := book["meta"].(map[string]any)
	if meta["isbn"] != "9780441013593" || meta["copies"] != 2.0 || book["available"] != true || fmt.Sprint(book["genres"]) != fmt.Sprintf("[%v]", genre) {
		t.Errorf("the book: %v", book)
	}

	// what is refused
	if e := b.api("POST", "/wp/v2/books", `{"title":"Emma","meta":{"isbn":"12"}}`, 400); e["code"] != "rest_invalid_pattern" {
		t.Errorf("a bad ISBN: %v", e)
	}
	if e := b.api("POST", "/wp/v2/books", `{"title":"","content":"x","status":"publish"}`, 400); e["code"] != "book_without_title" {
		t.Errorf("no title: %v", e)
	}
	if e := b.api("POST", "/books/v1/borrow/"+id, `{"copies":6}`, 400); e["code"] != "rest_invalid_param" {
		t.Errorf("too many: %v", e)
	}
	if e := b.api("POST", "/books/v1/borrow/1", `{}`, 404); e["code"] != "book_unknown" {
		t.Errorf("a post that is no book: %v", e)
	}

	if left := b.api("POST", "/books/v1/borrow/"+id, `{}`, 200)["copies"]; left != 1.0 {
		t.Errorf("copies left: %v", left)
	}
	if e := b.api("POST", "/books/v1/borrow/"+id, `{"copies":2}`, 409); e["code"] != "book_lent" {
		t.Errorf("more than there are: %v", e)
	}
	b.api("POST", "/books/v1/borrow/"+id, `{}`, 200)
	if got := b.api("GET", "/wp/v2/books/"+id, "", 200)["available"]; got != false {
		t.Errorf("available: %v", got)
	}

	// the book has an address, and posts link to it
	link, _ := book["link"].(string)
	if status, page := b.send("GET", strings.TrimPrefix(link, b.base), "", ""); status != 200 || !strings.Contains(page, "Dune") {
		t.Errorf("%s: %d", link, status)
	}
	if status, page := b.send("GET", "/?book=dune&ref=mail", "", ""); status != 200 || !strings.Contains(page, "Dune") {
		t.Errorf("/?book=dune: %d", status)
	}
	if status, _ := b.send("GET", "/?book=emma", "", ""); status != 404 {
		t.Errorf("/?book=emma: %d", status)
	}
	post := b.api("POST", "/wp/v2/posts", `{"title":"Read this","content":"See [book slug=\"dune\"] and [book slug=\"none\"]."}`, 201)
	content, _ := post["content"].(map[string]any)
	if want := `See <a class="book" href="` + strings.ReplaceAll(link, "&", "&#038;") + `">Dune</a> and .`; !strings.Contains(fmt.Sprint(content["rendered"]), want) {
		t.Errorf("content: %v\nwant %s", content["rendered"], want)
	}

	// the dashboard
	status, page := b.send("GET", "/wp-admin/admin.php?page=books", "", "")
	for _, want := range []string{"<h1>Lending</h1>", `id="books-js"`, `var bookShelf = {"borrow":"books\/v1\/borrow\/"}`, "page=books", "post_type=book"} {
		if status != 200 || !strings.Contains(page, want) && !strings.Contains(page, strings.ReplaceAll(want, `\/`, "/")) {
			t.Errorf("the page: %d, no %s", status, want)
		}
	}

	// who is not logged in
	b.nonce, b.client = "", http.DefaultClient
	b.api("POST", "/books/v1/borrow/"+id, `{}`, 401)
	b.api("GET", "/wp/v2/books/"+id, "", 200)
	if index := b.api("GET", "/books/v1", "", 200); index["namespace"] != "books/v1" {
		t.Errorf("index of the namespace: %v", index)
	}
}
