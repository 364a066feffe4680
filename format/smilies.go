package format

import "strings"

// smileyText is what a smiley becomes; the one that has no emoji is an image.
var smileyText = map[string]string{
	":mrgreen:": "",
	":neutral:": "😐", ":twisted:": "😈", ":arrow:": "➡", ":shock:": "😯", ":smile:": "🙂", ":???:": "😕",
	":cool:": "😎", ":evil:": "👿", ":grin:": "😀", ":idea:": "💡", ":oops:": "😳", ":razz:": "😛", ":roll:": "🙄",
	":wink:": "😉", ":cry:": "😥", ":eek:": "😮", ":lol:": "😆", ":mad:": "😡", ":sad:": "🙁",
	"8-)": "😎", "8-O": "😯", ":-(": "🙁", ":-)": "🙂", ":-?": "😕", ":-D": "😀", ":-P": "😛", ":-o": "😮",
	":-x": "😡", ":-|": "😐", ";-)": "😉", "8O": "😯", ":(": "🙁", ":)": "🙂", ":?": "😕", ":D": "😀", ":P": "😛",
	":o": "😮", ":x": "😡", ":|": "😐", ";)": "😉", ":!:": "❗", ":?:": "❓",
}

// longestSmiley is the length of the longest key of smileyText.
const longestSmiley = 9

// ConvertSmilies makes emoji, or an image, of the smilies in text that stand
// between white space: convert_smilies. Tags, and what is in code, pre, style,
// script and textarea elements, stay. includesURL is the URL of the wp-includes
// directory, with its slash, where the image is.
func ConvertSmilies(text, includesURL string) string {
	if strings.IndexByte(text, ':') < 0 && strings.IndexByte(text, ';') < 0 && strings.IndexByte(text, '8') < 0 {
		return text
	}
	s := smilies{out: make([]byte, 0, len(text)+32), url: includesURL}
	ignored := ""
	gt := finder{pattern: ">"}
	for pos := 0; pos < len(text); {
		lt := nextByteFrom(text, '<', pos)
		end := -1
		if lt >= 0 {
			end = gt.from(text, lt)
		}
		if end < 0 {
			lt = len(text)
		}
		if piece := text[pos:lt]; ignored == "" && !strings.HasPrefix(piece, "<") {
			s.text(piece)
		} else {
			s.out = append(s.out, piece...)
		}
		if end < 0 {
			break
		}
		tag := text[lt : end+1]
		s.out = append(s.out, tag...)
		if ignored == "" {
			ignored = ignoredElement(tag)
		} else if len(tag) == len(ignored)+3 && tag[1] == '/' && tag[2:len(tag)-1] == ignored {
			ignored = ""
		}
		pos = end + 1
	}
	return string(s.out)
}

// ignoredElement is the name that turns smilies off which the tag begins with.
func ignoredElement(tag string) string {
	for _, name := range []string{"code", "pre", "style", "script", "textarea"} {
		if strings.HasPrefix(tag[1:], name) {
			return name
		}
	}
	return ""
}

type smilies struct {
	out []byte
	url string
}

// text converts the smilies between two tags.
func (s *smilies) text(t string) {
	from := 0
	for i := 0; i < len(t); i++ {
		if c := t[i]; c != ':' && c != ';' && c != '8' {
			continue
		}
		if i > 0 && !endsInTextSpace(t[:i]) {
			continue
		}
		end := i + 1
		for end < len(t) && end-i <= longestSmiley && textSpace(t[end:]) == 0 {
			end++
		}
		emoji, ok := smileyText[t[i:end]]
		if !ok {
			continue
		}
		s.out = append(s.out, t[from:i]...)
		if emoji == "" {
			s.image(t[i:end])
		} else {
			s.out = append(s.out, emoji...)
		}
		from, i = end, end-1
	}
	s.out = append(s.out, t[from:]...)
}

func (s *smilies) image(smiley string) {
	s.out = append(s.out, `<img src="`...)
	s.out = append(s.out, EscURL(s.url+"images/smilies/"+strings.Trim(smiley, ":")+".png")...)
	s.out = append(s.out, `" alt="`...)
	s.out = append(s.out, EscAttr(smiley)...)
	s.out = append(s.out, `" class="wp-smiley" style="height: 1em; max-height: 1em;" />`...)
}
