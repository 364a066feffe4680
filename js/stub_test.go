package js

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// stub is a small REST server for the browser tests. Each test has a site of its own below /NAME/: its REST root
// (/NAME/wp-json/ and /NAME/?rest_route=/), its admin-ajax.php, a page that prints scripts, and a control door.
type stub struct {
	registry *Registry
	mu       sync.Mutex
	sites    map[string]*stubSite
}

// stubSite is the state of one site; tests set the exported part through POST /NAME/__control.
type stubSite struct {
	Valid    []string // nonces that are accepted
	Next     string   // what rest-nonce answers; accepted from then on
	Hand     string   // X-WP-Nonce of authenticated answers; default: the nonce that was sent
	Over     bool     // nobody is logged in
	Broken   bool     // rest-nonce answers 500
	DelayMS  int      // before rest-nonce answers
	Refuse   bool     // refuse every nonce
	NoSchema bool     // the index answers 500

	log   []stubRequest
	posts map[int]map[string]any
}

type stubRequest struct {
	Method, Path, Query, Body string
	Headers                   map[string]string
}

func newStub() *stub {
	return &stub{registry: NewRegistry(Options{}), sites: map[string]*stubSite{}}
}

func (s *stub) site(name string) *stubSite {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sites[name] == nil {
		site := &stubSite{Valid: []string{"aaaaaaaaaa"}, Next: "bbbbbbbbbb", posts: map[int]map[string]any{}}
		for id := 1; id <= 25; id++ {
			site.posts[id] = map[string]any{"id": id, "title": fmt.Sprintf("Post %d", id), "date": "2026-01-02T03:04:05",
				"date_gmt": nil, "slug": "", "author": 7, "featured_media": 5, "categories": []int{1, 2}, "tags": []int{}, "meta": []any{}}
		}
		s.sites[name] = site
	}
	return s.sites[name]
}

func (s *stub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name, path, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	if name == "wp-includes" {
		s.registry.Handler().ServeHTTP(w, r)
		return
	}
	site := s.site(name)
	query := r.URL.Query()
	switch {
	case path == "__control":
		s.mu.Lock()
		defer s.mu.Unlock()
		_ = json.NewDecoder(r.Body).Decode(site)
	case path == "__log":
		s.mu.Lock()
		defer s.mu.Unlock()
		writeJSON(w, 200, site.log)
	case path == "page":
		s.page(w, r, "/"+name+"/")
	case path == "wp-admin/admin-ajax.php" && query.Get("action") == "rest-nonce":
		s.record(site, r, path, nil)
		s.restNonce(w, site)
	case strings.HasPrefix(path, "wp-json"):
		s.rest(w, r, site, strings.TrimPrefix(path, "wp-json"))
	case path == "" && query.Has("rest_route"):
		s.rest(w, r, site, query.Get("rest_route"))
	default:
		http.NotFound(w, r)
	}
}

// page prints the scripts as a server would, under a CSP that allows nothing else.
func (s *stub) page(w http.ResponseWriter, r *http.Request, base string) {
	page := s.registry.Page()
	query := r.URL.Query()
	settings := Settings{Root: base + "wp-json/", Nonce: "aaaaaaaaaa", NonceEndpoint: query.Get("nonceEndpoint")}
	if query.Has("nonce") {
		settings.Nonce = query.Get("nonce")
	}
	if query.Get("root") == "plain" {
		settings.Root = base + "?rest_route=/"
	}
	err := page.Enqueue(strings.Split(query.Get("scripts"), ",")...)
	if err == nil && query.Get("settings") != "none" {
		err = page.Settings(settings)
	}
	if inline := query.Get("before"); err == nil && inline != "" {
		err = page.AddInline("wp-api-request", inline, Before)
	}
	if data := query.Get("data"); err == nil && data != "" {
		err = page.Localize("jquery", "testData", map[string]any{"text": data, "deep": []string{data}})
	}
	tags, err2 := page.HTML("n0nce")
	if err != nil || err2 != nil {
		http.Error(w, fmt.Sprint(err, err2), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Security-Policy", "script-src 'nonce-n0nce'")
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprintf(w, "<!DOCTYPE html><html><head><title>stub</title><link rel=icon href=data:,></head><body>%s</body></html>", tags)
}

func (s *stub) restNonce(w http.ResponseWriter, site *stubSite) {
	s.mu.Lock()
	delay := time.Duration(site.DelayMS) * time.Millisecond
	s.mu.Unlock()
	time.Sleep(delay)
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case site.Broken:
		http.Error(w, "trouble", http.StatusInternalServerError)
	case site.Over:
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, "0")
	default:
		site.Valid = append(site.Valid, site.Next)
		fmt.Fprint(w, site.Next)
	}
}

