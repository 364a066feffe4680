//go:build peer

package peer

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// adminAt is the administrator, logged in at a server.
func adminAt(t *testing.T, base string) *client { return login(t, base, admin, adminPass).withNonce(t) }

// shared are the properties that every WordPress since 6.1 shows of a post.
var shared = []string{"id", "date", "date_gmt", "guid", "modified", "modified_gmt", "slug", "status", "type", "link", "title", "content", "excerpt", "author",
	"featured_media", "comment_status", "ping_status", "sticky", "template", "format", "categories", "tags", "password"}

// sameOnBoth compares what both servers say of a post.
func sameOnBoth(t *testing.T, c *client, path string, fields []string) map[string]any {
	t.Helper()
	w := here(t)
	a, b := c.at(w.web.url).object(t, 200, "GET", path, nil), c.at(w.platen.url).object(t, 200, "GET", path, nil)
	for _, f := range fields {
		if f == "content" || f == "title" || f == "excerpt" { // how it is rendered depends on the version
			x, _ := a[f].(map[string]any)
			y, _ := b[f].(map[string]any)
			if x["raw"] != y["raw"] || x["protected"] != y["protected"] {
				t.Errorf("%s: %s: PHP has %v, Platen %v", path, f, x, y)
			}
			continue
		}
		if !reflect.DeepEqual(a[f], b[f]) {
			t.Errorf("%s: %s: PHP has %v, Platen %v", path, f, a[f], b[f])
		}
	}
	return b
}

// TestPosts: a post written and edited on one side is read on the other at
// once, with its revisions, slug, terms, dates, stickiness and meta.
func TestPosts(t *testing.T) {
	n := 0
	sides(t, func(t *testing.T, from, other string) {
		n++
		c := adminAt(t, from)
		cat := id(c.object(t, 201, "POST", "/wp-json/wp/v2/categories", map[string]any{"name": fmt.Sprintf("Category & %d", n)}))
		child := id(c.object(t, 201, "POST", "/wp-json/wp/v2/categories", map[string]any{"name": fmt.Sprintf("Child %d", n), "parent": cat}))
		tag := id(c.at(other).object(t, 201, "POST", "/wp-json/wp/v2/tags", map[string]any{"name": fmt.Sprintf("tag %d", n)}))
		const text = "<!-- wp:paragraph -->\n<p>Töne, “quotes”, \\slashes\\ &amp; 🎉 emoji</p>\n<!-- /wp:paragraph -->"
		post := c.object(t, 201, "POST", "/wp-json/wp/v2/posts", map[string]any{
			"title": "The same title", "content": text, "excerpt": "Ex'c\"erpt", "status": "publish", "categories": []int{cat, child}, "tags": []int{tag},
			"sticky": true, "date": "2024-02-29T23:59:58", "format": "aside",
		})
		path := fmt.Sprintf("/wp-json/wp/v2/posts/%d?context=edit", id(post))
		if got := sameOnBoth(t, c, path, shared); got["sticky"] != true || got["date"] != "2024-02-29T23:59:58" {
			t.Error(got)
		}
		twin := c.at(other).object(t, 201, "POST", "/wp-json/wp/v2/posts", map[string]any{"title": "The same title", "status": "publish"})
		if twin["slug"] == post["slug"] || !strings.HasPrefix(twin["slug"].(string), "the-same-title-") {
			t.Error("slugs", post["slug"], twin["slug"])
		}
		// Edited here, there and here again.
		for i, base := range []string{from, other, from} {
			body := fmt.Sprintf("%s\n<!-- wp:paragraph -->\n<p>Edit %d</p>\n<!-- /wp:paragraph -->", text, i)
			c.at(base).do(t, 200, "POST", path, map[string]any{"content": body})
			if got := sameOnBoth(t, c, path, shared); got["content"].(map[string]any)["raw"] != body {
				t.Errorf("%v", got["content"])
			}
		}
		revisions(t, c, id(post))
		counts(t, cat, child, tag)
		if kids := php[map[string][]int](t, "return _get_term_hierarchy('category');")[fmt.Sprint(cat)]; len(kids) != 1 || kids[0] != child {
			t.Errorf("PHP does not see the child category: %v", kids)
		}
		// Trashed on one side, restored on the other, deleted.
		c.do(t, 200, "DELETE", path, nil)
		counts(t, cat, child, tag)
		if php[bool](t, fmt.Sprintf("return (bool) wp_untrash_post(%d);", id(post))) != true {
			t.Error("PHP cannot restore what was trashed")
		}
		if got := sameOnBoth(t, c, path, []string{"status", "slug", "sticky"}); got["slug"] != "the-same-title" && got["slug"] != post["slug"] {
			t.Error(got["slug"], post["slug"])
		}
		c.at(other).do(t, 200, "DELETE", path+"&force=true", nil)
		if left := sql(t, fmt.Sprintf("SELECT (SELECT COUNT(*) FROM %[1]sposts WHERE ID = %[2]d OR post_parent = %[2]d) + (SELECT COUNT(*) FROM %[1]spostmeta WHERE post_id = %[2]d)"+
			" + (SELECT COUNT(*) FROM %[1]sterm_relationships WHERE object_id = %[2]d)", prefix, id(post))); left != "0" {
			t.Errorf("%s rows of a deleted post are left", left)
		}
		if sticky := php[[]int](t, "return array_values(get_option('sticky_posts'));"); contains(sticky, id(post)) {
			t.Error("a deleted post is sticky")
		}
	})
}

