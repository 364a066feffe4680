package capability_test

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/platenhq/platen/capability"
)

func user(id int64, keys ...string) *capability.User {
	var own []capability.Grant
	for _, k := range keys {
		own = append(own, capability.Grant{Name: k, Value: true})
	}
	return capability.NewUser(id, own, capability.NewRoles(capability.DefaultRoles()))
}

// bookSite has the post types book (mapped, irregular plural), note (mapped, one
// name overridden) and memo (not mapped), the taxonomy genre and the status
// archived.
func bookSite() (*capability.Rules, *memory) {
	yes := true
	cfg := capability.CoreConfig()
	cfg.PostTypes = append(cfg.PostTypes,
		capability.NewPostType("book", capability.PostTypeArgs{Singular: "book", Plural: "library", MapMeta: &yes}),
		capability.NewPostType("note", capability.PostTypeArgs{Singular: "note", MapMeta: &yes,
			Own: capability.Names{{Generic: "edit_post", Actual: "touch_note"}, {Generic: "edit_posts", Actual: "write"}}}),
		capability.NewPostType("memo", capability.PostTypeArgs{Singular: "memo"}),
	)
	cfg.Taxonomies = append(cfg.Taxonomies,
		capability.Taxonomy{Name: "genre", Caps: capability.TaxonomyCaps(capability.Names{{Generic: "edit_terms", Actual: "edit_genres"}})},
		capability.Taxonomy{Name: "circle", Caps: capability.TaxonomyCaps(capability.Names{{Generic: "edit_terms", Actual: "edit_term"}})},
		capability.Taxonomy{Name: "bare"},
	)
	cfg.Statuses = append(cfg.Statuses, capability.Status{Name: "archived", Public: true})
	m := newMemory()
	for id, p := range map[int64]capability.Post{
		1:  {Type: "book", Status: "draft", Author: 3},
		2:  {Type: "book", Status: "publish", Author: 3},
		3:  {Type: "note", Status: "private", Author: 3},
		4:  {Type: "memo", Status: "publish", Author: 3},
		5:  {Type: "book", Status: "archived", Author: 3},
		6:  {Type: "revision", Status: "inherit", Author: 3, Parent: 2},
		7:  {Type: "revision", Status: "inherit", Author: 3, Parent: 70},
		8:  {Type: "attachment", Status: "inherit", Parent: 9},
		9:  {Type: "attachment", Status: "inherit", Parent: 8},
		10: {Type: "attachment", Status: "draft"},
		11: {Type: "attachment", Status: "inherit", Parent: 12},
		12: {Type: "post", Status: "trash", Author: 3},
		13: {Type: "wp_block", Status: "private", Author: 3},
	} {
		p.ID = id
		m.posts[id] = p
	}
	m.comments[1] = capability.Comment{ID: 1, Post: 2}
	m.comments[2] = capability.Comment{ID: 2, Post: 70}
	m.terms[1] = capability.Term{ID: 1, Taxonomy: "genre"}
	m.terms[2] = capability.Term{ID: 2, Taxonomy: "circle"}
	m.terms[3] = capability.Term{ID: 3, Taxonomy: "gone"}
	m.terms[4] = capability.Term{ID: 4, Taxonomy: "bare"}
	m.users[3] = user(3, "author")
	m.options["default_term_genre"] = "1"
	m.options["page_for_posts"] = "5"
	return capability.New(cfg), m
}

