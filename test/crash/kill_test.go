package crash

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"modernc.org/sqlite"

	"github.com/platenhq/platen/internal/store/uca520"
)

// written is what one writer knows of a post: the title that was answered with
// 2xx last, and the one that was sent last.
type written struct {
	id             int64
	answered, sent string
	deleted, asked bool // deletion: answered, sent
}

// TestKill writes from several clients at once, kills the server in the middle
// and looks at what is left, three times on the same data.
func TestKill(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: starts servers")
	}
	data := t.TempDir()
	var all []*written
	for round := range 3 {
		p := start(t, data)
		c := p.login()
		posts := hammer(t, c, round, func() {
			time.Sleep(time.Duration(400+rand.IntN(500)) * time.Millisecond)
			p.kill()
		})
		t.Logf("round %d: %d posts", round, len(posts))
		all = append(all, posts...)
		db := open(t, data)
		sound(t, db)
		for _, w := range all {
			present(t, db, w)
		}
		whole(t, db)
		db.Close()
	}
	start(t, data).login() // and it still serves
}

// hammer creates, changes and deletes posts until meanwhile has ended the
// server.
func hammer(t *testing.T, c *client, round int, meanwhile func()) []*written {
	const writers = 6
	var mu sync.Mutex
	var all []*written
	var wg sync.WaitGroup
	for n := range writers {
		wg.Go(func() {
			for i := 0; ; i++ {
				w := &written{}
				if !w.write(t, c, fmt.Sprintf("round %d writer %d post %d", round, n, i)) {
					if w.id != 0 {
						mu.Lock()
						all = append(all, w)
						mu.Unlock()
					}
					return
				}
				mu.Lock()
				all = append(all, w)
				mu.Unlock()
			}
		})
	}
	meanwhile()
	wg.Wait()
	if len(all) < writers {
		t.Fatalf("only %d posts were written before the end", len(all))
	}
	return all
}

// write makes a post and changes it some times; now and then it deletes it. It
// reports false when the server is gone.
func (w *written) write(t *testing.T, c *client, title string) bool {
	r, err := c.call("POST", "/wp/v2/posts", map[string]any{"title": title, "content": title, "status": "publish", "meta": map[string]any{"footnotes": title}})
	if err != nil {
		return false
	}
	if r.Status != 201 {
		t.Errorf("create: %+v", r)
		return false
	}
	w.id, w.answered, w.sent = r.ID, title, title
	for i := range rand.IntN(4) {
		w.sent = fmt.Sprintf("%s change %d", title, i)
		r, err := c.call("POST", fmt.Sprintf("/wp/v2/posts/%d", w.id), map[string]any{"title": w.sent, "content": w.sent})
		if err != nil {
			return false
		}
		if r.Status != 200 {
			t.Errorf("update: %+v", r)
			return false
		}
		w.answered = w.sent
	}
	if rand.IntN(5) > 0 {
		return true
	}
	w.asked = true
	r, err = c.call("DELETE", fmt.Sprintf("/wp/v2/posts/%d?force=true", w.id), nil)
	if err == nil && r.Status != 200 {
		t.Errorf("delete: %+v", r)
	}
	w.deleted = err == nil && r.Status == 200
	return err == nil
}

// collate tells SQLite the order that the tables' texts have.
var collate = sync.OnceValue(func() error { return sqlite.RegisterCollationUtf8("wp_ci", uca520.Compare) })

