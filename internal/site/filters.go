package site

import (
	"context"
	"strings"

	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/internal/wp"
)

// filterText takes the texts of c into row as the save filters leave them
// (content_save_pre, title_save_pre, excerpt_save_pre): without
// unfiltered_html, what is not allowed is taken out.
func (s *Site) filterText(ctx context.Context, row *wp.Post, c PostChanges) {
	title, content, excerpt := or(c.Title, row.Title), or(c.Content, row.Content), or(c.Excerpt, row.Excerpt)
	if c.Raw {
		row.Title, row.Content, row.Excerpt = title, content, excerpt
		return
	}
	f := s.SaveFilters(ctx)
	row.Title, row.Content, row.Excerpt = f.Title(title), f.Content(content), f.Excerpt(excerpt)
}

// SaveFilters are the filters for texts of the user who acts.
func (s *Site) SaveFilters(ctx context.Context) format.SaveFilters {
	f := format.SaveFilters{UnfilteredHTML: s.Can(ctx, "unfiltered_html"), EditCSS: s.Can(ctx, "edit_css")}
	if set, err := s.Settings(ctx); err == nil {
		f.Home, f.Uploads, f.Balance = set.Home, set.UploadsURL(), set.Get("use_balanceTags") == "1"
	}
	return f
}

// trimmed is PHP's trim.
func trimmed(t string) string { return strings.Trim(t, " \t\n\r\x00\x0b") }
