package rectest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"
)

// Runner replays files against one server. Its zero options compare
// everything. A Runner may run several read-only files at once.
type Runner struct {
	Site   *Site
	Target Target

	// Restore puts the dump back behind Target: before the first read-only file
	// and before every sequence of writes.
	Restore func(context.Context) error
	// Fresh returns a server that has just started from the dump; it takes the
	// place of Target and Restore, for each sequence and once for all read-only
	// files. Stopping the servers is the caller's matter.
	Fresh func(context.Context) (Target, error)

	Known         Known         // entries that need not pass
	Entry         string        // only entries of read-only files whose name contains this
	StrictOrder   bool          // members of objects must come in the recorded order
	BodyOnly      bool          // headers are not compared
	IgnoreHeaders []string      // headers not compared, lower case
	AnyServer     bool          // do not ask whether the server is the dumped site
	Timeout       time.Duration // of one request; 60 s if zero

	mu      sync.Mutex
	ready   bool // the server is as dumped, as far as we have left it
	target  Target
	session *session // of all read-only files
}

// Result counts the entries of one file.
type Result struct {
	File                                      string
	Passed, Total                             int
	StatusOK, HeadersOK, BodyOK, OrderDiffers int
	Failures                                  []Failure
	Time                                      time.Duration
}

// Failure is an entry that failed, with a line for each difference.
type Failure struct {
	Name, Sequence, Who, Request string
	Diffs                        []string
}

// Run replays one file. The error says that nothing could be compared: the
// dump could not be put back, or the server is not the dumped site.
func (r *Runner) Run(ctx context.Context, f *File) (Result, error) {
	began := time.Now()
	res := Result{File: f.Name}
	for _, g := range f.Groups {
		target, s, err := r.start(ctx, f.Mutating)
		if err != nil {
			return res, err
		}
		if err := r.group(ctx, f, g, target, s, &res); err != nil {
			return res, err
		}
	}
	res.Time = time.Since(began)
	return res, nil
}

// start makes the server ready for a group.
func (r *Runner) start(ctx context.Context, mutating bool) (Target, *session, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !mutating && r.ready {
		return r.target, r.session, nil
	}
	target := r.Target
	switch {
	case r.Fresh != nil:
		var err error
		if target, err = r.Fresh(ctx); err != nil {
			return target, nil, err
		}
	case r.Restore != nil:
		if err := r.Restore(ctx); err != nil {
			return target, nil, err
		}
	case mutating:
		return target, nil, errors.New("rectest: sequences of writes need Restore or Fresh")
	}
	if err := r.checkServer(ctx, target); err != nil {
		return target, nil, err
	}
	s := newSession()
	if !mutating {
		r.ready, r.target, r.session = true, target, s
	} else if r.Fresh == nil {
		r.ready = false
	}
	return target, s, nil
}

func (r *Runner) client(ctx context.Context, t Target, s *session) (*client, error) {
	timeout := r.Timeout
	if timeout == 0 {
		timeout = time.Minute
	}
	cn, err := newConn(t, timeout)
	if err != nil {
		return nil, err
	}
	return &client{ctx: ctx, site: r.Site, base: t.base(), conn: cn, session: s}, nil
}

// checkServer makes sure that logins and writes do not go to somebody else's
// server behind a wrong port.
func (r *Runner) checkServer(ctx context.Context, t Target) error {
	if r.AnyServer {
		return nil
	}
	c, err := r.client(ctx, t, newSession())
	if err != nil {
		return err
	}
	defer c.conn.close()
	return c.checkHome()
}

func (c *client) checkHome() error {
	a, err := c.conn.do(c.ctx, "GET", "/wp-json/?_fields=home", nil, nil, false)
	if err != nil {
		return fmt.Errorf("%s: %w", c.conn.url, err)
	}
	v, _ := decode(a.body)
	o, _ := v.(*object)
	if home := o.str("home"); home == "" || home != c.site.Home && home != c.base {
		return fmt.Errorf("rectest: %s does not say it is the dumped site (home: %q)", c.conn.url, home)
	}
	return nil
}

func (r *Runner) group(ctx context.Context, f *File, g Group, t Target, s *session, res *Result) error {
	c, err := r.client(ctx, t, s)
	if err != nil {
		return err
	}
	defer c.conn.close()
	n := newNorm(r.Site, s, c.base, f.Mutating, time.Now())
	broken := ""
	for _, e := range g.Entries {
		if !f.Mutating && !strings.Contains(e.Name, r.Entry) {
			continue
		}
		res.Total++
		fail := Failure{Name: e.Name, Sequence: g.Name, Who: e.Who, Request: e.Method + " " + e.Path}
		if broken != "" {
			fail.Diffs = []string{"not run: " + broken}
		} else {
			got, caps, err := c.run(n, e)
			if err == nil {
				fail.Diffs = r.judge(n, e, got, caps, res)
			} else if ctx.Err() != nil {
				return ctx.Err()
			} else {
				fail.Diffs = []string{err.Error()}
				if f.Mutating && e.raw.obj("capture") != nil {
					broken = "a capture failed in " + e.Name
				}
			}
		}
		if len(fail.Diffs) == 0 {
			res.Passed++
		} else {
			res.Failures = append(res.Failures, fail)
		}
	}
	return nil
}

// judge compares an answer with the recorded one.
func (r *Runner) judge(n *norm, e *Entry, got *object, caps captured, res *Result) []string {
	if want := e.raw.obj("captured"); want != nil {
		for _, k := range want.keys {
			if id, ok := caps[k]; ok && string(id) != text(want.vals[k]) {
				n.learn(string(id), text(want.vals[k]))
			}
		}
	}
	if len(n.ids) > 0 {
		out := newObject()
		for _, k := range got.keys {
			if k == "status" {
				out.set(k, got.vals[k])
			} else {
				out.set(k, n.value(got.vals[k]))
			}
		}
		got = out
	}
	var diffs []string
	if want := text(e.response.vals["status"]); want == text(got.vals["status"]) {
		res.StatusOK++
	} else {
		diffs = append(diffs, fmt.Sprintf("status: expected %s, got %s", want, text(got.vals["status"])))
	}
	hd := &differ{}
	if !r.BodyOnly {
		hd.compare(orEmpty(e.response.obj("headers")).without(r.IgnoreHeaders...), got.obj("headers").without(r.IgnoreHeaders...), "header")
	}
	want, have := e.response.without("status", "headers"), got.without("status", "headers")
	if ties, _ := e.raw.get("ties"); ties == true {
		want, have = onlyCount(want), onlyCount(have)
	}
	a, b := withoutDescriptions(want), withoutDescriptions(have)
	bd := &differ{strictOrder: r.StrictOrder}
	bd.compare(a, b, "")
	if len(hd.out) == 0 {
		res.HeadersOK++
	}
	if len(bd.out) == 0 {
		res.BodyOK++
	}
	if orderDiffers(a, b) {
		res.OrderDiffers++
	}
	return append(append(diffs, hd.out...), bd.out...)
}

// Diffs is how many diff lines to show for a failing entry: PLATEN_DIFFS, or 6.
// The second result tells whether the variable is set.
func Diffs() (int, bool) {
	n, ok := 0, os.Getenv("PLATEN_DIFFS") != ""
	if _, err := fmt.Sscan(os.Getenv("PLATEN_DIFFS"), &n); err != nil || n < 1 {
		n = 6
	}
	return n, ok
}
