package site_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/platenhq/platen/authcookie"
	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/store/storetest"
	"github.com/platenhq/platen/internal/wp"
)

func text(s string) *string { return &s }

func TestInsertUser(t *testing.T) {
	storetest.EachDump(t, func(t *testing.T, st *store.Store) {
		s := newSite(st)
		ctx := context.Background()
		for _, c := range []struct {
			name    string
			changes site.UserChanges
			code    string
			slug    string
			shown   string
		}{
			{"plain", site.UserChanges{Login: text("Ann B.")}, "", "ann-b", "Ann B."},
			{"names", site.UserChanges{Login: text("ann2"), FirstName: text("Ann"), LastName: text("<b>Lee</b>")}, "", "ann2", "Ann Lee"},
			{"slug of another", site.UserChanges{Login: text("ann3"), Nicename: text("site_admin")}, "", "site_admin-2", "ann3"},
			{"long slug of another", site.UserChanges{Login: text("ann4"), Nicename: text(strings.Repeat("x", 50))}, "", strings.Repeat("x", 50), "ann4"},
			{"and once more", site.UserChanges{Login: text("ann5"), Nicename: text(strings.Repeat("x", 50))}, "", strings.Repeat("x", 48) + "-2", "ann5"},
			{"no login", site.UserChanges{}, "empty_user_login", "", ""},
			{"login too long", site.UserChanges{Login: text(strings.Repeat("x", 61))}, "user_login_too_long", "", ""},
			{"login taken", site.UserChanges{Login: text("SITE_ADMIN")}, "existing_user_login", "", ""},
			{"slug too long", site.UserChanges{Login: text("ann6"), Nicename: text(strings.Repeat("x", 51))}, "user_nicename_too_long", "", ""},
			{"address taken", site.UserChanges{Login: text("ann7"), Email: text("ADMIN@example.org")}, "existing_user_email", "", ""},
			{"long address of a site", site.UserChanges{Login: text("ann8"), URL: text("http://a.org/" + strings.Repeat("x", 100))}, "user_url_too_long", "", ""},
		} {
			u, err := s.InsertUser(ctx, c.changes)
			var refused *site.Error
			switch {
			case c.code != "":
				if !errors.As(err, &refused) || refused.Code != c.code {
					t.Errorf("%s: %v", c.name, err)
				}
			case err != nil:
				t.Errorf("%s: %v", c.name, err)
			case u.Nicename != c.slug || u.DisplayName != c.shown || strings.Join(u.Caps.Roles(), " ") != "subscriber":
				t.Errorf("%s: %+v %v", c.name, u.User, u.Caps.Roles())
			}
		}
		if _, err := s.InsertUser(ctx, site.UserChanges{Login: text("ann9"), DisplayName: text(strings.Repeat("x", 251))}); !errors.Is(err, wp.ErrTooLong) {
			t.Errorf("too long a name: %v", err)
		}
		if _, err := s.UserByLogin(ctx, "ann9"); !site.NotFound(err) {
			t.Error("a refused user is there")
		}
	})
}

func TestUpdateUser(t *testing.T) {
	storetest.EachDump(t, func(t *testing.T, st *store.Store) {
		s := newSite(st)
		ctx := context.Background()
		var mailed []string
		s.Hooks().AfterUpdateUser = append(s.Hooks().AfterUpdateUser, func(_ context.Context, before, after *site.User) {
			if before.Pass != after.Pass {
				mailed = append(mailed, "password")
			}
			if before.Email != after.Email {
				mailed = append(mailed, after.Email)
			}
		})
		key, err := s.NewResetKey(ctx, 3)
		if err != nil {
			t.Fatal(err)
		}
		before, err := s.User(ctx, 3)
		if err != nil {
			t.Fatal(err)
		}
		fragment := authcookie.PasswordFragment(before.Pass)
		after, err := s.UpdateUser(ctx, 3, site.UserChanges{Login: text("other"), DisplayName: text(""), Pass: text("new pass"), Email: text("new@example.org")})
		if err != nil {
			t.Fatal(err)
		}
		if after.Login != before.Login || after.DisplayName != before.Login || after.Meta.Get("first_name") != before.Meta.Get("first_name") {
			t.Errorf("%+v", after.User)
		}
		if authcookie.PasswordFragment(after.Pass) == fragment {
			t.Error("old cookies are still good")
		}
		if _, err := s.CheckResetKey(ctx, key, before.Login); err == nil {
			t.Error("the reset key is still good")
		}
		if got := strings.Join(mailed, " "); got != "password new@example.org" {
			t.Errorf("told of %q", got)
		}
		if _, err := s.UpdateUser(ctx, 999, site.UserChanges{}); !site.NotFound(err) {
			t.Errorf("nobody: %v", err)
		}
	})
}

