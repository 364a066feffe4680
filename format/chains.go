package format

// TextOptions are what the filter chains need to know of the site.
type TextOptions struct {
	Shortcodes  *Shortcodes // whose tags are left alone; may be nil
	IncludesURL string      // the URL of wp-includes with its slash; "" leaves smilies alone
	Links       LinkRules   // for links made of URLs in comments
}

func (o TextOptions) smilies(text string) string {
	if o.IncludesURL == "" {
		return text
	}
	return ConvertSmilies(text, o.IncludesURL)
}

// Title makes a stored title fit to print: the filter the_title. HTML in it
// stays.
func Title(title string, o TextOptions) string {
	return CapitalPDangitTitle(trimPHP(ConvertChars(Texturize(title, o.Shortcodes))))
}

// Excerpt makes a stored or an automatic excerpt fit to print: the filter
// the_excerpt without its last step, the attributes of images.
func Excerpt(excerpt string, o TextOptions) string {
	excerpt = o.smilies(Texturize(excerpt, o.Shortcodes))
	return ShortcodeUnautop(Autop(ConvertChars(excerpt), true), o.Shortcodes)
}

// CommentText makes a stored comment fit to print: the filter comment_text. It
// takes for granted that the comment was filtered when it was stored.
func CommentText(comment string, o TextOptions) string {
	o.Links.UGC = true
	comment = MakeClickable(comment, o.Links)
	comment = ConvertChars(Texturize(comment, o.Shortcodes))
	comment = ForceBalanceTags(o.smilies(comment))
	return CapitalPDangit(Autop(comment, true))
}

// TermDescription makes a term's description fit to print in a page: the filter
// term_description. The REST API returns the stored text instead.
func TermDescription(description string, o TextOptions) string {
	description = ConvertChars(Texturize(description, o.Shortcodes))
	return ShortcodeUnautop(Autop(description, true), o.Shortcodes)
}
