package platen_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/platenhq/platen/apppassword"
	"github.com/platenhq/platen/internal/config"
)

const appPasswordsPath = "/wp-json/wp/v2/users/me/application-passwords"

// limited makes an application password over REST with limits, as JSON.
func (n *newSite) limited(full, limits string) (pass, uuid string) {
	n.t.Helper()
	r := n.post(appPasswordsPath, `{"name":"limited","platen":`+limits+`}`, "Authorization", full)
	n.want(r, 201, "")
	return basic("admin", r.text("password")), r.text("uuid")
}

// fullAccess is an application password of the administrator without limits.
func (n *newSite) fullAccess() string {
	n.t.Helper()
	_, plain, err := n.app.Site().CreateAppPassword(context.Background(), 1, apppassword.New{Name: "full"})
	if err != nil {
		n.t.Fatal(err)
	}
	return basic("admin", plain)
}

// TestAppPasswordLimits: over REST, by hand of the owner, and what each limit
// refuses.
func TestAppPasswordLimits(t *testing.T) {
	n := openNew(t, nil)
	full := n.fullAccess()
	const me, posts = "/wp-json/wp/v2/users/me", "/wp-json/wp/v2/posts"
	t.Run("read-only", func(t *testing.T) {
		pass, uuid := n.limited(full, `{"read_only":true}`)
		h := []string{"Authorization", pass}
		n.want(n.get(me+"?context=edit", h...), 200, "")
		n.want(n.get("/wp-json/wp/v2/settings", h...), 200, "")
		if r := n.get(posts+"/1", h...); strings.ContainsAny(r.Header.Get("Allow"), "OP") || r.Header.Get("Allow") == "" {
			t.Error(r.Header.Get("Allow"))
		}
		n.unchanged("a password that may only read", func() {
			for _, c := range [][3]string{
				{"POST", posts, `{"title":"x"}`}, {"PUT", posts + "/1", `{"title":"x"}`}, {"PATCH", posts + "/1", `{"title":"x"}`}, {"DELETE", posts + "/1", ""},
				{"POST", "/wp-json/batch/v1", `{"requests":[{"path":"/wp/v2/posts/1","body":{"title":"x"}}]}`},
				{"POST", "/wp-json/wp/v2/posts/1?_method=DELETE", ""}, {"GET", "/wp-json/wp/v2/posts/1?_method=DELETE", ""},
				{"POST", appPasswordsPath, `{"name":"escape"}`}, {"POST", me, `{"password":"x"}`}, {"DELETE", "/wp-json/platen/v1/sessions", ""},
				{"POST", "/wp-json/jwt-auth/v1/token/revoke", `{"all":true}`},
			} {
				r := n.do(http.DefaultClient, c[0], c[1], c[2], h...)
				if r.StatusCode/100 == 2 && !(c[0] == "GET") {
					t.Errorf("%s %s: %d %s", c[0], c[1], r.StatusCode, r.body)
				}
			}
			r := n.do(http.DefaultClient, "GET", posts+"/1", "", "Authorization", pass, "X-HTTP-Method-Override", "DELETE")
			n.want(r, 403, "rest_read_only_credential")
		})
		if r := n.get(appPasswordsPath+"/"+uuid, "Authorization", full); r.json("platen.read_only") != true || r.json("platen.intact") != true {
			t.Error(r.body)
		}
		n.want(n.get("/wp-json/platen/v1/forward-auth", h...), 200, "")
	})
	t.Run("capabilities", func(t *testing.T) {
		pass, _ := n.limited(full, `{"caps":["edit_posts","read"]}`)
		h := []string{"Authorization", pass}
		r := n.post(posts, `{"title":"a draft","content":"<p>x</p><script>1</script>"}`, h...)
		n.want(r, 201, "")
		if strings.Contains(r.body, "<script>") {
			t.Error("unfiltered HTML was not left to the password", r.body)
		}
		n.unchanged("what the capabilities do not allow", func() {
			n.want(n.post(posts, `{"title":"x","status":"publish"}`, h...), 403, "rest_cannot_publish")
			n.want(n.get("/wp-json/wp/v2/settings", h...), 403, "rest_forbidden")
			n.want(n.post("/wp-json/wp/v2/users", `{"username":"x","email":"x@example.org","password":"x"}`, h...), 403, "rest_cannot_create_user")
			n.want(n.post(me, `{"password":"taken over"}`, h...), 403, "rest_limited_credential")
			n.want(n.post("/wp-json/wp/v2/users/1", `{"email":"thief@example.org"}`, h...), 403, "rest_limited_credential")
			n.want(n.post("/wp-json/wp/v2/users/1", `{"roles":["administrator"]}`, h...), 403, "rest_limited_credential")
			n.want(n.post(appPasswordsPath, `{"name":"escape"}`, h...), 403, "rest_cannot_create_application_passwords")
			n.want(n.do(http.DefaultClient, "DELETE", "/wp-json/platen/v1/sessions?all=true", "", h...), 403, "rest_limited_credential")
		})
		r = n.get("/wp-json/platen/v1/forward-auth", h...)
		if r.StatusCode != 200 || r.Header.Get("X-WP-Roles") != "none" {
			t.Error("the roles of the user went to another service", r.Header)
		}
		n.want(n.get("/wp-json/platen/v1/forward-auth?role=administrator", h...), 403, "rest_forbidden")
		n.want(n.get("/wp-json/platen/v1/forward-auth?cap=edit_users", h...), 403, "rest_forbidden")
		n.want(n.get("/wp-json/platen/v1/forward-auth?cap=edit_posts", h...), 200, "")
	})
	t.Run("networks and time", func(t *testing.T) {
		here, _ := n.limited(full, `{"networks":["127.0.0.1","::1"],"expires":"`+n.clock().Add(time.Hour).UTC().Format(time.RFC3339)+`"}`)
		away, uuid := n.limited(full, `{"networks":["192.0.2.0/24"]}`)
		n.want(n.get(me, "Authorization", here), 200, "")
		n.want(n.post(posts, `{"title":"all capabilities are left"}`, "Authorization", here), 201, "")
		n.want(n.post(appPasswordsPath, `{"name":"escape"}`, "Authorization", here), 403, "rest_limited_credential")
		n.want(n.get(me, "Authorization", away), 401, "application_password_wrong_network")
		n.want(n.post(appPasswordsPath+"/"+uuid, `{"platen":null}`, "Authorization", full), 200, "")
		n.want(n.get(me, "Authorization", away), 200, "")
		if r := n.get(appPasswordsPath+"/"+uuid, "Authorization", full); strings.Contains(r.body, "platen\"") {
			t.Error(r.body)
		}
		n.after(2 * time.Hour)
		n.want(n.get(me, "Authorization", here), 401, "application_password_expired")
		if r := n.get("/wp-json/platen/v1/auth/self-check", "Authorization", here); r.text("error.code") != "application_password_expired" {
			t.Error(r.body)
		}
	})
	t.Run("bad limits", func(t *testing.T) {
		n.unchanged("limits that make no sense", func() {
			for _, bad := range []string{`"x"`, `[1]`, `{"expires":"2001-01-01T00:00:00Z"}`, `{"expires":"soon"}`, `{"networks":["example.org"]}`, `{"networks":"10.0.0.0/8 x"}`, `{"moon":1}`, `{"read_only":"perhaps"}`, `{"caps":[""]}`} {
				if r := n.post(appPasswordsPath, `{"name":"x","platen":`+bad+`}`, "Authorization", full); r.StatusCode != 400 {
					t.Errorf("%s: %d %s", bad, r.StatusCode, r.body)
				}
			}
		})
	})
}