func (s *stub) record(site *stubSite, r *http.Request, path string, body []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	headers := map[string]string{}
	for name := range r.Header {
		headers[strings.ToLower(name)] = r.Header.Get(name)
	}
	site.log = append(site.log, stubRequest{r.Method, path, r.URL.RawQuery, string(body), headers})
}

func (s *stub) rest(w http.ResponseWriter, r *http.Request, site *stubSite, route string) {
	body, _ := io.ReadAll(r.Body)
	s.record(site, r, route, body)
	s.mu.Lock()
	defer s.mu.Unlock()
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	_ = r.ParseForm()
	nonce := r.Header.Get("X-WP-Nonce")
	if sent := r.Form.Get("_wpnonce"); sent != "" {
		nonce = sent
	}
	if nonce != "" {
		good := false
		for _, valid := range site.Valid {
			good = good || valid == nonce
		}
		if !good || site.Refuse {
			writeJSON(w, 403, map[string]any{"code": "rest_cookie_invalid_nonce", "message": "Cookie check failed", "data": map[string]int{"status": 403}})
			return
		}
		hand := nonce
		if site.Hand != "" {
			hand = site.Hand
		}
		w.Header().Set("X-WP-Nonce", hand)
	}
	method := r.Method
	if override := r.Header.Get("X-HTTP-Method-Override"); override != "" {
		method = override
	}
	site.dispatch(w, r, method, strings.Trim(route, "/"), body)
}

func (site *stubSite) dispatch(w http.ResponseWriter, r *http.Request, method, route string, body []byte) {
	parts := strings.Split(strings.TrimPrefix(route, "wp/v2"), "/")
	switch {
	case route == "wp/v2" && site.NoSchema:
		http.Error(w, "trouble", http.StatusInternalServerError)
	case route == "wp/v2" || route == "acme/v1":
		writeJSON(w, 200, stubIndex(route))
	case route == "wp/v2/posts" && method == "GET":
		site.listPosts(w, r)
	case len(parts) == 3 && parts[1] == "posts":
		id, _ := strconv.Atoi(parts[2])
		site.onePost(w, r, method, id, body)
	case strings.HasSuffix(route, "/revisions"):
		writeJSON(w, 200, []any{map[string]any{"id": 101, "parent": 3}, map[string]any{"id": 102, "parent": 3}})
	case route == "wp/v2/categories":
		writeJSON(w, 200, []any{map[string]any{"id": 1, "slug": "news"}, map[string]any{"id": 2, "slug": "moon"}, map[string]any{"id": 3, "slug": "sun"}})
	case route == "wp/v2/users/7":
		writeJSON(w, 200, map[string]any{"id": 7, "name": "Jules"})
	case route == "wp/v2/users/me":
		writeJSON(w, 200, map[string]any{"id": 7, "name": "Jules", "nonce": r.Header.Get("X-WP-Nonce")})
	case strings.HasPrefix(route, "acme/v1/refused"):
		writeJSON(w, 403, map[string]any{"code": "rest_forbidden", "message": "No."})
	default:
		writeJSON(w, 200, map[string]any{"method": method, "route": route})
	}
}

func (site *stubSite) listPosts(w http.ResponseWriter, r *http.Request) {
	page, _ := strconv.Atoi(r.URL.Query().Get("page"))
	perPage, _ := strconv.Atoi(r.URL.Query().Get("per_page"))
	page, perPage = max(page, 1), max(perPage, 1)
	if perPage == 1 {
		perPage = 10
	}
	rows := []any{}
	for id := (page-1)*perPage + 1; id <= page*perPage && id <= 25; id++ {
		rows = append(rows, site.posts[id])
	}
	w.Header().Set("X-WP-Total", "25")
	w.Header().Set("X-WP-TotalPages", strconv.Itoa((24+perPage)/perPage))
	writeJSON(w, 200, rows)
}

