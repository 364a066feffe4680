package wxr_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/platenhq/platen/wxr"
)

// pieces reads a whole document.
func pieces(text string) (out []any, head wxr.Head, err error) {
	r := wxr.NewReader(strings.NewReader(text))
	for {
		p, err := r.Next()
		if err == io.EOF {
			return out, r.Head(), nil
		}
		if err != nil {
			return out, r.Head(), err
		}
		out = append(out, p)
	}
}

// write writes pieces as a document.
func write(t testing.TB, head wxr.Head, list []any) (string, int) {
	t.Helper()
	var b bytes.Buffer
	w := wxr.NewWriter(&b, head)
	for _, p := range list {
		var err error
		switch v := p.(type) {
		case *wxr.Author:
			err = w.Author(*v)
		case *wxr.Term:
			err = w.Term(*v)
		case *wxr.Item:
			v.Line = 0
			err = w.Item(*v)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String(), w.Dropped()
}

func TestRoundTrip(t *testing.T) {
	text, err := os.ReadFile("../testdata/wxr/small.xml")
	if err != nil {
		t.Fatal(err)
	}
	first, head, err := pieces(string(text))
	if err != nil || len(first) != 16 || head.Title != "Small & odd" || head.Version != "1.2" {
		t.Fatal(len(first), head, err)
	}
	doc, dropped := write(t, head, first)
	second, head2, err := pieces(doc)
	for _, p := range second {
		if it, ok := p.(*wxr.Item); ok {
			it.Line = 0
		}
	}
	head2.PubDate, head.PubDate = "", ""
	if err != nil || dropped != 0 || !reflect.DeepEqual(first, second) || head != head2 {
		t.Error(err, dropped, head, head2)
	}
}

// TestHardText holds that every text XML can say comes back as it was.
func TestHardText(t *testing.T) {
	for _, text := range []string{"]]>", "a\r\nb\rc", "<x>&amp;</x>", "]]]]>>", " \t\n ", "😀\u00a0", "\"'"} {
		it := &wxr.Item{Title: text, Link: text, Content: text, Meta: []wxr.Meta{{Key: text, Value: text}},
			Terms: []wxr.TermRef{{Taxonomy: "x", Slug: "s" + text, Name: text}}, Comments: []wxr.Comment{{Content: text, URL: text}}}
		doc, dropped := write(t, wxr.Head{Version: "1.2"}, []any{it})
		got, _, err := pieces(doc)
		if err != nil || dropped != 0 || len(got) != 1 {
			t.Fatalf("%q: %v", text, err)
		}
		back := got[0].(*wxr.Item)
		if back.Line = 0; !reflect.DeepEqual(it, back) {
			t.Errorf("%q: %+v", text, back)
		}
	}
	doc, dropped := write(t, wxr.Head{Generator: "a --> b"}, []any{&wxr.Item{Content: "a\x00b\x0bc\xff\ufffed"}})
	if got, _, err := pieces(doc); err != nil || dropped != 4 || got[0].(*wxr.Item).Content != "abcd" {
		t.Error(got, dropped, err)
	}
}

func TestErrorNamesLine(t *testing.T) {
	_, _, err := pieces("<rss>\n<channel>\n<wp:wxr_version>1.2</wp:wxr_version>\n<item>\n<title>x</titel>\n</item></channel></rss>")
	var at *wxr.Error
	if !errors.As(err, &at) || at.Line != 5 {
		t.Error(err)
	}
	if _, _, err := pieces("<rss><channel></channel></rss>"); !errors.Is(err, wxr.ErrNotWXR) {
		t.Error(err)
	}
}

// FuzzReader holds that whatever can be read can be written and read again.
func FuzzReader(f *testing.F) {
	text, err := os.ReadFile("../testdata/wxr/small.xml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(text))
	f.Add("<rss><channel><wp:wxr_version>1.0</wp:wxr_version><item><category domain='tag' nicename='a'>b</category></item></channel></rss>")
	f.Fuzz(func(t *testing.T, text string) {
		first, head, err := pieces(text)
		if err != nil {
			return
		}
		doc, _ := write(t, head, first)
		second, _, err := pieces(doc)
		if err != nil || len(second) != len(first) {
			t.Fatalf("%v\n%s", err, doc)
		}
		if again, _ := write(t, head, second); again != doc {
			t.Fatalf("%s\n%s", doc, again)
		}
	})
}
