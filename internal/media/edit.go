package media

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/draw"
	"io"
	"math"

	"github.com/disintegration/imaging"

	"github.com/platenhq/platen/format"
)

// Quality is how well pictures of a media type are encoded, 1 to 100.
func Quality(mime string) int {
	if mime == "image/webp" {
		return 86
	}
	return 82
}

// Editor holds a decoded image that is being changed: WP_Image_Editor. Close
// it; until then it has its share of the memory.
type Editor struct {
	img     image.Image
	mime    string
	palette color.Palette
	pixels  int64 // how many it may grow to
	release func()
}

// NewEditor decodes an image. ErrNoImage: it is broken; ErrTooLarge: it has
// more pixels than the budget allows.
func NewEditor(ctx context.Context, b *Budget, r io.ReaderAt) (*Editor, error) {
	info, err := ReadImageInfo(r)
	if err != nil {
		return nil, err
	}
	if !info.Editable() {
		return nil, ErrNoImage
	}
	release, err := b.take(ctx, info)
	if err != nil {
		return nil, err
	}
	img, err := decode(r, info)
	if err != nil {
		release()
		return nil, err
	}
	e := &Editor{img: img, mime: info.Type, pixels: b.max / 4, release: release}
	if p, ok := img.(*image.Paletted); ok {
		e.palette = p.Palette
	}
	return e, nil
}

// Close gives the memory back.
func (e *Editor) Close() {
	if e.release != nil {
		e.release()
		e.release, e.img = nil, nil
	}
}

// Size is the present size in pixels.
func (e *Editor) Size() (w, h int) { b := e.img.Bounds(); return b.Dx(), b.Dy() }

// OutputType is the media type in which the image is written: its own, but
// where there is no encoder (WebP) JPEG, or PNG where something is transparent.
func (e *Editor) OutputType() string {
	if e.mime != "image/webp" {
		return e.mime
	}
	if o, ok := e.img.(interface{ Opaque() bool }); ok && o.Opaque() {
		return "image/jpeg"
	}
	return "image/png"
}

// Encoded is the present image as a file.
func (e *Editor) Encoded() (*bytes.Buffer, error) {
	mime := e.OutputType()
	return encode(e.img, mime, Quality(mime), e.palette)
}

// resized is the image scaled as r says.
func resized(img image.Image, r format.Resize) image.Image {
	b := img.Bounds()
	if r.SrcX != 0 || r.SrcY != 0 || r.SrcW != b.Dx() || r.SrcH != b.Dy() {
		part := image.Rect(r.SrcX, r.SrcY, r.SrcX+r.SrcW, r.SrcY+r.SrcH).Add(b.Min)
		img = imaging.Crop(img, part)
	}
	return imaging.Resize(img, r.DstW, r.DstH, imaging.Lanczos)
}

// Resize scales the image into a box; ok is false when there is nothing to
// do: resize.
func (e *Editor) Resize(maxW, maxH int, crop format.Crop) (ok bool) {
	w, h := e.Size()
	r, ok := format.ResizeDimensions(w, h, maxW, maxH, crop)
	if ok {
		e.img = resized(e.img, r)
	}
	return ok
}

// Crop cuts a part out. What lies outside of the image is black. ok is false
// for an empty part, and for one that would be too large.
func (e *Editor) Crop(x, y, w, h int) (ok bool) {
	if w <= 0 || h <= 0 || int64(w) > e.pixels/int64(h) {
		return false
	}
	part := image.Rect(x, y, x+w, y+h)
	b := e.img.Bounds()
	if part.Add(b.Min).In(b) {
		e.img = imaging.Crop(e.img, part.Add(b.Min))
		return true
	}
	back := color.NRGBA{0, 0, 0, 255}
	if e.mime != "image/jpeg" {
		back = color.NRGBA{}
	}
	e.img = imaging.Paste(imaging.New(w, h, back), imaging.Crop(e.img, part.Add(b.Min)), image.Pt(max(-x, 0), max(-y, 0)))
	return true
}

// Rotate turns the image clockwise by degrees; the corners that an odd angle
// leaves are transparent, or white. ok is false when it would be too large.
func (e *Editor) Rotate(degrees float64) (ok bool) {
	turn := math.Mod(degrees, 360)
	if turn < 0 {
		turn += 360
	}
	switch turn {
	case 0:
	case 90:
		e.img = imaging.Rotate270(e.img)
	case 180:
		e.img = imaging.Rotate180(e.img)
	case 270:
		e.img = imaging.Rotate90(e.img)
	default:
		w, h := e.Size()
		sin, cos := math.Sincos(turn * math.Pi / 180)
		sin, cos = math.Abs(sin), math.Abs(cos)
		nw, nh := float64(w)*cos+float64(h)*sin, float64(w)*sin+float64(h)*cos
		if (nw+2)*(nh+2) > float64(e.pixels) {
			return false
		}
		back := color.NRGBA{255, 255, 255, 0}
		if e.OutputType() == "image/jpeg" {
			back.A = 255
		}
		e.img = imaging.Rotate(e.img, 360-turn, back)
		// GD counts the started pixels, imaging not all of them.
		want := image.Pt(int(math.Ceil(nw-1e-6)), int(math.Ceil(nh-1e-6)))
		if got := e.img.Bounds().Size(); got != want {
			e.img = imaging.Paste(imaging.New(want.X, want.Y, back), e.img, image.Point{})
		}
	}
	return true
}

