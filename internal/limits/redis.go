// Package limits keeps the budget of credentials tried in Redis, so that the
// nodes of a site share one. It is auth.Budget's arithmetic, in scripts that
// Redis runs as one step each.
package limits

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"github.com/redis/rueidis"

	"github.com/platenhq/platen/auth"
)

const (
	// answerIn is how long Redis may take to answer; logins wait for it.
	answerIn = 250 * time.Millisecond
	// retryAfter is how long Redis is left alone after a failure.
	retryAfter = 2 * time.Second
)

// Redis is an auth.Limiter that the nodes of a site share. While Redis does not
// answer each node counts by itself: nobody is locked out, and nobody gets an
// unlimited number of tries.
//
// Nothing in Redis names anybody: the keys are MACs of accounts, networks and
// credentials. All of them expire.
type Redis struct {
	// Connect makes the client. It is called again after a failure.
	Connect func() (rueidis.Client, error)
	// Key makes the names of keys; the same on every node, another for every
	// site.
	Key []byte
	// Local counts while Redis does not answer. Its rates are those of Redis too.
	Local *auth.Budget
	Now   func() time.Time
	// OwnClock counts with Now instead of with Redis's clock, for tests; the
	// clocks of nodes differ.
	OwnClock bool
	Log      *slog.Logger

	mu      sync.Mutex
	client  rueidis.Client
	dialed  bool // a connection was made, or tried
	dialing bool
	until   time.Time // when Redis is asked again
	down    bool      // the log was told
	closed  bool
}

var _ auth.Limiter = (*Redis)(nil)

// take pays for one attempt. KEYS are what is remembered of the credential
// (good, then charged), of the network, and the purses of the device, the known
// network, the account and the network. ARGV: the time in ms or 0, whether
// there are a credential, a device, an account, a network and knowledge of the
// network, and burst and interval (ms) of own, account and network purses. The
// answer is how long to wait (ms) and which purses paid.
//
// A purse is the time at which it will be full again.
var take = rueidis.NewLuaScript(`
local now = tonumber(ARGV[1])
if now == 0 then local t = redis.call('TIME') now = t[1] * 1000 + math.floor(t[2] / 1000) end
local cred, device, account, network, known = ARGV[2] == '1', ARGV[3] == '1', ARGV[4] == '1', ARGV[5] == '1', ARGV[6] == '1'
if cred and redis.call('EXISTS', KEYS[1], KEYS[2]) > 0 then return {0, 0} end
local pay, mask = {}, 0
local function charge(key, bit, at) pay[#pay + 1] = {key, tonumber(ARGV[at]), tonumber(ARGV[at + 1])} mask = mask + bit end
if account and device then charge(KEYS[4], 1, 7)
elseif account and network and (known or redis.call('EXISTS', KEYS[3]) > 0) then charge(KEYS[5], 2, 7)
else
  if account then charge(KEYS[6], 4, 9) end
  if network then charge(KEYS[7], 8, 11) end
end
local wait = 0
for _, p in ipairs(pay) do
  p[4] = tonumber(redis.call('GET', p[1]) or now)
  wait = math.max(wait, p[4] - now - (p[2] - 1) * p[3])
end
if wait > 0 then return {math.ceil(wait), 0} end
for _, p in ipairs(pay) do
  local full = math.max(p[4], now) + p[3]
  redis.call('SET', p[1], string.format('%.0f', full), 'PX', math.ceil(full - now))
end
if cred then redis.call('SET', KEYS[2], '1', 'PX', 3600000) end
return {0, mask}
`)

// settle ends an attempt. KEYS are those of take. ARGV: the time, whether there
// are a credential, an account and a network, the outcome (void, good, bad),
// which purses paid, the intervals of own, account and network purses, and for
// how long a network stays known.
var settle = rueidis.NewLuaScript(`
local now = tonumber(ARGV[1])
if now == 0 then local t = redis.call('TIME') now = t[1] * 1000 + math.floor(t[2] / 1000) end
local cred, account, network, outcome, mask = ARGV[2] == '1', ARGV[3] == '1', ARGV[4] == '1', ARGV[5], tonumber(ARGV[6])
local function back(bit, key, every)
  if math.floor(mask / bit) % 2 == 0 then return end
  local full = tonumber(redis.call('GET', key) or 0) - tonumber(every)
  if full > now then redis.call('SET', key, string.format('%.0f', full), 'PX', math.ceil(full - now)) else redis.call('DEL', key) end
end
if outcome ~= 'bad' then
  back(1, KEYS[4], ARGV[7]) back(2, KEYS[5], ARGV[7]) back(4, KEYS[6], ARGV[8]) back(8, KEYS[7], ARGV[9])
end
if outcome == 'good' and account and network then redis.call('SET', KEYS[3], '1', 'PX', ARGV[10]) end
if cred then
  if outcome == 'good' then redis.call('DEL', KEYS[2]) redis.call('SET', KEYS[1], '1', 'PX', 86400000)
  elseif outcome == 'bad' then redis.call('DEL', KEYS[1]) redis.call('SET', KEYS[2], '1', 'PX', 3600000)
  else redis.call('DEL', KEYS[2]) end
end
return 1
`)

