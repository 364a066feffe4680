package wpv2

import (
	"strings"
	"testing"

	"github.com/platenhq/platen/ordered"
)

func TestShapes(t *testing.T) {
	files, err := shapeFiles.ReadDir("shapes")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		s, err := readShape(strings.TrimSuffix(f.Name(), ".json"))
		if err != nil {
			t.Errorf("%s: %v", f.Name(), err)
			continue
		}
		for route, methods := range s.routes.All() {
			if route == "item" {
				continue
			}
			for method := range methods.(*ordered.Object).All() {
				s.args(route, method) // panics on a schema that is none
			}
		}
	}
}

func TestCheckCSS(t *testing.T) {
	for _, row := range []struct {
		css string
		ok  bool
	}{
		{"a{color:red}", true}, {"a::before{content:'<'}", false}, {"a{} <", false}, {"a{}</style", false}, {"a{}</STYLE >", false},
		{"a{}</styles>", true}, {"a < b", true}, {"", true},
	} {
		err := checkCSS(row.css, true)
		if want := row.ok || row.css == "a::before{content:'<'}"; (err == nil) != want {
			t.Errorf("%q: %v", row.css, err)
		}
	}
	if checkCSS(int64(1), true) == nil || checkCSS(nil, false) != nil {
		t.Error("CSS that is no text")
	}
}

func TestFontNames(t *testing.T) {
	for in, want := range map[string]string{
		"":                         "",
		"Arial":                    "Arial",
		"Open Sans, sans-serif":    `"Open Sans", sans-serif`,
		`'Rock 3D', "Inter 2"`:     `"Rock 3D", "Inter 2"`,
		"generic(kai), sans-serif": "generic(kai), sans-serif",
	} {
		if got := sanitizeFontFamily(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
	face := ordered.Of("fontFamily", `"Open Sans", serif`, "fontWeight", "bold", "fontStretch", "semi-condensed")
	if got, want := fontFaceSlug(face), "open sans,serif;normal;700;87.5%;U+0-10FFFF"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestPageDetails(t *testing.T) {
	head := documentHead(`<html><head lang=en><title>A &amp; <b>B</b></title><link rel="icon" href="/i.png">
<meta property="og:image" content="x/y.png"><meta content='Text' name='description'></head><body><title>no</title>`)
	if got := pageTitle(head); got != "A & B" {
		t.Errorf("title %q", got)
	}
	if got := pageIcon(head, "https://example.org/a/b"); got != "https://example.org/i.png" {
		t.Errorf("icon %q", got)
	}
	if got := pageMeta(head, "name", "description", "og:description"); got != "Text" {
		t.Errorf("description %q", got)
	}
	if got := absoluteURL(pageMeta(head, "property", "og:image"), "https://example.org/a/b"); got != "https://example.org/x/y.png" {
		t.Errorf("image %q", got)
	}
}

func FuzzPageDetails(f *testing.F) {
	f.Add(`<head><title>x</title><link rel=icon href=a><meta name=description content=b></head>`)
	f.Add(`</head><head`)
	f.Fuzz(func(t *testing.T, page string) {
		head := documentHead(page)
		pageTitle(head)
		pageIcon(head, "https://example.org/")
		pageMeta(head, "name", "description")
	})
}

func TestOembedXML(t *testing.T) {
	got := string(oembedXML(ordered.Of("title", "A &amp; <i>“B”</i>", "width", int64(600))))
	want := "<?xml version=\"1.0\"?>\n<oembed><title>A &amp; &lt;i&gt;&#x201C;B&#x201D;&lt;/i&gt;</title><width>600</width></oembed>\n"
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestTemplateNames(t *testing.T) {
	for in, want := range map[string]string{"theme//slug": "theme//slug", "theme/slug": "theme//slug", "slug": "slug", "a/b/c": "a/b//c", "/x": "//x", "": ""} {
		if got, _ := templateName(t.Context(), in, ""); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}
