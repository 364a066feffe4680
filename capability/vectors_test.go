package capability_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/platenhq/platen/capability"
	"github.com/platenhq/platen/internal/vectest"
	"github.com/platenhq/platen/phpserialize"
)

// grants reads a serialised capability list as the site does: what is no array
// grants nothing.
func grants(v any) []capability.Grant {
	a, ok := v.(*phpserialize.Array)
	if !ok {
		return nil
	}
	var out []capability.Grant
	for k, v := range a.All() {
		out = append(out, capability.Grant{Name: k.String(), Value: v})
	}
	return out
}

func capsArray(list []capability.Grant) *phpserialize.Array {
	a := &phpserialize.Array{}
	for _, g := range list {
		a.Put(g.Name, g.Value)
	}
	return a
}

func roleArray(r capability.Role) *phpserialize.Array {
	return (&phpserialize.Array{}).Put("name", r.Name).Put("capabilities", capsArray(r.Caps))
}

func serialize(t *testing.T, v any) string {
	t.Helper()
	s, err := phpserialize.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

type roleCase struct {
	ID         string          `json:"id"`
	Kind       string          `json:"kind"`
	Role       string          `json:"role"`
	Name       string          `json:"name"`
	Count      int             `json:"count"`
	Serialized string          `json:"serialized"`
	UserCaps   string          `json:"wp_capabilities_serialized"`
	RolesRaw   json.RawMessage `json:"roles"`
	RolesJSON  json.RawMessage `json:"roles_json"`
	AllCaps    json.RawMessage `json:"allcaps"`
	Level      string          `json:"wp_user_level_after_recalc"`
	Has        [][2]any        `json:"has"`
}

func TestVectorsRoles(t *testing.T) {
	var file struct{ Cases []roleCase }
	vectest.Load(t, "roles", &file)
	tally := vectest.New(t, "roles")
	roles := capability.NewRoles(capability.DefaultRoles())
	for _, c := range file.Cases {
		switch c.Kind {
		case "option":
			all := &phpserialize.Array{}
			for _, r := range roles.All() {
				all.Put(r.Key, roleArray(r))
			}
			got := serialize(t, all)
			tally.Check(c.ID, got == c.Serialized, "got %s", got)
		case "role":
			r, ok := roles.Get(c.Role)
			got := serialize(t, roleArray(r))
			tally.Check(c.ID, ok && got == c.Serialized && r.Name == c.Name && len(r.Caps) == c.Count, "got %s", got)
		case "user":
			why := checkUser(t, c, roles)
			tally.Check(c.ID, why == "", "%s: %s", c.UserCaps, why)
		default:
			tally.Check(c.ID, false, "unknown kind %q", c.Kind)
		}
	}
	tally.Done()
}

func checkUser(t *testing.T, c roleCase, roles *capability.Roles) string {
	t.Helper()
	value, _ := phpserialize.Unmarshal(c.UserCaps)
	u := capability.NewUser(9, grants(value), roles)
	if got, _ := json.Marshal(append([]string{}, u.Roles()...)); !sameJSON(t, got, c.RolesRaw) {
		return "roles " + string(got)
	}
	if got := capsJSON(t, u.All()); !sameJSON(t, got, c.AllCaps) {
		return "allcaps " + string(got)
	}
	if got := keysOf(t, c.AllCaps); !slices.Equal(got, names(u.All())) {
		return "order of allcaps"
	}
	if got, _ := json.Marshal(u.Level()); string(got) != c.Level {
		return "level " + string(got)
	}
	rules := capability.New(capability.CoreConfig())
	for _, h := range c.Has {
		got, err := rules.Can(nil, u, h[0].(string))
		if err != nil || got != h[1] {
			return "has " + h[0].(string)
		}
	}
	return ""
}

func names(list []capability.Grant) []string {
	var out []string
	for _, g := range list {
		out = append(out, g.Name)
	}
	return out
}

func capsJSON(t *testing.T, list []capability.Grant) []byte {
	t.Helper()
	m := map[string]any{}
	for _, g := range list {
		if a, ok := g.Value.(*phpserialize.Array); ok {
			g.Value = a.Values()
		}
		m[g.Name] = g.Value
	}
	out, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// sameJSON compares two JSON texts; an empty list equals an empty object, and a
// list the object with its indexes as keys.
func sameJSON(t *testing.T, a, b []byte) bool {
	t.Helper()
	canon := func(data []byte) string {
		var v any
		if err := json.Unmarshal(data, &v); err != nil {
			t.Fatal(err)
		}
		if l, ok := v.([]any); ok {
			m := map[string]any{}
			for i, e := range l {
				k, _ := json.Marshal(i)
				m[string(k)] = e
			}
			v = m
		}
		out, _ := json.Marshal(v)
		return string(out)
	}
	return canon(a) == canon(b)
}

// keysOf lists the keys of a JSON object in order, or the indexes of a list.
func keysOf(t *testing.T, data []byte) []string {
	t.Helper()
	var list []any
	if json.Unmarshal(data, &list) == nil {
		var out []string
		for i := range list {
			k, _ := json.Marshal(i)
			out = append(out, string(k))
		}
		return out
	}
	a := orderedKeys{}
	if err := json.Unmarshal(data, &a); err != nil {
		t.Fatal(err)
	}
	return a
}

type mapCase struct {
	ID       string            `json:"id"`
	User     string            `json:"user"`
	Cap      string            `json:"cap"`
	Args     []json.RawMessage `json:"args"`
	Required []string          `json:"required"`
	Allowed  bool              `json:"allowed"`
}

type typeInfo struct {
	MapMeta bool              `json:"map_meta_cap"`
	Cap     map[string]string `json:"cap"`
}

type mapFile struct {
	Meta struct {
		Options    map[string]string          `json:"options"`
		Fixtures   map[string]json.RawMessage `json:"fixtures"`
		PostTypes  map[string]typeInfo        `json:"post_types"`
		Taxonomies map[string]typeInfo        `json:"taxonomies"`
	} `json:"meta"`
	Cases []mapCase `json:"cases"`
}

func TestVectorsMapMetaCap(t *testing.T) {
	var file mapFile
	vectest.Load(t, "map_meta_cap", &file)
	s := newVectorSite(t, &file)
	rules := capability.New(capability.CoreConfig())
	tally := vectest.New(t, "map_meta_cap")
	for _, c := range file.Cases {
		id := s.userID(c.User)
		args := s.arguments(t, c.Args)
		required, err := rules.Map(s, c.Cap, id, args...)
		allowed, err2 := rules.Can(s, s.users[id], c.Cap, args...)
		ok := err == nil && err2 == nil && slices.Equal(required, c.Required) && allowed == c.Allowed
		tally.Check(c.ID, ok, "%s %s %s: got %v %v, want %v %v", c.User, c.Cap, c.Args, required, allowed, c.Required, c.Allowed)
	}
	tally.Done()
}

// TestCoreTypes compares our registrations with those of the real site.
func TestCoreTypes(t *testing.T) {
	var file mapFile
	vectest.Load(t, "map_meta_cap", &file)
	rules := capability.New(capability.CoreConfig())
	for name, want := range file.Meta.PostTypes {
		pt, ok := rules.PostType(name)
		if !ok || pt.MapMeta != want.MapMeta {
			t.Errorf("%s: registered %v, mapping %v", name, ok, pt.MapMeta)
		}
		sameNames(t, name, pt.Caps, want.Cap)
	}
	for name, want := range file.Meta.Taxonomies {
		tax, _ := rules.Taxonomy(name)
		sameNames(t, name, tax.Caps, want.Cap)
	}
}

func sameNames(t *testing.T, what string, got capability.Names, want map[string]string) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d names, want %d", what, len(got), len(want))
	}
	for generic, actual := range want {
		if got.Get(generic) != actual {
			t.Errorf("%s: %s is %q, want %q", what, generic, got.Get(generic), actual)
		}
	}
}
