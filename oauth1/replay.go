package oauth1

import (
	"context"
	"errors"
	"sync"
	"time"
)

// Use is one use of a nonce.
type Use struct {
	Consumer  string
	Token     string // empty while there is none
	Timestamp int64
	Nonce     string
	Forget    time.Time // from then on the timestamp itself is refused
}

// Replay remembers which nonces were used. RFC 5849 section 3.3: no two requests
// of one consumer and token may have the same timestamp and nonce.
type Replay interface {
	// Use remembers u until u.Forget and reports whether it is the first of its
	// consumer, token, timestamp and nonce. Asking and remembering must be one
	// step, or two copies of a request sent at once both pass. After an error
	// the request is refused.
	Use(ctx context.Context, u Use) (fresh bool, err error)
}

// ErrReplayFull says that a Memory has no room left.
var ErrReplayFull = errors.New("oauth1: replay memory is full")

// DefaultMemory is how many nonces a Memory holds unless told otherwise.
const DefaultMemory = 1 << 20

// Memory is a Replay in this process. Several processes need one in common, and
// a restart forgets: requests of the last window can then be replayed once.
type Memory struct {
	// Now is the clock. Required.
	Now func() time.Time
	// Max bounds the nonces held at once, DefaultMemory if zero. Beyond it
	// requests are refused rather than let through unremembered.
	Max int

	mu   sync.Mutex
	seen map[useKey]time.Time
	// sweepAt is the size at which forgotten nonces are next looked for, but not
	// before notBefore: a full memory is not searched for every request.
	sweepAt   int
	notBefore time.Time
}

type useKey struct {
	consumer, token, nonce string
	timestamp              int64
}

// Use implements Replay. It returns ErrReplayFull if there is no room.
func (m *Memory) Use(_ context.Context, u Use) (bool, error) {
	key := useKey{u.Consumer, u.Token, u.Nonce, u.Timestamp}
	now := m.Now()
	limit := m.Max
	if limit == 0 {
		limit = DefaultMemory
	}

	m.mu.Lock()
	defer m.mu.Unlock()
	if forget, ok := m.seen[key]; ok && now.Before(forget) {
		return false, nil
	}
	if m.seen == nil {
		m.seen, m.sweepAt = map[useKey]time.Time{}, min(1024, limit)
	}
	if len(m.seen) >= m.sweepAt && !now.Before(m.notBefore) {
		for k, forget := range m.seen {
			if !now.Before(forget) {
				delete(m.seen, k)
			}
		}
		m.sweepAt, m.notBefore = min(2*len(m.seen)+1024, limit), now.Add(time.Second)
	}
	if len(m.seen) >= limit {
		return false, ErrReplayFull
	}
	m.seen[key] = u.Forget
	return true, nil
}