func (site *stubSite) onePost(w http.ResponseWriter, r *http.Request, method string, id int, body []byte) {
	post, ok := site.posts[id]
	if !ok {
		writeJSON(w, 404, map[string]any{"code": "rest_post_invalid_id", "message": "Invalid post ID."})
		return
	}
	if method == "POST" || method == "PUT" || method == "PATCH" {
		if json.Unmarshal(body, &post) != nil && r.Form.Has("title") {
			post["title"] = r.Form.Get("title")
		}
	}
	out := map[string]any{}
	for k, v := range post {
		out[k] = v
	}
	if r.URL.Query().Has("_embed") {
		out["_embedded"] = map[string]any{"author": []any{map[string]any{"id": 7, "name": "Embedded"}}}
	}
	writeJSON(w, 200, out)
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

// stubIndex is a namespace index with the routes that the tests are about.
func stubIndex(namespace string) any {
	type endpoint struct {
		Methods []string       `json:"methods"`
		Args    map[string]any `json:"args"`
	}
	args := func(names ...string) map[string]any {
		m := map[string]any{}
		for _, name := range names {
			m[name] = map[string]any{"required": false}
		}
		return m
	}
	routes := map[string]any{}
	add := func(route string, endpoints ...endpoint) {
		var methods []string
		for _, e := range endpoints {
			methods = append(methods, e.Methods...)
		}
		routes["/"+namespace+route] = map[string]any{"namespace": namespace, "methods": methods, "endpoints": endpoints}
	}
	read := endpoint{[]string{"GET"}, args("context")}
	list := endpoint{[]string{"GET"}, args("page", "per_page", "search")}
	remove := endpoint{[]string{"DELETE"}, args("force")}
	create := func(names ...string) endpoint { return endpoint{[]string{"POST"}, args(names...)} }
	update := func(names ...string) endpoint { return endpoint{[]string{"POST", "PUT", "PATCH"}, args(names...)} }
	post := []string{"date", "date_gmt", "slug", "title", "author", "featured_media", "meta", "categories", "tags"}

	add("", read)
	if namespace == "acme/v1" {
		add("/space-ships", list)
		add("/space-ships/(?P<id>[\\d]+)", read, remove)
		return map[string]any{"namespace": namespace, "routes": routes, "_links": map[string]any{}}
	}
	add("/posts", list, create(post...))
	add("/posts/(?P<id>[\\d]+)", read, update(post...), remove)
	add("/posts/(?P<parent>[\\d]+)/revisions", list)
	add("/posts/(?P<parent>[\\d]+)/revisions/(?P<id>[\\d]+)", read, remove)
	add("/pages/(?P<parent>[\\d]+)/revisions", list)
	add("/pages/(?P<parent>[\\d]+)/revisions/(?P<id>[\\d]+)", read, remove)
	for _, name := range []string{"categories", "tags", "comments", "media", "pages", "users", "menu-items"} {
		add("/"+name, list, create("name"))
		add("/"+name+"/(?P<id>[\\d]+)", read, update("name"), remove)
	}
	add("/users/me", read, update("name"), remove)
	add("/users/(?P<user_id>(?:[\\d]+|me))/application-passwords", list, create("name"), remove)
	add("/users/(?P<user_id>(?:[\\d]+|me))/application-passwords/introspect", read)
	add("/users/(?P<user_id>(?:[\\d]+|me))/application-passwords/(?P<uuid>[\\w\\-]+)", read, update("name"), remove)
	add("/settings", read, update("title"))
	add("/search", list)
	add("/types", list)
	add("/types/(?P<type>[\\w-]+)", read)
	add("/statuses", list)
	add("/statuses/(?P<status>[\\w-]+)", read)
	add("/taxonomies", list)
	add("/taxonomies/(?P<taxonomy>[\\w-]+)", read)
	add(`/templates/(?P<id>([^\/:<>\*\?"\|]+(?:\/[^\/:<>\*\?"\|]+)?)[\/\w%-]+)`, read, update("title"), remove)
	return map[string]any{"namespace": namespace, "routes": routes, "_links": map[string]any{}}
}
