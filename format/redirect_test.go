package format

import (
	"strings"
	"testing"

	"github.com/platenhq/platen/internal/vectest"
)

func TestVectorsRedirectValidation(t *testing.T) {
	var file struct {
		Cases []struct {
			ID, Kind, Home, Location, Fallback, Sanitized string
			RequestURI                                    string `json:"request_uri"`
			Environment                                   string `json:"environment_type"`
			Result                                        any
		}
	}
	vectest.Load(t, "redirect_validation", &file)
	tally := vectest.New(t, "redirect_validation")
	for _, c := range file.Cases {
		var got any
		switch c.Kind {
		case "wp_validate_redirect":
			got = RedirectSite{Home: c.Home, RequestURI: c.RequestURI}.Validate(c.Location, c.Fallback)
			if s := SanitizeRedirect(c.Location); s != c.Sanitized {
				got = "sanitized: " + s
			}
		case "authorize_application_redirect_url":
			got = true
			if err := CheckAppRedirect(c.Location, c.Environment == "local"); err != nil {
				got, _, _ = strings.Cut(err.Error(), ":")
			}
		case "is_uuid":
			got = IsUUID(c.Location)
		}
		tally.Check(c.ID, got == c.Result, "%s %q: got %v, want %v", c.Kind, c.Location, got, c.Result)
	}
	tally.Done()
}

func FuzzValidateRedirect(f *testing.F) {
	for _, s := range []string{"/x", "//evil", `/\evil`, "https:evil", "http://example.com@evil/", "x?y", "%0%0dd", "é"} {
		f.Add(s)
	}
	site := RedirectSite{Home: "https://example.com", RequestURI: "/a/b?c"}
	f.Fuzz(func(t *testing.T, s string) {
		got := site.Validate(s, "FALLBACK")
		if got == "FALLBACK" {
			return
		}
		if strings.ContainsAny(got, "\r\n \\\"<>'") || strings.HasPrefix(got, "//") || strings.HasPrefix(lowerASCII(got), "javascript:") {
			t.Fatalf("Validate(%q) = %q", s, got)
		}
		if u, ok := parsePHPURL(got); ok && u.has(urlHost) && lowerASCII(u.host) != "example.com" && !strings.Contains(got, "?") {
			t.Fatalf("Validate(%q) = %q leads to %q", s, got, u.host)
		}
	})
}
