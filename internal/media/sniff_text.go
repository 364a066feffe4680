package media

import (
	"bytes"
	"unicode/utf8"
)

// textType tells the kinds of text apart; what is no text is binary data.
func textType(b []byte) string {
	if len(b) == 1 || !isText(b) {
		return "application/octet-stream"
	}
	text := bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	low := bytes.ToLower(bytes.TrimLeft(text[:min(len(text), 4096)], " \t\r\n\f\v"))
	starts := func(s string) bool { return bytes.HasPrefix(low, []byte(s)) }
	switch {
	case starts("<?php"), starts("<?\n"), starts("<?\r"), bytes.Contains(low[:min(len(low), 1024)], []byte("<?php")):
		return "text/x-php"
	case starts("<svg"), starts("<?xml") && bytes.Contains(low, []byte("<svg")), starts("<!doctype svg"):
		return "image/svg+xml"
	case markup(low):
		return "text/html"
	case starts("<?xml"):
		return "text/xml"
	case starts("#!"):
		return "text/x-shellscript"
	case starts("begin:vcalendar"):
		return "text/calendar"
	case starts("begin:vcard"):
		return "text/vcard"
	}
	if isJSON(text, len(b) == sniffSize) {
		return "application/json"
	}
	if isCSV(text) {
		return "text/csv"
	}
	return "text/plain"
}

// htmlTags are what makes text HTML when it stands at the beginning or, the
// dangerous ones, anywhere near it.
var htmlTags = []string{"<!doctype html", "<html", "<head", "<title", "<body", "<script", "<iframe", "<style", "<table", "<!--", "<a href=", "<h1", "<object", "<embed"}

func markup(low []byte) bool {
	for _, t := range htmlTags {
		if bytes.HasPrefix(low, []byte(t)) {
			return true
		}
	}
	for _, t := range []string{"<!doctype html", "<html", "<head>", "<body", "<script", "<iframe", "<title>"} {
		if bytes.Contains(low, []byte(t)) {
			return true
		}
	}
	return false
}

// isText reports whether bytes are text in some encoding: no control
// characters but the usual ones.
func isText(b []byte) bool {
	if bytes.HasPrefix(b, []byte("\xff\xfe")) || bytes.HasPrefix(b, []byte("\xfe\xff")) {
		return true // UTF-16
	}
	for _, c := range b {
		switch {
		case c >= 0x20 && c != 0x7f, c == '\a', c == '\b', c == '\t', c == '\n', c == '\v', c == '\f', c == '\r', c == 0x1b:
		default:
			return false
		}
	}
	if utf8.Valid(b) || len(b) == sniffSize {
		return true
	}
	for _, c := range b { // Latin-1 has no letters there, but for NEL
		if c >= 0x80 && c < 0xa0 && c != 0x85 {
			return c != 0
		}
	}
	return true
}

// csvLines is how many lines have to agree at most.
const csvLines = 10

// isCSV reports lines that all have the same number of commas outside quotes,
// as libmagic judges: three lines or more.
func isCSV(b []byte) bool {
	fields, want, lines := 0, 0, 0
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '"':
			i = closingQuote(b, i+1)
		case ',':
			fields++
		case '\n':
			lines++
			if lines == csvLines {
				return want > 0 && want == fields
			}
			switch {
			case want == 0 && fields == 0:
				return false
			case want == 0:
				want = fields
			case want != fields:
				return false
			}
			fields = 0
		}
	}
	return want > 0 && lines > 2
}

// closingQuote is where a quoted field ends; a doubled quote does not end it.
func closingQuote(b []byte, i int) int {
	for ; i < len(b); i++ {
		if b[i] != '"' {
			continue
		}
		if i+1 < len(b) && b[i+1] == '"' {
			i++
			continue
		}
		return i
	}
	return i
}

// isJSON reports an object or a list that is well-formed, as far as it was
// read.
func isJSON(b []byte, cut bool) bool {
	b = bytes.TrimSpace(b)
	if len(b) < 2 || b[0] != '{' && b[0] != '[' || cut {
		return false
	}
	return validJSON(b)
}
