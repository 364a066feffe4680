package render

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/platenhq/platen/ordered"
)

var (
	imgClassID   = regexp.MustCompile(`(?i)wp-image-([0-9]+)`)
	imgSrc       = regexp.MustCompile(`src="([^"]+)"`)
	imgWidth     = regexp.MustCompile(` width="([0-9]+)"`)
	imgHeight    = regexp.MustCompile(` height="([0-9]+)"`)
	anyWidth     = regexp.MustCompile(` width=["']([0-9]+)["']`)
	anyHeight    = regexp.MustCompile(` height=["']([0-9]+)["']`)
	anyLoading   = regexp.MustCompile(` loading=["']([A-Za-z]+)["']`)
	anyPriority  = regexp.MustCompile(` fetchpriority=["']([A-Za-z]+)["']`)
	anyDecoding  = regexp.MustCompile(` decoding=["']([A-Za-z]+)["']`)
	styleWidth   = regexp.MustCompile(`style="width:\s*(\d+)px;"`)
	imgTagEnding = regexp.MustCompile(`<img ([^>]+?)[/ ]*>`)
)

// contentTags is wp_filter_content_tags: attributes of img and iframe tags.
func (run *Run) contentTags(content string) string {
	if !strings.Contains(content, "<img") && !strings.Contains(content, "<iframe") {
		return content
	}
	var out strings.Builder
	done := map[string]string{}
	for {
		i := strings.Index(content, "<i")
		if i < 0 {
			break
		}
		out.WriteString(content[:i])
		content = content[i:]
		name := "img"
		if strings.HasPrefix(content, "<iframe") {
			name = "iframe"
		}
		rest, ok := strings.CutPrefix(content, "<"+name)
		end := strings.IndexByte(rest, '>')
		if !ok || len(rest) == 0 || !isASCIISpace(rest[0]) || end < 2 {
			out.WriteString(content[:2])
			content = content[2:]
			continue
		}
		tag := content[:len(content)-len(rest)+end+1]
		changed, seen := done[tag]
		if !seen {
			if name == "img" {
				changed = run.contentImage(tag)
			} else {
				changed = contentIframe(tag)
			}
			done[tag] = changed
		}
		out.WriteString(changed)
		content = content[len(tag):]
	}
	out.WriteString(content)
	return out.String()
}

