package capability

import "strings"

// Two primitive capabilities have a fixed answer.
const (
	// Exist is held by everybody, anonymous visitors included.
	Exist = "exist"
	// DoNotAllow can be held by nobody, whatever a role or a user entry says.
	DoNotAllow = "do_not_allow"
)

// Grant is one entry of a capability list, in the order of the PHP array it
// was read from. Value is what stands there: usually a bool, but old or
// hand-made sites hold 1 and "1" too (see Truthy). Value is kept rather than
// reduced to a bool so that a list can be shown and written back unchanged.
type Grant struct {
	Name  string
	Value any
}

// Role is one entry of the option {prefix}user_roles: its key, its display name
// and its capabilities in stored order.
type Role struct {
	Key   string
	Name  string
	Caps  []Grant
	index map[string]bool
}

// Has reports whether the role grants a primitive capability. It mirrors
// WP_Role::has_cap.
func (r Role) Has(primitive string) bool {
	held, _ := r.lookup(primitive)
	return held
}

func (r *Role) lookup(primitive string) (held, found bool) {
	if r.index != nil {
		held, found = r.index[primitive]
		return held, found
	}
	for _, g := range r.Caps {
		if g.Name == primitive {
			held, found = Truthy(g.Value), true
		}
	}
	return held, found
}

// Roles is the set of roles of a site, in stored order. It does not change
// after NewRoles, so one value may serve all requests; a changed option makes a
// new Roles. The nil *Roles is a site without roles.
type Roles struct {
	list  []Role
	byKey map[string]*Role
}

// NewRoles prepares roles for use. Of two roles with one key the later one wins
// and keeps the place of the first, as in a PHP array. The input is copied.
func NewRoles(roles []Role) *Roles {
	rs := &Roles{byKey: make(map[string]*Role, len(roles))}
	place := make(map[string]int, len(roles))
	for _, r := range roles {
		r.Caps = append([]Grant(nil), r.Caps...)
		r.index = make(map[string]bool, len(r.Caps))
		for _, g := range r.Caps {
			r.index[g.Name] = Truthy(g.Value)
		}
		if i, ok := place[r.Key]; ok {
			rs.list[i] = r
			continue
		}
		place[r.Key] = len(rs.list)
		rs.list = append(rs.list, r)
	}
	for i := range rs.list {
		rs.byKey[rs.list[i].Key] = &rs.list[i]
	}
	return rs
}

// Get returns the role stored under key. It mirrors WP_Roles::get_role.
func (rs *Roles) Get(key string) (Role, bool) {
	if r := rs.find(key); r != nil {
		return *r, true
	}
	return Role{}, false
}

// All returns the roles in stored order. The slice is the caller's, the
// capability lists inside are shared and must not be written to.
func (rs *Roles) All() []Role {
	if rs == nil {
		return nil
	}
	return append([]Role(nil), rs.list...)
}

func (rs *Roles) find(key string) *Role {
	if rs == nil {
		return nil
	}
	return rs.byKey[key]
}

// defaultCaps lists the capabilities of a fresh site in the order of its
// administrator role. The letters name the roles that have it: Administrator,
// Editor, aUthor, Contributor, Subscriber. Every role is stored in this order.
const defaultCaps = `
switch_themes A
edit_themes A
activate_plugins A
edit_plugins A
edit_users A
edit_files A
manage_options A
moderate_comments AE
manage_categories AE
manage_links AE
upload_files AEU
import A
unfiltered_html AE
edit_posts AEUC
edit_others_posts AE
edit_published_posts AEU
publish_posts AEU
edit_pages AE
read AEUCS
level_10 A
level_9 A
level_8 A
level_7 AE
level_6 AE
level_5 AE
level_4 AE
level_3 AE
level_2 AEU
level_1 AEUC
level_0 AEUCS
edit_others_pages AE
edit_published_pages AE
publish_pages AE
delete_pages AE
delete_others_pages AE
delete_published_pages AE
delete_posts AEUC
delete_others_posts AE
delete_published_posts AEU
delete_private_posts AE
edit_private_posts AE
read_private_posts AE
delete_private_pages AE
edit_private_pages AE
read_private_pages AE
delete_users A
create_users A
unfiltered_upload A
edit_dashboard A
update_plugins A
delete_plugins A
install_plugins A
update_themes A
install_themes A
update_core A
list_users A
remove_users A
promote_users A
edit_theme_options A
delete_themes A
export A
`

// DefaultRoles returns the five roles of a fresh site in the order in which
// WordPress stores them, so that their serialised form is equal byte for byte.
// It mirrors populate_roles.
func DefaultRoles() []Role {
	roles := []Role{
		{Key: "administrator", Name: "Administrator"},
		{Key: "editor", Name: "Editor"},
		{Key: "author", Name: "Author"},
		{Key: "contributor", Name: "Contributor"},
		{Key: "subscriber", Name: "Subscriber"},
	}
	const letters = "AEUCS"
	for line := range strings.Lines(strings.TrimSpace(defaultCaps)) {
		name, holders, _ := strings.Cut(strings.TrimSpace(line), " ")
		for i := range roles {
			if strings.IndexByte(holders, letters[i]) >= 0 {
				roles[i].Caps = append(roles[i].Caps, Grant{Name: name, Value: true})
			}
		}
	}
	return roles
}
