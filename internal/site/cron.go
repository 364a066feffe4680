package site

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/phpserialize"
)

const (
	cronOption = "cron"
	publishJob = "publish_future_post"
)

// schedule keeps the appointment of a post that is to be published later in
// the list of WordPress's cron, as _future_post_hook and
// _transition_post_status do, so that PHP publishes it where Platen no longer
// runs. Tables without such a list have no WordPress beside them.
func (s *Site) schedule(ctx context.Context, tx *store.Tx, r, before *wp.Post) error {
	if r.Status != "future" && (before == nil || before.Status != "future") {
		return nil
	}
	var at int64
	if r.Status == "future" {
		t, err := time.Parse(time.DateTime, r.DateGMT)
		if err != nil {
			return nil
		}
		at = t.Unix()
	}
	return s.setAppointment(ctx, tx, r.ID, at)
}

// setAppointment puts the publishing of a post at a Unix time into cron's list
// in place of what is there for it; 0 only takes it out.
func (s *Site) setAppointment(ctx context.Context, tx *store.Tx, post, at int64) error {
	o, err := tx.OptionForUpdate(ctx, cronOption)
	if isNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	list, ok := phpserialize.MaybeUnserialize(o.Value).(*phpserialize.Array)
	if !ok {
		s.log.WarnContext(ctx, "the option cron is not a list; a post's publication is not noted there", "post", post)
		return nil
	}
	args := phpserialize.List(post)
	text, err := phpserialize.Marshal(args)
	if err != nil {
		return err
	}
	sum := md5.Sum([]byte(text))
	key := phpserialize.StrKey(hex.EncodeToString(sum[:]))
	changed := cancelJob(list, key)
	if at != 0 {
		list, changed = addJob(list, at, key, args), true
	}
	if !changed {
		return nil
	}
	if text, err = phpserialize.Marshal(list); err != nil {
		return err
	}
	return tx.SetOption(ctx, cronOption, text, "")
}

// cancelJob takes a job out of cron's list and reports whether it was there:
// wp_clear_scheduled_hook.
func cancelJob(list *phpserialize.Array, key phpserialize.Key) bool {
	found := false
	for _, at := range list.Keys() {
		v, _ := list.Get(at)
		hooks, _ := v.(*phpserialize.Array)
		if hooks == nil {
			continue
		}
		jobs, _ := hooks.Lookup(publishJob).(*phpserialize.Array)
		if jobs == nil || !jobs.Delete(key) {
			continue
		}
		found = true
		if jobs.Len() == 0 {
			hooks.Delete(phpserialize.StrKey(publishJob))
		}
		if hooks.Len() == 0 {
			list.Delete(at)
		}
	}
	return found
}

// addJob returns cron's list with a job more, in the order of time, and its
// version last: wp_schedule_single_event.
func addJob(list *phpserialize.Array, at int64, key phpserialize.Key, args *phpserialize.Array) *phpserialize.Array {
	when := phpserialize.IntKey(at)
	v, _ := list.Get(when)
	hooks, _ := v.(*phpserialize.Array)
	if hooks == nil {
		hooks = &phpserialize.Array{}
		list.Set(when, hooks)
	}
	jobs, _ := hooks.Lookup(publishJob).(*phpserialize.Array)
	if jobs == nil {
		jobs = &phpserialize.Array{}
		hooks.Put(publishJob, jobs)
	}
	jobs.Set(key, (&phpserialize.Array{}).Put("schedule", false).Put("args", args))
	keys := list.Keys()
	slices.SortStableFunc(keys, func(a, b phpserialize.Key) int {
		switch {
		case a.IsInt() && b.IsInt():
			return int(min(1, max(-1, a.Int()-b.Int())))
		case a.IsInt() != b.IsInt():
			if a.IsInt() {
				return -1
			}
			return 1
		}
		return strings.Compare(a.String(), b.String())
	})
	sorted := &phpserialize.Array{}
	for _, k := range keys {
		v, _ := list.Get(k)
		sorted.Set(k, v)
	}
	return sorted
}

// forgetTermTree drops the list of a taxonomy's parents and children that
// WordPress keeps as an option and makes anew (clean_taxonomy_cache).
func forgetTermTree(ctx context.Context, tx *store.Tx, tax *wp.Taxonomy) error {
	if !tax.Hierarchical {
		return nil
	}
	_, err := tx.DeleteOption(ctx, tax.Name+"_children")
	return err
}
