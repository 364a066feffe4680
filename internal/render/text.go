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

func safeCSS(s string) string { return format.SafeCSS(s) }

func autop(s string) string { return format.Autop(s, true) }

// ksesPost is wp_kses_post.
func (r *Renderer) ksesPost(s string) string {
	if !strings.ContainsAny(s, "<>&") {
		return s
	}
	return r.kses.Filter(s)
}

func (r *Renderer) convertSmilies(s string) string {
	return format.ConvertSmilies(s, r.cfg.SiteURL+"/wp-includes/")
}

func balanceTags(s string) string { return format.ForceBalanceTags(s) }

func (run *Run) termDescription(s string) string {
	return run.shortcodeUnautop(autop(format.ConvertChars(run.texturize(s))))
}
