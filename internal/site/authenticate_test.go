package site_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/platenhq/platen/apppassword"
	"github.com/platenhq/platen/auth"
	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/store/storetest"
	"github.com/platenhq/platen/internal/wp"
)

type secrets struct{}

func (secrets) Secret(scheme string) string { return "secret of " + scheme }

var testNow = time.Unix(1_800_000_000, 0)

func newSite(st *store.Store) *site.Site {
	return site.New(site.Config{Store: st, Secrets: secrets{}, Now: func() time.Time { return testNow }, BcryptCost: 4, Environment: "local"})
}

func TestAuthenticate(t *testing.T) {
	s := newSite(storetest.SQLiteDump(t))
	ctx := context.Background()
	lost := ` <a href="http://127.0.0.1:8071/wp-login.php?action=lostpassword">Lost your password?</a>`
	for _, c := range []struct {
		login, pass string
		user        int64
		codes, text string
	}{
		{"site_admin", "adm1n-Pass!word", 1, "", ""},
		{"SITE_ADMIN", " adm1n-Pass!word\n", 1, "", ""},
		{"admin@example.org", "adm1n-Pass!word", 1, "", ""},
		{"ADMIN@EXAMPLE.ORG", "adm1n-Pass!word", 1, "", ""},
		{"site_admin", "wrong", 0, "incorrect_password", "<strong>Error:</strong> The password you entered for the username <strong>site_admin</strong> is incorrect." + lost},
		{"admin@example.org", "wrong", 0, "incorrect_password", "<strong>Error:</strong> The password you entered for the email address <strong>admin@example.org</strong> is incorrect." + lost},
		{"nobody_here", "x", 0, "invalid_username", "<strong>Error:</strong> The username <strong>nobody_here</strong> is not registered on this site. If you are unsure of your username, try your email address instead."},
		{"nobody@example.org", "x", 0, "invalid_email", "Unknown email address. Check again or try your username."},
		{"", "", 0, "empty_username empty_password", "<strong>Error:</strong> The username field is empty."},
		{"0", "x", 0, "empty_username", ""},
		{"site_admin", "0", 0, "empty_password", ""},
		{"site_admin", "   ", 0, "empty_password", ""},
		{"<b>site_admin</b>", "adm1n-Pass!word", 1, "", ""},
		{"a&b'c", "x", 0, "invalid_username", "<strong>Error:</strong> The username <strong>a&amp;b&#039;c</strong> is not registered on this site. If you are unsure of your username, try your email address instead."},
	} {
		u, err := s.Authenticate(ctx, site.Credentials{Login: c.login, Password: c.pass})
		var codes []string
		var all site.Errors
		if errors.As(err, &all) {
			for _, e := range all {
				codes = append(codes, e.Code)
			}
		}
		if strings.Join(codes, " ") != c.codes || (u == nil) != (c.user == 0) || u != nil && u.ID != c.user {
			t.Errorf("%q %q: %v, %v", c.login, c.pass, u, err)
		}
		if c.text != "" && all[0].Message != c.text {
			t.Errorf("%q: %q", c.login, all[0].Message)
		}
		for _, login := range []string{c.login} {
			if _, err := s.Authenticate(ctx, site.Credentials{Login: login, Password: c.pass, Discreet: true}); c.codes != "" && !strings.HasPrefix(c.codes, "empty") {
				if !errors.As(err, &all) || all[0].Code != "authentication_failed" {
					t.Errorf("discreet %q: %v", login, err)
				}
			}
		}
	}
}

func TestPasswordsOfEitherForm(t *testing.T) {
	s := newSite(storetest.SQLiteDump(t))
	ctx := context.Background()
	const typed = `it's "a\b"`
	if err := s.SetPassword(ctx, 1, typed); err != nil {
		t.Fatal(err)
	}
	login := func(form site.PasswordForm, pass string) bool {
		u, err := s.Authenticate(ctx, site.Credentials{Login: "site_admin", Password: pass, Form: form})
		return err == nil && u.ID == 1
	}
	if !login(site.EitherForm, typed) || !login(site.SlashedForm, typed) || login(site.PlainForm, typed) || login(site.EitherForm, "adm1n-Pass!word") {
		t.Error("a password set here must be good at PHP's login form")
	}
	u, err := s.User(ctx, 1)
	if err != nil {
		t.Fatal(err)
	}
	row := u.User
	row.Pass = "5f4dcc3b5aa765d61d8327deb882cf99" // md5("password")
	row.ActivationKey = "1:abc"
	if err := s.Store().UpdateUser(ctx, row); err != nil {
		t.Fatal(err)
	}
	if !login(site.EitherForm, "password") {
		t.Fatal("md5")
	}
	if u, _ = s.User(ctx, 1); !strings.HasPrefix(u.Pass, "$wp$2y$04$") || u.ActivationKey != "" {
		t.Errorf("not rehashed: %q, key %q", u.Pass, u.ActivationKey)
	}
	if !login(site.EitherForm, "password") {
		t.Error("after the rehash")
	}
}

