package render

import (
	"crypto/md5"
	"encoding/hex"
	"regexp"
	"strconv"
	"strings"

	"github.com/platenhq/platen/ordered"
)

// presetsClass marks a block with settings of its own.
func (b *Block) presetsClass(h string) string {
	if h == "" || !b.Type.support(false, "__experimentalSettings") || !truthy(b.attrs.Value("settings")) {
		return h
	}
	sum := md5.Sum([]byte(phpSerialize(b.value())))
	return addClassToFirst(h, "wp-settings-"+hex.EncodeToString(sum[:]))
}

// phpSerialize is PHP's serialize for JSON values.
func phpSerialize(v any) string {
	switch x := v.(type) {
	case nil:
		return "N;"
	case bool:
		if x {
			return "b:1;"
		}
		return "b:0;"
	case int64:
		return "i:" + strconv.FormatInt(x, 10) + ";"
	case float64:
		return "d:" + phpFloat(x) + ";"
	case string:
		return "s:" + strconv.Itoa(len(x)) + ":\"" + x + "\";"
	case []any:
		s := "a:" + strconv.Itoa(len(x)) + ":{"
		for i, e := range x {
			s += "i:" + strconv.Itoa(i) + ";" + phpSerialize(e)
		}
		return s + "}"
	case *ordered.Object:
		s := "a:" + strconv.Itoa(x.Len()) + ":{"
		for k, e := range x.All() {
			s += phpSerialize(k) + phpSerialize(e)
		}
		return s + "}"
	}
	return "N;"
}

// duotoneSupport is WP_Duotone::render_duotone_support.
func (b *Block) duotoneSupport(h string) string {
	duotone := dig(b.attrs, "style", "color", "duotone")
	if duotone == nil || !(b.Type.support(false, "filter", "duotone") || b.Type.support(false, "color", "__experimentalDuotone")) {
		return h
	}
	slug := ""
	switch d := duotone.(type) {
	case string:
		slug = duotoneSlug(d)
		if slug == "" || !b.Run.theme.duotone(slug) {
			slug = b.Run.uniqueID(sanitizeKey(d + "-"))
		}
	case []any, *ordered.Object:
		var parts []string
		each(d, func(_ string, v any) { parts = append(parts, str(v)) })
		slug = b.Run.uniqueID(sanitizeKey(strings.Join(parts, "-") + "-"))
	default:
		slug = ""
	}
	return addClassToFirst(h, "wp-duotone-"+slug)
}

var duotonePreset = regexp.MustCompile(`var:preset\|duotone\|(\S+)|var\(--wp--preset--duotone--(\S+)\)`)

func duotoneSlug(s string) string {
	m := duotonePreset.FindStringSubmatch(s)
	if m == nil {
		return ""
	}
	return m[1] + m[2]
}
