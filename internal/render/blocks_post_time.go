package render

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

var (
	wordTags     = regexp.MustCompile(`(?i)</?[a-z][^>]*?>`)
	wordComments = regexp.MustCompile(`(?s)<!--.*?-->`)
	wordSpaces   = regexp.MustCompile(`(?i)&nbsp;|&#160;`)
	wordEntities = regexp.MustCompile(`&\S+?;`)
)

// wordCount counts words the way the editor does.
func wordCount(s string) int {
	if phpTrim(s) == "" {
		return 0
	}
	s = wordTags.ReplaceAllString(s+"\n", "\n")
	s = wordComments.ReplaceAllString(s, "")
	s = wordSpaces.ReplaceAllString(s, " ")
	s = wordEntities.ReplaceAllString(s, "")
	s = strings.NewReplacer("--", " ", "\u2014", " ").Replace(s)
	n, in := 0, false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			if in {
				n++
			}
			in = false
		case r >= 0x21 && r <= 0x40, r >= 0x5b && r <= 0x60, r >= 0x7b && r <= 0x7e, r >= 0x80 && r <= 0xbf, r == 0xd7, r == 0xf7,
			r >= 0x2000 && r <= 0x2bff, r >= 0x2e00 && r <= 0x2e7f:
		default:
			in = true
		}
	}
	return n
}

func renderTimeToRead(b *Block, _ string) string {
	p := b.globalPost()
	if _, ok := b.Context["postId"]; !ok || p == nil {
		return ""
	}
	words := wordCount(b.Run.pageContent(p))
	rate := 189.0
	if v := b.attr("averageReadingSpeed"); v != nil && num(v) != 0 {
		rate = num(v)
	}
	minutes := func(f float64) int { return max(1, int(round(float64(words)/rate*f, 0))) }
	text := ""
	switch orString(b.attr("displayMode"), "time") {
	case "time":
		if truthy(b.attr("displayAsRange")) {
			low, high := minutes(0.8), minutes(1.2)
			if low == high {
				high++
			}
			text = strconv.Itoa(low) + "–" + strconv.Itoa(high) + " minutes"
		} else if n := minutes(1); n == 1 {
			text = "1 minute"
		} else {
			text = strconv.Itoa(n) + " minutes"
		}
	case "words":
		text = numberFormat(int64(words)) + " words"
		if words == 1 {
			text = "1 word"
		}
	}
	return element("div", b.wrapper("class", b.alignClass()), text)
}
