package site

import (
	"context"

	"github.com/platenhq/platen/internal/wp"
)

// Hooks are called by the verbs. Those of posts are not called for revisions.
//
// Before hooks may change the row, or refuse with an error, which comes out of
// the verb as it is. They run again with the transaction they are part of,
// where the database asks for that. The others run once the change is
// committed, whatever transaction it was part of, with a context that outlives
// the request; rows they get are shared and not to be changed.
type Hooks struct {
	BeforeInsertPost []func(ctx context.Context, p *wp.Post) error
	BeforeUpdatePost []func(ctx context.Context, p, before *wp.Post) error
	BeforeDeletePost []func(ctx context.Context, p *wp.Post) error
	AfterInsertPost  []func(ctx context.Context, p *wp.Post)
	AfterUpdatePost  []func(ctx context.Context, p, before *wp.Post)
	AfterDeletePost  []func(ctx context.Context, p *wp.Post)
	StatusTransition []func(ctx context.Context, p *wp.Post, from string)
	Login            []func(ctx context.Context, u *User)
	UserHooks
}

// Hooks returns the site's hooks; add to them before the site serves.
func (s *Site) Hooks() *Hooks { return &s.hooks }

func hooked(p *wp.Post) bool { return p.Type != "revision" }

// beforeWrite asks whether a row may be written; before is nil for a new one.
func (s *Site) beforeWrite(ctx context.Context, p, before *wp.Post) error {
	if !hooked(p) {
		return nil
	}
	if before == nil {
		for _, f := range s.hooks.BeforeInsertPost {
			if err := f(ctx, p); err != nil {
				return err
			}
		}
		return nil
	}
	for _, f := range s.hooks.BeforeUpdatePost {
		if err := f(ctx, p, before); err != nil {
			return err
		}
	}
	return nil
}

// afterWrite tells of a row that was written.
func (s *Site) afterWrite(ctx context.Context, p, before *wp.Post) {
	from := "new"
	if before != nil {
		from = before.Status
	}
	if from != p.Status {
		s.autoAddPage(ctx, p, from)
	}
	if !hooked(p) {
		return
	}
	s.committed(ctx, func(ctx context.Context) {
		if before == nil {
			for _, f := range s.hooks.AfterInsertPost {
				f(ctx, p)
			}
		} else {
			for _, f := range s.hooks.AfterUpdatePost {
				f(ctx, p, before)
			}
		}
		if from == p.Status {
			return
		}
		for _, f := range s.hooks.StatusTransition {
			f(ctx, p, from)
		}
	})
}

func (s *Site) beforeDelete(ctx context.Context, p *wp.Post) error {
	if !hooked(p) {
		return nil
	}
	for _, f := range s.hooks.BeforeDeletePost {
		if err := f(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

func (s *Site) afterDelete(ctx context.Context, p *wp.Post) {
	if !hooked(p) {
		return
	}
	s.committed(ctx, func(ctx context.Context) {
		for _, f := range s.hooks.AfterDeletePost {
			f(ctx, p)
		}
	})
}

// outbox holds what is to be done once a transaction is committed.
type outbox struct{ todo []func(context.Context) }

type outboxKey struct{ s *Site }

// committed calls f when what ctx has written is committed: at once, or at the
// end of the Atomically that ctx is within. When that fails, never.
func (s *Site) committed(ctx context.Context, f func(context.Context)) {
	if box, ok := ctx.Value(outboxKey{s}).(*outbox); ok {
		box.todo = append(box.todo, f)
		return
	}
	f(context.WithoutCancel(ctx))
}

// Atomically runs f in one transaction: all that f writes with the context it
// is given is there afterwards, or, when f returns an error, nothing. f may run
// again where the database asks for it. What f reads is read in the transaction
// and kept from other requests, which must not see what may be taken back.
// Within another Atomically f is part of that, and reads everything anew.
func (s *Site) Atomically(ctx context.Context, f func(context.Context) error) error {
	return s.atomically(ctx, s.store.Within, s.view(ctx).settings.Load(), f)
}

// Alone is Atomically for those who write what they have made of what they
// read, where no row stands for it all: nobody else, in another process either,
// changes what f reads before it is done. See store.Alone for its price.
func (s *Site) Alone(ctx context.Context, f func(context.Context) error) error {
	return s.atomically(ctx, s.store.Alone, nil, f)
}

// atomically runs f in a transaction that begin opens, with the settings as
// they were read before; nil reads them in it.
func (s *Site) atomically(ctx context.Context, begin func(context.Context, func(context.Context) error) error, before *Settings, f func(context.Context) error) error {
	box, inner := ctx.Value(outboxKey{s}).(*outbox)
	if !inner {
		box = &outbox{}
	}
	err := begin(ctx, func(ctx context.Context) error {
		own := newEntities(false)
		own.settings.Store(before)
		if !inner {
			box.todo = nil // of an attempt that was taken back
		}
		return f(context.WithValue(context.WithValue(ctx, viewKey{}, own), outboxKey{s}, box))
	})
	s.changed(ctx)
	if err != nil || inner {
		return err
	}
	for _, todo := range box.todo {
		todo(context.WithoutCancel(ctx))
	}
	return nil
}