func TestMap(t *testing.T) {
	type id int64
	rules, m := bookSite()
	edit := func(args ...any) []any { return args }
	for _, tt := range []struct {
		name string
		cap  string
		user int64
		args []any
		want string
	}{
		{"own draft", "edit_post", 3, edit(1), "edit_library"},
		{"own published", "edit_post", 3, edit(int64(2)), "edit_published_library"},
		{"of another, published", "delete_post", 4, edit("2"), "delete_others_library delete_published_library"},
		{"named integer", "edit_post", 3, edit(id(1)), "edit_library"},
		{"unsigned", "edit_post", 3, edit(uint8(1)), "edit_library"},
		{"too large", "edit_post", 3, edit(uint64(math.MaxUint64)), "do_not_allow"},
		{"no number", "edit_post", 3, edit("1x"), "do_not_allow"},
		{"no object", "edit_post", 3, edit(3.5), "do_not_allow"},
		{"nil", "edit_post", 3, edit(nil), "do_not_allow"},
		{"nil pointer", "edit_post", 3, edit((*capability.Post)(nil)), "do_not_allow"},
		{"nil user", "edit_user", 3, edit((*capability.User)(nil)), "edit_users"},
		{"negative", "edit_post", 3, edit(-1), "do_not_allow"},
		{"at hand", "edit_post", 3, edit(capability.Post{ID: 99, Type: "book", Status: "draft", Author: 3}), "edit_library"},
		{"pointer at hand", "edit_post", 3, edit(&capability.Post{ID: 99, Type: "book", Status: "draft", Author: 3}), "edit_library"},
		{"anonymous owns nothing", "edit_post", 0, edit(10), "edit_others_posts"},
		{"type's own name", "edit_book", 3, edit(1), "edit_library"},
		{"overridden name", "touch_note", 4, edit(3), "edit_others_notes edit_private_notes"},
		{"overridden away", "edit_note", 4, edit(3), "edit_note"},
		{"plural of a single word", "edit_post", 3, edit(3), "write"},
		{"not mapped", "edit_post", 3, edit(4), "edit_memo"},
		{"not mapped, page spelling", "edit_page", 3, edit(4), "do_not_allow"},
		{"not mapped, type's name", "edit_memo", 3, edit(4), "edit_memo"},
		{"not mapped, publish", "publish_post", 3, edit(4), "publish_memos"},
		{"public status", "read_post", 4, edit(5), "read"},
		{"posts page", "delete_post", 3, edit(5), "manage_options"},
		{"revision", "edit_post", 3, edit(6), "edit_published_library"},
		{"revision, read", "read_post", 3, edit(6), "read"},
		{"revision, delete", "delete_post", 3, edit(6), "do_not_allow"},
		{"revision, publish", "publish_post", 3, edit(6), "publish_posts"},
		{"orphaned revision", "edit_post", 3, edit(7), "do_not_allow"},
		{"attachments in a circle", "read_post", 3, edit(8), "edit_others_posts"},
		{"attachment with a status of its own", "read_post", 3, edit(10), "read"},
		{"attachment of trash without memory", "read_post", 3, edit(11), "read"},
		{"private pattern", "read_post", 4, edit(13), "read_private_blocks"},
		{"comment", "edit_comment", 3, edit(1), "edit_published_library"},
		{"comment at hand", "edit_comment", 3, edit(capability.Comment{ID: 8, Post: 1}), "edit_library"},
		{"orphaned comment", "edit_comment", 3, edit(2), "edit_posts"},
		{"term", "edit_term", 3, edit(1), "edit_genres"},
		{"term, default name", "assign_term", 3, edit(1), "edit_posts"},
		{"default term", "delete_term", 3, edit(1), "do_not_allow"},
		{"taxonomy in a circle", "edit_term", 3, edit(2), "do_not_allow"},
		{"taxonomy gone", "edit_term", 3, edit(3), "do_not_allow"},
		{"taxonomy without names", "edit_term", 3, edit(4), "do_not_allow"},
		{"term at hand", "edit_term", 3, edit(capability.Term{ID: 9, Taxonomy: "genre"}), "edit_genres"},
		{"oneself", "edit_user", 3, edit(3), ""},
		{"oneself, as user", "edit_user", 3, edit(m.users[3]), ""},
		{"anonymous self", "edit_user", 0, edit(0), "do_not_allow"},
		{"app password of oneself", "create_app_password", 3, edit(3), ""},
		{"app password of nobody named", "list_app_passwords", 3, nil, "edit_users"},
		{"post meta", "add_post_meta", 3, edit(1, "isbn"), "edit_library"},
		{"protected post meta", "add_post_meta", 3, edit(1, "_isbn"), "edit_library add_post_meta"},
		{"key that is empty", "add_post_meta", 3, edit(1, ""), "edit_library"},
		{"comment meta", "edit_comment_meta", 3, edit(1, "_a"), "edit_published_library edit_comment_meta"},
		{"term meta", "delete_term_meta", 3, edit(1, "a"), "edit_genres"},
		{"own user meta", "edit_user_meta", 3, edit(3, "a"), ""},
		{"meta of no user", "edit_user_meta", 3, edit(33, "a"), "do_not_allow"},
		{"meta of nothing", "edit_post_meta", 3, nil, "do_not_allow"},
		{"block binding in a post", "edit_block_binding", 3, edit(capability.Editor{Post: 1}), "edit_library"},
		{"block binding, not mapped", "edit_block_binding", 3, edit(capability.Editor{Post: 4}), "edit_memo"},
		{"block binding in the site editor", "edit_block_binding", 3, edit(capability.Editor{Name: "core/edit-site"}), "edit_theme_options"},
		{"block binding elsewhere", "edit_block_binding", 3, edit(capability.Editor{Name: "core/edit-widgets"}), "do_not_allow"},
		{"block binding nowhere", "edit_block_binding", 3, nil, "do_not_allow"},
		{"empty", "", 3, nil, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := rules.Map(m, tt.cap, tt.user, tt.args...)
			if err != nil || strings.Join(got, " ") != tt.want {
				t.Errorf("got %v, %v; want %s", got, err, tt.want)
			}
		})
	}
}