func contains(list []int, n int) bool {
	for _, v := range list {
		if v == n {
			return true
		}
	}
	return false
}

// revisions compares the revisions of a post on both sides.
func revisions(t *testing.T, c *client, post int) {
	t.Helper()
	w := here(t)
	var lists [2][]map[string]any
	for i, base := range []string{w.web.url, w.platen.url} {
		text := c.at(base).do(t, 200, "GET", fmt.Sprintf("/wp-json/wp/v2/posts/%d/revisions?_fields=id,author,date_gmt,slug,parent", post), nil)
		if err := json.Unmarshal([]byte(text), &lists[i]); err != nil {
			t.Fatal(err)
		}
	}
	if len(lists[0]) < 3 || !reflect.DeepEqual(lists[0], lists[1]) {
		t.Errorf("revisions:\nPHP    %v\nPlaten %v", lists[0], lists[1])
	}
}

// counts compares the counts of terms with what PHP counts anew.
func counts(t *testing.T, terms ...int) {
	t.Helper()
	for _, id := range terms {
		kept := sql(t, fmt.Sprintf("SELECT count FROM %sterm_taxonomy WHERE term_id = %d", prefix, id))
		fresh := php[int](t, fmt.Sprintf("$t = get_term(%d); wp_update_term_count_now([$t->term_taxonomy_id], $t->taxonomy); return (int) $wpdb->get_var(\"SELECT count FROM {$wpdb->term_taxonomy} WHERE term_id = %d\");", id, id))
		if kept != fmt.Sprint(fresh) {
			t.Errorf("term %d: counted %s, PHP counts %d", id, kept, fresh)
		}
	}
}

// TestWPAdmin: wp-admin opens and saves what Platen wrote.
func TestWPAdmin(t *testing.T) {
	w := here(t)
	c := adminAt(t, w.platen.url)
	post := id(c.object(t, 201, "POST", "/wp-json/wp/v2/posts", map[string]any{"title": "Written by Platen", "content": "<p>Body</p>", "status": "draft"}))
	page := id(c.object(t, 201, "POST", "/wp-json/wp/v2/pages", map[string]any{"title": "Page by Platen", "status": "publish", "menu_order": 3}))
	php := c.at(w.web.url)
	for _, what := range []string{fmt.Sprintf("post.php?post=%d&action=edit", post), fmt.Sprintf("post.php?post=%d&action=edit", page), "edit.php", "edit-tags.php?taxonomy=category",
		"users.php", "profile.php", "options-general.php", "upload.php?mode=list", "edit-comments.php", "index.php"} {
		body := php.do(t, 200, "GET", "/wp-admin/"+what, nil)
		if !strings.Contains(body, "wp-admin-bar-my-account") || strings.Contains(body, "There has been a critical error") {
			t.Errorf("%s: %.500s", what, body)
		}
	}
	list := php.do(t, 200, "GET", "/wp-admin/edit.php", nil)
	nonce := between(between(list, `name="_inline_edit"`, ">"), `value="`, `"`)
	if nonce == "" {
		nonce = between(between(list, `id="_inline_edit"`, ">"), `value="`, `"`)
	}
	out := php.do(t, 200, "POST", "/wp-admin/admin-ajax.php", url.Values{
		"action": {"inline-save"}, "_inline_edit": {nonce}, "post_ID": {fmt.Sprint(post)}, "post_type": {"post"}, "screen": {"edit-post"}, "post_view": {"list"}, "edit_date": {"true"},
		"post_title": {"Saved by wp-admin"}, "post_name": {"saved-by-wp-admin"}, "_status": {"publish"}, "post_author": {"1"},
		"mm": {"02"}, "jj": {"03"}, "aa": {"2023"}, "hh": {"04"}, "mn": {"05"}, "ss": {"06"}, "tags_input": {"quick, edit"}, "comment_status": {"open"},
	})
	if !strings.Contains(out, "Saved by wp-admin") {
		t.Fatalf("quick edit: %.1000s", out)
	}
	got := sameOnBoth(t, c, fmt.Sprintf("/wp-json/wp/v2/posts/%d?context=edit", post), shared)
	if got["slug"] != "saved-by-wp-admin" || got["status"] != "publish" || len(got["tags"].([]any)) != 2 || got["date"] != "2023-02-03T04:05:06" {
		t.Error(got)
	}
	sameOnBoth(t, c, fmt.Sprintf("/wp-json/wp/v2/pages/%d?context=edit", page), []string{"id", "slug", "menu_order", "parent", "status", "link", "date", "guid"})
}

