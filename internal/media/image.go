package media

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"github.com/bep/imagemeta"
	"golang.org/x/image/webp"
)

// ErrNoImage: a file is no image, or a broken one.
var ErrNoImage = errors.New("media: no image that can be read")

// ErrTooLarge: an image has more pixels than may be decoded.
var ErrTooLarge = errors.New("media: the image has too many pixels")

// ImageInfo is what a file says of itself as an image.
type ImageInfo struct {
	Type          string // media type
	Width, Height int    // in pixels
	bytesPerPixel int64
}

// Displayable reports whether browsers show the image:
// file_is_displayable_image.
func (i ImageInfo) Displayable() bool {
	switch i.Type {
	case "image/gif", "image/jpeg", "image/png", "image/bmp", "image/vnd.microsoft.icon", "image/webp", "image/avif":
		return true
	}
	return false
}

// Editable reports whether sizes of the image can be made here.
func (i ImageInfo) Editable() bool { return Editable(i.Type) }

// Editable reports whether images of a media type can be decoded here.
func Editable(mime string) bool {
	switch mime {
	case "image/gif", "image/jpeg", "image/png", "image/webp":
		return true
	}
	return false
}

func section(r io.ReaderAt) *bufio.Reader {
	return bufio.NewReaderSize(io.NewSectionReader(r, 0, 1<<62), 16<<10)
}

// ReadImageInfo reads type and dimensions of an image without decoding it:
// getimagesize. A file that is none is ErrNoImage.
func ReadImageInfo(r io.ReaderAt) (info ImageInfo, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("%w: %v", ErrNoImage, v)
		}
	}()
	b, err := head(r, 512)
	if err != nil {
		return info, err
	}
	info.Type, info.bytesPerPixel = ImageType(b), 4
	var cfg image.Config
	switch info.Type {
	case "image/jpeg":
		cfg, err = jpeg.DecodeConfig(section(r))
	case "image/png":
		cfg, err = png.DecodeConfig(section(r))
	case "image/gif":
		cfg, err = gif.DecodeConfig(section(r))
	case "image/webp":
		cfg, err = webp.DecodeConfig(section(r))
	case "image/bmp":
		cfg, err = bmpConfig(b)
	case "image/vnd.microsoft.icon":
		cfg, err = icoConfig(b)
	case "image/avif":
		cfg, err = heifConfig(r)
	default:
		err = ErrNoImage
	}
	if err != nil || cfg.Width <= 0 || cfg.Height <= 0 {
		return ImageInfo{}, fmt.Errorf("%w: %v", ErrNoImage, err)
	}
	info.Width, info.Height = cfg.Width, cfg.Height
	if cfg.ColorModel == color.RGBA64Model || cfg.ColorModel == color.NRGBA64Model {
		info.bytesPerPixel = 8
	}
	return info, nil
}

func bmpConfig(b []byte) (image.Config, error) {
	if len(b) < 26 {
		return image.Config{}, ErrNoImage
	}
	if binary.LittleEndian.Uint32(b[14:]) == 12 {
		return image.Config{Width: int(binary.LittleEndian.Uint16(b[18:])), Height: int(binary.LittleEndian.Uint16(b[20:]))}, nil
	}
	w, h := int32(binary.LittleEndian.Uint32(b[18:])), int32(binary.LittleEndian.Uint32(b[22:]))
	return image.Config{Width: int(w), Height: int(max(h, -h))}, nil
}

// icoConfig reads the largest picture of an icon.
func icoConfig(b []byte) (c image.Config, err error) {
	if len(b) < 6 {
		return c, ErrNoImage
	}
	n := int(binary.LittleEndian.Uint16(b[4:]))
	for i := 0; i < n && 6+16*i+2 <= len(b); i++ {
		w, h := int(b[6+16*i]), int(b[6+16*i+1])
		if w == 0 {
			w = 256
		}
		if h == 0 {
			h = 256
		}
		if w*h > c.Width*c.Height {
			c.Width, c.Height = w, h
		}
	}
	return c, nil
}

func heifConfig(r io.ReaderAt) (image.Config, error) {
	res, err := imagemeta.Decode(imagemeta.Options{R: io.NewSectionReader(r, 0, 1<<62), ImageFormat: imagemeta.AVIF, Sources: imagemeta.CONFIG})
	return image.Config{Width: res.ImageConfig.Width, Height: res.ImageConfig.Height}, err
}

// decode reads the whole image; the caller has checked its dimensions.
func decode(r io.ReaderAt, info ImageInfo) (img image.Image, err error) {
	defer func() {
		if v := recover(); v != nil {
			img, err = nil, fmt.Errorf("%w: %v", ErrNoImage, v)
		}
	}()
	switch info.Type {
	case "image/jpeg":
		img, err = jpeg.Decode(section(r))
	case "image/png":
		img, err = png.Decode(section(r))
	case "image/gif":
		img, err = decodeGIF(r, info)
	case "image/webp":
		img, err = webp.Decode(section(r))
	default:
		return nil, ErrNoImage
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrNoImage, err)
	}
	if b := img.Bounds(); b.Dx() > info.Width || b.Dy() > info.Height {
		return nil, ErrNoImage // not what its header promised
	}
	return img, nil
}

// decodeGIF reads the first picture of a GIF, on the whole canvas.
func decodeGIF(r io.ReaderAt, info ImageInfo) (image.Image, error) {
	img, err := gif.Decode(section(r))
	if err != nil {
		return nil, err
	}
	canvas := image.Rect(0, 0, info.Width, info.Height)
	p, ok := img.(*image.Paletted)
	if !ok || img.Bounds() == canvas || len(p.Palette) == 0 {
		return img, nil
	}
	out := image.NewPaletted(canvas, p.Palette)
	for i, c := range p.Palette {
		if _, _, _, a := c.RGBA(); a == 0 {
			for j := range out.Pix {
				out.Pix[j] = uint8(i)
			}
			break
		}
	}
	b := p.Rect.Intersect(canvas)
	for y := b.Min.Y; y < b.Max.Y; y++ {
		copy(out.Pix[out.PixOffset(b.Min.X, y):], p.Pix[p.PixOffset(b.Min.X, y):p.PixOffset(b.Max.X-1, y)+1])
	}
	return out, nil
}

// encode writes an image as a media type. palette is that of the original, for
// types that have one.
func encode(img image.Image, mime string, quality int, palette color.Palette) (*bytes.Buffer, error) {
	var buf bytes.Buffer
	var err error
	switch mime {
	case "image/jpeg":
		err = jpeg.Encode(&buf, img, &jpeg.Options{Quality: quality})
	case "image/png":
		err = png.Encode(&buf, img)
	case "image/gif":
		err = gif.Encode(&buf, paletted(img, palette), nil)
	default:
		err = fmt.Errorf("media: no encoder for %s", mime)
	}
	return &buf, err
}

// Budget bounds the memory that images take while they are decoded, over all
// uploads at a time.
type Budget struct {
	max  int64
	slot chan struct{}
}

// NewBudget returns a budget: at most parallel images at a time, each of at
// most bytes decoded.
func NewBudget(bytes int64, parallel int) *Budget {
	return &Budget{max: bytes, slot: make(chan struct{}, max(parallel, 1))}
}

// take waits for a turn; an image that is too large is refused at once.
func (b *Budget) take(ctx context.Context, info ImageInfo) (release func(), err error) {
	if int64(info.Width)*int64(info.Height) > b.max/max(info.bytesPerPixel, 1) {
		return nil, ErrTooLarge
	}
	select {
	case b.slot <- struct{}{}:
		return func() { <-b.slot }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
