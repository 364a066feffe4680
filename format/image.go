package format

import "math"

// Crop says whether an image is cut to the wanted shape, and which part of it
// stays: X "left", "center" or "right", Y "top", "center" or "bottom"; empty is
// the center.
type Crop struct {
	On   bool
	X, Y string
}

// Resize is the part of an image that is scaled, and the size it gets.
type Resize struct {
	SrcX, SrcY, SrcW, SrcH int
	DstW, DstH             int
}

// ImageSize is a size for which WordPress makes files.
type ImageSize struct {
	Name          string
	Width, Height int // pixels; 0 is any
	Crop          Crop
}

// DefaultImageSizes are the sizes of a fresh install, in order:
// wp_get_registered_image_subsizes.
func DefaultImageSizes() []ImageSize {
	return []ImageSize{
		{Name: "thumbnail", Width: 150, Height: 150, Crop: Crop{On: true}},
		{Name: "medium", Width: 300, Height: 300},
		{Name: "medium_large", Width: 768},
		{Name: "large", Width: 1024, Height: 1024},
		{Name: "1536x1536", Width: 1536, Height: 1536},
		{Name: "2048x2048", Width: 2048, Height: 2048},
	}
}

// phpRound is PHP 8.2's round: halves go away from zero, after the 15th digit
// has been rounded off.
func phpRound(v float64) float64 {
	if v == 0 || math.IsInf(v, 0) || math.IsNaN(v) {
		return v
	}
	if places := 14 - int(math.Floor(math.Log10(math.Abs(v)))); places > 0 && places < 15 {
		scale := math.Pow10(places)
		v = math.Round(v*scale) / scale
	}
	return math.Round(v)
}

// ConstrainDimensions scales a size down until it fits into a box, with its
// proportions kept: wp_constrain_dimensions. A limit of 0 is none.
func ConstrainDimensions(w, h, maxW, maxH int) (int, int) {
	if maxW == 0 && maxH == 0 {
		return w, h
	}
	ratioW, ratioH := 1.0, 1.0
	byW := maxW > 0 && w > 0 && w > maxW
	byH := maxH > 0 && h > 0 && h > maxH
	if byW {
		ratioW = float64(maxW) / float64(w)
	}
	if byH {
		ratioH = float64(maxH) / float64(h)
	}
	scaled := func(n int, ratio float64) int { return int(phpRound(float64(n) * ratio)) }
	ratio := max(ratioW, ratioH)
	if scaled(w, ratio) > maxW || scaled(h, ratio) > maxH {
		ratio = min(ratioW, ratioH)
	}
	newW, newH := max(1, scaled(w, ratio)), max(1, scaled(h, ratio))
	if byW && newW == maxW-1 {
		newW = maxW // a matter of rounding
	}
	if byH && newH == maxH-1 {
		newH = maxH
	}
	return newW, newH
}

// ResizeDimensions works out how an image of w by h pixels becomes one of at
// most destW by destH: image_resize_dimensions. ok is false if there is nothing
// to do: no size wanted, the image smaller, or practically as large.
func ResizeDimensions(w, h, destW, destH int, crop Crop) (r Resize, ok bool) {
	if w <= 0 || h <= 0 || destW <= 0 && destH <= 0 {
		return r, false
	}
	switch {
	case destH == 0 && w < destW, destW == 0 && h < destH, destW != 0 && destH != 0 && w < destW && h < destH:
		return r, false
	}
	r = Resize{SrcW: w, SrcH: h}
	if crop.On {
		r.crop(destW, destH, crop)
	} else {
		r.DstW, r.DstH = ConstrainDimensions(w, h, destW, destH)
	}
	return r, !near(r.DstW, w) || !near(r.DstH, h)
}

// crop cuts the largest part that can be scaled to the wanted size.
func (r *Resize) crop(destW, destH int, crop Crop) {
	w, h := float64(r.SrcW), float64(r.SrcH)
	r.DstW, r.DstH = min(destW, r.SrcW), min(destH, r.SrcH)
	if r.DstW == 0 {
		r.DstW = int(phpRound(float64(r.DstH) * (w / h)))
	}
	if r.DstH == 0 {
		r.DstH = int(phpRound(float64(r.DstW) / (w / h)))
	}
	ratio := max(float64(r.DstW)/w, float64(r.DstH)/h)
	partW, partH := phpRound(float64(r.DstW)/ratio), phpRound(float64(r.DstH)/ratio)
	r.SrcX = cropOffset(w-partW, crop.X, "left", "right")
	r.SrcY = cropOffset(h-partH, crop.Y, "top", "bottom")
	r.SrcW, r.SrcH = int(partW), int(partH)
}

// cropOffset is how much of what is cut away lies in front.
func cropOffset(rest float64, where, front, back string) int {
	switch where {
	case front:
		return 0
	case back:
		return int(rest)
	}
	return int(math.Floor(rest / 2))
}

// near is wp_fuzzy_number_match: rounding makes a pixel.
func near(a, b int) bool { return a-b <= 1 && b-a <= 1 }

// SameRatio reports whether one size is the other scaled, within a pixel:
// wp_image_matches_ratio.
func SameRatio(w1, h1, w2, h2 int) bool {
	if w1 <= w2 {
		w1, h1, w2, h2 = w2, h2, w1, h1
	}
	w, h := ConstrainDimensions(w1, h1, w2, 0)
	return near(w, w2) && near(h, h2)
}