// TestUsers: a user made by Platen can do in PHP what the role says, and the
// other way round.
func TestUsers(t *testing.T) {
	n := 0
	sides(t, func(t *testing.T, from, other string) {
		n++
		name := fmt.Sprintf("newcomer%d", n)
		c := adminAt(t, from)
		u := c.object(t, 201, "POST", "/wp-json/wp/v2/users", map[string]any{"username": name, "email": name + "@example.org", "password": "pass word", "roles": []string{"author"},
			"first_name": "Jo\"e", "description": "<b>bold</b> & 🎉"})
		theirs := login(t, other, name, "pass word").withNonce(t)
		theirs.do(t, 201, "POST", "/wp-json/wp/v2/posts", map[string]any{"title": "mine", "status": "publish"})
		theirs.do(t, 403, "GET", "/wp-json/wp/v2/settings", nil)
		sameOnBoth(t, c, fmt.Sprintf("/wp-json/wp/v2/users/%d?context=edit", id(u)), []string{"id", "username", "name", "first_name", "last_name", "email", "url", "description", "link", "locale",
			"nickname", "slug", "roles", "registered_date", "capabilities", "extra_capabilities"})
		c.at(other).do(t, 200, "POST", fmt.Sprintf("/wp-json/wp/v2/users/%d", id(u)), map[string]any{"roles": []string{"subscriber"}})
		theirs.at(from).do(t, 403, "POST", "/wp-json/wp/v2/posts", map[string]any{"title": "not any more"})
		c.do(t, 200, "DELETE", fmt.Sprintf("/wp-json/wp/v2/users/%d?force=true&reassign=1", id(u)), nil)
		if resp, _, err := theirs.at(other).send("GET", me, nil); err != nil || resp.StatusCode == 200 {
			t.Error("a deleted user is logged in", err)
		}
	})
}

// TestCommentsAndSettings: comments and the site's settings go both ways.
func TestCommentsAndSettings(t *testing.T) {
	sides(t, func(t *testing.T, from, other string) {
		c := adminAt(t, from)
		post := id(c.object(t, 201, "POST", "/wp-json/wp/v2/posts", map[string]any{"title": "Commented", "status": "publish"}))
		comment := id(c.at(other).object(t, 201, "POST", "/wp-json/wp/v2/comments", map[string]any{"post": post, "content": "From " + other}))
		sameOnBoth(t, c, fmt.Sprintf("/wp-json/wp/v2/comments/%d?context=edit", comment), []string{"id", "post", "parent", "author", "author_name", "date", "date_gmt", "content", "link", "status", "type", "author_ip", "author_email"})
		if got := sql(t, fmt.Sprintf("SELECT comment_count FROM %sposts WHERE ID = %d", prefix, post)); got != "1" {
			t.Error("comment_count", got)
		}
		c.do(t, 200, "POST", "/wp-json/wp/v2/settings", map[string]any{"title": "Title & \"" + from + "\"", "posts_per_page": 7, "start_of_week": 0, "timezone": "Europe/Berlin"})
		sameOnBoth(t, c, "/wp-json/wp/v2/settings", []string{"description", "posts_per_page", "start_of_week", "timezone", "date_format", "default_category", "url", "email"})
		if got := php[string](t, "return get_option('blogname');"); !strings.Contains(got, from) {
			t.Error(got)
		}
		c.at(other).do(t, 200, "POST", "/wp-json/wp/v2/settings", map[string]any{"title": "Peers & friends", "posts_per_page": 10, "timezone": ""})
	})
}

