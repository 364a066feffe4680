package store

import (
	"strings"

	"github.com/platenhq/platen/internal/store/uca520"
)

// search is a search text taken apart as WP_Query::parse_search does it.
type search struct {
	text    string
	terms   []searchTerm
	count   int // how many words the text had before the too common ones went
	columns []string
	exact   bool
	file    bool
	public  bool

	index *searchIndex // nil: none is asked
	match string       // what it is asked
	told  []bool       // which terms need no LIKE beside it
	many  bool         // posts are found by it
}

type searchTerm struct {
	text    string
	exclude bool
}

// stopwords are the English words WordPress does not search for.
var stopwords = wordSet("about an are as at be by com for from how in is it of on or that the this to was what when where who will with www")

func wordSet(s string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(s) {
		m[w] = true
	}
	return m
}

var searchColumns = []string{"post_title", "post_excerpt", "post_content"}

func parseSearch(pq *PostQuery) *search {
	s := &search{text: strings.NewReplacer("\r", "", "\n", "").Replace(stripSlashes(pq.Search)), count: 1, exact: pq.SearchExact,
		file: pq.SearchFilename, public: pq.SearchPublic}
	for _, c := range searchColumns {
		if contained(pq.SearchColumns, c) {
			s.columns = append(s.columns, c)
		}
	}
	if s.columns == nil {
		s.columns = searchColumns
	}
	terms := []string{s.text}
	if !pq.SearchSentence {
		if words := searchWords(s.text); len(words) > 0 {
			s.count = len(words)
			// Only common words, or very many: the whole text is one term.
			if kept := usefulWords(words); len(kept) > 0 && len(kept) < 10 {
				terms = kept
			}
		}
	}
	for _, t := range terms {
		if rest, ok := strings.CutPrefix(t, "-"); ok {
			s.terms = append(s.terms, searchTerm{rest, true})
		} else {
			s.terms = append(s.terms, searchTerm{t, false})
		}
	}
	return s
}

