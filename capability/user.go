package capability

import (
	"strconv"
	"strings"
)

// User is a user as far as capabilities go: the id, the roles and the user's
// own entries. It does not change after NewUser. The nil *User is an anonymous
// visitor, who holds nothing but Exist.
type User struct {
	id    int64
	keys  []string
	roles []*Role
	own   []Grant
}

// NewUser evaluates the entries of the usermeta {prefix}capabilities. A key that
// names an existing role gives that role whatever its value is; every entry,
// role or not, is also a capability of the user that overrides the roles. For a
// value that is not an array pass no entries: it grants nothing. It mirrors
// WP_User::get_role_caps, without merging the lists: Holds looks them up. The
// entries are kept, not copied.
func NewUser(id int64, own []Grant, roles *Roles) *User {
	u := &User{id: id, own: own}
	for _, g := range own {
		if r := roles.find(g.Name); r != nil {
			u.keys = append(u.keys, g.Name)
			u.roles = append(u.roles, r)
		}
	}
	return u
}

// ID is the user's id, 0 for an anonymous visitor.
func (u *User) ID() int64 {
	if u == nil {
		return 0
	}
	return u.id
}

// Roles returns the keys of the user's roles in stored order.
func (u *User) Roles() []string {
	if u == nil {
		return nil
	}
	return append([]string(nil), u.keys...)
}

// Own returns the user's own entries, shared: do not write to them.
func (u *User) Own() []Grant {
	if u == nil {
		return nil
	}
	return u.own
}

// Holds reports whether the user holds a primitive capability. Nothing is
// mapped here: ask Rules.Can unless the capability is known to be primitive. A
// user's own entry wins over the roles, and a later role over an earlier one.
// Four capabilities come with others, as core's own filters of user_has_cap have
// it: install_languages with updating core or installing anything,
// resume_plugins and resume_themes with switching either on, and
// view_site_health_checks with installing plugins. Holds does not allocate.
func (u *User) Holds(primitive string) bool {
	switch primitive {
	case Exist:
		return true
	case DoNotAllow:
		return false
	case "install_languages":
		return u.stored(primitive) || u.stored("update_core") || u.stored("install_plugins") || u.stored("install_themes")
	case "resume_plugins":
		return u.stored(primitive) || u.stored("activate_plugins")
	case "resume_themes":
		return u.stored(primitive) || u.stored("switch_themes")
	case "view_site_health_checks":
		return u.stored(primitive) || u.stored("install_plugins")
	}
	return u.stored(primitive)
}

// stored looks a capability up in the user's own entries and roles.
func (u *User) stored(primitive string) bool {
	if u == nil {
		return false
	}
	for i := len(u.own) - 1; i >= 0; i-- {
		if u.own[i].Name == primitive {
			return Truthy(u.own[i].Value)
		}
	}
	for i := len(u.roles) - 1; i >= 0; i-- {
		if held, found := u.roles[i].lookup(primitive); found {
			return held
		}
	}
	return false
}

// All returns every capability of the user, granted or denied, in the order and
// with the values of WordPress's $user->allcaps. Integer keys of a malformed
// list are renumbered, as PHP's array_merge does.
func (u *User) All() []Grant {
	if u == nil {
		return nil
	}
	var out []Grant
	place := map[string]int{}
	next := 0
	merge := func(list []Grant) {
		for _, g := range list {
			if isIntKey(g.Name) {
				g.Name = strconv.Itoa(next)
				next++
			} else if i, ok := place[g.Name]; ok {
				out[i].Value = g.Value
				continue
			}
			place[g.Name] = len(out)
			out = append(out, g)
		}
	}
	for _, r := range u.roles {
		merge(r.Caps)
	}
	merge(u.own)
	return out
}

// Level is the number stored in the usermeta {prefix}user_level: the highest N
// of any level_N that is listed, even with a false value, or 0. It mirrors
// WP_User::update_user_level_from_caps.
func (u *User) Level() int {
	if u == nil {
		return 0
	}
	highest := 0
	for _, r := range u.roles {
		highest = max(highest, topLevel(r.Caps))
	}
	return max(highest, topLevel(u.own))
}

func topLevel(list []Grant) int {
	highest := 0
	for _, g := range list {
		const prefix = "level_"
		if len(g.Name) <= len(prefix) || !strings.EqualFold(g.Name[:len(prefix)], prefix) {
			continue
		}
		// PHP's $ also matches before a line feed at the end.
		n := strings.TrimSuffix(g.Name[len(prefix):], "\n")
		if n == "10" || len(n) == 1 && n[0] >= '0' && n[0] <= '9' {
			level, _ := strconv.Atoi(n)
			highest = max(highest, level)
		}
	}
	return highest
}