// TestScheduled: a post for later that Platen takes is one that PHP's cron
// would publish, and one that is taken back is not.
func TestScheduled(t *testing.T) {
	w := here(t)
	c := adminAt(t, w.platen.url)
	next := func(post int) string {
		return fmt.Sprint(php[any](t, fmt.Sprintf("return wp_next_scheduled('publish_future_post', [%d]);", post)))
	}
	post := c.object(t, 201, "POST", "/wp-json/wp/v2/posts", map[string]any{"title": "Later", "status": "publish", "date_gmt": "2033-05-18T03:33:20"})
	path := fmt.Sprintf("/wp-json/wp/v2/posts/%d", id(post))
	if got := next(id(post)); post["status"] != "future" || got != "2e+09" {
		t.Error(post["status"], got)
	}
	c.do(t, 200, "POST", path, map[string]any{"date_gmt": "2033-05-18T03:33:30"})
	if got := next(id(post)); got != "2.00000001e+09" {
		t.Error(got)
	}
	c.do(t, 200, "POST", path, map[string]any{"status": "draft"})
	if got := next(id(post)); got != "false" {
		t.Error(got)
	}
}

// TestUploads: files are in PHP's directory, whoever took them, and served by
// both.
func TestUploads(t *testing.T) {
	var picture bytes.Buffer
	img := image.NewRGBA(image.Rect(0, 0, 400, 320))
	for i := range img.Pix {
		img.Pix[i] = uint8(i * 7)
	}
	img.Set(1, 1, color.White)
	if err := png.Encode(&picture, img); err != nil {
		t.Fatal(err)
	}
	w := here(t)
	sides(t, func(t *testing.T, from, other string) {
		c := adminAt(t, from)
		up := c.object(t, 201, "POST", "/wp-json/wp/v2/media", picture.Bytes())
		source := up["source_url"].(string)
		file := strings.TrimPrefix(source, w.web.url)
		if _, err := os.Stat(filepath.Join(w.root, file)); err != nil {
			t.Fatal(source, err)
		}
		for _, base := range []string{from, other} {
			if got := newClient(base).do(t, 200, "GET", file, nil); got != picture.String() {
				t.Errorf("%s%s: %d bytes", base, file, len(got))
			}
		}
		got := sameOnBoth(t, c, fmt.Sprintf("/wp-json/wp/v2/media/%d?context=edit", id(up)), []string{"id", "slug", "source_url", "mime_type", "media_type", "alt_text", "title", "guid", "link"})
		sizes := got["media_details"].(map[string]any)["sizes"].(map[string]any)
		thumb, _ := sizes["thumbnail"].(map[string]any)
		if thumb == nil {
			t.Fatalf("no thumbnail: %v", sizes)
		}
		for _, base := range []string{from, other} {
			newClient(base).do(t, 200, "GET", strings.TrimPrefix(thumb["source_url"].(string), w.web.url), nil)
		}
		if ok := php[bool](t, fmt.Sprintf("$m = wp_get_attachment_metadata(%d); $s = wp_get_attachment_image_src(%d, 'thumbnail'); return $m['width'] === 400 && $s[1] === 150 && is_file(get_attached_file(%d));", id(up), id(up), id(up))); !ok {
			t.Error("PHP cannot read the picture's metadata")
		}
		c.at(other).do(t, 200, "DELETE", fmt.Sprintf("/wp-json/wp/v2/media/%d?force=true", id(up)), nil)
		if _, err := os.Stat(filepath.Join(w.root, file)); !os.IsNotExist(err) {
			t.Error("the file of a deleted picture is left")
		}
	})
}