func TestSessionsKeepParallelLogins(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		ctx := context.Background()
		id, err := st.InsertUser(ctx, wp.User{Login: "u", Pass: "x", Nicename: "u", Email: "u@example.org", Registered: "2025-01-01 00:00:00"})
		if err != nil {
			t.Fatal(err)
		}
		s := newSite(st)
		const n = 12
		tokens := make([]string, n)
		var wg sync.WaitGroup
		for i := range n {
			wg.Add(1)
			go func() {
				defer wg.Done()
				se, err := s.StartSession(ctx, id, i%2 == 0, site.Client{IP: "192.0.2.1", UserAgent: fmt.Sprint("agent ", i)})
				if err != nil {
					t.Error(err)
				}
				tokens[i] = se.Token
			}()
		}
		wg.Wait()
		list, err := s.Sessions(ctx, id)
		if err != nil || len(list.All(testNow)) != n {
			t.Fatalf("%d sessions, %v", len(list.All(testNow)), err)
		}
		if rows, _ := st.MetaByKey(ctx, wp.UserMeta, id, "session_tokens"); len(rows) != 1 {
			t.Errorf("%d rows", len(rows))
		}
		u, ok, err := s.CookieUser(ctx, "u")
		if err != nil || !ok || !u.Sessions.Verify(tokens[3], testNow) {
			t.Errorf("%v %v", ok, err)
		}
		if err := s.EndSession(ctx, id, tokens[3]); err != nil {
			t.Fatal(err)
		}
		if u, _, _ := s.CookieUser(ctx, "u"); u.Sessions.Verify(tokens[3], testNow) || !u.Sessions.Verify(tokens[4], testNow) {
			t.Error("the wrong session ended")
		}
		if err := s.EndOtherSessions(ctx, id, tokens[4]); err != nil {
			t.Fatal(err)
		}
		if list, _ := s.Sessions(ctx, id); len(list.All(testNow)) != 1 {
			t.Error("others live on")
		}
		if err := s.EndSession(ctx, id, tokens[4]); err != nil {
			t.Fatal(err)
		}
		if rows, _ := st.MetaByKey(ctx, wp.UserMeta, id, "session_tokens"); len(rows) != 0 {
			t.Errorf("the row stays: %q", rows[0].Value)
		}
	})
}

func TestResetKey(t *testing.T) {
	s := newSite(storetest.SQLiteDump(t))
	ctx := context.Background()
	key, err := s.NewResetKey(ctx, 2)
	if err != nil || len(key) != 20 {
		t.Fatal(key, err)
	}
	if u, err := s.CheckResetKey(ctx, key, "site_editor"); err != nil || u.ID != 2 {
		t.Error(err)
	}
	for _, c := range []struct{ key, login string }{{"x" + key, "site_editor"}, {key, "site_admin"}, {"", "site_editor"}, {key, ""}, {key, "nobody"}} {
		if _, err := s.CheckResetKey(ctx, c.key, c.login); err != site.ErrInvalidKey {
			t.Errorf("%v: %v", c, err)
		}
	}
	u, _ := s.User(ctx, 2)
	hash := u.ActivationKey[strings.IndexByte(u.ActivationKey, ':'):]
	if err := s.Store().SetActivationKey(ctx, 2, fmt.Sprint(testNow.Unix()-86400)+hash); err != nil {
		t.Fatal(err)
	}
	if _, err := s.CheckResetKey(ctx, key, "site_editor"); err != site.ErrExpiredKey {
		t.Error(err)
	}
	if err := s.ResetPassword(ctx, 2, "new one"); err != nil {
		t.Fatal(err)
	}
	if u, _ := s.User(ctx, 2); u.ActivationKey != "" {
		t.Error("the key lives on")
	}
}

func TestAppPasswords(t *testing.T) {
	s := newSite(storetest.SQLiteDump(t))
	ctx := context.Background()
	item, plain, err := s.CreateAppPassword(ctx, 2, apppassword.New{Name: "My <b>app</b>"})
	if err != nil || item.Name != "My app" {
		t.Fatal(item, err)
	}
	for _, pass := range []string{plain, apppassword.Chunk(plain)} {
		got, err := s.AppPasswordLogin(ctx, "site_editor@example.org", pass, "192.0.2.7")
		if err != nil || got.UserID != 2 || got.UUID != item.UUID || got.Login != "site_editor" {
			t.Error(got, err)
		}
	}
	list, _ := s.AppPasswords(ctx, 2)
	if used, _ := list.Get(item.UUID); used.LastIP != "192.0.2.7" || used.LastUsed != testNow.Unix() {
		t.Errorf("%+v", used)
	}
	for login, code := range map[string]string{"site_editor": "incorrect_password", "nobody": "invalid_username", "no@example.org": "invalid_email"} {
		var e *auth.Error
		if _, err := s.AppPasswordLogin(ctx, login, "edit0r-Pass!word", ""); !errors.As(err, &e) || e.Code != code || e.Status != 401 {
			t.Errorf("%s: %v", login, err)
		}
	}
	var e *site.Error
	if _, _, err := s.CreateAppPassword(ctx, 2, apppassword.New{Name: " <i></i> "}); !errors.As(err, &e) || e.Status != 400 {
		t.Error(err)
	}
	if err := s.UpdateAppPassword(ctx, 2, "nope", "x", nil); !errors.As(err, &e) || e.Status != 404 {
		t.Error(err)
	}
	if err := s.DeleteAppPassword(ctx, 2, item.UUID); err != nil {
		t.Error(err)
	}
	if _, err := s.AppPasswordLogin(ctx, "site_editor", plain, ""); err == nil {
		t.Error("a revoked password is good")
	}
	if n, err := s.DeleteAppPasswords(ctx, 2); err != nil || n != 1 {
		t.Error(n, err)
	}
}