func TestSetRoles(t *testing.T) {
	storetest.EachDump(t, func(t *testing.T, st *store.Store) {
		s := newSite(st)
		ctx := context.Background()
		for _, c := range []struct {
			roles []string
			meta  string
			level string
		}{
			{[]string{"editor", "author"}, `a:2:{s:6:"editor";b:1;s:6:"author";b:1;}`, "7"},
			{nil, `a:0:{}`, "0"},
			{[]string{"subscriber", "subscriber"}, `a:1:{s:10:"subscriber";b:1;}`, "0"},
		} {
			if err := s.SetRoles(ctx, 3, c.roles...); err != nil {
				t.Fatal(err)
			}
			u, err := s.User(ctx, 3)
			if err != nil {
				t.Fatal(err)
			}
			if u.Meta.Get("wp_capabilities") != c.meta || u.Meta.Get("wp_user_level") != c.level {
				t.Errorf("%v: %s %s", c.roles, u.Meta.Get("wp_capabilities"), u.Meta.Get("wp_user_level"))
			}
		}
	})
}

func TestDeleteUser(t *testing.T) {
	storetest.EachDump(t, func(t *testing.T, st *store.Store) {
		s := newSite(st)
		ctx := context.Background()
		count := func(user int64, statuses ...string) int {
			n, err := st.CountPosts(ctx, store.PostQuery{Types: []string{"post", "page"}, Author: []int64{user}, Statuses: statuses})
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		heir := int64(2)
		had, has := count(3), count(2)
		if err := s.DeleteUser(ctx, 3, &heir); err != nil {
			t.Fatal(err)
		}
		if n := count(2); n != had+has || count(3) != 0 {
			t.Errorf("%d posts, not %d", n, had+has)
		}
		if err := s.DeleteUser(ctx, 2, nil); err != nil {
			t.Fatal(err)
		}
		if n := count(2, "publish", "draft", "private", "future", "pending"); n != 0 {
			t.Errorf("%d posts are left", n)
		}
		if rows, err := st.Meta(ctx, wp.UserMeta, 2); err != nil || len(rows) > 0 {
			t.Errorf("%d rows of meta are left, %v", len(rows), err)
		}
		if err := s.DeleteUser(ctx, 2, nil); !site.NotFound(err) {
			t.Errorf("twice: %v", err)
		}
	})
}

func TestSaveSetting(t *testing.T) {
	s := newSite(storetest.SQLiteDump(t))
	ctx := context.Background()
	for _, c := range []struct {
		option string
		v      any
		want   string
	}{
		{"blogname", `A & "b"`, `A &amp; &quot;b&quot;`},
		{"posts_per_page", int64(0), "1"},
		{"posts_per_page", int64(-1), "-1"},
		{"posts_per_page", int64(-7), "7"},
		{"start_of_week", int64(-3), "3"},
		{"timezone_string", "Europe/Berlin", "Europe/Berlin"},
		{"timezone_string", "Nowhere/City", "Europe/Berlin"},
		{"timezone_string", "posix/UTC", "Europe/Berlin"},
		{"timezone_string", "../UTC", "Europe/Berlin"},
		{"admin_email", "bad", "admin@example.org"},
		{"siteurl", "nowhere", "http://127.0.0.1:8071"},
		{"use_smilies", false, ""},
		{"default_comment_status", "", "closed"},
		{"date_format", "<b>Y</b>", "Y"},
	} {
		for _, set := range s.Registry().Settings() {
			if set.Option != c.option {
				continue
			}
			if _, _, err := s.SaveSetting(ctx, set, c.v); err != nil {
				t.Fatal(err)
			}
			if got, err := s.Option(ctx, c.option); err != nil || got != c.want {
				t.Errorf("%s %v: %q, %v", c.option, c.v, got, err)
			}
		}
	}
}
