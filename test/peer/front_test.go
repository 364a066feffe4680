//go:build peer

package peer

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// inFront starts a Platen in front of the PHP site, which takes its address
// until the test ends.
func inFront(t *testing.T, args ...string) *platen {
	t.Helper()
	w := here(t)
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	p := &platen{url: "http://127.0.0.1:" + port, port: port, args: append([]string{"--data", t.TempDir(), "--wp-config", w.config, "--upstream", w.web.url}, args...)}
	address := func(siteurl, home string) {
		php[bool](t, fmt.Sprintf(`update_option('siteurl', %s); update_option('home', %s); return true;`, quote(siteurl), quote(home)))
	}
	was := php[[]string](t, `return [get_option('siteurl'), get_option('home')];`)
	address(p.url, p.url)
	t.Cleanup(func() { p.kill(); address(was[0], was[1]) })
	if err := p.start(); err != nil {
		t.Fatal(err)
	}
	return p
}

// plugin puts PHP code into every request of WordPress until the test ends.
func plugin(t *testing.T, code string) {
	t.Helper()
	dir := filepath.Join(here(t).root, "wp-content", "mu-plugins")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	f, err := os.CreateTemp(dir, "peer-*.php") // a new name: PHP keeps what it compiled for a while
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.WriteString("<?php\n" + code)
	if err = errors.Join(err, f.Chmod(0o644), f.Close()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Remove(f.Name()) })
}

// shop is a plugin with a namespace, a post type, a field and a setting of its
// own.
const shop = `
add_action('init', function() {
	register_post_type('book', ['public' => true, 'show_in_rest' => true, 'rest_base' => 'books', 'label' => 'Books']);
});
add_action('rest_api_init', function() {
	register_rest_route('shop/v1', '/who', ['methods' => 'GET, POST', 'permission_callback' => '__return_true', 'callback' => function($r) {
		return ['user' => get_current_user_id(), 'method' => $_SERVER['REQUEST_METHOD'], 'host' => $_SERVER['HTTP_HOST'], 'for' => $_SERVER['HTTP_X_FORWARDED_FOR'] ?? '',
			'bytes' => strlen($r->get_body())];
	}]);
	register_rest_field('page', 'price', ['get_callback' => function() { return 12; }, 'update_callback' => '__return_true', 'schema' => ['type' => 'integer', 'context' => ['view', 'edit']]]);
});
`

// TestFront: what Platen serves it serves, and PHP the rest, as the same user;
// what plugins added is not lost.
func TestFront(t *testing.T) {
	plugin(t, shop)
	p := inFront(t)
	b := login(t, p.url, admin, adminPass).withNonce(t)
	if u := b.object(t, 200, "GET", me, nil); u["username"] != admin {
		t.Errorf("%v", u)
	}
	who := b.object(t, 200, "POST", "/wp-json/shop/v1/who", strings.Repeat("x", 3<<20))
	if who["user"] != 1.0 || who["host"] != strings.TrimPrefix(p.url, "http://") || who["for"] != "127.0.0.1" || who["bytes"] != float64(3<<20+2) {
		t.Errorf("%v", who)
	}
	book := b.object(t, 201, "POST", "/wp-json/wp/v2/books", map[string]any{"title": "A book", "status": "publish"})
	if b.object(t, 200, "GET", fmt.Sprintf("/wp-json/wp/v2/books/%d", id(book)), nil)["type"] != "book" {
		t.Error("no book")
	}
	page := b.object(t, 201, "POST", "/wp-json/wp/v2/pages", map[string]any{"title": "A page", "status": "publish", "price": 3})
	if page["price"] != 12.0 {
		t.Errorf("the field of the plugin is lost: %v", page["price"])
	}
	if types := b.object(t, 200, "GET", "/wp-json/wp/v2/types", nil); types["book"] == nil {
		t.Error("the types lack the plugin's")
	}
	if found := b.do(t, 200, "GET", "/wp-json/wp/v2/search?search=book", nil); !strings.Contains(found, `"A book"`) {
		t.Errorf("the search does not find the plugin's: %s", found)
	}
	var index struct {
		Namespaces []string
		Routes     map[string]any
	}
	if err := json.Unmarshal([]byte(b.do(t, 200, "GET", "/wp-json/", nil)), &index); err != nil {
		t.Fatal(err)
	}
	for _, ns := range []string{"shop/v1", "wp/v2", "platen/v1"} {
		if !slices.Contains(index.Namespaces, ns) {
			t.Errorf("the index lacks %s", ns)
		}
	}
	for _, route := range []string{"/shop/v1/who", "/wp/v2/books", "/wp/v2/posts", "/platen/v1/auth/self-check"} {
		if index.Routes[route] == nil {
			t.Errorf("the index lacks %s", route)
		}
	}
	batch := b.object(t, 207, "POST", "/wp-json/batch/v1", map[string]any{"requests": []any{map[string]any{"path": "/wp/v2/books", "method": "POST", "body": map[string]any{"title": "Another"}}}})
	if text := fmt.Sprint(batch); !strings.Contains(text, "status:201") {
		t.Errorf("a batch for PHP: %s", text)
	}

	// PHP goes: what is served here goes on, the rest is told.
	w := here(t)
	if err := w.web.fpm.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	<-w.web.fpm.done
	b.do(t, 200, "GET", "/wp-json/wp/v2/posts", nil)
	if err := w.web.startPHP(w.dir); err != nil {
		t.Fatal(err)
	}
	b.do(t, 200, "GET", "/wp-json/shop/v1/who", nil)
}

