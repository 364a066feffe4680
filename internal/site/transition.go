package site

import (
	"context"
	"slices"
	"strings"

	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/wp"
)

// transition does what WordPress hooks to a change of status: term counts, and
// the marks that pings are made by. The terms of a new post were counted when
// it got them.
func (s *Site) transition(ctx context.Context, tx *store.Tx, r, before *wp.Post) error {
	if before != nil && before.Status != r.Status && (before.Status == "publish" || r.Status == "publish") {
		if err := s.recountPost(ctx, tx, refOf(before), refOf(r)); err != nil {
			return err
		}
	}
	if r.Status != "publish" {
		return nil
	}
	return s.markForPings(ctx, tx, r)
}

// markForPings mirrors _publish_post_hook, which runs whenever a published
// post of type post is saved.
func (s *Site) markForPings(ctx context.Context, tx *store.Tx, r *wp.Post) error {
	if r.Type != "post" || importing(ctx) {
		return nil
	}
	set, err := s.Settings(ctx)
	if err != nil {
		return err
	}
	keys := []string{"_encloseme"}
	if set.Bool("default_pingback_flag") {
		keys = []string{"_pingme", "_encloseme"}
	}
	for _, key := range keys {
		rows, err := tx.MetaByKey(ctx, wp.PostMeta, r.ID, key)
		if err != nil {
			return err
		}
		if len(rows) > 0 {
			continue
		}
		if _, err := tx.AddMeta(ctx, wp.PostMeta, wp.Meta{ObjectID: r.ID, Key: key, Value: "1"}); err != nil {
			return err
		}
	}
	return nil
}

// keepOldAddress remembers the old slug and day of a published post, so that
// old addresses lead on: wp_check_for_changed_slugs and ..._dates.
func (s *Site) keepOldAddress(ctx context.Context, tx *store.Tx, r, before *wp.Post) error {
	t := s.reg.PostType(r.Type)
	if r.Status != "publish" || t != nil && t.Hierarchical {
		return nil
	}
	if err := s.keepOld(ctx, tx, r.ID, "_wp_old_slug", before.Name, r.Name); err != nil {
		return err
	}
	return s.keepOld(ctx, tx, r.ID, "_wp_old_date", day(before.Date), day(r.Date))
}

func day(date string) string {
	d, _, _ := strings.Cut(date, " ")
	return d
}

func (s *Site) keepOld(ctx context.Context, tx *store.Tx, id int64, key, old, now string) error {
	if old == now {
		return nil
	}
	rows, err := tx.MetaByKey(ctx, wp.PostMeta, id, key)
	if err != nil {
		return err
	}
	known := func(v string) bool {
		return slices.ContainsFunc(rows, func(m wp.Meta) bool { return m.Value == v })
	}
	if old != "" && !known(old) {
		if _, err := tx.AddMeta(ctx, wp.PostMeta, wp.Meta{ObjectID: id, Key: key, Value: old}); err != nil {
			return err
		}
	}
	if known(now) {
		_, err = tx.DeleteMetaByValue(ctx, wp.PostMeta, id, key, now)
	}
	return err
}
