package store

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const (
	// longestMatch is how much of a term is given to an index, in words or, for trigrams, in characters.
	longestMatch = 16
	longestGram  = 64
	// longestWord is what all indexes hold of a word, in characters.
	longestWord = 64
)

// narrow leaves to an index what it can tell. What it cannot tell alone stays with LIKE: phrases and terms with other
// characters than those of words, for which the index only finds candidates, and terms of scripts that write words without
// spaces. A search of exclusions alone is not made for an index.
func (s *search) narrow(x *searchIndex) {
	if s.exact || s.file {
		return
	}
	var must, not []string
	told := make([]bool, len(s.terms))
	for i, t := range s.terms {
		parts, whole := x.parts(t.text)
		if x.table == "" && len(s.columns) < len(searchColumns) {
			whole = false // MySQL's index is one of all columns
		}
		switch {
		case len(parts) == 0, t.exclude && !whole:
			continue
		case t.exclude:
			not = append(not, parts...)
		default:
			must = append(must, parts...)
		}
		told[i] = whole
	}
	if len(must) == 0 {
		return
	}
	s.index, s.match, s.told = x, x.expression(must, not, s.columns), told
}

// expression joins what must be found and what must not.
func (x *searchIndex) expression(must, not, columns []string) string {
	if x.table == "" {
		text := "+" + strings.Join(must, " +")
		if len(not) > 0 {
			text += " -" + strings.Join(not, " -")
		}
		return text
	}
	text := "(" + strings.Join(must, " AND ") + ")"
	if len(not) > 0 {
		text = "(" + text + " NOT (" + strings.Join(not, " OR ") + "))"
	}
	if len(columns) < len(searchColumns) {
		text = "{" + strings.Join(columns, " ") + "} : " + text
	}
	return text
}

// parts are the parts of an index's expression for a term, none if the index knows nothing of it. whole says that they
// mean the same as the term. They are made of letters, digits and what is quoted, so nobody can write an operator.
func (x *searchIndex) parts(term string) (parts []string, whole bool) {
	if x.mode == SearchTrigram {
		return trigrams(term)
	}
	words, whole, open := words(term, x.table == "")
	if len(words) == 0 {
		return nil, false
	}
	if len(words) > longestMatch {
		words, whole, open = words[:longestMatch], false, false
	}
	star := ""
	if open {
		star = "*"
	}
	if x.table != "" {
		return []string{`"` + strings.Join(words, " ") + `"` + star}, whole
	}
	for i, w := range words {
		begins := open && i == len(words)-1
		switch {
		case !x.rules.holds(w, begins):
			whole = false
		case begins:
			parts = append(parts, w+"*")
		default:
			parts = append(parts, w)
		}
	}
	return parts, whole
}

// trigrams is a term for an index of trigrams.
func trigrams(term string) (parts []string, whole bool) {
	n := 0
	for i, r := range term {
		if r == utf8.RuneError || unicode.IsControl(r) {
			return nil, false
		}
		if n == longestGram {
			return []string{quotePhrase(term[:i])}, false
		}
		if !unicode.Is(unicode.M, r) { // marks are no characters of their own there
			n++
		}
	}
	if n < 3 {
		return nil, false
	}
	return []string{quotePhrase(term)}, true
}

func quotePhrase(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }

// wordScripts write words apart and put no articles or prepositions in front of them without a space.
var wordScripts = []*unicode.RangeTable{unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Armenian, unicode.Georgian}

// words takes a term apart as the indexes take texts apart: at everything that is neither letter nor digit; MySQL takes the
// underscore for a letter. whole says that the term is one word and nothing else, open that it ends in a letter, so that
// longer words begin with it. There are no words for a term with letters of another script.
func words(term string, underscore bool) (list []string, whole, open bool) {
	term = norm.NFC.String(term)
	start := -1
	whole = true
	for i, r := range term {
		switch {
		case r >= '0' && r <= '9', r == '_' && underscore, isWordLetter(r):
			if start < 0 {
				start = i
			}
			continue
		case r == utf8.RuneError || unicode.In(r, unicode.L, unicode.N, unicode.M):
			return nil, false, false
		}
		whole = false
		if start >= 0 {
			list, start = append(list, term[start:i]), -1
		}
	}
	if open = start >= 0; open {
		list = append(list, term[start:])
	}
	for _, w := range list {
		if utf8.RuneCountInString(w) > longestWord {
			return nil, false, false
		}
	}
	return list, whole && len(list) == 1, open
}

func isWordLetter(r rune) bool {
	if r < utf8.RuneSelf {
		return r|0x20 >= 'a' && r|0x20 <= 'z'
	}
	return r < 0xFB00 && unicode.IsLetter(r) && unicode.In(r, wordScripts...) // beyond are ligatures and wide forms
}
