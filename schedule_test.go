package platen_test

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/platenhq/platen"
	"github.com/platenhq/platen/internal/config"
	"github.com/platenhq/platen/internal/store/storetest"
	"github.com/platenhq/platen/internal/wp"
)

// clockwork is a clock that stands until it is moved, and what waits for it.
type clockwork struct {
	mu    sync.Mutex
	now   time.Time
	waits chan time.Duration // how long somebody began to wait
	ring  chan time.Time
}

func newClockwork() *clockwork {
	return &clockwork{now: fixedNow, waits: make(chan time.Duration), ring: make(chan time.Time)}
}

func (c *clockwork) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clockwork) After(d time.Duration) <-chan time.Time {
	c.waits <- d
	return c.ring
}

func (c *clockwork) move(d time.Duration) {
	c.mu.Lock()
	c.now = c.now.Add(d)
	c.mu.Unlock()
}

func scheduleSite(t *testing.T, dsn, dir string, c *clockwork) *platen.App {
	t.Helper()
	cfg := config.Default()
	cfg.Data, cfg.DB, cfg.AdminPassword = dir, dsn, "password"
	app, err := platen.Open(t.Context(), cfg, platen.Options{Keys: dumpKeys(t), Now: c.Now, After: c.After})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { app.Close() })
	return app
}

// in schedules a post.
func in(t *testing.T, app *platen.App, c *clockwork, d time.Duration) int64 {
	t.Helper()
	at := c.Now().Add(d).UTC().Format("2006-01-02T15:04:05")
	resp := dispatch(t.Context(), app, 1, "POST", "/wp/v2/posts", object(t, []byte(fmt.Sprintf(`{"title": "in %v", "status": "publish", "date_gmt": %q, "tags": []}`, d, at))))
	if resp.Status != 201 || member(resp, "status") != "future" {
		t.Fatal(resp.Status, resp.Data)
	}
	return int64(member(resp, "id").(float64))
}

func status(t *testing.T, app *platen.App, id int64) string {
	t.Helper()
	p, err := app.Site().Post(app.Site().View(t.Context()), id)
	if err != nil {
		t.Fatal(err)
	}
	return p.Status
}

// TestSchedule lets posts appear at their time, across a restart.
func TestSchedule(t *testing.T) {
	c, dir := newClockwork(), t.TempDir()
	dsn := "sqlite:" + filepath.Join(dir, "site.db")
	app := scheduleSite(t, dsn, dir, c)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { app.Schedule(ctx); close(ended) }()

	if d := <-c.waits; d != 30*time.Second {
		t.Error("with nothing to do it waits", d)
	}
	// Writing a scheduled post wakes it.
	soon := in(t, app, c, 65*time.Second)
	if d := <-c.waits; d != 30*time.Second {
		t.Error("it waits", d)
	}
	later := in(t, app, c, time.Hour)
	<-c.waits
	c.move(50 * time.Second)
	c.ring <- c.Now()
	if d := <-c.waits; d != 15*time.Second || status(t, app, soon) != "future" {
		t.Error(d, status(t, app, soon))
	}
	c.move(15 * time.Second)
	c.ring <- c.Now()
	<-c.waits
	if got := status(t, app, soon); got != "publish" {
		t.Error("at its time the post is", got)
	}
	if got := status(t, app, later); got != "future" {
		t.Error("before its time the post is", got)
	}
	resp := dispatch(t.Context(), app, 0, "GET", fmt.Sprint("/wp/v2/posts/", soon), nil)
	if fmt.Sprint(member(resp, "categories")) != "[1]" {
		t.Error(resp.Status, resp.Data)
	}
	term, err := app.Site().Term(app.Site().View(t.Context()), 1, "category")
	if err != nil || term.Count != 2 { // Hello world, and this one
		t.Error(term, err)
	}
	stop()
	<-ended
	if err := app.Close(); err != nil {
		t.Fatal(err)
	}

	// What came due while nobody ran is published at the next start.
	c.move(2 * time.Hour)
	app = scheduleSite(t, dsn, dir, c)
	ctx, stop = context.WithCancel(t.Context())
	ended = make(chan struct{})
	go func() { app.Schedule(ctx); close(ended) }()
	<-c.waits
	if got := status(t, app, later); got != "publish" {
		t.Error("after a restart the post is", got)
	}
	stop()
	<-ended
}

// TestScheduleOnce lets many publish the same posts, on both databases: each is
// published once, and one that was moved away meanwhile is not.
func TestScheduleOnce(t *testing.T) {
	for _, db := range []struct {
		name string
		dsn  func(testing.TB) string
	}{
		{"sqlite", func(t testing.TB) string { return "sqlite:" + filepath.Join(t.TempDir(), "once.db") }},
		{"mariadb", storetest.MariaDBDSN},
	} {
		t.Run(db.name, func(t *testing.T) {
			c, dir, dsn := newClockwork(), t.TempDir(), db.dsn(t)
			apps := []*platen.App{scheduleSite(t, dsn, dir, c), scheduleSite(t, dsn, dir, c)}
			for i := range 5 {
				in(t, apps[0], c, time.Minute+time.Duration(i)*time.Second)
			}
			draft := in(t, apps[0], c, time.Minute)
			if resp := dispatch(t.Context(), apps[1], 1, "POST", fmt.Sprint("/wp/v2/posts/", draft), object(t, []byte(`{"status": "draft"}`))); member(resp, "status") != "draft" {
				t.Fatal(resp.Data)
			}
			var mu sync.Mutex
			seen := map[int64]int{}
			for _, app := range apps {
				h := app.Site().Hooks()
				h.StatusTransition = append(h.StatusTransition, func(_ context.Context, p *wp.Post, from string) {
					mu.Lock()
					defer mu.Unlock()
					if from == "future" && p.Status == "publish" {
						seen[p.ID]++
					}
				})
			}
			c.move(2 * time.Minute)
			var wg sync.WaitGroup
			total := make(chan int, 4)
			for i := range 4 {
				wg.Go(func() {
					app := apps[i%2]
					n, next, err := app.Site().PublishDue(app.Site().View(t.Context()))
					if err != nil || !next.IsZero() {
						t.Error(next, err)
					}
					total <- n
				})
			}
			wg.Wait()
			close(total)
			sum := 0
			for n := range total {
				sum += n
			}
			if sum != 5 || len(seen) != 5 {
				t.Error("published", sum, seen)
			}
			for id, n := range seen {
				if n != 1 {
					t.Error("post", id, "was published", n, "times")
				}
			}
			if got := status(t, apps[0], draft); got != "draft" {
				t.Error("the draft is", got)
			}
		})
	}
}
