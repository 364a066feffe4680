package wiretest

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/platenhq/platen/internal/rectest"
)

// Runner holds conversations with one server.
type Runner struct {
	Site   *rectest.Site
	Target rectest.Target

	// Restore puts the dump back behind Target. Without Restore or Fresh,
	// conversations that write are skipped.
	Restore func(context.Context) error
	// Fresh starts a server from the dump, with the namespaces that are needed,
	// and takes the place of Target and Restore.
	Fresh func(ctx context.Context, needs []string) (rectest.Target, error)

	started bool
	dirty   bool
	needs   []string // of the server that Fresh started
}

// Test holds each conversation in a subtest of its name.
func (r *Runner) Test(t *testing.T, all []*Conversation) {
	t.Helper()
	for _, c := range all {
		t.Run(c.Name, func(t *testing.T) {
			if c.Writes() && r.Restore == nil && r.Fresh == nil {
				t.Skip("it writes, and nothing is given to put the dump back")
			}
			if ns := r.lacks(t, c); ns != "" {
				t.Skip("the server has no namespace " + ns)
			}
			failures, err := r.Run(t.Context(), c)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range failures {
				t.Error(f)
			}
		})
	}
}

// lacks is a namespace that a conversation needs and a foreign server has not.
// Ours, which Fresh starts, has them all or fails.
func (r *Runner) lacks(t *testing.T, c *Conversation) string {
	t.Helper()
	if len(c.Needs) == 0 || r.Fresh != nil {
		return ""
	}
	s, err := rectest.NewSession(t.Context(), r.Site, r.Target)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	a, err := s.Do(rectest.Request{Method: "GET", Target: "/wp-json/?_fields=namespaces"})
	var index struct{ Namespaces []string }
	if err == nil {
		err = json.Unmarshal(a.Body, &index)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, ns := range c.Needs {
		if !slices.Contains(index.Namespaces, ns) {
			return ns
		}
	}
	return ""
}

// Run holds one conversation and returns what was not as expected, a text for
// each failing step. It ends at the first answer that lacks a value to capture.
// The error says that the conversation could not begin.
func (r *Runner) Run(ctx context.Context, c *Conversation) ([]string, error) {
	if err := r.ready(ctx, c); err != nil {
		return nil, err
	}
	s, err := rectest.NewSession(ctx, r.Site, r.Target)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	if err := s.CheckHome(); err != nil {
		return nil, err
	}
	r.dirty = r.dirty || c.Writes()
	var out []string
	for i := range c.Steps {
		step := &c.Steps[i]
		diffs, fatal := c.hold(s, step)
		if len(diffs) > 0 {
			out = append(out, fmt.Sprintf("%s.txtar:%d: %s %s as %s (%s)\n    %s", c.Name, step.Line, step.Method, step.Target,
				or(step.Who, "none"), or(step.Title, "step "+strconv.Itoa(i+1)), strings.Join(diffs, "\n    ")))
		}
		if fatal {
			break
		}
	}
	return out, nil
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func (r *Runner) ready(ctx context.Context, c *Conversation) error {
	if r.started && !r.dirty && (r.Fresh == nil || slices.Equal(r.needs, c.Needs)) {
		return nil
	}
	var err error
	switch {
	case r.Fresh != nil:
		r.Target, err = r.Fresh(ctx, c.Needs)
		r.needs = c.Needs
	case r.Restore != nil:
		err = r.Restore(ctx)
	}
	r.started, r.dirty = err == nil, false
	return err
}

// hold sends one request and judges the answer; fatal ends the conversation.
func (c *Conversation) hold(s *rectest.Session, step *Step) (diffs []string, fatal bool) {
	req, err := c.build(s, step)
	if err != nil {
		return []string{err.Error()}, true
	}
	a, err := s.Do(req)
	if err != nil {
		return []string{err.Error()}, true
	}
	e := &step.want
	for _, want := range e.captures { // first, so that the rest can name them
		v, ok := pick(want, a)
		if !ok {
			diffs, fatal = append(diffs, fmt.Sprintf("$%s: nothing at %s", want.name, want.from)), true
		}
		s.Set(want.name, v)
	}
	if a.Status != e.status {
		diffs = append(diffs, fmt.Sprintf("status: want %d, got %d", e.status, a.Status))
	}
	for _, h := range e.header {
		if d := checkHeader(s, h, a); d != "" {
			diffs = append(diffs, d)
		}
	}
	diffs = append(diffs, checkBody(s, e, a)...)
	for _, t := range slices.Concat(e.not, c.NotHave) {
		if t, err := s.Expand(t); err != nil {
			diffs = append(diffs, err.Error())
		} else if where := find(a, t); where != "" {
			diffs = append(diffs, where+" contains "+t)
		}
	}
	if len(diffs) > 0 {
		diffs = append(diffs, "answer: "+cut(string(a.Body), 400))
	}
	return diffs, fatal
}
