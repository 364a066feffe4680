package rectest

import (
	"net/url"
	"regexp"
	"slices"
	"sort"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// norm replaces what is volatile in answers: the site's URL, nonces, times of
// now, new tokens and UUIDs; in sequences of writes also upload folders, sizes
// of generated pictures, and the ids that the run got for those recorded.
type norm struct {
	site     *Site
	session  *session
	mutating bool
	zones    []zone
	subs     []pair
	ids      []pair // got, recorded; in the order learnt

	nonces []string
	lo, hi time.Time
	months map[string]bool // YYYY/MM that are now
	days   map[string]bool // YYYY/MM/DD that are now
}

type pair struct{ from, to string }

type zone struct {
	loc  *time.Location
	name string
}

const slack = 5 * time.Second

func newNorm(site *Site, s *session, base string, mutating bool, now time.Time) *norm {
	n := &norm{site: site, session: s, mutating: mutating,
		zones: []zone{{time.UTC, "{{NOW"}, {site.Location, "{{NOW_LOCAL"}}}
	if mutating { // one of the recorded sequences moves the site there
		n.zones = append(n.zones, zone{time.FixedZone("", 5*3600+1800), "{{NOW_KOLKATA"})
	}
	for _, b := range []string{base, site.BaseURL} {
		host := b
		if u, err := url.Parse(b); err == nil {
			host = u.Host
		}
		enc := quote(b, "")
		for _, p := range []pair{{b, "{{BASE}}"}, {strings.ReplaceAll(b, "/", `\/`), "{{BASE_ESC}}"}, {enc, "{{BASE_ENC}}"},
			{strings.ToLower(enc), "{{BASE_ENC}}"}, {host, "{{HOST}}"}} {
			if p.from != "" && !slices.Contains(n.subs, p) {
				n.subs = append(n.subs, p)
			}
		}
	}
	sort.SliceStable(n.subs, func(i, j int) bool {
		return utf8.RuneCountInString(n.subs[i].from) > utf8.RuneCountInString(n.subs[j].from)
	})
	n.now(now)
	return n
}

// now tells the normaliser what time it is: from the start of the session
// until t counts as now.
func (n *norm) now(t time.Time) {
	const month, day = "2006/01", "2006/01/02"
	loc := n.site.Location
	n.lo, n.hi = n.session.start.Add(-slack), t.Add(slack)
	n.months = map[string]bool{n.site.dumpYM: true, t.UTC().Format(month): true, t.In(loc).Format(month): true}
	n.days = map[string]bool{n.site.day: true, t.In(loc).Format(day): true, n.session.start.In(loc).Format(day): true}
	n.nonces = n.session.knownNonces()
}

// learn notes that the run got one id where the recording has another.
func (n *norm) learn(got, recorded string) {
	for i, p := range n.ids {
		if p.from == got {
			n.ids[i].to = recorded
			return
		}
	}
	n.ids = append(n.ids, pair{got, recorded})
}

func (n *norm) date(m string) string {
	t := strings.Replace(m, " ", "T", 1)
	for _, z := range n.zones {
		d, err := time.ParseInLocation("2006-01-02T15:04:05", t, z.loc)
		if err != nil {
			return m
		}
		if !d.Before(n.lo) && !d.After(n.hi) {
			if strings.Contains(m, "T") {
				return z.name + "}}"
			}
			return z.name + "_SQL}}"
		}
	}
	return m
}

var (
	dateRE    = regexp.MustCompile(`[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}`)
	nonceArg  = regexp.MustCompile(`((?:_wpnonce|nonce)(?:=|%3D))[0-9a-f]{10}\b`)
	uuidRE    = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}`)
	secretAtt = regexp.MustCompile(`(data-secret=(?:\\?"|&quot;))[A-Za-z0-9]{10}`)
	secretURL = regexp.MustCompile(`(#\?secret=)[A-Za-z0-9]{10}\b`)
	imageID   = regexp.MustCompile(`((?:imageId|galleryId)&quot;:&quot;)[0-9a-f]{13}\b`)
	keyAtt    = regexp.MustCompile(`(data-wp-key=")[0-9a-f]{13}"`)
	monthDir  = regexp.MustCompile(`(/uploads/|^|")([0-9]{4}/[0-9]{2})`)
	fileAfter = regexp.MustCompile(`^/[^/]+\.[\p{L}\p{N}_]`)
	dayPath   = regexp.MustCompile(`/([0-9]{4}/[0-9]{2}/[0-9]{2})/`)
	editStamp = regexp.MustCompile(`-e[0-9]{10,13}`)
	newAppPw  = regexp.MustCompile(`^(?:[A-Za-z0-9]{24}|(?:[A-Za-z0-9]{4} ){5}[A-Za-z0-9]{4})$`)
)

// text normalises one string.
func (n *norm) text(t string) string {
	for _, p := range n.subs {
		t = strings.ReplaceAll(t, p.from, p.to)
	}
	if strings.Contains(t, ":") && strings.Contains(t, "-") {
		t = dateRE.ReplaceAllStringFunc(t, n.date)
	}
	for _, v := range n.nonces {
		t = strings.ReplaceAll(t, v, "{{NONCE}}")
	}
	if strings.Contains(t, "nonce") {
		t = nonceArg.ReplaceAllString(t, "${1}{{NONCE}}")
	}
	t = n.uuids(t)
	if strings.Contains(t, "secret=") {
		t = secretAtt.ReplaceAllString(t, "${1}{{SECRET}}")
		t = secretURL.ReplaceAllString(t, "${1}{{SECRET}}")
	}
	if strings.Contains(t, "Id&quot;:") {
		t = imageID.ReplaceAllString(t, "${1}{{UNIQID}}")
	}
	if strings.Contains(t, "data-wp-key=") {
		t = keyAtt.ReplaceAllString(t, `${1}{{UNIQID}}"`)
	}
	if n.mutating {
		t = n.written(t)
	}
	for _, p := range n.ids {
		if hasWord(t, p.from) && (strings.Contains(t, "{{BASE}}") || strings.Contains(t, "?")) {
			t = replaceNumber(t, p.from, p.to)
		}
	}
	return t
}

// uuids replaces new UUIDs where they are the whole string or name an
// application password.
func (n *norm) uuids(t string) string {
	if len(t) < 36 {
		return t
	}
	inPath := strings.Contains(t, "/application-passwords/")
	if !inPath && len(t) != 36 {
		return t
	}
	return uuidRE.ReplaceAllStringFunc(t, func(m string) string {
		if n.site.appUUIDs[m] || m != t && !inPath {
			return m
		}
		return "{{UUID}}"
	})
}

// written replaces what only writes bring about: folders and permalinks of
// today, and the time stamp in the name of an edited picture.
func (n *norm) written(t string) string {
	t = replaceEach(monthDir, t, func(g []string, rest string) string {
		if !n.months[g[2]] || !fileAfter.MatchString(rest) {
			return g[0]
		}
		return g[1] + "{{YM}}"
	})
	t = replaceEach(dayPath, t, func(g []string, _ string) string {
		if n.days[g[1]] {
			return "/{{DAY}}/"
		}
		return g[0]
	})
	return replaceEach(editStamp, t, func(g []string, rest string) string {
		if rest != "" && (rest[0] == '.' || rest[0] == '-') {
			return "-e{{TS}}"
		}
		return g[0]
	})
}

// replaceEach replaces each match of re by what f makes of its groups and of
// the text behind it.
func replaceEach(re *regexp.Regexp, t string, f func(groups []string, rest string) string) string {
	all := re.FindAllStringSubmatchIndex(t, -1)
	if all == nil {
		return t
	}
	var b strings.Builder
	last := 0
	for _, m := range all {
		groups := make([]string, len(m)/2)
		for i := range groups {
			if m[2*i] >= 0 {
				groups[i] = t[m[2*i]:m[2*i+1]]
			}
		}
		b.WriteString(t[last:m[0]])
		b.WriteString(f(groups, t[m[1]:]))
		last = m[1]
	}
	b.WriteString(t[last:])
	return b.String()
}

// hasWord tells whether t holds w with no letter, digit or underscore beside it.
func hasWord(t, w string) bool {
	for i := 0; ; {
		k := strings.Index(t[i:], w)
		if k < 0 {
			return false
		}
		before, _ := utf8.DecodeLastRuneInString(t[:i+k])
		after, _ := utf8.DecodeRuneInString(t[i+k+len(w):])
		if !(i+k > 0 && isWord(before)) && !(i+k+len(w) < len(t) && isWord(after)) {
			return true
		}
		i += k + 1
	}
}

func isWord(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsNumber(r) }

// replaceNumber replaces the digits from where no digit or dot stands before
// and no digit behind.
func replaceNumber(t, from, to string) string {
	digit := func(c byte) bool { return c >= '0' && c <= '9' }
	var b strings.Builder
	for i := 0; i < len(t); {
		if strings.HasPrefix(t[i:], from) && (i == 0 || !digit(t[i-1]) && t[i-1] != '.') &&
			(i+len(from) == len(t) || !digit(t[i+len(from)])) {
			b.WriteString(to)
			i += len(from)
			continue
		}
		b.WriteByte(t[i])
		i++
	}
	return b.String()
}

// value normalises a whole JSON value.
func (n *norm) value(v any) any { return n.walk(v, "", nil, nil) }

func (n *norm) walk(v any, key string, parent any, path []string) any {
	switch v := v.(type) {
	case *object:
		out := newObject()
		for _, k := range v.keys {
			out.set(n.text(k), n.walk(v.vals[k], k, v, append(path[:len(path):len(path)], k)))
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = n.walk(x, key, v, path)
		}
		return out
	case string:
		if key == "last_used" {
			return "{{LAST_USED}}"
		}
		if key == "password" && newAppPw.MatchString(v) {
			return "{{APP_PASSWORD}}"
		}
		return n.text(v)
	}
	if n.mutating && key == "filesize" && (slices.Contains(path, "sizes") || holds(parent, "original_image") || holds(parent, "parent_image")) {
		return "{{FILESIZE}}"
	}
	if i, ok := v.(integer); ok {
		for _, p := range n.ids {
			if p.from == string(i) {
				return integer(p.to)
			}
		}
	}
	return v
}

func holds(v any, name string) bool {
	switch v := v.(type) {
	case *object:
		_, ok := v.vals[name]
		return ok
	case []any:
		return slices.Contains(v, any(name))
	}
	return false
}
