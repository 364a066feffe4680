package platen

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"unicode/utf8"

	"github.com/platenhq/platen/internal/upstream"
)

// The states of a check.
const (
	stateOK      = "ok"
	stateWarning = "warning"
	stateProblem = "problem"
	stateSkipped = "skipped"
)

// check is one thing that the doctor looked at.
type check struct {
	Name   string `json:"name"`
	State  string `json:"state"`
	Text   string `json:"text"`
	Advice string `json:"advice,omitempty"`
}

// report is all that the doctor says.
type report struct {
	Checks   []check            `json:"checks"`
	Findings []upstream.Finding `json:"plugins,omitempty"` // what PHP's plugins add
	Routes   []upstream.Row     `json:"routes,omitempty"`
	Counts   []upstream.Count   `json:"handed_over,omitempty"`
	Written  string             `json:"written,omitempty"` // the file that the advice is in
	Problems int                `json:"problems"`
}

func (r *report) add(state, name, text, advice string) {
	r.Checks = append(r.Checks, check{name, state, text, advice})
	if state == stateProblem {
		r.Problems++
	}
}

func (r *report) ok(name, format string, args ...any) {
	r.add(stateOK, name, fmt.Sprintf(format, args...), "")
}

// show prints the report for a person, or as JSON.
func (r *report) show(w io.Writer, asJSON bool) error {
	if asJSON {
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		return enc.Encode(r)
	}
	marks := map[string]string{stateOK: "ok      ", stateWarning: "warning ", stateProblem: "PROBLEM ", stateSkipped: "skipped "}
	for _, c := range r.Checks {
		fmt.Fprintf(w, "%s%s: %s\n", marks[c.State], c.Name, c.Text)
		if c.Advice != "" {
			fmt.Fprintf(w, "        → %s\n", c.Advice)
		}
	}
	if len(r.Findings) > 0 {
		fmt.Fprintln(w, "\nThe PHP site has what Platen does not; these calls are left to it:")
		for _, f := range r.Findings {
			fmt.Fprintf(w, "  %s: %s\n", f.Route, f.Text)
		}
	}
	r.showRoutes(w)
	if len(r.Counts) > 0 {
		fmt.Fprintln(w, "\nWhat the server handed over to PHP since it started:")
		for _, c := range r.Counts {
			fmt.Fprintf(w, "  %7d  %s\n", c.N, c.Place)
		}
	}
	if r.Written != "" {
		fmt.Fprintf(w, "\nThe advice was written to %s; restart platen serve.\n", r.Written)
	}
	switch r.Problems {
	case 0:
		fmt.Fprintln(w, "\nNo problems were found.")
	case 1:
		fmt.Fprintln(w, "\n1 problem was found.")
	default:
		fmt.Fprintf(w, "\n%d problems were found.\n", r.Problems)
	}
	return nil
}

func (r *report) showRoutes(w io.Writer) {
	if len(r.Routes) == 0 {
		return
	}
	fmt.Fprintln(w)
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintln(t, "ROUTE\tSAMPLES\tCOMPARED\tADVICE\tNOW")
	for _, row := range r.Routes {
		how := "identical"
		switch {
		case row.Differ > 0:
			how = fmt.Sprintf("differs in %d: %s", row.Differ, shorten(strings.Join(row.Fields, ", "), 70))
		case row.Samples == 0:
			how = row.Note
		case row.Note != "":
			how += ", or " + row.Note
		}
		advice, now := row.Advice, "native"
		if advice == "" {
			advice = "–"
		}
		if row.PHP {
			now = "PHP: " + shorten(row.Because, 40)
		}
		fmt.Fprintf(t, "%s\t%d\t%s\t%s\t%s\n", row.Route, row.Samples, how, advice, now)
	}
	_ = t.Flush()
	for _, row := range r.Routes {
		if row.Example != "" {
			fmt.Fprintf(w, "\n%s\n  for example %s\n  in %s\n", row.Route, row.Example, strings.Join(row.Fields, ", "))
		}
	}
}

// shorten cuts a text to n characters.
func shorten(text string, n int) string {
	if utf8.RuneCountInString(text) <= n {
		return text
	}
	return string([]rune(text)[:n-1]) + "…"
}

// progress draws a bar on a terminal, and nothing elsewhere.
func progress(w io.Writer) func(done, all int) {
	f, ok := w.(*os.File)
	if !ok {
		return nil
	}
	if info, err := f.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return nil
	}
	const width = 40
	return func(done, all int) {
		if all == 0 || done == all {
			fmt.Fprint(w, "\r\033[K")
			return
		}
		n := done * width / all
		fmt.Fprintf(w, "\rcomparing with PHP [%s%s] %d/%d", strings.Repeat("#", n), strings.Repeat(".", width-n), done, all)
	}
}
