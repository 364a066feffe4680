package site

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"github.com/platenhq/platen/internal/cache"
	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/wp"
)

func isNotFound(err error) bool { return errors.Is(err, wp.ErrNotFound) }

// How many entries of each kind stay in memory. A post of 2 KB takes about
// 2.5 KB here.
const (
	keepPosts    = 5 << 20 // bytes: one post may be as large as a thousand others
	keepMeta     = 4096
	keepTerms    = 4096
	keepUsers    = 2048
	keepCounts   = 256
	keepComments = 4096
	keepOptions  = 4096
)

// entities are the rows read so far. They are shared by all requests where the
// store notices every write (DESIGN §7); otherwise each request has its own.
type entities struct {
	foreign atomic.Int64

	posts     *cache.Map[int64, *wp.Post]
	meta      [5]*cache.Map[int64, Meta] // by wp.MetaKind
	postTerms *cache.Map[int64, []wp.Term]
	revisions *cache.Map[int64, store.RevisionStat]
	ownSlugs  *cache.Map[int64, string] // generated slugs that no other post has
	terms     *cache.Map[int64, *wp.Term]
	comments  *cache.Map[int64, *wp.Comment]
	users     *cache.Map[int64, *User]
	logins    *cache.Map[string, int64]
	options   *cache.Map[string, option]
	counts    *cache.Map[string, int]
	versions  *cache.Map[versionKey, string]

	settingsMu sync.Mutex
	settings   atomic.Pointer[Settings]
	settingsAt atomic.Uint64 // moves when options change
}

// option is a looked-up option that is not autoloaded, or the fact that there
// is none.
type option struct {
	value string
	found bool
}

func newEntities(shared bool) *entities {
	e := &entities{
		posts:     keptPosts(shared),
		postTerms: keep[int64, []wp.Term](shared, keepTerms),
		revisions: keep[int64, store.RevisionStat](shared, keepMeta),
		ownSlugs:  keep[int64, string](shared, keepMeta),
		terms:     keep[int64, *wp.Term](shared, keepTerms),
		comments:  keep[int64, *wp.Comment](shared, keepComments),
		users:     keep[int64, *User](shared, keepUsers),
		logins:    keep[string, int64](shared, keepUsers),
		options:   keep[string, option](shared, keepOptions),
		counts:    keep[string, int](shared, keepCounts),
		versions:  keep[versionKey, string](shared, keepMeta),
	}
	for k := range e.meta {
		e.meta[k] = keep[int64, Meta](shared, keepMeta)
	}
	return e
}

// keptPosts weighs posts by their texts.
func keptPosts(shared bool) *cache.Map[int64, *wp.Post] {
	if !shared {
		return cache.NewLocal[int64, *wp.Post]()
	}
	return cache.NewSized(keepPosts, func(_ int64, p *wp.Post) uint32 {
		return uint32(min(512+len(p.Content)+len(p.Title)+len(p.Excerpt)+len(p.ContentFiltered), keepPosts))
	})
}

func keep[K comparable, V any](shared bool, max int) *cache.Map[K, V] {
	if shared {
		return cache.New[K, V](max)
	}
	return cache.NewLocal[K, V]()
}

// clear forgets what a write may have changed.
func (e *entities) clear(a store.Area) {
	if a&(store.AreaPosts|store.AreaPostMeta|store.AreaTerms|store.AreaComments|store.AreaCommentMeta) != 0 {
		e.counts.Clear()
	}
	if a&^store.AreaOther != 0 {
		e.versions.Clear()
	}
	if a&store.AreaPosts != 0 {
		e.posts.Clear()
		e.revisions.Clear()
		e.ownSlugs.Clear()
	}
	if a&store.AreaPostMeta != 0 {
		e.meta[wp.PostMeta].Clear()
	}
	if a&store.AreaTermMeta != 0 {
		e.meta[wp.TermMeta].Clear()
	}
	if a&store.AreaCommentMeta != 0 {
		e.meta[wp.CommentMeta].Clear()
	}
	if a&store.AreaComments != 0 {
		e.comments.Clear()
	}
	if a&store.AreaTerms != 0 {
		e.postTerms.Clear()
		e.terms.Clear()
	}
	if a&(store.AreaUsers|store.AreaUserMeta|store.AreaOptions) != 0 {
		e.users.Clear()
		e.logins.Clear()
		e.meta[wp.UserMeta].Clear()
	}
	if a&store.AreaOptions != 0 {
		e.options.Clear()
		e.settingsAt.Add(1)
		e.settings.Store(nil)
	}
}

const everything = ^store.Area(0)

type viewKey struct{}

// View returns ctx prepared for one request: what it reads is consistent with
// every write that was answered before, by this process or another.
func (s *Site) View(ctx context.Context) context.Context {
	return context.WithValue(ctx, viewKey{}, s.fresh(ctx))
}

// fresh returns the entities a request may use.
func (s *Site) fresh(ctx context.Context) *entities {
	if s.shared == nil {
		return newEntities(false)
	}
	g, err := s.store.Generation(ctx)
	if err != nil {
		return newEntities(false)
	}
	if old := s.shared.foreign.Swap(g.Foreign); old != g.Foreign {
		s.shared.clear(everything)
	}
	return s.shared
}

func (s *Site) view(ctx context.Context) *entities {
	if e, ok := ctx.Value(viewKey{}).(*entities); ok {
		return e
	}
	return s.fresh(ctx)
}

// changed makes a request that keeps its own entities forget them after its
// own write; shared ones hear of it from the store.
func (s *Site) changed(ctx context.Context) {
	if e, ok := ctx.Value(viewKey{}).(*entities); ok && e != s.shared {
		e.clear(everything)
	}
}

// CountCaches makes the caches that all requests share count their hits. Call
// it before the first request.
func (s *Site) CountCaches() *cache.Stats {
	st := &cache.Stats{}
	e := s.shared
	if e == nil {
		return st // each request has its own
	}
	e.posts.Count(st)
	e.postTerms.Count(st)
	e.revisions.Count(st)
	e.ownSlugs.Count(st)
	e.terms.Count(st)
	e.comments.Count(st)
	e.users.Count(st)
	e.logins.Count(st)
	e.options.Count(st)
	e.counts.Count(st)
	e.versions.Count(st)
	for k := range e.meta {
		e.meta[k].Count(st)
	}
	return st
}