func TestConstants(t *testing.T) {
	admin := user(1, "administrator")
	for _, tt := range []struct {
		name string
		set  func(*capability.Config)
		yes  string
		no   string
	}{
		{"nothing set", func(*capability.Config) {}, "edit_files edit_plugins install_plugins unfiltered_html edit_css upload_themes update_languages resume_plugin view_site_health_checks", "unfiltered_upload manage_links delete_site"},
		{"file edit", func(c *capability.Config) { c.DisallowFileEdit = true }, "install_plugins", "edit_files edit_plugins edit_themes"},
		{"file mods", func(c *capability.Config) { c.DisallowFileMods = true }, "activate_plugins update_php", "edit_files install_plugins upload_plugins update_core install_languages"},
		{"html", func(c *capability.Config) { c.DisallowUnfilteredHTML = true }, "edit_posts", "unfiltered_html edit_css"},
		{"uploads", func(c *capability.Config) { c.AllowUnfilteredUploads = true }, "unfiltered_upload", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cfg := capability.CoreConfig()
			tt.set(&cfg)
			rules := capability.New(cfg)
			for want, list := range map[bool]string{true: tt.yes, false: tt.no} {
				for cap := range strings.FieldsSeq(list) {
					if got, err := rules.Can(nil, admin, cap); got != want || err != nil {
						t.Errorf("%s: %v %v, want %v", cap, got, err, want)
					}
				}
			}
		})
	}
	m := newMemory()
	m.options["link_manager_enabled"] = "1"
	if ok, _ := capability.New(capability.CoreConfig()).Can(m, admin, "manage_links"); !ok {
		t.Error("link manager is on")
	}
}

func TestLookupErrorDenies(t *testing.T) {
	rules, m := bookSite()
	m.err = errors.New("no database")
	for cap, arg := range map[string]any{
		"edit_post": 1, "read_post": 11, "delete_post": capability.Post{ID: 1, Type: "book"}, "edit_comment": 2,
		"edit_term": 1, "edit_user_meta": 3, "remove_user": 3, "manage_links": nil,
		"edit_post_meta": capability.Post{ID: 1, Type: "book", Author: 3}, "delete_term": capability.Term{ID: 1, Taxonomy: "genre"},
	} {
		got, err := rules.Map(m, cap, 3, arg)
		if !errors.Is(err, m.err) || !slices.Equal(got, []string{capability.DoNotAllow}) {
			t.Errorf("%s: %v, %v", cap, got, err)
		}
		if ok, err := rules.Can(m, user(3, "administrator"), cap, arg); ok || err == nil {
			t.Errorf("%s: allowed", cap)
		}
	}
}

