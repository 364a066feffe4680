package site_test

import (
	"context"
	"strings"
	"testing"

	"github.com/platenhq/platen/apppassword"
	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/internal/store/storetest"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/password"
)

// TestOldWordPress: on the tables of a WordPress before 6.8 nothing is written
// that its PHP could not check or would not load.
func TestOldWordPress(t *testing.T) {
	ctx := context.Background()
	st := storetest.SQLiteDump(t)
	if err := st.SetOption(ctx, "db_version", "53496", ""); err != nil {
		t.Fatal(err)
	}
	s := newSite(st)
	if err := s.SetPassword(ctx, 2, "a new Password"); err != nil {
		t.Fatal(err)
	}
	u, err := st.User(ctx, 2)
	if err != nil || !strings.HasPrefix(u.Pass, "$P$B") || !password.CheckPortable("a new Password", u.Pass) {
		t.Error(u.Pass, err)
	}
	in, err := s.Authenticate(ctx, site.Credentials{Login: u.Login, Password: "a new Password"})
	if err != nil || in.Pass != u.Pass {
		t.Error("the hash was replaced", in, err)
	}
	if _, err := st.SwapUserPass(ctx, 2, u.Pass, "5f4dcc3b5aa765d61d8327deb882cf99"); err != nil { // MD5 of "password"
		t.Fatal(err)
	}
	if in, err = newSite(st).Authenticate(ctx, site.Credentials{Login: u.Login, Password: "password"}); err != nil || !password.CheckPortable("password", in.Pass) {
		t.Error("MD5 is kept", in, err)
	}
	item, plain, err := s.CreateAppPassword(ctx, 2, apppassword.New{Name: "app"})
	if err != nil {
		t.Fatal(err)
	}
	list, err := s.AppPasswords(ctx, 2)
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := list.Match(plain); !ok || got.UUID != item.UUID {
		t.Error(item, apppassword.Chunk(plain))
	}
	if meta, err := st.MetaByKey(ctx, wp.UserMeta, 2, apppassword.MetaKey); err != nil || len(meta) != 1 || !strings.Contains(meta[0].Value, `"$P$B`) {
		t.Error(meta, err)
	}
	key, err := s.NewResetKey(ctx, 2)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.CheckResetKey(ctx, key, u.Login); err != nil {
		t.Error(err)
	}
	u, _ = st.User(ctx, 2)
	if _, hash, _ := strings.Cut(u.ActivationKey, ":"); !password.CheckPortable(key, hash) {
		t.Error(u.ActivationKey)
	}
	if err := s.SetOption(ctx, "a_new_option", "1"); err != nil {
		t.Fatal(err)
	}
	if o, err := st.Option(ctx, "a_new_option"); err != nil || o.Autoload != "yes" {
		t.Error(o, err)
	}
}
