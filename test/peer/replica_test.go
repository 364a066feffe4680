//go:build peer

package peer

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestReplica: reads go to the copy, but never before it has what was written
// here, and never for what says who may do what.
func TestReplica(t *testing.T) {
	w := here(t)
	dir := t.TempDir()
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	// A primary of its own, with the site of the others, and its copy.
	text := dump(t)
	primary, err := newDatabase(filepath.Join(dir, "a"), "--log-bin", "--server-id=1", "--skip-networking=0", "--bind-address=127.0.0.1", "--port="+port)
	if err != nil {
		t.Fatal(err)
	}
	defer primary.kill()
	second, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	copied, err := newDatabase(filepath.Join(dir, "b"), "--server-id=2", "--skip-networking=0", "--bind-address=127.0.0.1", "--port="+second)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { copied.kill() }()
	run := func(db *database, sql string) string {
		t.Helper()
		out, err := db.query(sql)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	run(primary, "CREATE DATABASE wordpress DEFAULT CHARACTER SET utf8mb4")
	load := exec.Command(find("mariadb", "mysql"), "--no-defaults", "--socket="+primary.socket, "--user=root", "--default-character-set=utf8mb4", "wordpress")
	file := filepath.Join(dir, "dump.sql")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if load.Stdin, err = os.Open(file); err != nil {
		t.Fatal(err)
	}
	if out, err := load.CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	run(primary, "CREATE USER copy@'127.0.0.1' IDENTIFIED BY 'copy'; GRANT REPLICATION SLAVE ON *.* TO copy@'127.0.0.1'")
	run(copied, "DROP DATABASE IF EXISTS wordpress; CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT="+port+", MASTER_USER='copy', MASTER_PASSWORD='copy', MASTER_USE_GTID=slave_pos; START SLAVE")
	if err := copied.until(func() error {
		_, err := copied.query("SELECT option_id FROM " + prefix + "options LIMIT 1")
		return err
	}); err != nil {
		t.Fatal(err)
	}

	third, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	p, err := newPlaten(third, "--wp-config", w.config, "--data", filepath.Join(dir, "data"), "--db", "mysql://root@unix("+primary.socket+")/wordpress",
		"--db-replica", "mysql://root@unix("+copied.socket+")/wordpress")
	if err != nil {
		t.Fatal(err)
	}
	defer p.kill()
	c := adminAt(t, p.url)
	post := id(c.object(t, 201, "POST", "/wp-json/wp/v2/posts", map[string]any{"title": "First", "status": "publish"}))
	path := fmt.Sprintf("/wp-json/wp/v2/posts/%d?context=edit", post)
	title := func() any { return c.object(t, 200, "GET", path, nil)["title"].(map[string]any)["raw"] }
	if got := title(); got != "First" {
		t.Error(got)
	}
	// What only the copy has shows where was read.
	mark := func() {
		t.Helper()
		if err := copied.until(func() error {
			_, err := copied.query(fmt.Sprintf("UPDATE %sposts SET post_title = 'Of the copy' WHERE ID = %d; SELECT 1 / (ROW_COUNT() > 0)", prefix, post))
			if err == nil && run(copied, fmt.Sprintf("SELECT COUNT(*) FROM %sposts WHERE ID = %d AND post_title = 'Of the copy'", prefix, post)) != "1" {
				err = fmt.Errorf("the copy has no post %d yet", post)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	reached := func(want string) {
		t.Helper()
		if err := p.until(func() error {
			if got := title(); got != want {
				return fmt.Errorf("title %v, want %s", got, want)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	mark()
	reached("Of the copy")

	// The copy stops following: what is written here is read at once.
	run(copied, "STOP SLAVE")
	for i := range 5 {
		c.do(t, 200, "POST", path, map[string]any{"title": fmt.Sprint("Edit ", i)})
		if got := title(); got != fmt.Sprint("Edit ", i) {
			t.Fatalf("after writing Edit %d: %v", i, got)
		}
	}
	run(copied, "START SLAVE")
	mark2 := func() error {
		if got := run(copied, fmt.Sprintf("SELECT post_title FROM %sposts WHERE ID = %d", prefix, post)); got != "Edit 4" {
			return fmt.Errorf("the copy has %q", got)
		}
		return nil
	}
	if err := copied.until(mark2); err != nil {
		t.Fatal(err)
	}
	mark()
	reached("Of the copy")

	// A logout that the copy does not know of counts.
	run(copied, "STOP SLAVE")
	run(primary, fmt.Sprintf("DELETE FROM %susermeta WHERE meta_key = 'session_tokens'", prefix)) // not by this process
	if resp, _, err := c.send("GET", me, nil); err != nil || resp.StatusCode == 200 {
		t.Error("a session that is gone from the primary is good", err)
	}
	// Without the copy everything goes on.
	c = adminAt(t, p.url)
	copied.kill()
	if got := title(); got != "Edit 4" {
		t.Error(got)
	}
}