func TestHooks(t *testing.T) {
	_, m := bookSite()
	var asked []string
	cfg := capability.CoreConfig()
	cfg.MetaAuth = func(c capability.MetaCheck) bool {
		if c.Key == "_open" {
			return true
		}
		return c.Allowed && c.Key != "shut"
	}
	cfg.Filter = func(required []string, cap string, user int64, args []any) []string {
		asked = append(asked, cap)
		if cap == "edit_posts" {
			return []string{"write_here"}
		}
		return required
	}
	cfg.HasCap = func(u *capability.User, primitive string, held bool, cap string, args []any) bool {
		return held || primitive == "write_here"
	}
	rules := capability.New(cfg)
	m.posts[1] = capability.Post{ID: 1, Type: "wp_block", Status: "draft", Author: 3}
	for key, want := range map[string]string{"_open": "edit_posts", "shut": "edit_posts edit_post_meta", "_x": "edit_posts edit_post_meta"} {
		if got, _ := rules.Map(m, "edit_post_meta", 3, 1, key); strings.Join(got, " ") != want {
			t.Errorf("%s: %v", key, got)
		}
	}
	asked = nil
	if ok, _ := rules.Can(m, nil, "edit_posts"); !ok {
		t.Error("the filters allow it")
	}
	if _, err := rules.Map(m, "edit_block", 3, 1); err != nil || strings.Join(asked, " ") != "edit_posts edit_post" {
		t.Errorf("asked %v", asked)
	}
	cfg.HasCap = func(*capability.User, string, bool, string, []any) bool { return true }
	if ok, _ := capability.New(cfg).Can(m, nil, "delete_site"); ok {
		t.Error("do_not_allow was overridden")
	}
}

func TestUser(t *testing.T) {
	roles := capability.NewRoles([]capability.Role{
		{Key: "a", Caps: []capability.Grant{{Name: "x", Value: true}, {Name: "y", Value: true}, {Name: "level_3", Value: false}}},
		{Key: "b", Caps: []capability.Grant{{Name: "y", Value: false}, {Name: "LEVEL_5\n", Value: true}}},
		{Key: "a", Name: "again", Caps: []capability.Grant{{Name: "x", Value: "1"}, {Name: "y", Value: 1}}},
	})
	u := capability.NewUser(4, []capability.Grant{
		{Name: "7", Value: "a"}, {Name: "a", Value: false}, {Name: "b", Value: "0"}, {Name: "x", Value: 0.0}, {Name: "z", Value: []any{}},
		{Name: "9", Value: 1}, {Name: "do_not_allow", Value: true}, {Name: "level_11", Value: true},
	}, roles)
	if got := strings.Join(u.Roles(), " "); got != "a b" {
		t.Errorf("roles %s", got)
	}
	for name, want := range map[string]bool{"x": false, "y": false, "z": false, "a": false, "exist": true, "do_not_allow": false, "level_11": true} {
		if u.Holds(name) != want {
			t.Errorf("%s: %v", name, !want)
		}
	}
	if got := strings.Join(names(u.All()), " "); got != "x y LEVEL_5\n 0 a b z 1 do_not_allow level_11" {
		t.Errorf("all: %q", got)
	}
	if u.Level() != 5 || u.ID() != 4 || len(u.Own()) != 8 {
		t.Errorf("level %d", u.Level())
	}
	var nobody *capability.User
	if nobody.Holds("read") || !nobody.Holds("exist") || nobody.All() != nil || nobody.Level() != 0 || nobody.Roles() != nil {
		t.Error("anonymous")
	}
	if r, ok := roles.Get("a"); !ok || r.Name != "again" || !r.Has("x") || len(roles.All()) != 2 {
		t.Error("a role stored twice")
	}
	if (capability.Role{Caps: []capability.Grant{{Name: "x", Value: true}}}).Has("y") {
		t.Error("a role that was not prepared")
	}
}

