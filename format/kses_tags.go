package format

import "strings"

// KsesContext names a list of tags: what wp_kses_allowed_html takes.
type KsesContext string

// The contexts of WordPress. Any other is KsesData.
const (
	KsesPost        KsesContext = "post"                 // posts
	KsesData        KsesContext = "data"                 // the short list
	KsesComment     KsesContext = "pre_comment_content"  // the short list and mentions
	KsesDescription KsesContext = "pre_term_description" // the short list, links with rel and target
	KsesStrip       KsesContext = "strip"                // no tags
)

// KsesRule says which values an attribute may have; the zero rule is any.
type KsesRule struct {
	Required  bool     // without the attribute the tag goes
	Valueless bool     // the attribute must have no value
	Values    []string // the values there are, in lower case
	OwnPDF    bool     // a PDF file below the site's own uploads
}

// KsesTags are the tags that may stay, with the attributes each may have. All
// names are in lower case; "data-*" stands for every data attribute.
type KsesTags map[string]map[string]KsesRule

// globalAttrs may stand in every tag of the list for posts.
const globalAttrs = `aria-controls aria-current aria-describedby aria-details aria-expanded aria-hidden
aria-label aria-labelledby aria-live class data-* dir hidden id lang style tabindex title role xml:lang`

// cellAttrs are those of table parts, mathAttrs those of all MathML.
const (
	cellAttrs = "align char charoff valign"
	mathAttrs = "displaystyle scriptlevel mathbackground mathcolor mathsize"
)

// postRows lists tags and the attributes they have besides the global ones.
var postRows = [][2]string{
	{`address abbr acronym b bdo big br cite code dd dfn dl dt em fieldset i kbd mark rb rp rt rtc ruby s samp
search small strike strong sub sup title tt u var wbr`, ""},
	{"a", "href rel rev name target download"},
	{"area", "alt coords href nohref shape target"},
	{`article aside caption figure figcaption footer h1 h2 h3 h4 h5 h6 header hgroup legend main nav p span section
summary`, "align"},
	{"audio", "autoplay controls loop muted preload src"},
	{"blockquote q", "cite"},
	{"button", "command commandfor disabled name type value popovertarget popovertargetaction aria-haspopup"},
	{"col colgroup", cellAttrs + " span width"},
	{"data", "value"},
	{"del time", "datetime"},
	{"details", "align open name"},
	{"div", "align popover"},
	{"dialog", "closedby open popover autofocus"},
	{"font", "color face size"},
	{"hr", "align noshade size width"},
	{"img", "alt align border height hspace loading longdesc vspace src usemap width"},
	{"ins", "datetime cite"},
	{"label", "for"},
	{"li", "align value"},
	{"map", "name"},
	{"menu", "type"},
	{"meter", "high low max min optimum value"},
	{"object", "data type"},
	{"pre", "width"},
	{"progress", "max value"},
	{"table", "align bgcolor border cellpadding cellspacing rules summary width"},
	{"tbody tfoot thead", cellAttrs},
	{"td th", cellAttrs + " abbr axis bgcolor colspan headers height nowrap rowspan scope width"},
	{"textarea", "cols rows disabled name readonly"},
	{"tr", cellAttrs + " bgcolor"},
	{"track", "default kind label src srclang"},
	{"ul", "type popover"},
	{"ol", "start type reversed"},
	{"video", "autoplay controls height loop muted playsinline poster preload src width"},
	{"math", mathAttrs + " display"},
	{`mtext mn ms mrow msqrt mroot mstyle merror mphantom msub msup msubsup mmultiscripts mprescripts
semantics`, mathAttrs},
	{"mi", mathAttrs + " mathvariant"},
	{"mo", mathAttrs + ` form fence separator lspace rspace stretchy symmetric maxsize minsize largeop
movablelimits`},
	{"mspace", mathAttrs + " width height depth"},
	{"mfrac", mathAttrs + " linethickness"},
	{"mpadded", mathAttrs + " width height depth lspace voffset"},
	{"munder mover munderover", mathAttrs + " accentunder accent"},
	{"mtable", mathAttrs + ` columnalign rowspacing columnspacing align rowalign columnlines rowlines frame
framespacing width`},
	{"mtr", mathAttrs + " columnalign rowalign"},
	{"mtd", mathAttrs + " columnspan rowspan columnalign rowalign"},
	{"annotation", mathAttrs + " encoding"},
	{"menclose", mathAttrs + " notation"},
}

// dataRows is the short list.
var dataRows = [][2]string{
	{"a", "href title"},
	{"abbr acronym", "title"},
	{"b cite code em i s strike strong", ""},
	{"blockquote q", "cite"},
	{"del", "datetime"},
}

var (
	postTags        = buildPostTags()
	dataTags        = buildTags(dataRows, "")
	commentTags     = buildTags(append(dataRows[:len(dataRows):len(dataRows)], [2]string{"span", "class"}), "")
	descriptionTags = buildTags(append(dataRows[:len(dataRows):len(dataRows)], [2]string{"a", "href title rel target"}), "")
)

func buildTags(rows [][2]string, global string) KsesTags {
	tags := KsesTags{}
	for _, row := range rows {
		for _, tag := range strings.Fields(row[0]) {
			attrs := map[string]KsesRule{}
			for _, name := range strings.Fields(row[1] + " " + global) {
				attrs[name] = KsesRule{}
			}
			tags[tag] = attrs
		}
	}
	return tags
}

func buildPostTags() KsesTags {
	tags := buildTags(postRows, globalAttrs)
	tags["a"]["download"] = KsesRule{Valueless: true}
	tags["object"]["data"] = KsesRule{Required: true, OwnPDF: true}
	tags["object"]["type"] = KsesRule{Required: true, Values: []string{"application/pdf"}}
	return tags
}

// tagsOf is the list of a context; it must not be changed.
func tagsOf(context KsesContext) KsesTags {
	switch context {
	case KsesPost:
		return postTags
	case KsesComment:
		return commentTags
	case KsesDescription, "user_description", "pre_user_description":
		return descriptionTags
	case KsesStrip:
		return nil
	}
	return dataTags
}

// KsesAllowed returns a copy of the list of tags of a context, to look at or to
// make another Kses of: wp_kses_allowed_html.
func KsesAllowed(context KsesContext) KsesTags {
	tags := KsesTags{}
	for tag, attrs := range tagsOf(context) {
		list := make(map[string]KsesRule, len(attrs))
		for name, rule := range attrs {
			list[name] = rule
		}
		tags[tag] = list
	}
	return tags
}

// ksesURLAttrs are the attributes that hold a URL.
var ksesURLAttrs = wordSet(`action archive background cite classid codebase data formaction href icon longdesc
manifest poster profile src usemap xmlns`)
