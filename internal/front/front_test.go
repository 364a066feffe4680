package front_test

import (
	"context"
	"encoding/xml"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/platenhq/platen/auth"
	"github.com/platenhq/platen/internal/front"
	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/internal/store/storetest"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/password"
)

type secrets struct{}

func (secrets) Secret(scheme string) string { return "secret of " + scheme }

// texts stands in for the renderer: titles are HTML already, contents as they are stored.
type texts struct{}

func (texts) Title(p *wp.Post) string          { return strings.ReplaceAll(p.Title, "&", "&amp;") }
func (texts) Content(p *wp.Post) string        { return p.Content }
func (texts) Excerpt(p *wp.Post, _ int) string { return "<p>excerpt of " + p.Name + "</p>\n" }

const home = "http://127.0.0.1:8071"

type house struct {
	*testing.T
	site  *site.Site
	front *front.Front
}

// newHouse is the reference site, under its own address.
func newHouse(t *testing.T) *house {
	t.Helper()
	s := site.New(site.Config{Store: storetest.SQLiteDump(t), Secrets: secrets{}, SiteURL: home, HomeURL: home, BcryptCost: 4})
	f, err := front.New(front.Config{Site: s, Pingback: true, Render: func(context.Context, string) front.Texts { return texts{} }})
	if err != nil {
		t.Fatal(err)
	}
	return &house{t, s, f}
}

type answer struct {
	*http.Response
	body string
}

func (h *house) ask(method, address string, user int64, change ...func(*http.Request)) answer {
	h.Helper()
	r := httptest.NewRequest(method, home+address, nil)
	if user != 0 {
		r = r.WithContext(auth.NewContext(r.Context(), &auth.Identity{UserID: user}))
	}
	for _, c := range change {
		c(r)
	}
	w := httptest.NewRecorder()
	h.front.ServeHTTP(w, r)
	res := w.Result()
	body, _ := io.ReadAll(res.Body)
	return answer{res, string(body)}
}

func (h *house) get(address string) answer { h.Helper(); return h.ask("GET", address, 0) }

const (
	rootLink = "<" + home + `/wp-json/>; rel="https://api.w.org/"`
	blocks   = "/2025/03/03/peer-blocks-post/"
)

func TestDiscovery(t *testing.T) {
	h := newHouse(t)
	for _, tt := range []struct {
		name, address string
		status        int
		links         []string
		body          []string
	}{
		{"home", "/", 200, []string{rootLink}, []string{`<link rel="https://api.w.org/" href="` + home + `/wp-json/">`, "Peer &amp; Sons&#39; Site"}},
		{"post", blocks, 200, []string{rootLink, "<" + home + `/wp-json/wp/v2/posts/1833>; rel="alternate"; title="JSON"; type="application/json"`, "<" + home + "/?p=1833>; rel=shortlink"},
			[]string{`<link rel="alternate" title="JSON" type="application/json" href="` + home + `/wp-json/wp/v2/posts/1833">`, `<link rel="canonical" href="` + home + blocks + `">`}},
		{"page", "/peer-page-root/", 200, []string{rootLink, "<" + home + `/wp-json/wp/v2/pages/1871>; rel="alternate"; title="JSON"; type="application/json"`, "<" + home + "/?p=1871>; rel=shortlink"}, nil},
		{"nothing", "/no-such-thing-here/", 404, []string{rootLink}, []string{"Page not found", `<meta name="robots" content="noindex">`}},
		{"feed", "/feed/", 200, []string{rootLink}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := h.get(tt.address)
			if a.StatusCode != tt.status {
				t.Fatalf("status %d, location %q", a.StatusCode, a.Header.Get("Location"))
			}
			if got := a.Header.Values("Link"); !slices.Equal(got, tt.links) {
				t.Errorf("Link:\n got %q\nwant %q", got, tt.links)
			}
			for _, want := range tt.body {
				if !strings.Contains(a.body, want) {
					t.Errorf("body has no %s", want)
				}
			}
		})
	}
}

