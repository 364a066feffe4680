package wpv2

import (
	"context"
	"fmt"
	"mime/multipart"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
	"github.com/platenhq/platen/schema"
)

// hooked puts the checks of the settings, JSON in a string, on their parameter.
func (c *fonts) hooked(e *rest.Endpoint) *rest.Endpoint {
	arg(e.Args, c.prop).Validate(c.validate).Sanitize(c.sanitize)
	if c.face {
		e.Accepts = []string{"multipart/form-data"}
	}
	return e
}

func invalidParam(format string, args ...any) *schema.Error {
	return &schema.Error{Code: "rest_invalid_param", Message: fmt.Sprintf(format, args...), Data: ordered.Of("status", int64(http.StatusBadRequest))}
}

func (c *fonts) validate(ctx context.Context, v any, _ string) *schema.Error {
	text, ok := v.(string)
	if !ok {
		return schema.Validate(v, schema.String(""), c.prop)
	}
	req := rest.FromContext(ctx)
	if !c.face && req != nil && (req.Method == http.MethodPut || req.Method == http.MethodPatch) {
		// WordPress looks at such a request with the schema of the answer, where
		// the settings are an object: only POST can change a family.
		if e := schema.Validate(v, c.shape.item.Property(c.prop), c.prop); e != nil {
			return e
		}
	}
	settings, err := ordered.Decode([]byte(text))
	if err != nil || settings == nil {
		return invalidParam("%s parameter must be a valid JSON string.", c.prop)
	}
	of := c.shape.item.Property(c.prop)
	o, _ := settings.(*ordered.Object)
	if !c.face && req != nil && req.Param("id") != nil {
		of = of.Clone().RequireProps()
		if o != nil && o.Value("slug") != nil {
			return invalidParam("font_family_settings[slug] cannot be updated.")
		}
	}
	if e := schema.Validate(settings, of, c.prop); e != nil {
		out := *e
		out.Data = ordered.Of("status", int64(http.StatusBadRequest))
		return &out
	}
	return c.validateValues(ctx, o)
}

// validateValues refuses empty values, and sources that are no addresses.
func (c *fonts) validateValues(ctx context.Context, o *ordered.Object) *schema.Error {
	required, label := []string{"name", "slug", "fontFamily"}, "font_family_settings[ %s ]"
	if c.face {
		required, label = []string{"fontFamily", "src"}, "font_face_setting[ %s ]"
	}
	for _, key := range required {
		if v, ok := o.Get(key); ok && v != nil && emptyValue(v) {
			return invalidParam(label+" cannot be empty.", key)
		}
	}
	if !c.face {
		return nil
	}
	var files map[string][]*multipart.FileHeader
	if req := rest.FromContext(ctx); req != nil {
		files = req.Files
	}
	srcs := sources(o.Value("src"))
	for _, src := range srcs {
		src = strings.TrimLeft(src, " \t\n\r\x00\x0b")
		if src == "" || src == "0" {
			return invalidParam("font_face_settings[src] values must be non-empty strings.")
		}
		if _, sent := files[src]; !sent && !c.validURL(ctx, src) {
			return invalidParam(`font_face_settings[src] value "%s" must be a valid URL or file reference.`, src)
		}
	}
	unused := ""
	for name := range files {
		if !slices.Contains(srcs, name) && (unused == "" || name < unused) {
			unused = name
		}
	}
	if unused != "" {
		return invalidParam("File %s must be used in font_face_settings[src].", unused)
	}
	return nil
}

func sources(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		out := make([]string, 0, len(v))
		for _, x := range v {
			if s, ok := x.(string); ok {
				out = append(out, s)
			}
		}
		return out
	}
	return nil
}

func (c *fonts) sanitize(ctx context.Context, v any, _ string) (any, *schema.Error) {
	text, _ := v.(string)
	decoded, _ := ordered.Decode([]byte(text))
	o, _ := decoded.(*ordered.Object)
	out := &ordered.Object{}
	for key, v := range o.All() {
		out.Set(key, c.cleanSetting(ctx, key, v))
	}
	return out, nil
}

func (c *fonts) cleanSetting(ctx context.Context, key string, v any) any {
	if key == "src" {
		src := []any{}
		for _, s := range sources(v) {
			if s = strings.TrimLeft(s, " \t\n\r\x00\x0b"); c.validURL(ctx, s) {
				s = format.SanitizeURL(s)
			}
			src = append(src, s)
		}
		return src
	}
	text, ok := v.(string)
	if !ok {
		text = phpText(v)
	}
	switch key {
	case "slug":
		return format.SanitizeTitle(text, "")
	case "fontFamily":
		return sanitizeFontFamily(text)
	case "preview":
		return format.SanitizeURL(text)
	}
	return sanitizeText(text)
}

func phpText(v any) string {
	switch v := v.(type) {
	case int64:
		return id(v)
	case float64:
		text, err := ordered.Append(nil, v)
		if err == nil {
			return string(text)
		}
	case bool:
		if v {
			return "1"
		}
	}
	return ""
}

var plainFont = regexp.MustCompile(`^(?:generic\([a-zA-Z-]+\)|[a-zA-Z-]+)$`)

// sanitizeFontFamily mirrors WP_Font_Utils::sanitize_font_family: names that
// are not plain words are quoted.
func sanitizeFontFamily(text string) string {
	if emptyText(text) {
		return ""
	}
	var out []string
	for _, item := range strings.Split(sanitizeText(text), ",") {
		item = trimmed(item)
		if item != "" && !plainFont.MatchString(item) {
			item = `"` + strings.Trim(item, `"'`) + `"`
		}
		if !emptyText(item) {
			out = append(out, item)
		}
	}
	return strings.Join(out, ", ")
}
