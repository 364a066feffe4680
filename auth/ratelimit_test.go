package auth_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/platenhq/platen/auth"
)

type clock struct{ t time.Time }

func (c *clock) now() time.Time { return c.t }

func try(b *auth.Budget, a auth.Attempt, o auth.Outcome) (ok bool, wait time.Duration) {
	done, wait, err := b.Take(context.Background(), a)
	if err != nil || done == nil {
		return false, wait
	}
	done(o)
	return true, 0
}

// tries counts how many attempts pass before the budget is spent.
func tries(b *auth.Budget, a auth.Attempt) int {
	for n := range 1000 {
		if ok, _ := try(b, a, auth.Bad); !ok {
			return n
		}
	}
	return 1000
}

func TestBudget(t *testing.T) {
	c := &clock{time.Unix(1e9, 0)}
	b := &auth.Budget{Now: c.now}
	if n := tries(b, auth.Attempt{Account: "1", Addr: "192.0.2.1"}); n != 10 {
		t.Errorf("an account took %d tries", n)
	}
	if _, wait := try(b, auth.Attempt{Account: "1", Addr: "192.0.2.2"}, auth.Good); wait != time.Minute {
		t.Errorf("wait %v", wait)
	}
	if n := tries(b, auth.Attempt{Account: "2", Addr: "192.0.2.1"}); n != 10 {
		t.Errorf("another account: %d", n)
	}
	if n := tries(b, auth.Attempt{Account: "3", Addr: "192.0.2.1"}); n != 10 {
		t.Errorf("the network: %d", n)
	}
	if n := tries(b, auth.Attempt{Account: "4", Addr: "192.0.2.1"}); n != 0 {
		t.Errorf("the network is spent, but %d", n)
	}
	c.t = c.t.Add(time.Minute)
	if n := tries(b, auth.Attempt{Account: "1", Addr: "192.0.2.9"}); n != 1 {
		t.Errorf("refill: %d", n)
	}
	c.t = c.t.Add(24 * time.Hour)
	if n := tries(b, auth.Attempt{Account: "1", Addr: "192.0.2.9"}); n != 10 {
		t.Errorf("after a day: %d", n)
	}
}

func TestOwnerIsNotKeptOut(t *testing.T) {
	c := &clock{time.Unix(1e9, 0)}
	b := &auth.Budget{Now: c.now}
	owner := auth.Attempt{Account: "1", Addr: "2001:db8::1"}
	if ok, _ := try(b, owner, auth.Good); !ok {
		t.Fatal("first login")
	}
	for i := range 500 { // a botnet
		try(b, auth.Attempt{Account: "1", Addr: fmt.Sprintf("198.51.%d.%d", i/250, i%250)}, auth.Bad)
	}
	owner.Addr = "2001:db8::2" // of the same network
	if ok, _ := try(b, owner, auth.Good); !ok {
		t.Error("the owner's network is kept out")
	}
	owner.Addr = "203.0.113.5"
	if ok, _ := try(b, owner, auth.Good); ok {
		t.Error("a stranger is let in")
	}
	owner.Device = "phone"
	if ok, _ := try(b, owner, auth.Good); !ok {
		t.Error("the owner's device is kept out")
	}
	if n := tries(b, owner); n != 10 {
		t.Errorf("a device has %d tries", n)
	}
	b.Trust(context.Background(), auth.Attempt{Account: "1", Addr: "203.0.113.77"})
	if ok, _ := try(b, auth.Attempt{Account: "1", Addr: "203.0.113.77"}, auth.Good); !ok {
		t.Error("a trusted network is kept out")
	}
}

func TestCredentialsOfEveryRequest(t *testing.T) {
	c := &clock{time.Unix(1e9, 0)}
	b := &auth.Budget{Now: c.now}
	good := auth.Attempt{Account: "1", Addr: "192.0.2.1", Credential: "good"}
	try(b, good, auth.Good)
	for range 100 { // a script with an old password asks again and again
		if ok, _ := try(b, auth.Attempt{Account: "1", Addr: "192.0.2.7", Credential: "old"}, auth.Bad); !ok {
			t.Fatal("the same mistake is charged twice")
		}
	}
	n := 0
	for i := range 100 {
		if ok, _ := try(b, auth.Attempt{Account: "1", Addr: "192.0.2.7", Credential: fmt.Sprint(i)}, auth.Bad); ok {
			n++
		}
	}
	if n != 9 {
		t.Errorf("%d further guesses", n)
	}
	tries(b, auth.Attempt{Account: "1", Addr: "192.0.2.1"})
	if ok, _ := try(b, good, auth.Good); !ok {
		t.Error("what was good lately is kept out")
	}
	if ok, _ := try(b, good, auth.Bad); !ok { // revoked
		t.Error("revoked")
	}
}

// TestParallelStart: a client that asks for many things at once pays once.
func TestParallelStart(t *testing.T) {
	c := &clock{time.Unix(1e9, 0)}
	b := &auth.Budget{Now: c.now}
	var all []func(auth.Outcome)
	for range 100 {
		done, _, _ := b.Take(context.Background(), auth.Attempt{Account: "1", Addr: "192.0.2.1", Credential: "good"})
		if done == nil {
			t.Fatal("turned away")
		}
		all = append(all, done)
	}
	for _, done := range all {
		done(auth.Good)
	}
	if n := tries(b, auth.Attempt{Account: "1", Addr: "192.0.2.9"}); n != 10 {
		t.Errorf("%d tries left", n)
	}
}

func TestVoidGivesBack(t *testing.T) {
	c := &clock{time.Unix(1e9, 0)}
	b := &auth.Budget{Now: c.now}
	a := auth.Attempt{Account: "1", Addr: "192.0.2.1"}
	for range 100 {
		if ok, _ := try(b, a, auth.Void); !ok {
			t.Fatal("void attempts are charged")
		}
	}
}

func TestBudgetIsBounded(t *testing.T) {
	c := &clock{time.Unix(1e9, 0)}
	b := &auth.Budget{Now: c.now, Max: 256}
	tries(b, auth.Attempt{Account: "victim", Addr: "192.0.2.1"})
	for i := range 20000 { // names that do not exist, from everywhere
		try(b, auth.Attempt{Account: fmt.Sprint("x", i), Addr: fmt.Sprintf("10.%d.%d.1", i/250, i%250)}, auth.Bad)
	}
	if ok, _ := try(b, auth.Attempt{Account: "victim", Addr: "192.0.2.2"}, auth.Bad); ok {
		t.Error("filling the table refilled a spent purse")
	}
}

func TestBudgetInParallel(t *testing.T) {
	c := &clock{time.Unix(1e9, 0)}
	b := &auth.Budget{Now: c.now}
	var wg sync.WaitGroup
	var mu sync.Mutex
	passed := 0
	for range 1000 {
		wg.Go(func() {
			if done, _, _ := b.Take(context.Background(), auth.Attempt{Account: "1", Addr: "192.0.2.1"}); done != nil {
				mu.Lock()
				passed++
				mu.Unlock()
				done(auth.Bad)
			}
		})
	}
	wg.Wait()
	if passed != 10 {
		t.Errorf("%d passed at once", passed)
	}
}

func TestNetwork(t *testing.T) {
	for addr, want := range map[string]string{
		"192.0.2.1": "192.0.2.1", "::ffff:192.0.2.1": "192.0.2.1", "2001:db8:1:2:3::4": "2001:db8:1:2::/64", "fe80::1%eth0": "fe80::/64", "": "", "x": "x",
	} {
		if got := auth.Network(addr); got != want {
			t.Errorf("%q: %q", addr, got)
		}
	}
}
