package format

import "strings"

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
