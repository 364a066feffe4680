package platen

import (
	"context"
	"fmt"

	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/internal/wp"
)

// siteHooks is where the hooks of plugins go.
type siteHooks = site.Hooks

// Hooks are called when something happens to the site, whoever asked for it:
// the API, the dashboard or the command line. Nil ones are left out. Revisions
// and autosaves call none.
//
// A Before hook runs before anything is written. It may change the post, or
// refuse with an error: a *rest.Error is the answer to the client, any other
// error is logged and answered with 500. Where the database has to start a
// transaction again, the hook runs again.
//
// The others run after the change is committed. Their context is not cancelled
// when the client goes away. They run before the request is answered: start a
// goroutine for what takes long.
type Hooks struct {
	// Ready is called once, when the site is open and before it serves. An
	// error keeps it from starting.
	Ready func(ctx context.Context, s *Site) error

	BeforeInsertPost func(ctx context.Context, p *Post) error
	BeforeUpdatePost func(ctx context.Context, p *Post, before Post) error
	// BeforeDeletePost is asked when a post is to go for good; to the trash it
	// goes by an update.
	BeforeDeletePost func(ctx context.Context, p Post) error

	AfterInsertPost func(ctx context.Context, p Post)
	AfterUpdatePost func(ctx context.Context, p, before Post)
	AfterDeletePost func(ctx context.Context, p Post)
	// StatusTransition is called when a post has another status than before;
	// from is "new" for a new post. AfterInsertPost or AfterUpdatePost came first.
	StatusTransition func(ctx context.Context, p Post, from string)

	// Login is called when a user has logged in with name and password.
	Login func(ctx context.Context, u User)
}

// named says whose error it is.
func (r *Registry) named(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("plugin %s: %w", r.plugin, err)
}

// Hooks adds hooks. Those of several plugins run in the order of the plugins.
func (r *Registry) Hooks(h Hooks) {
	p := &r.app.plugins
	if h.Ready != nil {
		p.ready = append(p.ready, func(ctx context.Context) error {
			return r.named(r.shield("Ready", func() error { return h.Ready(ctx, r.Site()) }))
		})
	}
	p.hooks = append(p.hooks, func(to *siteHooks) {
		r.beforeHooks(h, to)
		r.afterHooks(h, to)
	})
}

func (r *Registry) beforeHooks(h Hooks, to *siteHooks) {
	if f := h.BeforeInsertPost; f != nil {
		to.BeforeInsertPost = append(to.BeforeInsertPost, func(ctx context.Context, p *wp.Post) error {
			return r.shield("BeforeInsertPost", func() error { return f(ctx, (*Post)(p)) })
		})
	}
	if f := h.BeforeUpdatePost; f != nil {
		to.BeforeUpdatePost = append(to.BeforeUpdatePost, func(ctx context.Context, p, before *wp.Post) error {
			id := p.ID
			err := r.shield("BeforeUpdatePost", func() error { return f(ctx, (*Post)(p), Post(*before)) })
			p.ID = id
			return err
		})
	}
	if f := h.BeforeDeletePost; f != nil {
		to.BeforeDeletePost = append(to.BeforeDeletePost, func(ctx context.Context, p *wp.Post) error {
			return r.shield("BeforeDeletePost", func() error { return f(ctx, Post(*p)) })
		})
	}
}

func (r *Registry) afterHooks(h Hooks, to *siteHooks) {
	run := func(what string, f func()) { _ = r.shield(what, func() error { f(); return nil }) }
	if f := h.AfterInsertPost; f != nil {
		to.AfterInsertPost = append(to.AfterInsertPost, func(ctx context.Context, p *wp.Post) {
			run("AfterInsertPost", func() { f(ctx, Post(*p)) })
		})
	}
	if f := h.AfterUpdatePost; f != nil {
		to.AfterUpdatePost = append(to.AfterUpdatePost, func(ctx context.Context, p, before *wp.Post) {
			run("AfterUpdatePost", func() { f(ctx, Post(*p), Post(*before)) })
		})
	}
	if f := h.AfterDeletePost; f != nil {
		to.AfterDeletePost = append(to.AfterDeletePost, func(ctx context.Context, p *wp.Post) {
			run("AfterDeletePost", func() { f(ctx, Post(*p)) })
		})
	}
	if f := h.StatusTransition; f != nil {
		to.StatusTransition = append(to.StatusTransition, func(ctx context.Context, p *wp.Post, from string) {
			run("StatusTransition", func() { f(ctx, Post(*p), from) })
		})
	}
	if f := h.Login; f != nil {
		to.Login = append(to.Login, func(ctx context.Context, u *site.User) {
			run("Login", func() { f(ctx, userOf(u)) })
		})
	}
}
