package site

import (
	"context"
	"errors"
	"time"

	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/wp"
)

// dueAtOnce is how many scheduled posts are looked at in one go.
const dueAtOnce = 50

// PublishDue publishes the scheduled posts whose time has come, and returns how
// many those were and when the next is due (zero: none is scheduled). Other
// processes may do the same at the same time, PHP's WP-Cron among them: each
// post is claimed in a transaction and published once. Posts that cannot be
// published do not keep others from it; their errors come back joined.
func (s *Site) PublishDue(ctx context.Context) (published int, next time.Time, err error) {
	set, err := s.Settings(ctx)
	if err != nil {
		return 0, next, err
	}
	var types []string
	for _, t := range s.reg.types {
		if t.Name != "attachment" && t.Name != "revision" {
			types = append(types, t.Name)
		}
	}
	var failed []error
	var skip []int64
	for {
		found, _, err := s.QueryPosts(ctx, store.PostQuery{Types: types, Statuses: []string{"future"}, Exclude: skip, NoCount: true, Limit: dueAtOnce,
			OrderBy: []store.PostOrder{{By: store.ByDate, Order: store.Asc}}})
		if err != nil {
			return published, next, errors.Join(append(failed, err)...)
		}
		before := published
		for _, p := range found {
			at := dueAt(set, p)
			if at.After(s.now()) {
				if next.IsZero() || at.Before(next) {
					next = at
				}
				continue
			}
			skip = append(skip, p.ID)
			ok, err := s.publishDue(ctx, p.ID)
			if err != nil {
				failed = append(failed, err)
			} else if ok {
				published++
			}
		}
		if len(found) < dueAtOnce || published == before {
			return published, next, errors.Join(failed...)
		}
	}
}

// dueAt is when a scheduled post is to appear.
func dueAt(set *Settings, p *wp.Post) time.Time {
	gmt := p.DateGMT
	if gmt == wp.ZeroDate {
		gmt = set.Zone.GMTFromDate(p.Date)
	}
	at, err := time.Parse(time.DateTime, gmt)
	if err != nil {
		return time.Time{}
	}
	return at
}

// publishDue publishes one scheduled post if it still is to be: wp_publish_post
// behind check_and_publish_future_post.
func (s *Site) publishDue(ctx context.Context, id int64) (ok bool, err error) {
	set, err := s.Settings(ctx)
	if err != nil {
		return false, err
	}
	var row, was wp.Post
	defer s.changed(ctx)
	err = s.store.Tx(ctx, func(tx *store.Tx) error {
		ok = false
		before, err := tx.LockPost(ctx, id)
		if isNotFound(err) {
			return nil
		}
		if err != nil || before.Status != "future" || dueAt(set, &before).After(s.now()) {
			return err
		}
		if ok, err = tx.SwapPostStatus(ctx, id, "future", "publish"); err != nil || !ok {
			return err
		}
		row, was = before, before
		row.Status = "publish"
		if row.GUID == "" {
			row.GUID = s.Permalink(ctx, &row)
			if err := tx.UpdatePost(ctx, row); err != nil {
				return err
			}
		}
		if err := s.saveCategories(ctx, tx, &row, &before, PostChanges{}); err != nil {
			return err
		}
		return s.transition(ctx, tx, &row, &before)
	})
	if err != nil || !ok {
		return false, err
	}
	s.changed(ctx)
	s.afterWrite(ctx, &row, &was)
	return true, nil
}
