package render

import (
	"strings"

	"github.com/platenhq/platen/format"
)

// Short names for the text functions of package format.

func escHTML(s string) string                   { return format.EscHTML(s) }
func escAttr(s string) string                   { return format.EscAttr(s) }
func escURL(s string) string                    { return format.EscURL(s) }
func stripTags(s string) string                 { return format.StripTags(s) }
func stripAllTags(s string, breaks bool) string { return format.StripAllTags(s, breaks) }
func sanitizeKey(s string) string               { return format.SanitizeKey(s) }

// sanitizeTitle leaves alone what is a slug already, which is nearly always.
func sanitizeTitle(s string) string {
	for i := range len(s) {
		if c := s[i]; !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' && i > 0 && i < len(s)-1 && s[i-1] != '-') {
			return format.SanitizeTitle(s, "")
		}
	}
	return s
}

func htmlClass(s string) string { return format.SanitizeHTMLClass(s, "") }

// PENDING: functions package format does not have yet.

func safeCSS(s string) string {
	var out []string
	for _, d := range strings.Split(s, ";") {
		if d = strings.TrimSpace(d); d != "" {
			out = append(out, d)
		}
	}
	return strings.Join(out, ";")
}
func ksesPost(s string) string                  { return s }
func autop(s string) string                     { return s }
func (run *Run) convertSmilies(s string) string { return s }
func makeClickable(s string) string             { return s }
func balanceTags(s string) string               { return s }