// As redirect_canonical: one address for each thing.
func TestCanonical(t *testing.T) {
	h := newHouse(t)
	post := home + blocks
	for _, tt := range []struct {
		address, want string // "": no redirect
	}{
		{blocks, ""},
		{"/2025/03/03/peer-blocks-post", post},
		{"/2025/03/03/Peer-Blocks-Post/", post},
		{"/peer-blocks-post/", post},
		{"/?p=1833", post},
		{"/?p=1833&utm=x", post + "?utm=x"},
		{blocks + "?utm=x", ""},
		{"/peer-page-root", home + "/peer-page-root/"},
		{"/?page_id=1871", home + "/peer-page-root/"},
		{"/feed", home + "/feed/"},
		{"/feed/rss2/", home + "/feed/"},
		{"/page/1/", home + "/"},
		{"/page/2", home + "/page/2/"},
		{"/page/2/", ""},
		{"/?paged=2", home + "/page/2/"},
		{"/", ""},
	} {
		a := h.get(tt.address)
		if got := a.Header.Get("Location"); got != tt.want || (tt.want != "") != (a.StatusCode == 301) {
			t.Errorf("%s: %d to %q, want %q", tt.address, a.StatusCode, got, tt.want)
		}
		if tt.want != "" && a.Header.Get("X-Redirect-By") != "WordPress" {
			t.Errorf("%s: X-Redirect-By is missing", tt.address)
		}
	}
	// Asked for under another name or port.
	elsewhere := func(r *http.Request) { r.Host = "localhost:8071" }
	for _, address := range []string{"/", blocks, "/no-such-thing-here/", "/feed/"} {
		a := h.ask("HEAD", address, 0, elsewhere)
		if a.StatusCode != 301 || a.Header.Get("Location") != home+address || len(a.Header.Values("Link")) != 0 {
			t.Errorf("%s elsewhere: %d %v", address, a.StatusCode, a.Header)
		}
		if ping := a.Header.Get("X-Pingback") != ""; ping != (address == blocks) {
			t.Errorf("%s: X-Pingback %v", address, ping)
		}
	}
}

func TestOnlyWhatTheReaderMaySee(t *testing.T) {
	h := newHouse(t)
	ctx := context.Background()
	admin := auth.NewContext(ctx, &auth.Identity{UserID: 1})
	text := func(s string) *string { return &s }
	draft, err := h.site.InsertPost(admin, site.PostChanges{Title: text("Secret plans"), Content: text("the plans"), Status: text("draft")})
	if err != nil {
		t.Fatal(err)
	}
	private, err := h.site.InsertPost(admin, site.PostChanges{Title: text("Diary"), Content: text("dear diary"), Status: text("private"), Slug: text("diary-of-mine")})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, address string
		user          int64
		want          int
	}{
		{"draft, nobody", "/?p=" + itoa(draft.ID), 0, 404},
		{"draft, its author", "/?p=" + itoa(draft.ID), 1, 200},
		{"private, nobody", "/?p=" + itoa(private.ID), 0, 404},
		{"private by slug, nobody", "/diary-of-mine/", 0, 404},
		{"no such post", "/?p=99999999", 0, 404},
		{"overflow", "/?p=99999999999999999999", 0, 404},
		{"negative", "/?p=-1", 0, 404},
		{"revision", "/?p=0", 0, 404},
	} {
		a := h.ask("GET", tt.address, tt.user)
		if a.StatusCode != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, a.StatusCode, tt.want)
		}
		if tt.want == 404 && (strings.Contains(a.body, "plans") || strings.Contains(a.body, "diary")) {
			t.Errorf("%s: gives something away", tt.name)
		}
		if tt.want == 200 && !strings.Contains(a.Header.Get("Cache-Control"), "no-store") {
			t.Errorf("%s: may be cached: %v", tt.name, a.Header)
		}
	}
	if a := h.get("/"); strings.Contains(a.body, "Secret plans") || strings.Contains(a.body, "Diary") {
		t.Error("the home page shows what is not public")
	}
	if a := h.get("/feed/"); strings.Contains(a.body, "Secret plans") || strings.Contains(a.body, "Diary") {
		t.Error("the feed shows what is not public")
	}
}