// open opens the database behind the server's back.
func open(t *testing.T, data string) *sql.DB {
	t.Helper()
	if err := collate(); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", "file:"+filepath.Join(data, "platen.db")+"?_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// sound asks SQLite whether the file is in order.
func sound(t *testing.T, db *sql.DB) {
	t.Helper()
	var said string
	if err := db.QueryRow("PRAGMA integrity_check").Scan(&said); err != nil || said != "ok" {
		t.Errorf("integrity_check: %s %v", said, err)
	}
}

// present checks that what was answered is there.
func present(t *testing.T, db *sql.DB, w *written) {
	t.Helper()
	var title string
	err := db.QueryRow("SELECT post_title FROM wp_posts WHERE ID = ?", w.id).Scan(&title)
	switch {
	case err == sql.ErrNoRows && w.asked:
	case err != nil:
		t.Errorf("post %d (%s), answered with 2xx: %v", w.id, w.answered, err)
	case w.deleted:
		t.Errorf("post %d (%s) was deleted, answered with 2xx, and is there", w.id, w.answered)
	case title != w.answered && title != w.sent:
		t.Errorf("post %d is %q; answered with 2xx was %q, sent %q", w.id, title, w.answered, w.sent)
	}
}

// halves are queries that find what is half written.
var halves = []struct{ name, query string }{
	{"posts without a category", `SELECT p.ID FROM wp_posts p WHERE p.post_type = 'post' AND p.post_status = 'publish' AND NOT EXISTS
		(SELECT 1 FROM wp_term_relationships r JOIN wp_term_taxonomy t ON t.term_taxonomy_id = r.term_taxonomy_id WHERE r.object_id = p.ID AND t.taxonomy = 'category')`},
	{"categories whose count is wrong", `SELECT t.term_id FROM wp_term_taxonomy t WHERE t.taxonomy = 'category' AND t.count <>
		(SELECT COUNT(*) FROM wp_term_relationships r JOIN wp_posts p ON p.ID = r.object_id WHERE r.term_taxonomy_id = t.term_taxonomy_id AND p.post_status = 'publish' AND p.post_type = 'post')`},
	{"title and content of different writes", `SELECT ID FROM wp_posts WHERE post_title LIKE 'round %' AND post_title <> post_content`},
	{"posts without their meta", `SELECT p.ID FROM wp_posts p WHERE p.post_type = 'post' AND p.post_title LIKE 'round %' AND NOT EXISTS
		(SELECT 1 FROM wp_postmeta m WHERE m.post_id = p.ID AND m.meta_key = 'footnotes')`},
	{"posts without a slug or an address", `SELECT ID FROM wp_posts WHERE post_type = 'post' AND (post_name = '' OR guid = '')`},
	{"posts that differ from their newest revision", `SELECT p.ID FROM wp_posts p JOIN wp_posts r ON r.ID = (SELECT MAX(x.ID) FROM wp_posts x WHERE x.post_parent = p.ID AND x.post_type = 'revision')
		WHERE p.post_title <> r.post_title OR p.post_content <> r.post_content`},
	{"changed posts without a revision", `SELECT p.ID FROM wp_posts p WHERE p.post_type = 'post' AND p.post_title LIKE '% change %' AND NOT EXISTS
		(SELECT 1 FROM wp_posts x WHERE x.post_parent = p.ID AND x.post_type = 'revision')`},
	{"revisions of nothing", `SELECT r.ID FROM wp_posts r WHERE r.post_type = 'revision' AND NOT EXISTS (SELECT 1 FROM wp_posts p WHERE p.ID = r.post_parent)`},
	{"relations of nothing", `SELECT r.object_id FROM wp_term_relationships r WHERE NOT EXISTS (SELECT 1 FROM wp_posts p WHERE p.ID = r.object_id)`},
	{"meta of nothing", `SELECT m.post_id FROM wp_postmeta m WHERE NOT EXISTS (SELECT 1 FROM wp_posts p WHERE p.ID = m.post_id)`},
	{"slugs taken twice", `SELECT MIN(ID) FROM wp_posts WHERE post_type = 'post' GROUP BY post_name HAVING COUNT(*) > 1`},
}

// whole looks for half-written things.
func whole(t *testing.T, db *sql.DB) {
	t.Helper()
	for _, h := range halves {
		rows, err := db.Query(h.query)
		if err != nil {
			t.Fatalf("%s: %v", h.name, err)
		}
		var ids []int64
		for rows.Next() {
			var id int64
			if err := rows.Scan(&id); err != nil {
				t.Fatal(err)
			}
			ids = append(ids, id)
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		if len(ids) > 0 {
			t.Errorf("%s: %v", h.name, ids)
		}
	}
}