// Flip mirrors the image: top to bottom, left to right.
func (e *Editor) Flip(vertical, horizontal bool) {
	if vertical {
		e.img = imaging.FlipV(e.img)
	}
	if horizontal {
		e.img = imaging.FlipH(e.img)
	}
}

// Upright applies an EXIF orientation (1 to 8) and reports whether it changed
// anything: maybe_exif_rotate.
func (e *Editor) Upright(orientation int) bool {
	switch orientation {
	case 2:
		e.img = imaging.FlipH(e.img)
	case 3:
		e.img = imaging.Rotate180(e.img)
	case 4:
		e.img = imaging.FlipV(e.img)
	case 5:
		e.img = imaging.Transpose(e.img)
	case 6:
		e.img = imaging.Rotate270(e.img)
	case 7:
		e.img = imaging.Transverse(e.img)
	case 8:
		e.img = imaging.Rotate90(e.img)
	default:
		return false
	}
	return true
}

// SubSize is one size of an image, made.
type SubSize struct {
	Name          string
	Width, Height int
	Type          string
	Data          *bytes.Buffer
}

// SubSizes makes sizes of the image, the larger before the smaller, each from
// the smallest larger one of the same shape, and hands them to save in the
// order in which they were asked for. Sizes that the image is too small for
// are left out: make_subsize.
func (e *Editor) SubSizes(ctx context.Context, sizes []format.ImageSize, save func(SubSize) error) error {
	w, h := e.Size()
	made := map[int]image.Image{} // by width, uncropped only
	plan := make([]format.Resize, len(sizes))
	order := []int{}
	for i, s := range sizes {
		r, ok := format.ResizeDimensions(w, h, s.Width, s.Height, s.Crop)
		if !ok {
			continue
		}
		plan[i] = r
		at := 0
		for at < len(order) && plan[order[at]].DstW >= r.DstW {
			at++
		}
		order = append(order[:at], append([]int{i}, order[at:]...)...)
	}
	encoded := make([]*SubSize, len(sizes))
	for _, i := range order {
		if err := ctx.Err(); err != nil {
			return err
		}
		img := e.scaled(plan[i], made)
		mime := e.OutputType()
		data, err := encode(img, mime, Quality(mime), e.palette)
		if err != nil {
			return err
		}
		encoded[i] = &SubSize{sizes[i].Name, plan[i].DstW, plan[i].DstH, mime, data}
	}
	for _, s := range encoded {
		if s == nil {
			continue
		}
		if err := save(*s); err != nil {
			return err
		}
	}
	return nil
}

// scaled makes one size out of the smallest picture that is large enough.
func (e *Editor) scaled(r format.Resize, made map[int]image.Image) image.Image {
	w, h := e.Size()
	source, sw := e.img, w
	need := float64(r.DstW) / float64(r.SrcW) * float64(w) // the whole picture at this scale
	for width, img := range made {
		if float64(width) >= 2*need && width < sw {
			source, sw = img, width
		}
	}
	if sw != w {
		sb := source.Bounds()
		fx, fy := float64(sb.Dx())/float64(w), float64(sb.Dy())/float64(h)
		r.SrcX, r.SrcW = scale(r.SrcX, fx), max(scale(r.SrcW, fx), 1)
		r.SrcY, r.SrcH = scale(r.SrcY, fy), max(scale(r.SrcH, fy), 1)
		r.SrcW, r.SrcH = min(r.SrcW, sb.Dx()-r.SrcX), min(r.SrcH, sb.Dy()-r.SrcY)
	}
	out := resized(source, r)
	if r.SrcX == 0 && r.SrcY == 0 && r.SrcW == source.Bounds().Dx() && r.SrcH == source.Bounds().Dy() {
		made[r.DstW] = out
	}
	return out
}

func scale(n int, f float64) int { return int(math.Round(float64(n) * f)) }

// paletted brings an image to a palette; without one that of the web.
func paletted(img image.Image, palette color.Palette) image.Image {
	if _, ok := img.(*image.Paletted); ok || len(palette) == 0 {
		return img
	}
	b := img.Bounds()
	out := image.NewPaletted(b, palette)
	draw.FloydSteinberg.Draw(out, b, img, b.Min)
	return out
}
