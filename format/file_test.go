package format

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/platenhq/platen/internal/vectest"
)

func TestVectorsSanitizeFileName(t *testing.T) {
	runGolden(t, "sanitize_file_name", func(in string, _ goldenCase) string {
		return SanitizeFileName(in, AllowedFileTypes(false))
	})
}

func typesJSON(list FileTypes) map[string]string {
	out := map[string]string{}
	for _, t := range list {
		out[strings.Join(t.Extensions, "|")] = t.MIME
	}
	return out
}

func TestVectorsCheckFiletype(t *testing.T) {
	var cases []goldenCase
	vectest.Load(t, "wp_check_filetype", &cases)
	tally := vectest.New(t, "wp_check_filetype")
	for _, c := range cases {
		var got any
		text := func() string { return goldenText(t, c.Input) }
		switch c.Args.Fn {
		case "wp_check_filetype":
			answer := map[string]any{"ext": false, "type": false}
			if ext, mime, ok := AllowedFileTypes(false).Check(text()); ok {
				answer = map[string]any{"ext": ext, "type": mime}
			}
			got = answer
		case "get_allowed_mime_types":
			got = typesJSON(AllowedFileTypes(c.Args.User != nil))
		case "wp_get_mime_types":
			got = typesJSON(KnownFileTypes())
		case "wp_get_ext_types":
			kinds := map[string][]string{}
			for _, k := range FileKinds() {
				kinds[k.Name] = k.Extensions
			}
			got = kinds
		case "wp_get_default_extension_for_mime_type":
			if ext := KnownFileTypes().DefaultExtension(text()); ext != "" {
				got = ext
			} else {
				got = false
			}
		case "wp_ext2type":
			if kind := FileKind(text()); kind != "" {
				got = kind
			}
		case "sanitize_mime_type":
			got = SanitizeMIMEType(text())
		}
		shown, ok := sameJSON(t, got, c.Output)
		tally.Check(c.Name, ok, "(%s) %s: got %s, want %s", c.Args.Fn, c.Input, shown, c.Output)
	}
	tally.Done()
}

func FuzzSanitizeFileName(f *testing.F) {
	for _, s := range []string{"a b.php.jpg", "../../etc/passwd", "\xff.jpg", "jpg", "é\u00a0.PNG", "a.\x00.b.c"} {
		f.Add(s)
	}
	allowed := AllowedFileTypes(true)
	f.Fuzz(func(t *testing.T, s string) {
		name := SanitizeFileName(s, allowed)
		if strings.ContainsAny(name, "/\\\x00\n\r\t ?*\"<>|:%&$`'") || strings.HasPrefix(name, ".") || strings.Contains(name, "..") {
			t.Fatalf("SanitizeFileName(%q) = %q", s, name)
		}
		if !utf8.ValidString(name) {
			t.Fatalf("SanitizeFileName(%q) = %q", s, name)
		}
		if again := SanitizeFileName(name, allowed); again != name {
			t.Fatalf("SanitizeFileName(%q) = %q, then %q", s, name, again)
		}
	})
}
