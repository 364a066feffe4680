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

// simpleTag is the place of the first < … > with no other angle bracket
// between, or the end of the text twice.
func simpleTag(s string) (from, to int) {
	for from = nextByteFrom(s, '<', 0); from >= 0; {
		n := strings.IndexAny(s[from+1:], "<>")
		if n < 0 {
			break
		}
		if n > 0 && s[from+1+n] == '>' {
			return from, from + n + 2
		}
		if s[from+1+n] == '<' {
			from += n + 1
		} else {
			from = nextByteFrom(s, '<', from+1)
		}
	}
	return len(s), len(s)
}

var verbatimNames = [...]string{"code", "pre", "script", "style"}

func opensVerbatim(piece string) bool {
	if len(piece) < 5 || piece[0] != '<' {
		return false
	}
	for _, name := range verbatimNames {
		if hasPrefixFold(piece[1:], name) && len(piece) > len(name)+1 {
			if c := piece[len(name)+1]; c == '>' || isSpace(c) {
				return true
			}
		}
	}
	return false
}

func closesVerbatim(piece string) bool {
	if !strings.HasPrefix(piece, "</") {
		return false
	}
	for _, name := range verbatimNames {
		if len(piece) == len(name)+3 && hasPrefixFold(piece[2:], name) && piece[len(piece)-1] == '>' {
			return true
		}
	}
	return false
}

// urlInBrackets tells whether what looks like a tag is a URL in angle brackets.
func urlInBrackets(piece string) bool {
	i := skipSpaces(piece, 1)
	n := i
	for n < len(piece) && n-i < 20 && isWord(piece[n]) {
		n++
	}
	return n > i && strings.HasPrefix(piece[n:], "://")
}

// splitBySpace divides text behind white space into chunks of at most about
// goal bytes; one without white space may be longer.
func splitBySpace(text string, goal int) []string {
	var chunks []string
	space := func(s string, i int) bool { return isSpace(s[i]) || s[i] == 0 }
	for len(text) > goal {
		pos := min(goal, len(text)-1)
		for pos >= 0 && !space(text, pos) {
			pos--
		}
		if pos < 0 {
			for pos = goal + 1; pos < len(text) && !space(text, pos); {
				pos++
			}
			if pos >= len(text) {
				break
			}
		}
		chunks = append(chunks, text[:pos+1])
		text = text[pos+1:]
	}
	if text != "" && text != "0" {
		chunks = append(chunks, text)
	}
	return chunks
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

// unnestLinks takes a link out that is all there is in another one.
func unnestLinks(s string) string {
	var out strings.Builder
	kept := 0
	gt := [3]finder{{pattern: ">"}, {pattern: ">"}, {pattern: ">"}}
	for pos := nextByteFrom(s, '<', 0); pos >= 0; {
		end := nestedLink(s, pos, &gt)
		if end.outer == 0 {
			pos = nextByteFrom(s, '<', pos+1)
			continue
		}
		out.WriteString(s[kept:end.outer])
		out.WriteString(s[end.inner:end.text])
		out.WriteString("</a>")
		kept = end.text + len("</a></a>")
		pos = nextByteFrom(s, '<', kept)
	}
	if kept == 0 {
		return s
	}
	out.WriteString(s[kept:])
	return out.String()
}

// nesting holds the ends of the outer and the inner tag and of the text.
type nesting struct{ outer, inner, text int }

// nestedLink knows a link at i with nothing but a link in it. Each step has its
// own finder, for the positions of each grow with i.
func nestedLink(s string, i int, gt *[3]finder) (n nesting) {
	if len(s)-i < 3 || s[i+1]|0x20 != 'a' {
		return nesting{}
	}
	end := i + 2
	if s[end] != '>' {
		if !blankByte(s[end]) {
			return nesting{}
		}
		if end = gt[0].from(s, i); end < i+4 {
			return nesting{}
		}
	}
	n.outer = end + 1
	if !hasPrefixFold(s[n.outer:], "<a ") {
		return nesting{}
	}
	if end = gt[1].from(s, n.outer); end < n.outer+4 {
		return nesting{}
	}
	n.inner = end + 1
	if end = gt[2].from(s, n.inner); end < 0 {
		return nesting{}
	}
	n.text = end - 3
	if n.text <= n.inner || !hasPrefixFold(s[n.text:], "</a></a>") {
		return nesting{}
	}
	return n
}
