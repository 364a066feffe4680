package format

import (
	"encoding/json"
	"testing"

	"github.com/platenhq/platen/internal/vectest"
	"github.com/platenhq/platen/ordered"
)

func goldenCrop(t *testing.T, raw json.RawMessage) Crop {
	t.Helper()
	var on bool
	var at []string
	switch {
	case len(raw) == 0:
	case json.Unmarshal(raw, &on) == nil:
		return Crop{On: on}
	case json.Unmarshal(raw, &at) == nil:
		return Crop{On: len(at) > 0, X: at[0], Y: at[1]}
	default:
		t.Fatalf("crop %s", raw)
	}
	return Crop{}
}

func TestVectorsImageResizeDimensions(t *testing.T) {
	var cases []goldenCase
	vectest.Load(t, "image_resize_dimensions", &cases)
	tally := vectest.New(t, "image_resize_dimensions")
	for _, c := range cases {
		var got any
		switch c.Args.Fn {
		case "image_resize_dimensions":
			var in struct {
				W int `json:"orig_w"`
				H int `json:"orig_h"`
			}
			mustDecode(t, c.Input, &in)
			got = false
			if r, ok := ResizeDimensions(in.W, in.H, c.Args.DestW, c.Args.DestH, goldenCrop(t, c.Args.Crop)); ok {
				got = []int{0, 0, r.SrcX, r.SrcY, r.DstW, r.DstH, r.SrcW, r.SrcH}
			}
		case "wp_constrain_dimensions":
			var in struct{ W, H int }
			mustDecode(t, c.Input, &in)
			w, h := ConstrainDimensions(in.W, in.H, c.Args.MaxW, c.Args.MaxH)
			got = []int{w, h}
		case "wp_image_matches_ratio":
			var in [4]int
			mustDecode(t, c.Input, &in)
			got = SameRatio(in[0], in[1], in[2], in[3])
		default:
			sizes := map[string]any{}
			for _, s := range DefaultImageSizes() {
				sizes[s.Name] = map[string]any{"width": s.Width, "height": s.Height, "crop": s.Crop.On}
			}
			got = sizes
		}
		shown, ok := sameJSON(t, got, c.Output)
		tally.Check(c.Name, ok, "(%s) %s: got %s, want %s", c.Args.Fn, c.Input, shown, c.Output)
	}
	tally.Done()
}

// goldenMeta reads metadata with the sizes in the order they are in.
func goldenMeta(t *testing.T, raw json.RawMessage) ImageMeta {
	t.Helper()
	v, err := ordered.Decode(raw)
	if err != nil {
		t.Fatal(err)
	}
	o, ok := v.(*ordered.Object)
	if !ok {
		return ImageMeta{}
	}
	number := func(o *ordered.Object, name string) int { n, _ := o.Value(name).(int64); return int(n) }
	text := func(o *ordered.Object, name string) string { s, _ := o.Value(name).(string); return s }
	m := ImageMeta{Width: number(o, "width"), Height: number(o, "height"), File: text(o, "file"), Original: text(o, "original_image")}
	if sizes, ok := o.Value("sizes").(*ordered.Object); ok {
		for name, v := range sizes.All() {
			if s, ok := v.(*ordered.Object); ok {
				m.Sizes = append(m.Sizes, ImageFile{name, text(s, "file"), number(s, "width"), number(s, "height"), text(s, "mime-type")})
			}
		}
	}
	return m
}

func TestVectorsImageSrcset(t *testing.T) {
	var cases []goldenCase
	vectest.Load(t, "wp_get_attachment_image_srcset", &cases)
	tally := vectest.New(t, "wp_get_attachment_image_srcset")
	for _, c := range cases {
		var in struct {
			Meta json.RawMessage `json:"image_meta"`
			Size json.RawMessage
			Src  string
		}
		mustDecode(t, c.Input, &in)
		var (
			meta ImageMeta
			size [2]int
			name string
		)
		if in.Meta != nil {
			meta = goldenMeta(t, in.Meta)
		}
		if json.Unmarshal(in.Size, &size) != nil {
			mustDecode(t, in.Size, &name)
			size[0], size[1], _ = meta.SizeFromMeta(name)
		}
		out := ImageSizes(size[0])
		if c.Args.Fn == "wp_calculate_image_srcset" {
			out = meta.Srcset(size[0], size[1], in.Src, c.Args.Uploads)
		}
		var got any = out
		if out == "" {
			got = false
		}
		shown, ok := sameJSON(t, got, c.Output)
		tally.Check(c.Name, ok, "(%s) %s\n got  %s\n want %s", c.Args.Fn, c.Input, shown, c.Output)
	}
	tally.Done()
}

func TestImageMatches(t *testing.T) {
	m := ImageMeta{File: "2024/01/a-scaled.jpg", Original: "a.jpg", Sizes: []ImageFile{{Name: "medium", File: "a-300x200.jpg"}}}
	for url, want := range map[string]bool{
		"http://x/2024/01/a-scaled.jpg":    true,
		"http://x/2024/01/a.jpg?w=1":       true,
		"http://x/2024/01/a-300x200.jpg":   true,
		"http://x/2023/01/a-300x200.jpg":   false,
		"http://x/2024/01/a-scaled.jpg.gz": false,
	} {
		if got := m.Matches(url); got != want {
			t.Errorf("Matches(%q) = %v", url, got)
		}
	}
}
