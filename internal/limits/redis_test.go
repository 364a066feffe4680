package limits

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/platenhq/platen/auth"
	"github.com/platenhq/platen/internal/redistest"
)

// clock stands still until it is told to go on.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func newClock() *clock { return &clock{t: time.Unix(1.7e9, 0)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	c.t = c.t.Add(d)
	c.mu.Unlock()
}

// node is a limiter as one node of a site has it.
func node(t *testing.T, url, key string, c *clock) (*Redis, *bytes.Buffer) {
	t.Helper()
	log := &bytes.Buffer{}
	r, err := New(url, &auth.Budget{Now: c.now}, slog.New(slog.NewTextHandler(log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	r.Key, r.OwnClock = []byte(key), true
	t.Cleanup(r.Close)
	return r, log
}

// try makes one attempt.
func try(t *testing.T, l auth.Limiter, a auth.Attempt, o auth.Outcome) (ok bool, wait time.Duration) {
	t.Helper()
	done, wait, err := l.Take(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	if done == nil {
		return false, wait
	}
	done(o)
	return true, 0
}

func tries(t *testing.T, l auth.Limiter, a auth.Attempt) int {
	for n := range 1000 {
		if ok, _ := try(t, l, a, auth.Bad); !ok {
			return n
		}
	}
	return 1000
}

func TestRedis(t *testing.T) {
	server := redistest.Start(t)
	t.Run("as in memory", func(t *testing.T) {
		// The same attempts in the same order get the same answers, on whichever
		// node they are made.
		c := newClock()
		one, log := node(t, server.URL, "same", c)
		two, _ := node(t, server.URL, "same", c)
		memory := &auth.Budget{Now: c.now}
		random := rand.New(rand.NewPCG(1, 2))
		pick := func(list ...string) string { return list[random.IntN(len(list))] }
		refused := 0
		for i := range 3000 {
			a := auth.Attempt{
				Account: pick("", "1", "2", "nobody"), Addr: pick("", "192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2"),
				Device: pick("", "", "", "d1"), Credential: pick("", "", "a", "b", "c"+fmt.Sprint(i%7)), Known: random.IntN(10) == 0,
			}
			o := []auth.Outcome{auth.Bad, auth.Bad, auth.Bad, auth.Bad, auth.Bad, auth.Void, auth.Good}[random.IntN(7)]
			shared := []*Redis{one, two}[random.IntN(2)]
			ok, wait := try(t, shared, a, o)
			wantOK, wantWait := try(t, memory, a, o)
			if ok != wantOK || wait != wantWait {
				t.Fatalf("%d: %+v %v: %v %v, in memory %v %v\n%s", i, a, o, ok, wait, wantOK, wantWait, log)
			}
			if !ok {
				refused++
			}
			c.add(time.Duration(random.IntN(900)) * time.Millisecond)
		}
		if refused < 100 || refused > 2900 {
			t.Errorf("%d refused: the test shows nothing", refused)
		}
	})
	t.Run("nobody is locked out", func(t *testing.T) {
		c := newClock()
		one, _ := node(t, server.URL, "lock", c)
		two, _ := node(t, server.URL, "lock", c)
		owner := auth.Attempt{Account: "user 1", Addr: "203.0.113.1"}
		if ok, _ := try(t, one, owner, auth.Good); !ok {
			t.Fatal("first login")
		}
		for i := range 300 {
			try(t, one, auth.Attempt{Account: "user 1", Addr: fmt.Sprintf("198.51.%d.%d", i/250, i%250)}, auth.Bad)
		}
		if ok, _ := try(t, two, owner, auth.Good); !ok {
			t.Error("the owner's network is kept out on another node")
		}
		stranger := auth.Attempt{Account: "user 1", Addr: "192.0.2.200"}
		ok, wait := try(t, two, stranger, auth.Good)
		if ok || wait > time.Minute {
			t.Error("the attack is not felt on another node, or for too long", ok, wait)
		}
		if ok, _ := try(t, two, auth.Attempt{Account: "user 1", Addr: "192.0.2.200", Device: "d"}, auth.Good); !ok {
			t.Error("the owner's browser is kept out")
		}
		c.add(wait)
		if ok, _ := try(t, two, stranger, auth.Good); !ok {
			t.Error("the budget does not refill")
		}
	})
	t.Run("sites apart, and nothing to read", func(t *testing.T) {
		c := newClock()
		one, _ := node(t, server.URL, "site one", c)
		two, _ := node(t, server.URL, "site two", c)
		a := auth.Attempt{Account: "user 77", Addr: "192.0.2.77", Credential: "secret-credential"}
		try(t, one, a, auth.Good)
		a.Credential = ""
		if n := tries(t, one, a); n != 10 {
			t.Error(n)
		}
		if n := tries(t, two, a); n != 10 {
			t.Error("one site pays for another", n)
		}
		client, err := Dial(server.URL)
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		keys, err := client.Do(t.Context(), client.B().Keys().Pattern("*").Build()).AsStrSlice()
		if err != nil || len(keys) == 0 {
			t.Fatal(keys, err)
		}
		for _, k := range keys {
			if ttl, err := client.Do(t.Context(), client.B().Pttl().Key(k).Build()).AsInt64(); err != nil || ttl == -1 {
				t.Errorf("%s never expires (%v)", k, err)
			}
			if strings.Contains(k, "77") && strings.Contains(k, "user") || strings.Contains(k, "192.0.2") || strings.Contains(k, "secret") {
				t.Error("readable:", k)
			}
		}
	})
	t.Run("Redis's own clock", func(t *testing.T) {
		r, _ := node(t, server.URL, "clock", newClock())
		r.OwnClock = false
		if n := tries(t, r, auth.Attempt{Account: "1"}); n != 10 && n != 11 { // a minute may pass, on a bad day
			t.Error(n)
		}
	})
}

// TestRedisGone: while Redis is away each node counts by itself, and the log
// says so once.
func TestRedisGone(t *testing.T) {
	server := redistest.Start(t)
	c := newClock()
	r, log := node(t, server.URL, "gone", c)
	a := auth.Attempt{Account: "1", Addr: "192.0.2.1"}
	owner := auth.Attempt{Account: "1", Addr: "203.0.113.9"}
	if n := tries(t, r, a); n != 10 {
		t.Fatal(n)
	}
	r.Trust(t.Context(), owner)
	server.Stop()
	if n := tries(t, r, a); n != 10 {
		t.Errorf("without Redis: %d tries", n)
	}
	if ok, _ := try(t, r, owner, auth.Good); !ok {
		t.Error("what was learnt is forgotten without Redis")
	}
	c.add(10 * time.Second)
	try(t, r, a, auth.Bad)
	if n := strings.Count(log.String(), "does not answer"); n != 1 {
		t.Errorf("%d log lines: %s", n, log)
	}
	server.Run(t)
	back := false
	for range 200 {
		c.add(retryAfter)
		if try(t, r, auth.Attempt{Account: "2"}, auth.Void); strings.Contains(log.String(), "answers again") {
			back = true
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	if !back {
		t.Error("Redis is back and nobody noticed")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := r.Take(ctx, a); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// TestNoRedis: a server that is not there at the start is no reason not to.
func TestNoRedis(t *testing.T) {
	c := newClock()
	r, log := node(t, "unix://"+t.TempDir()+"/none", "none", c)
	if n := tries(t, r, auth.Attempt{Account: "1"}); n != 10 {
		t.Error(n)
	}
	if strings.Count(log.String(), "does not answer") != 1 {
		t.Error(log)
	}
	for _, bad := range []string{"", "http://localhost", "redis://localhost/x", "redis://:pa%zz@h"} {
		if err := CheckURL(bad); err == nil || strings.Contains(err.Error(), "pa%zz") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
