package platen_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/platenhq/platen/internal/openapi"
	"github.com/platenhq/platen/internal/vectest"
	"github.com/platenhq/platen/ordered"
)

// TestAPIPage holds docs/api.md fresh, and the description complete: every
// method of every shown route is in it, under an operationId of its own.
func TestAPIPage(t *testing.T) {
	app := plainApp(t)
	doc, err := app.OpenAPI(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]string{}
	operations := 0
	for path, v := range doc.Value("paths").(*ordered.Object).All() {
		for method, v := range v.(*ordered.Object).All() {
			if method == "parameters" {
				continue
			}
			operations++
			id, _ := v.(*ordered.Object).Value("operationId").(string)
			if id == "" || ids[id] != "" {
				t.Errorf("%s %s has the operationId %q of %s", method, path, id, ids[id])
			}
			ids[id] = method + " " + path
		}
	}
	shown := 0
	for _, r := range app.REST().Routes() {
		methods := map[string]bool{}
		for _, e := range r.Endpoints {
			for _, m := range e.Methods {
				if !e.Hidden {
					methods[m] = true
				}
			}
		}
		shown += len(methods)
	}
	if operations != shown {
		t.Errorf("%d operations for %d methods of routes", operations, shown)
	}
	page := strings.ReplaceAll(openapi.Markdown(doc), "\r", "")
	file := filepath.Join(vectest.Root(t), "docs", "api.md")
	if *update {
		if err := os.WriteFile(file, []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if old, err := os.ReadFile(file); err != nil || string(old) != page {
		t.Errorf("docs/api.md is stale: go test -run TestAPIPage . -update")
	}
}
