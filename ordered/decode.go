package ordered

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Errors of Decode, one for each that PHP's json_last_error tells apart.
var (
	ErrSyntax = errors.New("ordered: syntax error")
	ErrDepth  = errors.New("ordered: maximum stack depth exceeded")
	ErrUTF8   = errors.New("ordered: malformed UTF-8 characters")
	ErrUTF16  = errors.New("ordered: single unpaired high surrogate in Unicode escape")
)

// MaxDepth is how deep Decode follows nested values, PHP's json_decode default.
const MaxDepth = 512

// Decode reads one JSON text. Integers that fit are int64, other numbers are
// float64; a repeated name keeps its first place and its last value, as in PHP.
func Decode(data []byte) (any, error) {
	if !utf8.Valid(data) {
		return nil, ErrUTF8
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	v, err := decodeValue(dec, 0)
	if err != nil {
		return nil, err
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, ErrSyntax
	}
	if bytes.Contains(data, []byte(`\u`)) && unpairedSurrogate(data) {
		return nil, ErrUTF16
	}
	return v, nil
}

func decodeValue(dec *json.Decoder, depth int) (any, error) {
	tok, err := dec.Token()
	if err != nil {
		return nil, ErrSyntax
	}
	switch tok := tok.(type) {
	case json.Number:
		return number(string(tok)), nil
	case json.Delim:
		if depth >= MaxDepth {
			return nil, ErrDepth
		}
		if tok == '[' {
			return decodeList(dec, depth+1)
		}
		return decodeObject(dec, depth+1)
	}
	return tok, nil
}

func decodeList(dec *json.Decoder, depth int) (any, error) {
	list := []any{}
	for dec.More() {
		v, err := decodeValue(dec, depth)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	if _, err := dec.Token(); err != nil {
		return nil, ErrSyntax
	}
	return list, nil
}

func decodeObject(dec *json.Decoder, depth int) (any, error) {
	o := &Object{}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return nil, ErrSyntax
		}
		s, ok := name.(string)
		if !ok {
			return nil, ErrSyntax
		}
		v, err := decodeValue(dec, depth)
		if err != nil {
			return nil, err
		}
		o.Set(s, v)
	}
	if _, err := dec.Token(); err != nil {
		return nil, ErrSyntax
	}
	return o, nil
}

func number(s string) any {
	if !strings.ContainsAny(s, ".eE") {
		if n, err := strconv.ParseInt(s, 10, 64); err == nil {
			return n
		}
	}
	f, _ := strconv.ParseFloat(s, 64) // out of range is an infinity, as in PHP
	return f
}

// unpairedSurrogate reports a \uD800-\uDBFF that no low surrogate follows, or a
// low one on its own. data is known to be valid JSON.
func unpairedSurrogate(data []byte) bool {
	for i := 0; i+1 < len(data); i++ {
		if data[i] != '\\' {
			continue
		}
		if data[i+1] != 'u' {
			i++
			continue
		}
		c := hex4(data, i+2)
		i += 5
		switch {
		case c >= 0xDC00 && c <= 0xDFFF:
			return true
		case c >= 0xD800 && c <= 0xDBFF:
			if i+6 >= len(data) || data[i+1] != '\\' || data[i+2] != 'u' {
				return true
			}
			if low := hex4(data, i+3); low < 0xDC00 || low > 0xDFFF {
				return true
			}
			i += 6
		}
	}
	return false
}

func hex4(data []byte, at int) uint64 {
	if at+4 > len(data) {
		return 0
	}
	n, _ := strconv.ParseUint(string(data[at:at+4]), 16, 32)
	return n
}
