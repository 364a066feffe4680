package platen

import (
	"context"
	"time"

	"github.com/platenhq/platen/internal/wp"
)

// pollEvery is how often scheduled posts are looked for that others wrote: PHP,
// another node, a command line.
const pollEvery = 30 * time.Second

// Schedule publishes scheduled posts when their time comes, until ctx ends.
// What came due while no server ran is published at once. It needs nothing but
// the posts themselves: any number of servers may run it on one database.
func (a *App) Schedule(ctx context.Context) {
	for ctx.Err() == nil {
		wait := pollEvery
		n, next, err := a.site.PublishDue(a.site.View(ctx))
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			a.log.ErrorContext(ctx, "scheduled posts", "err", err)
		case !next.IsZero():
			wait = min(wait, max(next.Sub(a.site.Now()), 0))
		}
		if n > 0 {
			a.log.InfoContext(ctx, "published as scheduled", "posts", n)
		}
		select {
		case <-ctx.Done():
		case <-a.scheduled:
		case <-a.after(wait):
		}
	}
}

// noticeScheduled wakes Schedule when a post is written that waits for its
// time.
func (a *App) noticeScheduled() {
	a.scheduled = make(chan struct{}, 1)
	h := a.site.Hooks()
	notice := func(p *wp.Post) {
		if p.Status != "future" {
			return
		}
		select {
		case a.scheduled <- struct{}{}:
		default:
		}
	}
	h.AfterInsertPost = append(h.AfterInsertPost, func(_ context.Context, p *wp.Post) { notice(p) })
	h.AfterUpdatePost = append(h.AfterUpdatePost, func(_ context.Context, p, _ *wp.Post) { notice(p) })
}

// background starts what a server does beside answering, and returns what ends
// it. A server that leaves writes to PHP leaves publishing to WP-Cron.
func (a *App) background(ctx context.Context) (stop func()) {
	if a.cfg.Upstream != "" && a.cfg.UpstreamMode == "reads" {
		return func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		a.Schedule(ctx)
	}()
	return func() { cancel(); <-done }
}
