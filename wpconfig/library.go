package wpconfig

import (
	"crypto/md5"
	"crypto/sha1"
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"path"
	"strconv"
	"strings"

	"github.com/platenhq/platen/phpserialize"
)

// oneText is functions of one argument.
func (m *machine) oneText(name, s string) (any, bool) {
	switch name {
	case "strtolower":
		return strings.ToLower(s), true
	case "strtoupper":
		return strings.ToUpper(s), true
	case "strlen":
		return int64(len(s)), true
	case "intval":
		return toInt(s), true
	case "strval":
		return s, true
	case "boolval":
		return truth(s), true
	case "basename":
		return path.Base(s), true
	case "realpath":
		return path.Clean(s), path.IsAbs(s)
	case "md5":
		sum := md5.Sum([]byte(s))
		return hex.EncodeToString(sum[:]), true
	case "sha1":
		sum := sha1.Sum([]byte(s))
		return hex.EncodeToString(sum[:]), true
	case "base64_decode":
		b, err := base64.StdEncoding.DecodeString(s)
		return string(b), err == nil
	case "urldecode":
		v, err := url.QueryUnescape(s)
		return v, err == nil
	case "rawurldecode":
		v, err := url.PathUnescape(s)
		return v, err == nil
	case "parse_url":
		return parseURL(s)
	}
	return nil, false
}

// parseURL is parse_url() of a URL with an authority.
func parseURL(s string) (any, bool) {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" {
		return nil, false
	}
	a := (&phpserialize.Array{}).Put("scheme", u.Scheme).Put("host", u.Hostname())
	if port, err := strconv.ParseInt(u.Port(), 10, 64); err == nil {
		a.Put("port", port)
	}
	if u.User != nil {
		// parse_url does not decode.
		user, pass, ok := strings.Cut(u.User.String(), ":")
		if raw, _, found := strings.Cut(strings.TrimPrefix(s, u.Scheme+"://"), "@"); found && strings.LastIndexByte(s, '@') == len(u.Scheme)+3+len(raw) {
			user, pass, ok = strings.Cut(raw, ":")
		}
		a.Put("user", user)
		if ok {
			a.Put("pass", pass)
		}
	}
	if p := u.EscapedPath(); p != "" {
		a.Put("path", p)
	}
	if u.RawQuery != "" {
		a.Put("query", u.RawQuery)
	}
	return a, true
}

// textFunction is functions of several arguments.
func textFunction(name string, args []any, arg func(int) string) (any, bool) {
	if len(args) < 2 {
		return nil, false
	}
	switch name {
	case "strpos", "stripos":
		s, t := arg(0), arg(1)
		if name == "stripos" {
			s, t = strings.ToLower(s), strings.ToLower(t)
		}
		if i := strings.Index(s, t); i >= 0 && len(args) == 2 {
			return int64(i), true
		}
		return false, len(args) == 2
	case "str_contains":
		return strings.Contains(arg(0), arg(1)), true
	case "str_starts_with":
		return strings.HasPrefix(arg(0), arg(1)), true
	case "str_ends_with":
		return strings.HasSuffix(arg(0), arg(1)), true
	case "str_replace":
		for i := range 3 {
			if i >= len(args) {
				return nil, false
			}
			if _, ok := args[i].(string); !ok {
				return nil, false
			}
		}
		if arg(0) == "" || len(arg(1)) > 1000 {
			return nil, false
		}
		if strings.Count(arg(2), arg(0))*len(arg(1)) > maxText {
			return nil, false
		}
		return strings.ReplaceAll(arg(2), arg(0), arg(1)), true
	case "substr":
		return substr(arg(0), args), true
	case "explode":
		if arg(0) == "" {
			return nil, false
		}
		limit := -1
		if len(args) > 2 {
			if limit = int(toInt(args[2])); limit < 1 {
				return nil, false
			}
		}
		list := &phpserialize.Array{}
		for _, s := range strings.SplitN(arg(1), arg(0), limit) {
			list.Append(s)
		}
		return list, true
	}
	return listFunction(name, args, arg)
}

// listFunction is functions whose second argument is an array, and sprintf.
func listFunction(name string, args []any, arg func(int) string) (any, bool) {
	switch name {
	case "implode", "join":
		list, ok := args[1].(*phpserialize.Array)
		if !ok {
			return nil, false
		}
		return join(arg(0), list)
	case "in_array":
		list, ok := args[1].(*phpserialize.Array)
		if !ok {
			return nil, false
		}
		strict := len(args) > 2 && truth(args[2])
		for _, v := range list.All() {
			if isUnknown(v) {
				return v, true
			}
			if strict && identical(args[0], v) || !strict && equal(args[0], v) {
				return true, true
			}
		}
		return false, true
	case "array_key_exists":
		list, ok := args[1].(*phpserialize.Array)
		return ok && list.Has(arrayKey(args[0])), ok
	case "sprintf":
		return sprintf(arg(0), args[1:])
	}
	return nil, false
}

func join(separator string, list *phpserialize.Array) (any, bool) {
	var parts []string
	size := 0
	for _, v := range list.All() {
		if u, ok := origin(v); ok {
			return u, true
		}
		parts = append(parts, toString(v))
		size += len(parts[len(parts)-1]) + len(separator)
	}
	if size > maxText {
		return nil, false
	}
	return strings.Join(parts, separator), true
}

func substr(s string, args []any) string {
	size := int64(len(s))
	start, end := toInt(args[1]), size
	if start < 0 {
		start = max(0, size+start)
	}
	start = min(start, size)
	if len(args) > 2 && args[2] != nil {
		if n := toInt(args[2]); n < 0 {
			end = size + n
		} else if n < size-start {
			end = start + n
		}
	}
	if end < start {
		return ""
	}
	return s[start:end]
}

// sprintf knows %s, %d and %%.
func sprintf(format string, args []any) (any, bool) {
	var b strings.Builder
	for i := 0; i < len(format); i++ {
		if format[i] != '%' {
			b.WriteByte(format[i])
			continue
		}
		if i++; i == len(format) {
			return nil, false
		}
		if format[i] == '%' {
			b.WriteByte('%')
			continue
		}
		if len(args) == 0 || b.Len() > maxText {
			return nil, false
		}
		switch format[i] {
		case 's':
			b.WriteString(toString(args[0]))
		case 'd':
			b.WriteString(strconv.FormatInt(toInt(args[0]), 10))
		default:
			return nil, false
		}
		args = args[1:]
	}
	return b.String(), true
}

// builtin are the functions that function_exists() knows.
var builtin = map[string]bool{
	"getenv": true, "define": true, "defined": true, "dirname": true, "trim": true, "strpos": true, "str_contains": true, "str_starts_with": true,
	"str_ends_with": true, "file_exists": true, "file_get_contents": true, "parse_url": true, "explode": true, "implode": true, "putenv": true,
	"ini_set": true, "header": true, "mb_strlen": true, "json_decode": true,
}