// TestNothingElseChanges: Platen's start, its reading and its writing leave
// everything they do not concern byte for byte.
func TestNothingElseChanges(t *testing.T) {
	w := here(t)
	odd := []string{`O:8:"stdClass":1:{s:1:"a";i:1;}`, `a:2:{i:0;d:0.10000000000000001;s:3:"x:y";N;}`, `a:1:{s:5:"short";s:99:"wrong length";}`, "\\backslashes\\ 'and' \"quotes\"\n\tand tabs", `s:4:"🎉";`,
		`C:11:"ArrayObject":21:{x:i:0;a:0:{};m:a:0:{}}`}
	for i, v := range odd {
		sql(t, fmt.Sprintf("INSERT INTO %[1]soptions (option_name, option_value, autoload) VALUES ('odd_%[2]d', '%[3]s', '%[4]s')", prefix, i, escape(v), []string{"yes", "no"}[i%2]))
		sql(t, fmt.Sprintf("INSERT INTO %[1]susermeta (user_id, meta_key, meta_value) VALUES (1, 'odd_%[2]d', '%[3]s')", prefix, i, escape(v)))
		sql(t, fmt.Sprintf("INSERT INTO %[1]spostmeta (post_id, meta_key, meta_value) VALUES (1, 'odd_%[2]d', '%[3]s')", prefix, i, escape(v)))
	}
	for i := range 3000 {
		if i%500 != 0 {
			continue
		}
		rows := make([]string, 500)
		for j := range rows {
			rows[j] = fmt.Sprintf("('many_%d', 'a:1:{i:0;i:%d;}', 'yes')", i+j, i)
		}
		sql(t, fmt.Sprintf("INSERT INTO %soptions (option_name, option_value, autoload) VALUES %s", prefix, strings.Join(rows, ",")))
	}
	// A session and an application password with what a plugin put there.
	c := adminAt(t, w.web.url)
	c.do(t, 201, "POST", "/wp-json/wp/v2/users/me/application-passwords", map[string]any{"name": "kept"})
	php[bool](t, `foreach (['session_tokens', '_application_passwords'] as $k) { $v = get_user_meta(1, $k, true); foreach ($v as $i => $e) { $v[$i]['plugin'] = (object) ['x' => 1.5]; } update_user_meta(1, $k, $v); } return true;`)
	before := dump(t)
	w.platen.kill()
	if err := w.platen.start(); err != nil {
		t.Fatal(err)
	}
	anyone := newClient(w.platen.url)
	for _, path := range []string{"/wp-json/", "/wp-json/wp/v2/posts?_embed", "/wp-json/wp/v2/comments", "/wp-json/wp/v2/categories", "/wp-json/wp/v2/types", "/wp-json/wp/v2/media", "/wp-login.php"} {
		anyone.do(t, 200, "GET", path, nil)
	}
	if after := dump(t); after != before {
		t.Errorf("starting and reading changed the database:\n%s", diff(before, after))
	}
	// Now it writes: a login, an application password, a post, a setting.
	mine := login(t, w.platen.url, admin, adminPass).withNonce(t)
	mine.do(t, 201, "POST", "/wp-json/wp/v2/users/me/application-passwords", map[string]any{"name": "beside"})
	mine.do(t, 200, "POST", "/wp-json/wp/v2/posts/1", map[string]any{"title": "Hello again", "sticky": true})
	mine.do(t, 200, "POST", "/wp-json/wp/v2/settings", map[string]any{"description": "changed"})
	allowed := []string{"session_tokens", "_application_passwords", "'blogdescription'", "'sticky_posts'", "INSERT INTO `pe_posts`", "AUTO_INCREMENT", "_encloseme", "_pingme", "_edit_last"}
	for _, line := range strings.Split(diff(before, dump(t)), "\n") {
		known := line == ""
		for _, a := range allowed {
			known = known || strings.Contains(line, a)
		}
		if !known {
			t.Errorf("changed: %.300s", line)
		}
	}
	if kept := php[int](t, `$n = 0; foreach (['session_tokens', '_application_passwords'] as $k) foreach (get_user_meta(1, $k, true) as $e) $n += isset($e['plugin']) && $e['plugin'] == (object) ['x' => 1.5] ? 1 : 0; return $n;`); kept < 2 {
		t.Errorf("what a plugin keeps in sessions and application passwords: %d left", kept)
	}
	for i, v := range odd {
		for _, place := range []string{"option_value FROM pe_options WHERE option_name", "meta_value FROM pe_usermeta WHERE meta_key", "meta_value FROM pe_postmeta WHERE meta_key"} {
			if got := sql(t, fmt.Sprintf("SELECT %s = 'odd_%d'", place, i)); got != v {
				t.Errorf("%s: %q, was %q", place, got, v)
			}
		}
	}
}

func escape(s string) string { return strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s) }

func dump(t *testing.T) string {
	t.Helper()
	text, err := here(t).db.dump()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// diff lists the lines that only one of two texts has.
func diff(a, b string) string {
	count := map[string]int{}
	for _, line := range strings.Split(a, "\n") {
		count[line]--
	}
	for _, line := range strings.Split(b, "\n") {
		count[line]++
	}
	var out strings.Builder
	for line, n := range count {
		if n != 0 {
			fmt.Fprintf(&out, "%+d %.600s\n", n, line)
		}
	}
	return out.String()
}
