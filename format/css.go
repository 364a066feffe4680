package format

import "strings"

// safeProperties are the CSS properties that may stand in a style attribute.
var safeProperties = wordSet(`
background background-color background-image background-position background-repeat background-size
background-attachment background-blend-mode
border border-radius border-width border-color border-style border-right border-right-color border-right-style
border-right-width border-bottom border-bottom-color border-bottom-left-radius border-bottom-right-radius
border-bottom-style border-bottom-width border-left border-left-color border-left-style border-left-width
border-top border-top-color border-top-left-radius border-top-right-radius border-top-style border-top-width
border-spacing border-collapse caption-side
columns column-count column-fill column-gap column-rule column-span column-width
display color filter font font-family font-size font-style font-variant font-weight letter-spacing line-height
text-align text-decoration text-indent text-transform white-space
height min-height max-height width min-width max-width
margin margin-right margin-bottom margin-left margin-top margin-block-start margin-block-end
margin-inline-start margin-inline-end
padding padding-right padding-bottom padding-left padding-top padding-block-start padding-block-end
padding-inline-start padding-inline-end
flex flex-basis flex-direction flex-flow flex-grow flex-shrink flex-wrap gap row-gap
grid-template-columns grid-auto-columns grid-column-start grid-column-end grid-column grid-column-gap
grid-template-rows grid-auto-rows grid-row-start grid-row-end grid-row grid-row-gap grid-gap
justify-content justify-items justify-self align-content align-items align-self
clear cursor direction float list-style-type object-fit object-position opacity overflow vertical-align
writing-mode position top right bottom left z-index box-shadow aspect-ratio container-type
fill fill-opacity fill-rule stroke stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin
stroke-miterlimit stroke-opacity stroke-width color-interpolation color-interpolation-filters paint-order
stop-color stop-opacity flood-color flood-opacity lighting-color marker marker-end marker-mid marker-start
clip-path clip-rule mask mask-type cx cy r rx ry x y d alignment-baseline baseline-shift dominant-baseline
glyph-orientation-horizontal glyph-orientation-vertical text-anchor unicode-bidi word-spacing
font-size-adjust font-stretch color-rendering image-rendering shape-rendering text-rendering vector-effect
transform transform-origin pointer-events visibility`)

// urlProperties may refer to other files.
var urlProperties = wordSet(`background background-image cursor filter list-style list-style-image clip-path fill
marker marker-end marker-mid marker-start mask stroke`)

// gradientProperties may have gradients.
var gradientProperties = wordSet("background background-image")

// cssFunctions may be called anywhere.
var cssFunctions = wordSet(`var calc min max minmax clamp repeat matrix matrix3d perspective rotate rotate3d rotateX
rotateY rotateZ scale scale3d scaleX scaleY scaleZ skew skewX skewY translate translate3d translateX translateY
translateZ circle ellipse inset path polygon rect shape xywh`)

// SafeCSS keeps of the declarations of a style attribute those that are
// harmless: known properties in lower case, custom ones (--name), values whose
// functions and URLs are known, and nothing else with parentheses, backslashes,
// comments, ampersands, equals signs or closing braces: safecss_filter_attr.
// The result must be escaped to stand in HTML.
func SafeCSS(css string) string {
	css = dropControls(css)
	css = keepBytes(css, func(c byte) bool { return c != '\n' && c != '\r' && c != '\t' })
	var kept []string
	for _, item := range strings.Split(trimPHP(css), ";") {
		if item == "" {
			continue
		}
		if item = trimPHP(item); safeDeclaration(item) {
			kept = append(kept, item)
		}
	}
	// An empty first declaration leaves no semicolon behind.
	for len(kept) > 0 && kept[0] == "" {
		kept = kept[1:]
	}
	return strings.Join(kept, ";")
}

func safeDeclaration(item string) bool {
	property, value, ok := strings.Cut(item, ":")
	if strings.Contains(lowerASCII(item), "expression(") {
		return false // WordPress lets it pass inside calc(); old browsers ran it as a script
	}
	test := item
	if ok {
		property = trimPHP(property)
		hasURL, hasGradient := urlProperties[property], gradientProperties[property]
		if customProperty(property) {
			hasURL = strings.HasPrefix(trimPHP(value), "url(")
			hasGradient = strings.Contains(trimPHP(value), "-gradient(")
		} else if !safeProperties[property] {
			return false
		}
		if hasURL {
			if test, ok = dropURLs(test, value); !ok {
				return false
			}
		}
		if hasGradient {
			test = dropGradients(test)
		}
	}
	test = dropCSSFunctions(test)
	return !strings.ContainsAny(test, `\(&=}`) && !strings.Contains(test, "/*")
}