func TestPostTypeDefaults(t *testing.T) {
	no := false
	for _, tt := range []struct {
		name string
		args capability.PostTypeArgs
		want bool
		cap  string
	}{
		{"like posts", capability.PostTypeArgs{}, true, "edit_posts"},
		{"like pages", capability.PostTypeArgs{Singular: "page"}, true, "edit_pages"},
		{"pair", capability.PostTypeArgs{Singular: "post", Plural: "posts"}, false, "edit_posts"},
		{"own word", capability.PostTypeArgs{Singular: "memo"}, false, "edit_memos"},
		{"overridden", capability.PostTypeArgs{Own: capability.Names{{Generic: "edit_posts", Actual: "x"}}}, false, "x"},
		{"refused", capability.PostTypeArgs{MapMeta: &no}, false, "edit_posts"},
	} {
		pt := capability.NewPostType("t", tt.args)
		if pt.MapMeta != tt.want || pt.Caps.Get("create_posts") != tt.cap || (pt.Caps.Get("read") != "") != tt.want {
			t.Errorf("%s: %+v", tt.name, pt)
		}
	}
}

// The expectations were taken from PHP.
func TestIsProtectedMeta(t *testing.T) {
	for key, want := range map[string]bool{
		"_a": true, "a_": false, "": false, " _a": false, "\x00_a": true, "\x7f\t_": true,
		"\u200b_a": false, "é_": false, "\xd7_": true, "\xaa_": false, "\x80\x81_": true,
	} {
		if capability.IsProtectedMeta(key) != want {
			t.Errorf("%q: %v", key, !want)
		}
	}
}

func TestCanHardlyAllocates(t *testing.T) {
	rules, m := bookSite()
	u := m.users[3]
	var post any = &capability.Post{ID: 99, Type: "post", Status: "publish", Author: 3}
	for _, tt := range []struct {
		name string
		most float64
		ask  func()
	}{
		{"primitive", 0, func() { rules.Can(m, u, "edit_posts") }},
		{"fixed", 0, func() { rules.Can(m, u, "customize") }},
		{"meta", 3, func() { rules.Can(m, u, "edit_post", post) }},
		{"holds", 0, func() { u.Holds("publish_posts") }},
	} {
		if n := testing.AllocsPerRun(100, tt.ask); n > tt.most {
			t.Errorf("%s: %v allocations", tt.name, n)
		}
	}
}

func BenchmarkCanPrimitive(b *testing.B) {
	rules := capability.New(capability.CoreConfig())
	u := user(3, "author")
	b.ReportAllocs()
	for b.Loop() {
		rules.Can(nil, u, "edit_others_posts")
	}
}

func BenchmarkCanMeta(b *testing.B) {
	rules := capability.New(capability.CoreConfig())
	u := user(3, "author")
	post := &capability.Post{ID: 99, Type: "post", Status: "publish", Author: 3}
	b.ReportAllocs()
	for b.Loop() {
		rules.Can(nil, u, "edit_post", post)
	}
}

func FuzzMap(f *testing.F) {
	rules, m := bookSite()
	for _, cap := range []string{"edit_post", "edit_post_meta", "edit_block", "delete_term", "7", "remove_user", "customize"} {
		f.Add(cap, int64(3), int64(1), "_k")
	}
	admin := user(1, "administrator")
	f.Fuzz(func(t *testing.T, cap string, uid, id int64, key string) {
		required, err := rules.Map(m, cap, uid, id, key)
		if err != nil {
			t.Fatal(err)
		}
		ok, err := rules.Can(m, admin, cap, id, key)
		if err != nil || ok && slices.Contains(required, capability.DoNotAllow) && uid == 1 {
			t.Errorf("%q %d: %v %v %v", cap, id, required, ok, err)
		}
	})
}
