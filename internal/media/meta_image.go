package media

import (
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/bep/imagemeta"

	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/phpserialize"
)

// ImageMeta is what WordPress keeps of the EXIF, IPTC and XMP data of an
// image: wp_read_image_metadata. Numbers are text, as they are stored.
type ImageMeta struct {
	Aperture, Credit, Camera, Caption, Created, Copyright string
	FocalLength, ISO, ShutterSpeed, Title                 string
	Orientation                                           int // 1 to 8, 0 for none
	Keywords                                              []string
	Alt                                                   string
}

// Array is the member image_meta of the metadata.
func (m ImageMeta) Array() *phpserialize.Array {
	number := func(s string) string {
		if s == "" {
			return "0"
		}
		return s
	}
	keywords := &phpserialize.Array{}
	for _, k := range m.Keywords {
		keywords.Append(k)
	}
	a := &phpserialize.Array{}
	set := func(k string, v any) { a.Set(phpserialize.StrKey(k), v) }
	set("aperture", number(m.Aperture))
	set("credit", m.Credit)
	set("camera", m.Camera)
	set("caption", m.Caption)
	set("created_timestamp", number(m.Created))
	set("copyright", m.Copyright)
	set("focal_length", number(m.FocalLength))
	set("iso", number(m.ISO))
	set("shutter_speed", number(m.ShutterSpeed))
	set("title", m.Title)
	set("orientation", strconv.Itoa(m.Orientation))
	set("keywords", keywords)
	set("alt", m.Alt)
	return a
}

// tags are the raw values found in a file.
type tags struct {
	exif map[string]any
	iptc map[string][]string
	alt  string
}

// metaTimeout bounds the reading of metadata.
const metaTimeout = 5 * time.Second

// ReadImageMeta reads the metadata of an image. What cannot be read is left
// out: the metadata of a file never keep it from being stored.
func ReadImageMeta(r io.ReaderAt, info ImageInfo) ImageMeta {
	t := readTags(r, info)
	m := ImageMeta{Alt: t.alt}
	t.fromIPTC(&m)
	if info.Type == "image/jpeg" || info.Type == "image/tiff" {
		t.fromEXIF(&m)
	}
	m.clean()
	return m
}

func readTags(r io.ReaderAt, info ImageInfo) (t tags) {
	t = tags{exif: map[string]any{}, iptc: map[string][]string{}}
	defer func() { recover() }() // a broken block of metadata is none
	formats := map[string]imagemeta.ImageFormat{
		"image/jpeg": imagemeta.JPEG, "image/png": imagemeta.PNG, "image/webp": imagemeta.WebP, "image/tiff": imagemeta.TIFF, "image/avif": imagemeta.AVIF,
	}
	f, ok := formats[info.Type]
	if !ok {
		return t
	}
	sources := imagemeta.XMP
	switch f {
	case imagemeta.JPEG, imagemeta.TIFF:
		sources |= imagemeta.EXIF | imagemeta.IPTC
	}
	imagemeta.Decode(imagemeta.Options{
		R: io.NewSectionReader(r, 0, 1<<62), ImageFormat: f, Sources: sources, Timeout: metaTimeout,
		ShouldHandleTag: func(ti imagemeta.TagInfo) bool {
			return ti.Source == imagemeta.IPTC || ti.Source == imagemeta.EXIF && !strings.Contains(ti.Namespace, "IFD1")
		},
		HandleTag: func(ti imagemeta.TagInfo) error {
			if ti.Source == imagemeta.EXIF {
				if _, ok := t.exif[ti.Tag]; !ok {
					t.exif[ti.Tag] = ti.Value
				}
				return nil
			}
			switch v := ti.Value.(type) {
			case []string:
				t.iptc[ti.Tag] = append(t.iptc[ti.Tag], v...)
			case string:
				t.iptc[ti.Tag] = append(t.iptc[ti.Tag], v)
			}
			return nil
		},
		HandleXMP: func(r io.Reader) error {
			t.alt = altText(io.LimitReader(r, 1<<20))
			_, err := io.Copy(io.Discard, r)
			return err
		},
	})
	return t
}

func trim(s string) string { return strings.Trim(s, " \t\n\r\x00\x0b") }

// first is the first value of an IPTC field.
func (t *tags) first(name string) string {
	for _, v := range t.iptc[name] {
		return trim(v)
	}
	return ""
}

// shortTitle is how long a description may be that passes for a title.
const shortTitle = 80

func (t *tags) fromIPTC(m *ImageMeta) {
	m.Title = t.first("Headline")
	if m.Title == "" {
		m.Title = t.first("ObjectName")
	}
	if c := t.first("Caption-Abstract"); c != "" {
		if m.Title == "" && len(c) < shortTitle {
			m.Title = c
		}
		m.Caption = c
	}
	if m.Credit = t.first("Credit"); m.Credit == "" {
		m.Credit = t.first("By-line")
	}
	m.Copyright = t.first("CopyrightNotice")
	m.Keywords = append(m.Keywords, t.iptc["Keywords"]...)
	m.Created = iptcTime(t.first("DateCreated"), t.first("TimeCreated"))
}

// iptcTime reads date and time, with or without separators.
func iptcTime(date, clock string) string {
	if date == "" || clock == "" {
		return ""
	}
	date = strings.NewReplacer(":", "", "-", "").Replace(date)
	clock = strings.ReplaceAll(clock, ":", "")
	for _, layout := range []string{"20060102 150405-0700", "20060102 150405"} {
		if at, err := time.Parse(layout, date+" "+clock); err == nil {
			return strconv.FormatInt(at.Unix(), 10)
		}
	}
	return ""
}

