package nonce

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/platenhq/platen/internal/vectest"
	"github.com/platenhq/platen/salt"
)

func TestVectorsNonces(t *testing.T) {
	var file struct {
		Meta struct {
			Constants map[string]string
		}
		Cases []struct {
			ID, Kind, Desc string
			UID            int64
			SessionToken   string `json:"session_token"`
			Action         json.RawMessage
			Now            int64
			NonceLife      int64 `json:"nonce_life"`
			Tick           int64
			Nonce          string
			Result         any
		}
	}
	vectest.Load(t, "nonces", &file)
	tally := vectest.New(t, "nonces")
	// The recorded site had the constants of this scheme only.
	secret := file.Meta.Constants["NONCE_KEY"] + file.Meta.Constants["NONCE_SALT"]
	m := New(secret)
	for _, c := range file.Cases {
		action := string(c.Action)
		if strings.HasPrefix(action, `"`) {
			if err := json.Unmarshal(c.Action, &action); err != nil {
				t.Fatal(err)
			}
		}
		now := time.Unix(c.Now, 0)
		switch c.Kind {
		case "create":
			life := time.Duration(c.NonceLife) * time.Second
			tick, got := Tick(now, life), m.WithLife(life).Create(action, c.UID, c.SessionToken, now)
			tally.Check(c.ID, tick == c.Tick && got == c.Nonce, "tick %d, want %d; %s, want %s", tick, c.Tick, got, c.Nonce)
		case "verify":
			want := Invalid
			if n, ok := c.Result.(json.Number); ok {
				i, err := n.Int64()
				if err != nil {
					t.Fatal(err)
				}
				want = Result(i)
			}
			m := m
			if c.NonceLife > 0 {
				m = m.WithLife(time.Duration(c.NonceLife) * time.Second)
			}
			got := m.Verify(c.Nonce, action, c.UID, c.SessionToken, now)
			tally.Check(c.ID, got == want, "%s: got %d, want %d", c.Desc, got, want)
		default:
			tally.Check(c.ID, false, "unknown kind %q", c.Kind)
		}
	}
	tally.Done()
}

func TestLifetime(t *testing.T) {
	m := New("secret")
	made := time.Unix(43201, 0) // the first second of a tick
	n := m.Create("wp_rest", 1, "token", made)
	for _, c := range []struct {
		after time.Duration
		want  Result
	}{
		{0, Fresh}, {12*time.Hour - time.Second, Fresh}, {12 * time.Hour, Aging},
		{24*time.Hour - time.Second, Aging}, {24 * time.Hour, Invalid}, {-time.Second, Invalid},
	} {
		if got := m.Verify(n, "wp_rest", 1, "token", made.Add(c.after)); got != c.want || got.OK() != (c.want != 0) {
			t.Errorf("after %v: %d, want %d", c.after, got, c.want)
		}
	}
	for _, bad := range []string{"", "0", n[:9], n + "0", strings.ToUpper(n), " " + n[:9]} {
		if bad != n && m.Verify(bad, "wp_rest", 1, "token", made).OK() {
			t.Errorf("%q accepted", bad)
		}
	}
	if Tick(time.Unix(86400, 0), 0) != 2 || Tick(time.Unix(-1, 0), 0) != 0 {
		t.Error("tick")
	}
}

func TestAllocations(t *testing.T) {
	m := New(strings.Repeat("k", 128))
	now := time.Unix(1750000000, 0)
	n := m.Create("wp_rest", 1, strings.Repeat("t", 43), now)
	token := strings.Repeat("t", 43)
	if got := testing.AllocsPerRun(100, func() { m.Verify(n, "wp_rest", 1, token, now) }); got != 0 {
		t.Errorf("%v allocations", got)
	}
}

func FuzzVerify(f *testing.F) {
	f.Add("482633a6a5", "wp_rest", int64(1), "tok", int64(1750000000))
	m := New(salt.SamplePhrase)
	f.Fuzz(func(t *testing.T, n, action string, user int64, token string, now int64) {
		at := time.Unix(now%1e12, 0)
		m.Verify(n, action, user, token, at)
		if m.Verify(m.Create(action, user, token, at), action, user, token, at) != Fresh {
			t.Error("own nonce refused")
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	m := New(strings.Repeat("k", 128))
	now := time.Unix(1750000000, 0)
	n := m.Create("wp_rest", 1, "token", now)
	b.ReportAllocs()
	for b.Loop() {
		m.Verify(n, "wp_rest", 1, "token", now)
	}
}