// TestFrontReads: with --upstream-mode reads PHP does the writing, so that its
// plugins hear of it.
func TestFrontReads(t *testing.T) {
	plugin(t, `add_action('save_post', function($id) { update_post_meta($id, 'heard', 'yes'); });`)
	p := inFront(t, "--upstream-mode", "reads")
	b := login(t, p.url, admin, adminPass).withNonce(t)
	post := b.object(t, 201, "POST", "/wp-json/wp/v2/posts", map[string]any{"title": "Through PHP", "status": "publish"})
	if got := php[string](t, fmt.Sprintf(`return get_post_meta(%d, 'heard', true);`, id(post))); got != "yes" {
		t.Errorf("the plugin did not hear of the post: %q", got)
	}
	if got := b.object(t, 200, "GET", fmt.Sprintf("/wp-json/wp/v2/posts/%d", id(post)), nil); got["slug"] != "through-php" {
		t.Errorf("%v", got["slug"])
	}
}

// TestFrontDoctor: the doctor finds the installation sound, tries a login, and
// names what the plugin added.
func TestFrontDoctor(t *testing.T) {
	plugin(t, shop)
	p := inFront(t)
	file, err := build()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(file, append([]string{"doctor", "--json", "--as", admin}, p.args...)...)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "PLATEN_LOG=error"}
	out, _ := cmd.Output()
	var r struct {
		Checks  []struct{ Name, State, Text string }
		Plugins []struct{ Route, Text string }
		Routes  []struct {
			Route   string
			Samples int
		}
	}
	if err := json.Unmarshal(out, &r); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	states := map[string]string{}
	for _, c := range r.Checks {
		states[c.Name] = c.State
		if c.State == "problem" && c.Name != "comparison" { // an old WordPress answers otherwise
			t.Errorf("%s: %s", c.Name, c.Text)
		}
	}
	if states["logins"] != "ok" || states["clock"] != "ok" || states["uploads"] == "problem" || states["Authorization header"] != "ok" || states["keys and salts"] != "warning" {
		t.Errorf("%v", states)
	}
	samples := 0
	for _, row := range r.Routes {
		samples += row.Samples
	}
	if samples < 50 {
		t.Errorf("only %d samples", samples)
	}
	if !slices.ContainsFunc(r.Plugins, func(f struct{ Route, Text string }) bool {
		return f.Route == "/wp/v2/pages" && strings.Contains(f.Text, "price")
	}) {
		t.Errorf("the plugin's field was not found: %v", r.Plugins)
	}
}

// TestEditor: the block editor of wp-admin works with Platen answering the API.
func TestEditor(t *testing.T) {
	missing := func(what string) {
		t.Helper()
		if os.Getenv("CI") == "true" {
			t.Fatal("the editor cannot be tried: " + what)
		}
		t.Skip("the editor was not tried: " + what)
	}
	node, chromium := find("node"), os.Getenv("CHROMIUM")
	if chromium == "" {
		chromium = find("chromium", "chromium-browser", "google-chrome")
	}
	if node == "" || chromium == "" {
		missing("node and chromium are needed")
	}
	if _, err := os.Stat("../../js/node_modules/playwright-core"); err != nil {
		missing("playwright-core is not installed: run `npm ci` in js/")
	}
	p := inFront(t)
	artefacts, err := filepath.Abs("../artefacts")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(artefacts, 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(node, "--test", "--test-reporter=tap", "editor.test.mjs")
	cmd.Env = append(os.Environ(), "PLATEN_BASE="+p.url, "PLATEN_USER="+admin, "PLATEN_PASSWORD="+adminPass, "PLATEN_ARTEFACTS="+artefacts, "CHROMIUM="+chromium)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	for _, line := range regexp.MustCompile(`(?m)^\s*# .*calls of the API.*$`).FindAllString(string(out), -1) {
		t.Log(strings.TrimSpace(line))
	}
	// What went upstream is counted.
	if err := p.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	<-p.done
	raw, err := os.ReadFile(filepath.Join(p.args[1], "upstream.json"))
	if err != nil {
		t.Fatal(err)
	}
	var kept struct {
		Counts []struct {
			Place    string
			Requests int
		}
	}
	if err := json.Unmarshal(raw, &kept); err != nil {
		t.Fatal(err)
	}
	for _, c := range kept.Counts {
		if strings.Contains(c.Place, "/v") {
			t.Logf("upstream %3d  %s", c.Requests, c.Place)
		}
	}
	if !slices.ContainsFunc(kept.Counts, func(c struct {
		Place    string
		Requests int
	}) bool {
		return c.Place == "/wp-admin/" && c.Requests > 0
	}) {
		t.Errorf("%s", raw)
	}
}