func (t *tags) text(name string) string {
	switch v := t.exif[name].(type) {
	case string:
		return trim(v)
	case []byte:
		return trim(string(v))
	}
	return ""
}

func (t *tags) fromEXIF(m *ImageMeta) {
	t.captions(m)
	if m.Credit == "" {
		m.Credit = t.text("Artist")
	}
	if m.Copyright == "" {
		m.Copyright = t.text("Copyright")
	}
	if f, ok := number(t.exif["FNumber"]); ok && f != 0 {
		m.Aperture = phpNumber(math.Round(f*100) / 100)
	}
	m.Camera = t.text("Model")
	if m.Created == "" {
		if at, ok := exifTime(t.exif["DateTimeDigitized"]); ok {
			m.Created = strconv.FormatInt(at.Unix(), 10)
		} else if at, ok := exifTime(t.exif["CreateDate"]); ok {
			m.Created = strconv.FormatInt(at.Unix(), 10)
		}
	}
	if f, ok := number(t.exif["FocalLength"]); ok && f != 0 {
		m.FocalLength = phpNumber(f)
	}
	for _, name := range []string{"ISOSpeedRatings", "ISO", "PhotographicSensitivity"} {
		if f, ok := number(t.exif[name]); ok && f != 0 && m.ISO == "" {
			m.ISO = phpNumber(f)
		}
	}
	if f, ok := number(t.exif["ExposureTime"]); ok && f != 0 {
		m.ShutterSpeed = phpNumber(f)
	}
	if f, ok := number(t.exif["Orientation"]); ok && f >= 1 && f <= 8 {
		m.Orientation = int(f)
	}
}

// captions decides title and caption by description and user comment.
func (t *tags) captions(m *ImageMeta) {
	description, comment := t.text("ImageDescription"), strings.TrimPrefix(t.text("UserComment"), "ASCII\x00\x00\x00")
	switch {
	case description != "":
		if m.Title == "" && len(description) < shortTitle {
			m.Title = description
		}
		if m.Caption == "" && comment != "" {
			switch {
			case m.Title != "" && description == m.Title, description == comment:
				m.Caption = comment
			default:
				m.Caption = trim(description + " " + comment)
			}
		}
		if m.Caption == "" {
			m.Caption = description
		}
	case m.Caption == "" && comment != "":
		m.Caption = comment
		if m.Title == "" && len(comment) < shortTitle {
			m.Title = comment
		}
	}
}

// number reads a number or a fraction.
func number(v any) (float64, bool) {
	switch v := v.(type) {
	case interface{ Float64() float64 }:
		f := v.Float64()
		return f, !math.IsNaN(f) && !math.IsInf(f, 0)
	case []any:
		if len(v) > 0 {
			return number(v[0])
		}
	case []uint16:
		if len(v) > 0 {
			return float64(v[0]), true
		}
	case string, nil:
	default:
		f, err := strconv.ParseFloat(fmt.Sprint(v), 64)
		return f, err == nil && !math.IsNaN(f) && !math.IsInf(f, 0)
	}
	return 0, false
}

// phpNumber writes a number as PHP's (string) does, with 14 digits.
func phpNumber(f float64) string { return string(phpserialize.AppendFloat(nil, f, 14)) }

// exifTime reads "2006:01:02 15:04:05".
func exifTime(v any) (time.Time, bool) {
	if at, ok := v.(time.Time); ok {
		return at, true
	}
	s, _ := v.(string)
	at, err := time.Parse("2006:01:02 15:04:05", trim(s))
	return at, err == nil
}

// clean makes every text UTF-8 without unsafe markup.
func (m *ImageMeta) clean() {
	kses := format.NewKses(format.KsesPost, "")
	clean := func(s *string) {
		if !utf8.ValidString(*s) {
			*s = latin1(*s)
		}
		*s = kses.Filter(strings.ReplaceAll(*s, "\x00", ""))
	}
	for _, s := range []*string{&m.Credit, &m.Camera, &m.Caption, &m.Copyright, &m.Title, &m.Alt, &m.ISO} {
		clean(s)
	}
	for i := range m.Keywords {
		clean(&m.Keywords[i])
	}
}

// latin1 reads bytes as ISO 8859-1: utf8_encode.
func latin1(s string) string {
	out := make([]rune, len(s))
	for i := range len(s) {
		out[i] = rune(s[i])
	}
	return string(out)
}

// altText finds the text for readers in the XMP data of an image, that for the
// default language: wp_get_image_alttext.
func altText(r io.Reader) string {
	d := xml.NewDecoder(r)
	inside, lang, best := false, "", map[string]string{}
	for {
		tok, err := d.Token()
		if err != nil {
			break
		}
		switch t := tok.(type) {
		case xml.StartElement:
			switch {
			case t.Name.Local == "AltTextAccessibility":
				inside = true
			case inside && t.Name.Local == "li":
				lang = ""
				for _, a := range t.Attr {
					if a.Name.Local == "lang" {
						lang = a.Value
					}
				}
			}
		case xml.EndElement:
			if t.Name.Local == "AltTextAccessibility" {
				inside = false
			}
			lang = ""
		case xml.CharData:
			if inside && lang != "" && best[lang] == "" {
				best[lang] = string(t)
			}
		}
	}
	for _, lang := range []string{"en_US", "en", "x-default"} {
		if best[lang] != "" {
			return best[lang]
		}
	}
	return ""
}