// customProperty reports whether s is the name of a CSS variable.
func customProperty(s string) bool {
	return len(s) > 2 && strings.HasPrefix(s, "--") &&
		keepBytes(s, func(c byte) bool { return isAlnum(c) || c == '-' || c == '_' }) == s
}

// dropURLs removes url(…) of value from test. ok is false if one is empty or of
// a protocol that is not allowed.
func dropURLs(test, value string) (string, bool) {
	var protocols []string
	done := map[string]bool{}
	for {
		start := strings.Index(value, "url(")
		if start < 0 {
			return test, true
		}
		if protocols == nil {
			protocols = AllowedProtocols()
		}
		value = value[start:]
		end := strings.IndexByte(value, ')')
		if end < 0 {
			return test, true
		}
		if end == len("url(") {
			value = value[end:]
			continue
		}
		whole := value[:end+1]
		value = value[end+1:]
		if done[whole] {
			continue
		}
		done[whole] = true
		url := cssURL(whole[len("url(") : len(whole)-1])
		if url == "" || url == "0" || BadProtocol(url, protocols) != url {
			return test, false
		}
		test = strings.ReplaceAll(test, whole, "")
	}
}

// cssURL takes the quotes off what stands in url(…), if they are a pair.
func cssURL(s string) string {
	s = s[skipSpaces(s, 0):]
	if s != "" && (s[0] == '"' || s[0] == '\'') {
		tail := strings.TrimRight(s, " \t\n\r\v\f")
		if len(tail) > 1 && tail[len(tail)-1] == s[0] {
			s = tail[1 : len(tail)-1]
		}
	}
	return trimPHP(s)
}

// dropGradients removes gradients whose arguments call functions at most one
// level deep.
func dropGradients(s string) string {
	var found []string
	for pos := 0; ; {
		i := strings.Index(s[pos:], "-gradient(")
		if i < 0 {
			break
		}
		i += pos
		pos = i + 1
		start := -1
		for _, kind := range []string{"linear", "radial", "conic"} {
			if strings.HasSuffix(s[:i], kind) {
				start = i - len(kind)
			}
		}
		if start < 0 {
			continue
		}
		if end := gradientEnd(s, i+len("-gradient(")); end > 0 {
			if strings.HasSuffix(s[:start], "repeating-") {
				start -= len("repeating-")
			}
			found = append(found, s[start:end])
			pos = end
		}
	}
	for _, f := range found {
		if strings.Contains(s, f) {
			s = strings.ReplaceAll(s, f, "")
		}
	}
	return s
}

// gradientEnd is the index after the parenthesis that closes a gradient whose
// arguments begin at i, or -1.
func gradientEnd(s string, i int) int {
	for depth := 0; i < len(s); i++ {
		switch s[i] {
		case '(':
			if depth++; depth > 1 {
				return -1
			}
		case ')':
			if depth--; depth < 0 {
				return i + 1
			}
		}
	}
	return -1
}

// dropCSSFunctions removes calls of cssFunctions with all they contain.
func dropCSSFunctions(s string) string {
	if strings.IndexByte(s, '(') < 0 {
		return s
	}
	match := make([]int, len(s)) // of each ( the index after its )
	var open []int
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '(':
			open = append(open, i)
		case ')':
			if n := len(open); n > 0 {
				match[open[n-1]] = i + 1
				open = open[:n-1]
			}
		}
	}
	out := make([]byte, 0, len(s))
	word := 0 // where the run of letters and digits before i begins
	for i := 0; i < len(s); i++ {
		if s[i] == '(' && match[i] > 0 && cssFunctions[s[word:i]] {
			out = out[:len(out)-(i-word)]
			i = match[i] - 1
			word = i + 1
			continue
		}
		out = append(out, s[i])
		if !isWord(s[i]) {
			word = i + 1
		}
	}
	return string(out)
}
