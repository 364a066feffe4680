// Package cache keeps what was read from the database, and may never lie: an
// entry is put in only if nothing was invalidated since the read began.
package cache

import (
	"sync"
	"sync/atomic"

	"github.com/maypok86/otter/v2"
)

// Map is a bounded cache that is emptied as a whole. Values are shared: whoever
// gets one must not change it.
type Map[K comparable, V any] struct {
	entries *otter.Cache[K, V] // nil: local
	stats   *Stats             // nil: nothing is counted
	epoch   atomic.Uint64

	mu    sync.Mutex
	local map[K]V
}

// Stats counts how often caches had what was asked of them.
type Stats struct{ Hits, Misses atomic.Uint64 }

func (s *Stats) count(hit bool) {
	if hit {
		s.Hits.Add(1)
	} else {
		s.Misses.Add(1)
	}
}

// Count makes the cache count; call it before others use the cache.
func (m *Map[K, V]) Count(s *Stats) { m.stats = s }

// NewLocal returns an unbounded map that costs nothing until it is used, for
// the length of one request.
func NewLocal[K comparable, V any]() *Map[K, V] { return &Map[K, V]{} }

// New returns a cache of at most max entries.
func New[K comparable, V any](max int) *Map[K, V] {
	return &Map[K, V]{entries: otter.Must(&otter.Options[K, V]{MaximumSize: max})}
}

// Get returns the entry of k.
func (m *Map[K, V]) Get(k K) (V, bool) {
	if m.entries != nil {
		v, ok := m.entries.GetIfPresent(k)
		if m.stats != nil {
			m.stats.count(ok)
		}
		return v, ok
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	v, ok := m.local[k]
	return v, ok
}

// Epoch is to be taken before the read whose result Put will offer.
func (m *Map[K, V]) Epoch() uint64 { return m.epoch.Load() }

// Put keeps v for k, unless the cache was emptied since epoch.
func (m *Map[K, V]) Put(epoch uint64, k K, v V) {
	if m.epoch.Load() != epoch {
		return
	}
	if m.entries == nil {
		m.putLocal(k, v)
		return
	}
	m.entries.Set(k, v)
	if m.epoch.Load() != epoch { // emptied meanwhile: the entry may be from before
		m.entries.Invalidate(k)
	}
}

// Clear empties the cache; reads that have begun will not be kept.
func (m *Map[K, V]) Clear() {
	m.epoch.Add(1)
	if m.entries != nil {
		m.entries.InvalidateAll()
		return
	}
	m.mu.Lock()
	m.local = nil
	m.mu.Unlock()
}

func (m *Map[K, V]) putLocal(k K, v V) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.local == nil {
		m.local = map[K]V{}
	}
	m.local[k] = v
}

// NewSized returns a cache of at most max bytes, as size reckons an entry.
func NewSized[K comparable, V any](max uint64, size func(K, V) uint32) *Map[K, V] {
	return &Map[K, V]{entries: otter.Must(&otter.Options[K, V]{MaximumWeight: max, Weigher: size})}
}
