package format

import (
	"strings"

	"github.com/platenhq/platen/block"
	"github.com/platenhq/platen/ordered"
)

// SaveFilters is what WordPress does to the texts a user sends before they are
// stored: the filters named …_save_pre and pre_….
type SaveFilters struct {
	UnfilteredHTML bool   // the user has the capability unfiltered_html
	EditCSS        bool   // the user has edit_css; UnfilteredHTML includes it
	Home           string // URL of the home page; links to its host are internal
	Uploads        string // base URL of the uploads, see NewKses
	Balance        bool   // the option use_balanceTags: close what was left open
}

// Content is the filter chain of a post's content (content_save_pre): style.css
// taken out of block attributes, entities repaired, kses with the list for posts.
func (f SaveFilters) Content(text string) string {
	if !f.UnfilteredHTML && !f.EditCSS {
		text = dropBlockCSS(text)
	}
	return f.Excerpt(text)
}

// Excerpt is the filter chain of an excerpt: excerpt_save_pre.
func (f SaveFilters) Excerpt(text string) string {
	text = ConvertInvalidEntities(text)
	if !f.UnfilteredHTML {
		text = NewKses(KsesPost, f.Uploads).Filter(text)
	}
	return f.balance(text)
}

// balance is balanceTags, the last filter of contents, excerpts and comments.
func (f SaveFilters) balance(text string) string {
	if !f.Balance {
		return text
	}
	return ForceBalanceTags(text)
}

// Title is the filter chain of a title: title_save_pre.
func (f SaveFilters) Title(text string) string {
	text = unslash(trimPHP(slash(text)))
	if !f.UnfilteredHTML {
		text = NewKses(KsesData, f.Uploads).Filter(text)
	}
	return text
}

// Comment is the filter chain of a comment's text: pre_comment_content. It puts
// rel attributes on links for everybody.
func (f SaveFilters) Comment(text string) string {
	text = ConvertInvalidEntities(text)
	if !f.UnfilteredHTML {
		text = mentionClasses(NewKses(KsesComment, f.Uploads).Filter(text))
	}
	return f.balance(RelUGC(text, f.Home))
}

// Name is the filter chain of the names of terms, users and comment authors
// (pre_term_name and others): one line without tags, escaped.
func (f SaveFilters) Name(text string) string {
	text = NewKses(KsesData, f.Uploads).Filter(unslash(SanitizeTextField(slash(text))))
	return unslash(escapeNoQuotes(slash(text)))
}

// Description is the filter chain of the descriptions of terms and users, for
// all users: pre_term_description, pre_user_description.
func (f SaveFilters) Description(text string) string {
	return NewKses(KsesDescription, f.Uploads).Filter(text)
}

// Email is the filter chain of e-mail addresses: pre_user_email,
// pre_comment_author_email.
func (f SaveFilters) Email(text string) string {
	return NewKses(KsesData, f.Uploads).Filter(unslash(SanitizeEmail(trimPHP(slash(text)))))
}

// URL is the filter chain of addresses: pre_user_url, pre_comment_author_url,
// pre_post_guid.
func (f SaveFilters) URL(text string) string {
	return NewKses(KsesData, f.Uploads).Filter(unslash(SanitizeURL(StripAllTags(slash(text), false))))
}

// slash and unslash are PHP's addslashes and stripslashes: WordPress runs its
// filters on slashed text, and some of them see the difference.
func slash(s string) string {
	if !strings.ContainsAny(s, "'\"\\\x00") {
		return s
	}
	return strings.NewReplacer("'", `\'`, `"`, `\"`, `\`, `\\`, "\x00", `\0`).Replace(s)
}

func unslash(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' {
			if i++; i == len(s) {
				break
			}
			if s[i] == '0' {
				out = append(out, 0)
				continue
			}
		}
		out = append(out, s[i])
	}
	return string(out)
}

// dropBlockCSS takes the attribute style.css out of block delimiters and leaves
// the rest of the text as it is: wp_strip_custom_css_from_blocks.
func dropBlockCSS(text string) string {
	if !block.Has(text) {
		return text
	}
	var b strings.Builder
	kept := 0
	for d := (delimiters{s: text}); d.next(); {
		if d.attrs == 0 || d.closer {
			continue
		}
		start, end := d.attrs, d.attrsEnd
		attrs := block.DecodeAttrs(text[start:end])
		style, ok := attrs.Value("style").(*ordered.Object)
		if !ok || style.Value("css") == nil {
			continue
		}
		style.Delete("css")
		if style.Len() == 0 {
			attrs.Delete("style")
		}
		b.WriteString(text[kept:start])
		if attrs.Len() > 0 {
			b.WriteString(block.SerializeAttrs(attrs))
			kept = end
		} else {
			kept = end + 1 // the blank too
		}
	}
	return b.String() + text[kept:]
}
