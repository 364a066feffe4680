package format

import (
	"slices"
	"strings"
)

// LinkRules say what MakeClickable puts into the rel attribute of a link.
type LinkRules struct {
	// InternalHosts are the hosts, in lower case and without port, whose links
	// are the site's own and do not get nofollow (wp_internal_hosts).
	InternalHosts []string
	// UGC marks the links as made by users, as in comments.
	UGC bool
}

// MakeClickable makes links of the URLs, the names that begin with www. or
// ftp., and the email addresses in text: make_clickable. Tags, and what is in
// code, pre, script and style elements, stay, as do words of more than about
// 2000 bytes.
func MakeClickable(text string, rules LinkRules) string {
	var out strings.Builder
	out.Grow(len(text) + len(text)/2)
	verbatim := 0 // how many elements deep we are that are left alone
	for text != "" {
		from, to := simpleTag(text)
		for _, piece := range [2]string{text[:from], text[from:to]} {
			if opensVerbatim(piece) {
				verbatim++
			} else if verbatim > 0 && closesVerbatim(piece) {
				verbatim--
			}
			switch {
			case verbatim > 0 || piece == "" || piece == "0" || piece[0] == '<' && !urlInBrackets(piece):
				out.WriteString(piece)
			case len(piece) > 10000:
				for _, chunk := range splitBySpace(piece, 2100) {
					if len(chunk) > 2101 {
						out.WriteString(chunk)
					} else {
						out.WriteString(MakeClickable(chunk, rules))
					}
				}
			default:
				out.WriteString(rules.link(piece))
			}
		}
		text = text[to:]
	}
	return unnestLinks(out.String())
}

// link makes the links in a piece of text.
func (r LinkRules) link(piece string) string {
	s := r.linkURLs(" " + piece + " ")
	s = r.linkNames(s)
	s = linkEmails(s)
	return s[1 : len(s)-1]
}

// urlBody is the characters a URL may consist of, without marks that may as
// well end a sentence.
func urlBody(c byte) bool {
	return isWord(c) || c >= 0x80 || strings.IndexByte("#%~/@[]*(+=&$-", c) >= 0
}

// linkURLs links what has a scheme. s ends in white space.
func (r LinkRules) linkURLs(s string) string {
	var out strings.Builder
	kept := 0
	space := -1 // the next white space
	for pos := 0; ; {
		n := strings.Index(s[pos:], "://")
		if n < 0 {
			break
		}
		colon := pos + n
		start := colon
		for start > kept && colon-start <= 20 && isWord(s[start-1]) {
			start--
		}
		pos = colon + 3
		if start == colon || colon-start > 20 || start == kept || !beforeURL(s[start-1]) {
			continue
		}
		for space < pos || !isSpace(s[space]) {
			space = max(space+1, pos)
		}
		if space == pos || space-pos > 2000 {
			continue
		}
		end := urlEnd(s, pos)
		link, linkEnd := r.urlLink(s, start, end)
		if link != "" {
			out.WriteString(s[kept:start])
			out.WriteString(link)
		} else {
			out.WriteString(s[kept:linkEnd])
		}
		kept, pos = linkEnd, linkEnd
	}
	if kept == 0 {
		return s
	}
	out.WriteString(s[kept:])
	return out.String()
}

func beforeURL(c byte) bool { return isSpace(c) || strings.IndexByte("(<.,;:!?", c) >= 0 }

// urlEnd is the end of the URL that goes on at i: marks belong to it only when
// something follows them.
func urlEnd(s string, i int) int {
	for i < len(s) {
		switch {
		case urlBody(s[i]):
			i++
		case strings.IndexByte("'.,;:!?)", s[i]) >= 0 && i+1 < len(s) && urlBody(s[i+1]):
			i += 2
		default:
			return i
		}
	}
	return i
}

// urlLink is the link for the URL s[start:end], with what is taken from behind
// it; "" is no link. The second result is the end of what that stands for.
func (r LinkRules) urlLink(s string, start, end int) (string, int) {
	url, suffix := s[start:end], ""
	if end < len(s) && s[end] == ')' {
		if strings.IndexByte(url, '(') > 0 {
			url += ")"
		} else {
			suffix = ")"
		}
		end++
		if ext := extensionSize(s[end:]); ext > 0 {
			url += s[end : end+ext]
			end += ext
		}
	}
	for surplus := strings.Count(url, ")") - strings.Count(url, "("); surplus > 0; surplus-- {
		i := strings.LastIndexByte(url, ')')
		suffix = url[i:] + suffix
		url = url[:i]
	}
	if url = EscURL(url); url == "" {
		return "", end
	}
	return `<a href="` + url + `"` + r.rel(url) + `>` + url + `</a>` + suffix, end
}

