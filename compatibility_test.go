package platen_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/platenhq/platen/internal/rectest"
	"github.com/platenhq/platen/internal/vectest"
)

var update = flag.Bool("update", false, "write docs/compatibility.md anew")

// howServed says of routes, by the beginning of their patterns, what is not as
// on any WordPress. The longest beginning counts.
var howServed = map[string]string{
	"/":                                "served",
	"/oembed/1.0/embed":                "served for own posts, without WordPress's script in the HTML",
	"/oembed/1.0/proxy":                "served for own posts; as on a site without network for others",
	"/wp/v2/media":                     "served, on https and localhost also /sideload and /finalize; sub-sizes of WebP are JPEG or PNG, AVIF and TIFF have none; of WMA, WMV and AC-3 only size and type are read",
	"/wp/v2/templates":                 "served for templates in the database; a theme's own files are PHP's",
	"/wp/v2/template-parts":            "served for parts in the database; a theme's own files are PHP's",
	"/wp/v2/global-styles/themes":      "as of a theme without styles of its own; a theme's files are PHP's",
	"/wp/v2/block-types":               "served with our own descriptions",
	"/wp/v2/themes":                    "as on a site with one theme",
	"/wp/v2/plugins":                   "as on a site without PHP plugins",
	"/wp/v2/sidebars":                  "as of a theme without sidebars; stored ones are shown",
	"/wp/v2/widgets":                   "as of a theme without sidebars; the HTML forms of legacy widgets are PHP's",
	"/wp/v2/widget-types":              "the block widget; the HTML forms of legacy widgets are PHP's",
	"/wp/v2/block-directory":           "as on a site without network",
	"/wp/v2/pattern-directory":         "as on a site without network",
	"/wp/v2/block-patterns/patterns":   "as of a theme without patterns",
	"/wp/v2/block-patterns/categories": "served with our own words",
	"/wp/v2/font-collections":          "as on a site without network",
	"/wp/v2/global-styles/(?P<id>":     "served; properties that theme.json does not know are kept",
	"/wp/v2/icons":                     "the names; WordPress's drawings are PHP's",
	"/wp/v2/icon-collections":          "served with our own words",
	"/wp-site-health/v1":               "served, as far as the question makes sense here, with our own words",
	"/wp-block-editor/v1/export":       "refused: a theme's files are PHP's",
	"/wp-block-editor/v1/url-details":  "served, for public addresses only",
	"/wp-abilities/v1":                 "served with our own words",
	"/wp-abilities/v1/abilities/(?P<name>[a-zA-Z0-9\\-\\/]+?)/run": "served",
}

// routeLines is the table of every route of WordPress's index. A route that is
// not registered fails the test.
func routeLines(t *testing.T) []string {
	var index struct {
		Admin struct {
			Routes map[string]struct{ Methods []string }
		}
	}
	raw, err := os.ReadFile(filepath.Join(vectest.Root(t), "testdata", "wordpress71", "index.json"))
	if err == nil {
		err = json.Unmarshal(raw, &index)
	}
	if err != nil || len(index.Admin.Routes) == 0 {
		t.Fatal("no index: ", err)
	}
	registered := map[string]bool{}
	for _, r := range plainApp(t).REST().Routes() {
		registered[r.Pattern] = true
	}
	used := map[string]bool{}
	var lines []string
	for pattern, route := range index.Admin.Routes {
		if !registered[pattern] {
			t.Errorf("%s is not registered", pattern)
		}
		best := "/"
		for beginning := range howServed {
			if strings.HasPrefix(pattern, beginning) && len(beginning) > len(best) {
				best = beginning
			}
		}
		used[best] = true
		lines = append(lines, "| `"+strings.ReplaceAll(pattern, "|", "\\|")+"` | "+strings.Join(route.Methods, " ")+" | "+howServed[best]+" |")
	}
	for beginning := range howServed {
		if !used[beginning] {
			t.Errorf("howServed: no route begins with %s", beginning)
		}
	}
	slices.Sort(lines)
	return lines
}

// TestCompatibilityDoc keeps the tables of docs/compatibility.md: every route
// of WordPress's index, and the known misses that TestRecordings uses.
func TestCompatibilityDoc(t *testing.T) {
	root := vectest.Root(t)
	known, err := rectest.ReadKnown(filepath.Join(root, "testdata", "recordings-known.txt"))
	if err != nil {
		t.Fatal(err)
	}
	var misses []string
	for file, entries := range known {
		for entry, reason := range entries {
			misses = append(misses, "| "+file+" | `"+strings.ReplaceAll(entry, "|", "\\|")+"` | "+reason+" |")
		}
	}
	slices.Sort(misses)
	path := filepath.Join(root, "docs", "compatibility.md")
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := table(t, string(raw), "routes", "| route | methods | how |", routeLines(t))
	want = table(t, want, "known misses", "| file | entry | reason |", misses)
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if string(raw) != want {
		t.Error("docs/compatibility.md is out of date: go test -run TestCompatibilityDoc . -update")
	}
}

// table puts a table behind its mark in a document, up to the next heading.
func table(t *testing.T, doc, mark, head string, lines []string) string {
	t.Helper()
	before, after, ok := strings.Cut(doc, "<!-- "+mark+" -->\n")
	if !ok {
		t.Fatalf("no mark %q", mark)
	}
	rest := ""
	if i := strings.Index(after, "\n## "); i >= 0 {
		rest = after[i:]
	}
	return before + "<!-- " + mark + " -->\n\n" + head + "\n" + strings.Repeat("|---", strings.Count(head, "|")-1) + "|\n" + strings.Join(lines, "\n") + "\n" + rest
}