// stripSlashes is PHP's stripslashes, which WP_Query runs over a search text.
func stripSlashes(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' {
			if i++; i == len(s) {
				break
			}
			if s[i] == '0' {
				b.WriteByte(0)
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// searchWords finds quoted phrases (with their quotes; the last may be open) and words between blanks, quotes, commas
// and plus signs.
func searchWords(s string) []string {
	const between = "\t \",+"
	var out []string
	for i := 0; i < len(s); {
		if s[i] == '"' {
			end := len(s)
			if k := strings.IndexByte(s[i+1:], '"'); k >= 0 {
				end = i + 1 + k + 1
			}
			out = append(out, s[i:end])
			i = end
			continue
		}
		end := i
		for end < len(s) && strings.IndexByte(between, s[end]) < 0 {
			end++
		}
		if end > i {
			out = append(out, s[i:end])
			i = end
		} else {
			i++
		}
	}
	return out
}

// usefulWords drops what is too short or too common (WP_Query::parse_search_terms).
func usefulWords(words []string) []string {
	var out []string
	for _, w := range words {
		if len(w) > 2 && w[0] == '"' && w[len(w)-1] == '"' {
			w = strings.Trim(w, `"'`) // a closed phrase keeps its outer blanks
		} else {
			w = strings.Trim(w, `"' `)
		}
		if w == "" || w == "0" || len(w) == 1 && (w[0] == '-' || w[0]|0x20 >= 'a' && w[0]|0x20 <= 'z') {
			continue
		}
		if stopwords[strings.ToLower(w)] && !strings.Contains(w, "İ") { // PHP lowers İ to two characters
			continue
		}
		out = append(out, w)
	}
	return out
}

// where adds the search's conditions: every term in any column, every excluded term in none.
func (s *search) where(b *postBuilder) {
	if s.index != nil {
		s.index.cond(b.conds.next(), s)
	}
	for i, t := range s.terms {
		if s.index != nil && s.told[i] {
			continue
		}
		op, parts := "LIKE", or()
		if t.exclude {
			op, parts = "NOT LIKE", and()
		}
		value := contains(t.text)
		if s.exact {
			value = uca520.EscapeLike(t.text, '!')
		}
		for _, column := range s.columns {
			parts.next().add("p.`"+column+"` "+op+" ? ESCAPE '!'", value)
		}
		if s.file {
			// Core joins the file's meta row; an excluded term thereby also asks for there being a file.
			parts.next().add("EXISTS (SELECT 1 FROM "+b.q.s.t.postmeta+" sq WHERE sq.`post_id` = p.`ID` AND sq.`meta_key` = '_wp_attached_file'"+
				" AND sq.`meta_value` "+op+" ? ESCAPE '!')", value)
		}
		b.conds.group(parts)
	}
	if s.public {
		b.conds.next().add("p.`post_password` = ''")
	}
}

// order adds relevance: phrase in the title, all words in the title, any word in the title, phrase in the excerpt, phrase
// in the content (WP_Query::parse_search_order). With an index its score says the rest after the title.
func (s *search) order(o *conds) {
	s.steps(o)
	if s.index != nil {
		s.index.score(o, s.match)
	}
}

func (s *search) steps(o *conds) {
	var titles []string
	if !s.exact {
		for _, t := range s.terms {
			if !t.exclude {
				titles = append(titles, contains(t.text))
			}
		}
	}
	if len(titles) == 0 {
		return
	}
	const title = "p.`post_title` LIKE ? ESCAPE '!'"
	if s.count <= 1 {
		o.next().add("("+title+") DESC", titles[0])
		return
	}
	c := o.next()
	phrase := ""
	if !negative(s.text) {
		phrase = contains(s.text)
	}
	if phrase == "" && len(titles) >= 7 {
		c.add("1")
		return
	}
	c.add("(CASE")
	if phrase != "" {
		c.add(" WHEN "+title+" THEN 1", phrase)
	}
	if len(titles) < 7 {
		for _, way := range []struct{ joint, then string }{{" AND ", "2"}, {" OR ", "3"}} {
			if way.then == "3" && len(titles) == 1 {
				break
			}
			c.add(" WHEN ")
			for i, t := range titles {
				if i > 0 {
					c.add(way.joint)
				}
				c.add(title, t)
			}
			c.add(" THEN " + way.then)
		}
	}
	if phrase != "" && s.index == nil {
		c.add(" WHEN p.`post_excerpt` LIKE ? ESCAPE '!' THEN 4 WHEN p.`post_content` LIKE ? ESCAPE '!' THEN 5", phrase, phrase)
	}
	c.add(" ELSE 6 END)")
}

// negative reports whether a word of the text starts with a minus sign.
func negative(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] == '-' && (i == 0 || strings.IndexByte(" \t\n\v\f\r", s[i-1]) >= 0) {
			return true
		}
	}
	return false
}

// mimePattern cleans a MIME type as wp_post_mime_type_where does: "image", "image/*" and "image/%" mean the whole family
// and come back as a LIKE pattern. all means that the type excludes nothing.
func mimePattern(mime string) (pattern string, wild, all bool) {
	mime = strings.Join(strings.Fields(mime), "")
	if mime == "" || mime == "%" || mime == "%/%" {
		return "", false, true
	}
	group, sub, ok := strings.Cut(strings.ReplaceAll(mime, "%", "*"), "/")
	group = keep(group, "-*.")
	switch {
	case ok:
		if sub = keep(sub, "-*.+"); sub == "" || sub == "0" {
			sub = "*"
		}
		pattern = group + "/" + sub
	case strings.Contains(group, "*"):
		pattern = group
	default:
		pattern = group + "/*"
	}
	if !strings.Contains(pattern, "*") {
		return pattern, false, false
	}
	for strings.Contains(pattern, "**") {
		pattern = strings.ReplaceAll(pattern, "**", "*")
	}
	return strings.ReplaceAll(pattern, "*", "%"), true, false
}

// keep drops everything but ASCII letters, digits and extra.
func keep(s, extra string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r < 128 && strings.ContainsRune(extra, r):
			return r
		}
		return -1
	}, s)
}
