package platen

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/platenhq/platen/internal/config"
	"github.com/platenhq/platen/internal/upstream"
	"github.com/platenhq/platen/ordered"
)

// counts reads what a server handed over.
func (d *doctor) counts() {
	raw, err := os.ReadFile(filepath.Join(d.cfg.Data, countsFile))
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	var kept counts
	if err == nil {
		err = json.Unmarshal(raw, &kept)
	}
	if err != nil {
		d.add(stateWarning, "counts", fmt.Sprintf("%s cannot be read: %v", countsFile, err), "")
		return
	}
	d.Counts = kept.Counts
}

// compare asks PHP and Platen the same questions.
func (d *doctor) compare(ctx context.Context) error {
	const name = "comparison"
	if d.php == nil {
		return nil // what is wrong was said
	}
	found, err := d.app.gate.Survey(ctx)
	if err != nil {
		d.add(stateProblem, "PHP", err.Error(), "")
		return nil
	}
	d.Findings = found
	if d.samples <= 0 {
		d.add(stateSkipped, name, "nothing was compared", "give --samples a number")
		return nil
	}
	how := upstream.Comparing{Own: d.own, Header: d.header, LoggedIn: d.header != nil, Items: d.samples, Meant: d.meant}
	if !d.json {
		how.Progress = progress(d.err)
	}
	if d.Routes, err = d.app.gate.Compare(ctx, how); err != nil {
		d.add(stateProblem, name, fmt.Sprintf("PHP went away: %v", plainNetError(err)), "")
		return nil
	}
	samples, wrong := 0, []string{}
	for _, row := range d.Routes {
		samples += row.Samples
		if row.Differ > 0 && !row.PHP {
			wrong = append(wrong, row.Route)
		}
	}
	if d.write {
		return d.writeAdvice(wrong)
	}
	if len(wrong) > 0 {
		d.add(stateProblem, name, "Platen serves, and answers otherwise than PHP: "+strings.Join(wrong, ", "), "platen doctor --write leaves these to PHP")
		return nil
	}
	d.ok(name, "%d answers were compared; what Platen serves is what PHP answers", samples)
	return nil
}

// own answers a call as Platen does, whoever the gate would have answer it.
func (d *doctor) own(ctx context.Context, route, query string, header http.Header) (*upstream.Answer, error) {
	r, err := http.NewRequestWithContext(d.app.site.View(ctx), http.MethodGet, d.set.Home+"/wp-json"+(&url.URL{Path: route}).EscapedPath()+"?"+query, nil)
	if err != nil {
		return nil, err
	}
	r.RemoteAddr, r.RequestURI = "127.0.0.1:1", r.URL.RequestURI()
	r.Header.Set("User-Agent", "Platen")
	for name, values := range header {
		r.Header[name] = values
	}
	if schemeOf(d.set.Home) == "https" {
		r.TLS = &tls.ConnectionState{}
	}
	w := &recorder{header: http.Header{}, status: http.StatusOK}
	d.app.rest.ServeRoute(w, r, route)
	a := &upstream.Answer{Status: w.status, Header: w.header, Body: w.body.Bytes()}
	a.Data, _ = ordered.Decode(a.Body)
	return a, nil
}

// recorder keeps an answer.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (w *recorder) Header() http.Header         { return w.header }
func (w *recorder) WriteHeader(status int)      { w.status = status }
func (w *recorder) Write(b []byte) (int, error) { return w.body.Write(b) }

// meant reports what --compat safe refuses and WordPress does not: the list of
// users for everybody.
func (d *doctor) meant(route string, theirs, ours *upstream.Answer) bool {
	return !d.cfg.WordPress(d.cfg.PublicUsers) && strings.HasPrefix(route, "/wp/v2/users") && d.header == nil &&
		theirs.Status == http.StatusOK && (ours.Status == http.StatusUnauthorized || ours.Status == http.StatusForbidden)
}

const (
	adviceBegin = "# Written by platen doctor: begin"
	adviceEnd   = "# Written by platen doctor: end"
)

// writeAdvice writes into platen.toml what is to be left to PHP: what differs,
// and what was written before and was not compared now.
func (d *doctor) writeAdvice(wrong []string) error {
	const name = "advice"
	file := filepath.Join(d.cfg.Data, "platen.toml")
	raw, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	before, block, after := cutAdvice(string(raw))
	if hasSetting(before+after, "to-upstream") {
		d.add(stateProblem, name, file+" has a to-upstream of its own, which is left as it is", "add to it: "+strings.Join(patterns(d.Routes, wrong), ", "))
		return nil
	}
	list := patterns(d.Routes, wrong)
	for _, old := range d.written(block) {
		if !slices.ContainsFunc(d.Routes, func(r upstream.Row) bool { return r.Pattern == old && (r.Samples > 0 || slices.Contains(list, old)) }) {
			list = append(list, old)
		}
	}
	for _, r := range d.Routes { // still different, and left to PHP already
		if r.Differ > 0 && r.PHP && slices.Contains(d.written(block), r.Pattern) && !slices.Contains(list, r.Pattern) {
			list = append(list, r.Pattern)
		}
	}
	slices.Sort(list)
	var b strings.Builder
	if len(list) > 0 {
		b.WriteString(adviceBegin + "\nto-upstream = [\n")
		for _, p := range list {
			b.WriteString("  " + strconv.Quote(p) + ",\n")
		}
		b.WriteString("]\n" + adviceEnd + "\n")
	}
	if err := config.EnsureDir(d.cfg.Data); err != nil {
		return err
	}
	if err := replaceFile(file, []byte(b.String()+before+after)); err != nil {
		return err
	}
	d.Written = file
	d.ok(name, "%d patterns are left to PHP", len(list))
	return nil
}

// written are the patterns of an earlier advice.
func (d *doctor) written(block string) []string {
	var out []string
	for _, line := range strings.Split(block, "\n") {
		if p, err := strconv.Unquote(strings.TrimSuffix(strings.TrimSpace(line), ",")); err == nil {
			out = append(out, p)
		}
	}
	return out
}

// cutAdvice takes an earlier advice out of a platen.toml.
func cutAdvice(text string) (before, block, after string) {
	i := strings.Index(text, adviceBegin)
	if i < 0 {
		return text, "", ""
	}
	j := strings.Index(text[i:], adviceEnd)
	if j < 0 {
		return text, "", ""
	}
	j += i + len(adviceEnd)
	return text[:i], text[i:j], strings.TrimPrefix(text[j:], "\n")
}

// hasSetting reports whether a platen.toml gives a setting.
func hasSetting(text, name string) bool {
	for _, line := range strings.Split(text, "\n") {
		key, _, ok := strings.Cut(line, "=")
		if key = strings.Trim(strings.TrimSpace(key), `"'`); ok && key == name {
			return true
		}
	}
	return false
}

// patterns are those of some routes.
func patterns(rows []upstream.Row, routes []string) []string {
	var out []string
	for _, r := range rows {
		if slices.Contains(routes, r.Route) {
			out = append(out, r.Pattern)
		}
	}
	return out
}

// replaceFile writes a file whole or not at all.
func replaceFile(name string, data []byte) error {
	tmp := name + ".new"
	if err := os.WriteFile(tmp, data, 0o600); err != nil {
		return err
	}
	return os.Rename(tmp, name)
}