func isASCIISpace(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' }

func submatch(re *regexp.Regexp, s string) string {
	if m := re.FindStringSubmatch(s); m != nil {
		return m[1]
	}
	return ""
}

// contentImage adds size, srcset, loading and decoding to an img tag.
func (run *Run) contentImage(tag string) string {
	id := integer(submatch(imgClassID, tag))
	if id > 0 && !strings.Contains(tag, " width=") && !strings.Contains(tag, " height=") {
		tag = run.addImageSize(tag, id)
	}
	if id > 0 && !strings.Contains(tag, " srcset=") {
		tag = run.addSrcset(tag, id)
	}
	return addAutoSizes(run.addLoading(tag))
}

func imageSource(tag string) string {
	src, _, _ := strings.Cut(submatch(imgSrc, tag), "?")
	return src
}

// sourceSize is wp_image_src_get_dimensions.
func sourceSize(src string, meta *ordered.Object) (w, h int64) {
	if file, ok := dig(meta, "file").(string); ok && strings.Contains(src, basename(file)) {
		return integer(meta.Value("width")), integer(meta.Value("height"))
	}
	name := basename(src)
	each(dig(meta, "sizes"), func(_ string, s any) {
		if w == 0 && dig(s, "file") == name {
			w, h = integer(dig(s, "width")), integer(dig(s, "height"))
		}
	})
	return w, h
}

func (run *Run) addImageSize(tag string, id int64) string {
	src := imageSource(tag)
	if src == "" {
		return tag
	}
	w, h := sourceSize(src, run.attachment(id))
	if w == 0 || h == 0 {
		return tag
	}
	if sw := integer(submatch(styleWidth, tag)); sw != 0 {
		h = int64(round(float64(h*sw)/float64(w), 0))
		w = sw
	}
	hw := ""
	if w != 0 {
		hw = `width="` + strconv.FormatInt(w, 10) + `"`
	}
	if h != 0 {
		hw += ` height="` + strconv.FormatInt(h, 10) + `"`
	}
	return strings.ReplaceAll(tag, "<img", "<img "+strings.TrimSpace(hw))
}

func (run *Run) addSrcset(tag string, id int64) string {
	meta := run.attachment(id)
	src := imageSource(tag)
	if !truthy(dig(meta, "sizes")) || src == "" {
		return tag
	}
	if file, ok := meta.Value("file").(string); ok {
		if hash := editHash.FindString(file); hash != "" && !strings.Contains(basename(src), hash) {
			return tag
		}
	}
	w, h := integer(submatch(imgWidth, tag)), integer(submatch(imgHeight, tag))
	if w == 0 || h == 0 {
		if w, h = sourceSize(src, meta); w == 0 && h == 0 {
			return tag
		}
	}
	srcset := run.srcset(w, h, src, meta)
	if srcset == "" {
		return tag
	}
	attr := ` srcset="` + escAttr(srcset) + `"`
	if !strings.Contains(tag, " sizes=") {
		sizes := imageSizes(w)
		if sizes == "" {
			return tag
		}
		attr += ` sizes="` + escAttr(sizes) + `"`
	}
	m := imgTagEnding.FindStringSubmatchIndex(tag)
	if m == nil {
		return tag
	}
	return tag[:m[0]] + "<img " + tag[m[2]:m[3]] + attr + " />" + tag[m[1]:]
}

// addLoading adds decoding and loading. Nothing is above the fold for an API.
func (run *Run) addLoading(tag string) string {
	if !strings.Contains(tag, ` src="`) {
		return tag
	}
	loading, priority := submatch(anyLoading, tag), submatch(anyPriority, tag)
	if submatch(anyDecoding, tag) == "" {
		tag = strings.ReplaceAll(tag, "<img", `<img decoding="async"`)
	}
	if !strings.Contains(tag, ` width="`) || !strings.Contains(tag, ` height="`) {
		return tag
	}
	sized := submatch(anyWidth, tag) != "" && submatch(anyHeight, tag) != ""
	lazy := sized && priority != "low" && (priority != "high" || loading == "lazy")
	if loading == "" && lazy {
		tag = strings.ReplaceAll(tag, "<img", `<img loading="lazy"`)
	}
	if sized && loading != "lazy" && (loading != "" || priority == "high") && priority != "low" {
		tag = run.addPriority(tag, priority)
	}
	return tag
}

// addPriority marks the first large image that is loaded at once.
func (run *Run) addPriority(tag, priority string) string {
	if priority == "high" {
		run.prioritized = true
		run.note("counter")
		return tag
	}
	area := integer(submatch(anyWidth, tag)) * integer(submatch(anyHeight, tag))
	if run.note("counter"); run.prioritized || area < 50000 {
		return tag
	}
	run.prioritized = true
	if priority == "" {
		tag = strings.ReplaceAll(tag, "<img", `<img fetchpriority="high"`)
	}
	return tag
}

func addAutoSizes(tag string) string {
	if !strings.Contains(tag, "lazy") && !strings.Contains(tag, "LAZY") {
		return tag
	}
	t := newTags(tag)
	if !t.nextNamed("IMG") {
		return tag
	}
	sizes, ok := t.get("sizes")
	if !strings.EqualFold(strings.Trim(t.value("loading"), " \t\f\r\n"), "lazy") || t.value("width") == "" || !ok || autoSizes(sizes) {
		return tag
	}
	t.setAttr("sizes", "auto, "+sizes)
	return t.String()
}

func contentIframe(tag string) string {
	if strings.Contains(tag, " loading=") || !strings.Contains(tag, ` src="`) || !strings.Contains(tag, ` width="`) || !strings.Contains(tag, ` height="`) {
		return tag
	}
	return strings.ReplaceAll(tag, "<iframe", `<iframe loading="lazy"`)
}