// TestWordPressModeHasNoLimits: there the routes are WordPress's, but what was
// limited stays so.
func TestWordPressModeHasNoLimits(t *testing.T) {
	n := openNew(t, func(c *config.Config) { c.Compat = "wordpress" })
	full := n.fullAccess()
	if r := n.do(http.DefaultClient, "OPTIONS", appPasswordsPath, ""); strings.Contains(r.body, `"platen"`) {
		t.Error("the schema is not WordPress's")
	}
	_, plain, err := n.app.Site().CreateAppPassword(context.Background(), 1, apppassword.New{Name: "x", Limits: apppassword.Limits{ReadOnly: true}})
	if err != nil {
		t.Fatal(err)
	}
	n.want(n.post("/wp-json/wp/v2/posts", `{"title":"x"}`, "Authorization", basic("admin", plain)), 403, "rest_read_only_credential")
	n.want(n.post("/wp-json/wp/v2/posts", `{"title":"x"}`, "Authorization", full), 201, "")
}

func TestAppPasswordToolLimits(t *testing.T) {
	c := cli{t, t.TempDir()}
	c.run(0, "init")
	made := c.object("app-password", "create", "--read-only", "admin", "--name", "report", "--expires", "90d", "--caps", "read,list_users", "--ip", "10.0.0.0/8, ::1")
	if text, _ := made["limits"].(string); !strings.Contains(text, "read-only; caps list_users,read; ip 10.0.0.0/8,::1/128") || !strings.HasPrefix(text, "expires 2") {
		t.Error(made)
	}
	if l := c.array("app-password", "list", "admin"); len(l) != 1 || l[0]["limits"] != made["limits"] {
		t.Error(l)
	}
	for _, bad := range [][]string{{"--expires", "yesterday"}, {"--expires", "2001-01-01"}, {"--expires=-5d"}, {"--ip", "10.0.0.0/99"}} {
		if _, e := c.run(1, append([]string{"app-password", "create", "admin", "--name", "x"}, bad...)...); e == "" {
			t.Error(bad)
		}
	}
	if l := c.array("app-password", "list", "admin"); len(l) != 1 {
		b, _ := json.Marshal(l)
		t.Error(string(b))
	}
}