func TestPassword(t *testing.T) {
	h := newHouse(t)
	text := func(s string) *string { return &s }
	p, err := h.site.InsertPost(auth.NewContext(context.Background(), &auth.Identity{UserID: 1}),
		site.PostChanges{Title: text("Locked"), Content: text("the treasure"), Status: text("publish"), Password: text("open sesame")})
	if err != nil {
		t.Fatal(err)
	}
	address := strings.TrimPrefix(h.site.Permalink(context.Background(), p), home)
	set, _ := h.site.Settings(context.Background())
	cookie := func(word string) func(*http.Request) {
		hash, err := password.HashPortable(zeros{}, word)
		if err != nil {
			t.Fatal(err)
		}
		return func(r *http.Request) {
			r.AddCookie(&http.Cookie{Name: set.CookieNames().PostPass, Value: url.QueryEscape(hash)})
		}
	}
	if a := h.get(address); strings.Contains(a.body, "treasure") || !strings.Contains(a.body, `name="post_password"`) {
		t.Error("not locked")
	}
	if a := h.ask("GET", address, 0, cookie("wrong")); strings.Contains(a.body, "treasure") {
		t.Error("opened by a wrong password")
	}
	if a := h.ask("GET", address, 0, cookie("open sesame")); !strings.Contains(a.body, "treasure") || !strings.Contains(a.Header.Get("Cache-Control"), "no-store") {
		t.Error("not opened by its password, or may be cached")
	}
	if a := h.get("/feed/"); strings.Contains(a.body, "treasure") {
		t.Error("the feed gives it away")
	}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

func TestFeed(t *testing.T) {
	h := newHouse(t)
	text := func(s string) *string { return &s }
	_, err := h.site.InsertPost(auth.NewContext(context.Background(), &auth.Identity{UserID: 1}),
		site.PostChanges{Title: text("Fish & <chips>"), Content: text("a ]]> b \x01 ü"), Status: text("publish")})
	if err != nil {
		t.Fatal(err)
	}
	a := h.get("/feed/")
	if got := a.Header.Get("Content-Type"); got != "application/rss+xml; charset=UTF-8" {
		t.Error(got)
	}
	var doc struct {
		Channel struct {
			Title string `xml:"title"`
			Items []struct {
				Title   string `xml:"title"`
				Link    string `xml:"link"`
				Date    string `xml:"pubDate"`
				GUID    string `xml:"guid"`
				Content string `xml:"encoded"`
			} `xml:"item"`
		} `xml:"channel"`
	}
	if err := xml.Unmarshal([]byte(a.body), &doc); err != nil {
		t.Fatal(err)
	}
	if doc.Channel.Title != "Peer & Sons' Site" || len(doc.Channel.Items) != 10 {
		t.Errorf("%q with %d items", doc.Channel.Title, len(doc.Channel.Items))
	}
	first := doc.Channel.Items[0]
	if !strings.HasPrefix(first.Title, "Fish &") || first.Content != "a ]]> b  ü" {
		t.Errorf("first item: %+v", first)
	}
	if _, err := time.Parse(time.RFC1123Z, first.Date); err != nil {
		t.Error(err)
	}
	again := h.ask("GET", "/feed/", 0, func(r *http.Request) { r.Header.Set("If-Modified-Since", a.Header.Get("Last-Modified")) })
	if again.StatusCode != http.StatusNotModified {
		t.Errorf("asked again: %d", again.StatusCode)
	}
}

func TestTheRest(t *testing.T) {
	h := newHouse(t)
	if a := h.ask("POST", "/", 0); a.StatusCode != 405 || a.Header.Get("Allow") != "GET, HEAD" {
		t.Errorf("POST: %d", a.StatusCode)
	}
	a := h.get("/")
	if !strings.Contains(a.body, `href="/-/front/front.css?ver=`) || strings.Contains(a.body, "<script") {
		t.Error("style sheet or scripts")
	}
	if css := h.get("/-/front/front.css"); css.StatusCode != 200 || !strings.HasPrefix(css.Header.Get("Content-Type"), "text/css") {
		t.Errorf("style sheet: %d", css.StatusCode)
	}
	for _, address := range []string{"/%zz", "/%00/", "/a%2Fb/", "//", "/..%2f..%2fetc/", "/page/0/", "/page/999999999999/", "/feed/atom/", "/?feed=x", "/ü/", "/page/5000/", "/%F0%28/"} {
		r := httptest.NewRequest("GET", home+"/", nil)
		path, _, _ := strings.Cut(address, "?")
		r.URL.RawPath = path
		r.URL.Path, _ = url.PathUnescape(path)
		_, r.URL.RawQuery, _ = strings.Cut(address, "?")
		w := httptest.NewRecorder()
		h.front.ServeHTTP(w, r)
		if w.Code >= 500 || w.Code == 200 && address != "//" && address != "/%zz" {
			t.Errorf("%s: %d", address, w.Code)
		}
	}
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