// extensionSize is the size of the file extension s begins with: a dot and two
// to six word characters.
func extensionSize(s string) int {
	if s == "" || s[0] != '.' {
		return 0
	}
	n := 1
	for n < len(s) && n <= 6 && isWord(s[n]) {
		n++
	}
	if n < 3 {
		return 0
	}
	return n
}

// rel is the rel attribute of a link to an escaped URL, with a blank before it.
func (r LinkRules) rel(url string) string {
	parts, _ := splitURL(url)
	scheme := lowerASCII(parts.scheme)
	follow := scheme != "http" && scheme != "https"
	if !follow {
		low, _ := splitURL(lowerASCII(url))
		follow = low.has(urlHost) && slices.Contains(r.InternalHosts, low.host)
	}
	switch {
	case !follow && r.UGC:
		return ` rel="nofollow ugc"`
	case !follow:
		return ` rel="nofollow"`
	case r.UGC:
		return ` rel="ugc"`
	}
	return ""
}

// linkNames links what begins with www. or ftp. behind white space or a tag.
func (r LinkRules) linkNames(s string) string {
	if !strings.Contains(s, ".") {
		return s
	}
	var out strings.Builder
	kept := 0
	for i := 0; i+4 < len(s); i++ {
		if c := s[i]; c != '>' && !isSpace(c) || !hasPrefixFold(s[i+1:], "www.") && !hasPrefixFold(s[i+1:], "ftp.") {
			continue
		}
		end := i + 5
		for end < len(s) && nameBody(s[end]) {
			end++
		}
		if end == i+5 {
			continue
		}
		url, suffix := "http://"+s[i+1:end], ""
		if last := url[len(url)-1]; strings.IndexByte(".,;:)", last) >= 0 {
			url, suffix = url[:len(url)-1], string(last)
		}
		out.WriteString(s[kept : i+1])
		if url = EscURL(url); url == "" {
			out.WriteString(s[i+1 : end])
		} else {
			out.WriteString(`<a href="` + url + `"` + r.rel(url) + `>` + url + `</a>` + suffix)
		}
		kept, i = end, end-1
	}
	if kept == 0 {
		return s
	}
	out.WriteString(s[kept:])
	return out.String()
}

func nameBody(c byte) bool {
	return isWord(c) || c >= 0x80 || strings.IndexByte("#$%&~/.-;:=,?@[]+", c) >= 0
}

// linkEmails links email addresses behind white space or a tag.
func linkEmails(s string) string {
	if !strings.Contains(s, "@") {
		return s
	}
	var out strings.Builder
	kept := 0
	for i := 0; i < len(s); i++ {
		if c := s[i]; c != '>' && !isSpace(c) {
			continue
		}
		at := i + 1
		for at < len(s) && (isAlnum(s[at]) || strings.IndexByte("._+-", s[at]) >= 0) {
			at++
		}
		if at == i+1 || at == len(s) || s[at] != '@' {
			i = at - 1
			continue
		}
		end := domainEnd(s, at+1)
		if end == 0 {
			i = at - 1
			continue
		}
		email := s[i+1 : end]
		out.WriteString(s[kept : i+1])
		out.WriteString(`<a href="mailto:` + email + `">` + email + `</a>`)
		kept, i = end, end-1
	}
	if kept == 0 {
		return s
	}
	out.WriteString(s[kept:])
	return out.String()
}

// domainEnd is the end of the longest domain name at i whose last label has two
// or more letters or digits, or 0.
func domainEnd(s string, i int) int {
	end := 0
	for label := i; ; {
		n := label
		for n < len(s) && (isAlnum(s[n]) || s[n] == '-') {
			n++
		}
		if n == label || n == len(s) || s[n] != '.' {
			return end
		}
		label = n + 1
		last := label
		for last < len(s) && isAlnum(s[last]) {
			last++
		}
		if last-label >= 2 {
			end = last
		}
	}
}
