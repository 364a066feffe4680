//go:build peer

package peer

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestDatabaseRestart: a restart of the database between two requests is
// noticed by nobody, and while it is down nothing but the answers fail.
func TestDatabaseRestart(t *testing.T) {
	w := here(t)
	c := adminAt(t, w.platen.url)
	c.do(t, 200, "GET", me, nil)
	w.db.kill()
	if err := w.db.start(); err != nil {
		t.Fatal(err)
	}
	c.do(t, 200, "GET", me, nil)
	c.do(t, 201, "POST", "/wp-json/wp/v2/posts", map[string]any{"title": "After a restart", "status": "publish"})
	w.db.kill()
	for _, path := range []string{me, "/wp-json/wp/v2/posts", "/wp-login.php", "/-/readyz"} {
		resp, body, err := c.send("GET", path, nil)
		if err != nil || resp.StatusCode != http.StatusServiceUnavailable {
			t.Errorf("%s without a database: %v %v %.300s", path, err, resp.Status, body)
		}
		if strings.Contains(body, "db.sock") {
			t.Errorf("%s tells about the inside: %s", path, body)
		}
	}
	if err := w.db.start(); err != nil {
		t.Fatal(err)
	}
	c.do(t, 200, "GET", me, nil)
}

// TestKill: what was answered is there, and nothing is half written, when
// Platen or the database dies in the middle of writes.
func TestKill(t *testing.T) {
	w := here(t)
	cat := id(adminAt(t, w.web.url).object(t, 201, "POST", "/wp-json/wp/v2/categories", map[string]any{"name": "Killed"}))
	for _, victim := range []struct {
		name          string
		kill, restart func() error
	}{
		{"Platen", func() error { w.platen.kill(); return nil }, w.platen.start},
		{"MariaDB", func() error { w.db.kill(); return nil }, w.db.start},
	} {
		t.Run(victim.name, func(t *testing.T) {
			var mu sync.Mutex
			var answered []int
			var writers sync.WaitGroup
			enough := make(chan struct{})
			stop := make(chan struct{})
			for i := range 3 {
				c := adminAt(t, w.platen.url)
				writers.Go(func() {
					for n := 0; ; n++ {
						select {
						case <-stop:
							return
						default:
						}
						resp, body, err := c.send("POST", "/wp-json/wp/v2/posts", map[string]any{
							"title": fmt.Sprintf("kill %s %d %d", victim.name, i, n), "content": "<p>text</p>", "status": "publish", "categories": []int{cat}, "tags": []int{}, "format": "aside"})
						if err != nil || resp.StatusCode != 201 {
							continue
						}
						var v map[string]any
						if json.Unmarshal([]byte(body), &v) != nil {
							continue
						}
						mu.Lock()
						if answered = append(answered, id(v)); len(answered) == 25 {
							close(enough)
						}
						mu.Unlock()
					}
				})
			}
			select {
			case <-enough:
			case <-time.After(patience):
				close(stop)
				t.Fatal("nothing was written")
			}
			if err := victim.kill(); err != nil {
				t.Fatal(err)
			}
			close(stop)
			writers.Wait()
			if err := victim.restart(); err != nil {
				t.Fatal(err)
			}
			for _, post := range answered {
				got := sql(t, fmt.Sprintf("SELECT CONCAT(post_status, ' ', (SELECT COUNT(*) FROM %[1]sterm_relationships WHERE object_id = ID)) FROM %[1]sposts WHERE ID = %[2]d", prefix, post))
				if got != "publish 2" { // the category and the format
					t.Errorf("post %d was answered, and is %q", post, got)
				}
			}
			half := sql(t, fmt.Sprintf("SELECT COUNT(*) FROM %[1]sposts p WHERE post_title LIKE 'kill %[2]s %%' AND post_type = 'post' AND"+
				" (post_status != 'publish' OR (SELECT COUNT(*) FROM %[1]sterm_relationships WHERE object_id = p.ID) != 2 OR post_name = '' OR guid = '')", prefix, victim.name))
			if half != "0" {
				t.Errorf("%s posts are half written", half)
			}
			counts(t, cat)
		})
	}
}
