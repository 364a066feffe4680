package platen_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/platenhq/platen/internal/vectest"
)

// module is our import path, with its slash.
const module = "github.com/platenhq/platen/"

// storeys is the house, from the cellar up. A package imports only from
// storeys below its own, never from its neighbours.
//
// DO NOT CHANGE THIS DATA TO FIX A BUILD. A package that needs a neighbour is
// in the wrong room, or wants an interface that platen fills in.
var storeys = []string{
	"ordered",
	"phpserialize salt password oauth1 capability block schema wxr js",
	"format nonce authcookie wpconfig internal/wp internal/store/uca520 internal/media/av",
	"apppassword auth internal/store internal/config internal/cache internal/media internal/mail",
	"rest internal/site internal/limits",
	"internal/render",
	"internal/wpv2 internal/jwtauth internal/platenv1 internal/login internal/admin internal/front internal/openapi internal/upstream",
	"platen",
	"cmd/platen",
}

// streetFront is what strangers import: it knows no site.
const streetFront = "ordered phpserialize salt wpconfig authcookie nonce password apppassword capability oauth1 auth format block schema wxr rest js"

// aside are packages that stand beside the house: helpers of tests, and
// programs that make files or measure. No room imports them.
const aside = "internal/vectest internal/rectest internal/wiretest internal/redistest internal/store/storetest internal/store/uca520/gen js/build test/... examples/..."

// only names imports that few may have: the package, and who may import it.
var only = []struct{ pkg, who string }{
	{"database/sql", "internal/store"},
	{"database/sql/driver", "internal/store"},
	{"internal/store", "internal/site internal/wpv2 internal/front platen"},
	{"internal/config", "platen"},
	{"net/http", "auth rest js internal/media internal/wpv2 internal/jwtauth internal/platenv1 internal/login internal/admin internal/front internal/openapi internal/upstream platen"},
	{"html/template", "js internal/login internal/admin internal/front"},
	{"os", "wpconfig js rest internal/config internal/media internal/mail internal/store internal/login platen cmd/platen"},
	{"unsafe", ""},
}

// modules are the modules of others that we use, and where. Their reasons are
// in docs/dependencies.md.
var modules = []struct{ prefix, who string }{
	{"modernc.org/sqlite", "internal/store"},
	{"github.com/go-sql-driver/mysql", "internal/store"},
	{"github.com/maypok86/otter/v2", "internal/cache"},
	{"github.com/BurntSushi/toml", "internal/config"},
	{"github.com/bep/imagemeta", "internal/media"},
	{"github.com/disintegration/imaging", "internal/media"},
	{"golang.org/x/image", "internal/media"},
	{"github.com/minio/minio-go/v7", "internal/media"},
	{"golang.org/x/text", "format internal/store"},
	{"github.com/cespare/xxhash/v2", "rest"},
	{"github.com/VictoriaMetrics/metrics", "platen"},
	{"golang.org/x/crypto", "password"},
	{"github.com/go-crypt/x", "password"},
	{"github.com/wneessen/go-mail", "internal/mail"},
	{"github.com/redis/rueidis", "internal/limits"},
	{"github.com/golang-jwt/jwt/v5", "internal/jwtauth platen"},
}

// file is one file that is not a test: who it belongs to and what it imports.
type file struct {
	pkg, path string
	imports   []string
	tree      *ast.File
}

// TestLayers holds the direction of the imports.
func TestLayers(t *testing.T) {
	storey := map[string]int{}
	for i, line := range storeys {
		for _, pkg := range strings.Fields(line) {
			storey[pkg] = i
		}
	}
	for _, f := range sources(t) {
		if isAside(f.pkg) {
			continue
		}
		mine, ok := storey[f.pkg]
		if !ok {
			t.Errorf("%s: package %s has no storey: give it one in layers_test.go and docs/architecture.md", f.path, f.pkg)
			continue
		}
		for _, imp := range f.imports {
			ours, isOurs := ourName(imp)
			switch theirs, known := storey[ours]; {
			case !isOurs:
				checkForeign(t, f, imp)
			case isAside(ours):
				t.Errorf("%s imports %s, which stands beside the house", f.path, ours)
			case known && theirs >= mine:
				t.Errorf("%s: %s (storey %d) may not import %s (storey %d)", f.path, f.pkg, mine, ours, theirs)
			}
			checkOnly(t, f, imp)
		}
	}
}

// checkForeign holds the list of modules.
func checkForeign(t *testing.T, f file, imp string) {
	first, _, _ := strings.Cut(imp, "/")
	if !strings.Contains(first, ".") {
		return // the standard library
	}
	for _, m := range modules {
		if imp == m.prefix || strings.HasPrefix(imp, m.prefix+"/") {
			if !slices.Contains(strings.Fields(m.who), f.pkg) {
				t.Errorf("%s: only %s may import %s", f.path, m.who, imp)
			}
			return
		}
	}
	t.Errorf("%s: %s is not among the modules of layers_test.go", f.path, imp)
}

func checkOnly(t *testing.T, f file, imp string) {
	if ours, ok := ourName(imp); ok {
		imp = ours
	}
	for _, rule := range only {
		if imp == rule.pkg && !slices.Contains(strings.Fields(rule.who), f.pkg) {
			t.Errorf("%s: %s may not import %s (only: %s)", f.path, f.pkg, imp, rule.who)
		}
	}
}

// TestStreetFrontIsPure holds what strangers rely on: importing one of these
// packages does nothing, and the clock is the caller's.
func TestStreetFrontIsPure(t *testing.T) {
	front := strings.Fields(streetFront)
	for _, f := range sources(t) {
		if !slices.Contains(front, f.pkg) {
			continue
		}
		for _, imp := range f.imports {
			if ours, ok := ourName(imp); ok && !slices.Contains(front, ours) {
				t.Errorf("%s imports %s, which is not on the street front", f.path, ours)
			}
		}
		ast.Inspect(f.tree, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				if n.Recv == nil && n.Name.Name == "init" {
					t.Errorf("%s has an init function", f.path)
				}
			case *ast.CallExpr:
				if calls(n, "time", "Now") {
					t.Errorf("%s calls time.Now: take the time from the caller", f.path)
				}
			}
			return true
		})
	}
}

func calls(n *ast.CallExpr, pkg, name string) bool {
	sel, ok := n.Fun.(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != name {
		return false
	}
	x, ok := sel.X.(*ast.Ident)
	return ok && x.Name == pkg
}

// ourName is the name of a package of ours as the storeys say it.
func ourName(imp string) (string, bool) {
	if imp+"/" == module {
		return "platen", true
	}
	return strings.CutPrefix(imp, module)
}

func isAside(pkg string) bool {
	for _, a := range strings.Fields(aside) {
		if dir, ok := strings.CutSuffix(a, "/..."); pkg == a || ok && strings.HasPrefix(pkg, dir+"/") {
			return true
		}
	}
	return false
}

// sources are the Go files of the project that are not tests.
func sources(t *testing.T) []file {
	t.Helper()
	var out []file
	root, fset := vectest.Root(t), token.NewFileSet()
	err := fs.WalkDir(os.DirFS(root), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if base := path.Base(name); d.IsDir() && (base == "testdata" || base == "node_modules" || len(base) > 1 && strings.ContainsRune("._", rune(base[0]))) {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		tree, err := parser.ParseFile(fset, filepath.Join(root, name), nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		f := file{pkg: path.Dir(name), path: name, tree: tree}
		if f.pkg == "." {
			f.pkg = "platen"
		}
		for _, spec := range tree.Imports {
			imp, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			f.imports = append(f.imports, imp)
		}
		out = append(out, f)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