// Take implements auth.Limiter. It fails only with the context.
func (r *Redis) Take(ctx context.Context, a auth.Attempt) (done func(auth.Outcome), wait time.Duration, err error) {
	keys := r.keys(a)
	account, network, own := r.Local.Rates()
	answer, ok := r.run(ctx, take, keys, r.clock(), yes(a.Credential != ""), yes(a.Device != ""), yes(a.Account != ""), yes(auth.Network(a.Addr) != ""), yes(a.Known),
		strconv.Itoa(own.Burst), ms(own.Every), strconv.Itoa(account.Burst), ms(account.Every), strconv.Itoa(network.Burst), ms(network.Every))
	if !ok {
		if err := ctx.Err(); err != nil {
			return nil, 0, err
		}
		return r.Local.Take(ctx, a)
	}
	if answer[0] > 0 {
		return nil, time.Duration(answer[0]) * time.Millisecond, nil
	}
	return func(o auth.Outcome) {
		// The attempt was made, whether or not its request still waits.
		r.settle(context.WithoutCancel(ctx), a, keys, o, answer[1])
		if o == auth.Good { // for the time without Redis
			r.Local.Trust(ctx, a)
		}
	}, 0, nil
}

func (r *Redis) settle(ctx context.Context, a auth.Attempt, keys []string, o auth.Outcome, paid int64) {
	account, network, own := r.Local.Rates()
	r.run(ctx, settle, keys, r.clock(), yes(a.Credential != ""), yes(a.Account != ""), yes(auth.Network(a.Addr) != ""),
		map[auth.Outcome]string{auth.Void: "void", auth.Good: "good", auth.Bad: "bad"}[o], strconv.FormatInt(paid, 10),
		ms(own.Every), ms(account.Every), ms(network.Every), ms(r.Local.Remembers()))
}

// Trust implements auth.Limiter.
func (r *Redis) Trust(ctx context.Context, a auth.Attempt) {
	r.Local.Trust(ctx, a)
	a.Credential = ""
	r.settle(ctx, a, r.keys(a), auth.Good, 0)
}

// keys are the names of what an attempt has to do with. They share a hash tag,
// so that they are on one node of a cluster.
func (r *Redis) keys(a auth.Attempt) []string {
	network := auth.Network(a.Addr)
	parts := [...][]string{
		{"good", a.Account, network, a.Credential}, {"paid", a.Account, network, a.Credential}, {"known", a.Account, network},
		{"device purse", a.Account, a.Device}, {"known purse", a.Account, network}, {"account purse", a.Account}, {"network purse", network},
	}
	out := make([]string, len(parts))
	site := r.name("site")
	for i, p := range parts {
		out[i] = "platen:{" + site[:8] + "}:" + r.name(p...)
	}
	return out
}

func (r *Redis) name(parts ...string) string {
	mac := hmac.New(sha256.New, r.Key)
	for _, p := range parts {
		mac.Write([]byte(strconv.Itoa(len(p)) + ":" + p))
	}
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:18])
}

func (r *Redis) clock() string {
	if r.OwnClock {
		return strconv.FormatInt(r.Now().UnixMilli(), 10)
	}
	return "0"
}

func yes(b bool) string {
	if b {
		return "1"
	}
	return "0"
}

func ms(d time.Duration) string { return strconv.FormatInt(max(1, d.Milliseconds()), 10) }

// run runs a script; false when Redis does not answer.
func (r *Redis) run(ctx context.Context, script *rueidis.Lua, keys []string, args ...string) ([2]int64, bool) {
	client := r.connected()
	if client == nil {
		return [2]int64{}, false
	}
	within, cancel := context.WithTimeout(ctx, answerIn)
	defer cancel()
	result := script.Exec(within, client, keys, args)
	if err := result.Error(); err != nil {
		if ctx.Err() == nil {
			r.failed(err)
		}
		return [2]int64{}, false
	}
	r.recovered()
	list, err := result.AsIntSlice()
	if err != nil || len(list) != 2 { // settle has nothing to say
		return [2]int64{}, true
	}
	return [2]int64{list[0], list[1]}, true
}

// connected returns the client, nil while Redis is left alone. The first
// attempt waits for the connection; later ones are made beside the requests.
func (r *Redis) connected() rueidis.Client {
	r.mu.Lock()
	if r.closed || r.client != nil || r.dialing || r.Now().Before(r.until) {
		defer r.mu.Unlock()
		if r.closed || r.Now().Before(r.until) {
			return nil
		}
		return r.client
	}
	first := !r.dialed
	r.dialing, r.dialed = true, true
	r.mu.Unlock()
	if !first {
		go r.dial()
		return nil
	}
	return r.dial()
}

// dial makes the connection; nil when there is none.
func (r *Redis) dial() rueidis.Client {
	client, err := r.Connect()
	if err != nil {
		r.failed(err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.dialing = false
	if err != nil {
		return nil
	}
	if r.closed {
		client.Close()
		return nil
	}
	r.client = client
	return client
}

// Close ends the connection.
func (r *Redis) Close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	if r.client != nil {
		r.client.Close()
	}
}

// failed leaves Redis alone for a while; the log is told once.
func (r *Redis) failed(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return
	}
	r.until = r.Now().Add(retryAfter)
	if !r.down {
		r.down = true
		r.Log.Warn("Redis does not answer; until it does, each node limits logins by itself", "err", err)
	}
}

func (r *Redis) recovered() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.down {
		r.down = false
		r.Log.Info("Redis answers again")
	}
}
