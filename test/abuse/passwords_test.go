package abuse

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/platenhq/platen"
	"github.com/platenhq/platen/apppassword"
	"github.com/platenhq/platen/internal/config"
)

func basic(login, pass string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(login+":"+pass))
}

func (a *target) form(t *testing.T, action string, fields ...string) reply {
	t.Helper()
	v := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		v.Set(fields[i], fields[i+1])
	}
	return a.send(t, "POST", "/wp-login.php?action="+action, v.Encode(), "Cookie", "wordpress_test_cookie=WP%20Cookie%20check")
}

// said is an answer without what was typed.
func said(r reply, typed string) string {
	return fmt.Sprint(r.status, r.header.Get("Location"), strings.ReplaceAll(r.body, typed, "NAME"))
}

var passwordCases = rows{
	{"password/1 MB", "answers without hashing it", func(t *testing.T, a *target) {
		long := strings.Repeat("x", 1<<20)
		a.unchanged(t, func() {
			before := a.hashes()
			if r := a.form(t, "login", "log", a.admin.login, "pwd", long); r.status == 302 || r.status >= 500 {
				t.Error(r)
			}
			refused(t, "JWT", a.send(t, "POST", route("/jwt-auth/v1/token"), `{"username":"`+a.admin.login+`","password":"`+long+`"}`))
			if after := a.hashes(); after-before > 2 {
				t.Errorf("%d passwords were hashed", after-before)
			}
			if r := a.form(t, "login", "log", long, "pwd", "x"); r.status == 302 || r.status >= 500 {
				t.Error(r)
			}
		})
	}},
	{"password/oracle", "tells nobody whether a name exists", func(t *testing.T, a *target) {
		const nobody = "nobody-of-that-name"
		a.unchanged(t, func() {
			if one, two := said(a.form(t, "login", "log", a.prey.login, "pwd", "wrong"), a.prey.login), said(a.form(t, "login", "log", nobody, "pwd", "wrong"), nobody); one != two {
				t.Error("the login form")
			}
			token := func(name string) string {
				return said(a.send(t, "POST", route("/jwt-auth/v1/token"), `{"username":"`+name+`","password":"wrong"}`), name)
			}
			if token(a.prey.login) != token(nobody) {
				t.Error("jwt-auth/v1/token")
			}
		})
		if one, two := said(a.form(t, "lostpassword", "user_login", a.prey.login), a.prey.login), said(a.form(t, "lostpassword", "user_login", nobody), nobody); one != two {
			t.Error("the form for lost passwords")
		}
		a.keyMade(t)
		if r := a.send(t, "GET", route("/wp/v2/users"), ""); r.status == 200 && strings.Contains(r.body, `"slug"`) {
			t.Error("the list of users is public")
		}
	}},
	{"password/equal work", "hashes as much for a name that does not exist (only our own server tells)", func(t *testing.T, a *target) {
		if a.app == nil {
			t.Skip("another's server does not tell")
		}
		work := func(name string) uint64 {
			before := a.hashes()
			a.form(t, "login", "log", name, "pwd", "wrong")
			return a.hashes() - before
		}
		if one, two, three := work("admin"), work("nobody"), work("nobody@example.org"); one != 1 || two != 1 || three != 1 {
			t.Errorf("hashes for a user %d, for nobody %d, for an unknown address %d", one, two, three)
		}
	}},
	{"password/empty", "lets nobody in with nothing", func(t *testing.T, a *target) {
		a.unchanged(t, func() {
			for _, pass := range []string{"", " ", "\x00", "0", "null", "[]"} {
				if r := a.form(t, "login", "log", a.admin.login, "pwd", pass); r.status == 302 || r.status >= 500 {
					t.Errorf("%q: %s", pass, r)
				}
				refused(t, "Basic "+pass, a.send(t, "GET", me, "", "Authorization", basic(a.admin.login, pass)))
			}
			for _, header := range []string{"Basic", "Basic ", "Basic Og==", "Basic " + base64.StdEncoding.EncodeToString([]byte(a.admin.login)), basic("", ""), "Bearer", "Bearer ", "Bearer .", "Bearer ..", "Bearer null", "OAuth", `OAuth oauth_token=""`} {
				refused(t, header, a.send(t, "GET", me, "", "Authorization", header))
			}
			r := a.send(t, "POST", "/wp-login.php", "log[]="+a.admin.login+"&pwd[]=", "Cookie", "wordpress_test_cookie=WP%20Cookie%20check")
			if r.status == 302 || r.status >= 500 {
				t.Error("arrays: ", r)
			}
			if r := a.send(t, "GET", "/wp-login.php?action=rp&key=&login="+a.admin.login, ""); strings.Contains(r.body, `name="pass1"`) || r.status >= 500 {
				t.Error("an empty reset key: ", r)
			}
		})
	}},
	{"password/account password as Basic", "takes application passwords only", func(t *testing.T, a *target) {
		a.unchanged(t, func() {
			refused(t, "the account password", a.send(t, "GET", me, "", "Authorization", basic(a.admin.login, a.admin.pass)))
		})
	}},
	{"password/Basic over plain HTTP", "ignores Basic outside TLS, but on a local site (only our own server)", func(t *testing.T, a *target) {
		if a.app == nil {
			t.Skip("whether another's server is local is not to be seen")
		}
		app, base, dir := serveOwn(t, a.clock, func(c *config.Config) { c.Environment = "production" })
		var out, errs bytes.Buffer
		env := map[string]string{"PLATEN_DATA": dir, "PLATEN_DB": "sqlite:" + dir + "/abuse.db", "PLATEN_LOG": "off"}
		if platen.Run(t.Context(), []string{"app-password", "create", "admin", "--name", "x", "--json"}, &out, &errs, func(name string) string { return env[name] }) != 0 {
			t.Fatal(errs.String())
		}
		made, _ := reply{body: out.String()}.json("password").(string)
		plain := apppassword.Normalize(made)
		if len(plain) != apppassword.Length {
			t.Fatal(out.String())
		}
		far := &target{base: base, app: app}
		refused(t, "plain HTTP", far.send(t, "GET", me, "", "Authorization", basic("admin", plain)))
		refused(t, "a header that says TLS", far.send(t, "GET", me, "", "Authorization", basic("admin", plain), "X-Forwarded-Proto", "https"))
	}},
}

// keyMade waits for our own server to have written the reset key that was asked
// for: it answers before.
func (a *target) keyMade(t *testing.T) {
	t.Helper()
	for range 500 {
		if a.store == nil {
			return
		}
		u, err := a.store.User(t.Context(), int64(a.prey.id))
		if err != nil {
			t.Fatal(err)
		}
		if u.ActivationKey != "" {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Error("there is no reset key")
}

// hashes is how many passwords our own server has hashed so far.
func (a *target) hashes() uint64 {
	if a.app == nil {
		return 0
	}
	return a.app.Hashed()
}
