//go:build openapi

package openapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"

	"github.com/platenhq/platen"
	"github.com/platenhq/platen/internal/config"
	"github.com/platenhq/platen/ordered"
)

// site is a new site, its description and a token of its
// administrator.
type site struct {
	web      *httptest.Server
	document []byte
	token    string
}

func newSite(t *testing.T) *site {
	t.Helper()
	var app *platen.App
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { app.Handler().ServeHTTP(w, r) }))
	t.Cleanup(web.Close)
	cfg := config.Default()
	cfg.Data = t.TempDir()
	cfg.DB, cfg.AdminPassword, cfg.URL = "sqlite:"+filepath.Join(cfg.Data, "platen.db"), "password", web.URL
	app, err := platen.Open(t.Context(), cfg, platen.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { app.Close() })
	doc, err := app.OpenAPI(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	raw, err := ordered.Append(nil, doc)
	if err != nil {
		t.Fatal(err)
	}
	return &site{web, raw, logIn(t, web.URL)}
}

// logIn takes a token of the administrator.
func logIn(t *testing.T, base string) string {
	t.Helper()
	resp, err := http.Post(base+"/wp-json/jwt-auth/v1/token", "application/json", strings.NewReader(`{"username":"admin","password":"password"}`))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var body struct{ Token string }
	if err := json.NewDecoder(resp.Body).Decode(&body); err != nil || body.Token == "" {
		t.Fatal("no token: ", err)
	}
	return body.Token
}

// TestDescription: the document is valid OpenAPI 3.1, it is what the route
// serves to anybody, and real answers are as it says.
func TestDescription(t *testing.T) {
	s := newSite(t)
	doc, err := libopenapi.NewDocument(s.document)
	if err != nil {
		t.Fatal(err)
	}
	v, errs := validator.NewValidator(doc)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	if ok, problems := v.ValidateDocument(); !ok {
		for _, p := range problems {
			t.Errorf("%s: %s", p.Message, p.Reason)
			for _, e := range p.SchemaValidationErrors {
				t.Errorf("  %s at %s", e.Reason, e.FieldPath)
			}
		}
	}
	resp, err := http.Get(s.web.URL + "/wp-json/platen/v1/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if served, err := io.ReadAll(resp.Body); err != nil || resp.StatusCode != 200 || !bytes.Equal(served, s.document) {
		t.Errorf("served: %d, %d bytes, %v; the command prints %d", resp.StatusCode, len(served), err, len(s.document))
	}
	var d struct {
		Paths map[string]map[string]json.RawMessage
	}
	if err := json.Unmarshal(s.document, &d); err != nil {
		t.Fatal(err)
	}
	asked := 0
	for path, methods := range d.Paths {
		if methods["get"] == nil {
			continue
		}
		if s.answersAsSaid(t, v, path) {
			asked++
		}
	}
	if asked < 60 {
		t.Errorf("only %d paths had an answer to look at", asked)
	}
}

// examples are values of parameters that stand for something on a new site.
// What is not here has nothing of its own there.
var examples = map[string]string{
	"/wp/v2/pages/": "2", "/wp/v2/navigation/": "", "type": "post", "status": "publish", "taxonomy": "category", "user_id": "me",
	"stylesheet": "platen", "namespace": "core", "name": "paragraph", "id": "1", "parent": "1", "location": "primary", "slug": "core",
}

// notServed are paths that docs/compatibility.md says are not served.
var notServed = regexp.MustCompile(`directory|/export$`)

var parameter = regexp.MustCompile(`\{(\w+)\}`)

// answersAsSaid asks for a path as the administrator and reports whether there
// was an answer that the document describes.
func (s *site) answersAsSaid(t *testing.T, v validator.Validator, path string) bool {
	filled := parameter.ReplaceAllStringFunc(path, func(p string) string {
		for prefix, value := range examples {
			if strings.HasSuffix(prefix, "/") && strings.HasPrefix(path, prefix) && value != "" {
				return value
			}
		}
		return examples[strings.Trim(p, "{}")]
	})
	seen := false
	for _, query := range []string{"?context=edit", "?context=embed&_embed=1", ""} {
		r, err := http.NewRequestWithContext(context.Background(), "GET", s.web.URL+"/wp-json"+filled+query, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+s.token)
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		if resp.StatusCode/100 == 5 && !notServed.MatchString(path) {
			t.Errorf("%s: %d", filled+query, resp.StatusCode)
		}
		if resp.StatusCode != 200 {
			resp.Body.Close()
			continue
		}
		seen = true
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		resp.Body = io.NopCloser(bytes.NewReader(body))
		if ok, problems := v.ValidateHttpResponse(r, resp); !ok {
			for _, p := range problems {
				t.Errorf("%s: %s: %s", filled+query, p.Message, p.Reason)
				for _, e := range p.SchemaValidationErrors {
					t.Errorf("    %s at %s", e.Reason, e.FieldPath)
				}
			}
		}
	}
	return seen
}

// TestGeneratedClient generates types out of the description, type-checks a
// client that uses them, and lets it work on a real site.
func TestGeneratedClient(t *testing.T) {
	bin, err := filepath.Abs("node_modules/.bin")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(bin); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("the packages of test/openapi are not installed (make js)")
		}
		t.Skip("the packages of test/openapi are not installed (make js)")
	}
	s := newSite(t)
	dir := t.TempDir()
	if err := os.Symlink(filepath.Dir(bin), filepath.Join(dir, "node_modules")); err != nil {
		t.Fatal(err)
	}
	client, err := os.ReadFile("client.ts")
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"openapi.json": s.document, "client.ts": client, "package.json": []byte(`{"type":"module"}`)} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run := func(name string, args ...string) string {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), name, args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "PLATEN_API="+s.web.URL+"/wp-json", "PLATEN_TOKEN="+s.token)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", filepath.Base(name), err, out)
		}
		return string(out)
	}
	run(filepath.Join(bin, "openapi-typescript"), "openapi.json", "-o", "schema.d.ts")
	run(filepath.Join(bin, "tsc"), "--strict", "--target", "es2022", "--module", "nodenext", "--skipLibCheck", "client.ts")
	if out := run("node", "client.js"); !strings.Contains(out, "all is well") {
		t.Errorf("the client says %q", out)
	}
}
