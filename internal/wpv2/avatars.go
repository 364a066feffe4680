package wpv2

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/schema"
)

// avatarSizes are the widths in which pictures are offered, in pixels:
// rest_get_avatar_sizes.
var avatarSizes = []string{"24", "48", "96"}

// avatars reports whether the site shows pictures of people at all.
func (a *API) avatars(ctx context.Context) bool { return a.settings(ctx).Bool("show_avatars") }

func avatarSchema(description string, contexts []string) *schema.Schema {
	s := schema.Object(description).In(contexts...).Readonly()
	for _, size := range avatarSizes {
		s.Prop(size, schema.String("The picture in a width of "+size+" pixels.").Format("uri").In(contexts...))
	}
	return s
}

// avatarURLs are the addresses at Gravatar of the picture to an e-mail
// address: rest_get_avatar_urls. Initials are drawn where the site wants them.
func (a *API) avatarURLs(ctx context.Context, email, initials string) *ordered.Object {
	set := a.settings(ctx)
	hash := ""
	if email != "" && email != "0" {
		sum := sha256.Sum256([]byte(strings.ToLower(strings.Trim(email, " \t\n\r\x00\x0b"))))
		hash = hex.EncodeToString(sum[:])
	}
	fallback := set.Get("avatar_default")
	switch fallback {
	case "", "mm", "mystery", "mysteryman":
		fallback = "mm"
	case "gravatar_default":
		fallback = ""
	}
	out := ordered.NewObject(len(avatarSizes))
	for _, size := range avatarSizes {
		address := "https://secure.gravatar.com/avatar/" + hash + "?s=" + size
		if fallback != "" {
			address += "&d=" + rawurlencode(fallback)
		}
		if r := strings.ToLower(set.Get("avatar_rating")); !emptyText(r) {
			address += "&r=" + rawurlencode(r)
		}
		if fallback == "initials" && initials != "" {
			address += "&initials=" + rawurlencode(initials)
		}
		out.Set(size, address)
	}
	return out
}

func rawurlencode(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

// initialsOf are the initials of a user, for the site that draws them.
func initialsOf(u *site.User) string {
	name := u.DisplayName
	if name == "" {
		if first, last := u.Meta.Get("first_name"), u.Meta.Get("last_name"); first != "" && last != "" {
			name = first + " " + last
		} else {
			name = u.Login
		}
	}
	return initials(name)
}

// initials are the first letters of the first and the last word, or of the
// only one; names in scripts without words begin with two.
func initials(name string) string {
	wordless := strings.ContainsFunc(name, func(r rune) bool {
		return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul)
	})
	last := strings.LastIndexByte(name, ' ')
	if last < 0 || wordless {
		return firstRunes(name, 2)
	}
	// The place of the last word is counted in bytes and used as one in
	// characters; a name with letters of several bytes loses it.
	n := last + 1
	rest := name
	for n > 0 && rest != "" {
		_, size := utf8.DecodeRuneInString(rest)
		rest, n = rest[size:], n-1
	}
	return firstRunes(name, 1) + firstRunes(rest, 1)
}

func firstRunes(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}
