package abuse

import (
	"fmt"
	"strings"
	"testing"
)

// rank is what the subscriber is, as the administrator sees it.
func (a *target) rank(t *testing.T) string {
	t.Helper()
	r := a.rest(t, a.admin, "GET", fmt.Sprintf("/wp/v2/users/%d&context=edit", a.prey.id), "")
	return fmt.Sprint(r.status, r.json("roles"), r.json("capabilities"), r.json("extra_capabilities"), r.json("username"))
}

var fieldCases = rows{
	{"fields/own roles", "lets nobody raise themselves by the body of a request", func(t *testing.T, a *target) {
		before := a.rank(t)
		for _, body := range []string{
			`{"roles":["administrator"]}`, `{"roles":"administrator"}`, `{"role":"administrator"}`, `{"capabilities":{"administrator":true}}`, `{"extra_capabilities":{"administrator":true}}`,
			`{"meta":{"wp_capabilities":{"administrator":true}}}`, `{"meta":{"wp_user_level":10}}`, `{"meta":{"session_tokens":{}}}`, `{"wp_capabilities":{"administrator":true},"user_level":10}`,
			`{"id":1,"roles":["administrator"]}`, `{"username":"admin2"}`, `{"user_login":"admin2","allcaps":{"manage_options":true}}`, `{"roles":["subscriber","administrator"]}`, `{"roles":{"0":"administrator"}}`,
		} {
			for _, path := range []string{"/wp/v2/users/me", fmt.Sprintf("/wp/v2/users/%d", a.prey.id)} {
				if r := a.rest(t, a.prey, "POST", path, body); r.status >= 500 {
					t.Error(body, r)
				}
			}
			a.rest(t, a.prey, "POST", "/wp/v2/users/me&roles[]=administrator&capabilities[administrator]=1", `{"first_name":"x"}`)
		}
		if after := a.rank(t); after != before {
			t.Errorf("%s became %s", before, after)
		}
		if r := a.rest(t, a.prey, "GET", "/wp/v2/settings", ""); r.status == 200 {
			t.Error("the subscriber reads the settings")
		}
	}},
	{"fields/others", "lets a subscriber change nothing that is another's", func(t *testing.T, a *target) {
		a.unchanged(t, func() {
			for _, c := range [][3]string{
				{"POST", fmt.Sprintf("/wp/v2/users/%d", a.admin.id), `{"password":"x"}`}, {"POST", fmt.Sprintf("/wp/v2/users/%d", a.admin.id), `{"email":"x@example.org"}`},
				{"DELETE", fmt.Sprintf("/wp/v2/users/%d&force=true&reassign=%d", a.admin.id, a.prey.id), ""}, {"POST", "/wp/v2/users", `{"username":"x","email":"x2@example.org","password":"x","roles":["administrator"]}`},
				{"POST", "/wp/v2/posts", `{"title":"x","status":"publish"}`}, {"POST", "/wp/v2/posts/1", `{"author":` + fmt.Sprint(a.prey.id) + `}`}, {"POST", "/wp/v2/settings", `{"title":"owned","users_can_register":true,"default_role":"administrator"}`},
				{"POST", "/wp/v2/categories", `{"name":"x"}`}, {"POST", "/wp/v2/plugins", `{"slug":"hello-dolly"}`}, {"POST", "/wp/v2/media", `{"title":"x"}`},
				{"GET", fmt.Sprintf("/wp/v2/users/%d/application-passwords", a.admin.id), ""}, {"POST", fmt.Sprintf("/wp/v2/users/%d/application-passwords", a.admin.id), `{"name":"x"}`},
				{"DELETE", fmt.Sprintf("/wp/v2/users/%d/application-passwords", a.admin.id), ""}, {"GET", fmt.Sprintf("/platen/v1/sessions&user=%d", a.admin.id), ""}, {"DELETE", fmt.Sprintf("/platen/v1/sessions&user=%d&all=true", a.admin.id), ""},
				{"POST", "/platen/v1/oauth-consumers", `{"name":"x","callback":"oob"}`}, {"GET", "/wp/v2/users&context=edit", ""},
			} {
				refused(t, c[0]+" "+c[1], a.rest(t, a.prey, c[0], c[1], c[2]))
			}
			batch := a.rest(t, a.prey, "POST", "/batch/v1", `{"requests":[{"path":"/wp/v2/posts","method":"POST","body":{"title":"x","status":"publish"}},{"path":"/wp/v2/users/`+fmt.Sprint(a.admin.id)+`","method":"POST","body":{"password":"x"}}]}`)
			if strings.Contains(batch.body, `"status":201`) || strings.Contains(batch.body, `"status":200`) || batch.status >= 500 {
				t.Error(batch)
			}
		})
	}},
	{"fields/registration", "gives a new account the role of the site, whatever is asked for", func(t *testing.T, a *target) {
		a.unchanged(t, func() { // a new site lets nobody register
			r := a.form(t, "register", "user_login", "abuser", "user_email", "abuser@example.org", "role", "administrator", "wp_capabilities[administrator]", "1")
			if r.status >= 500 {
				t.Error(r)
			}
			refused(t, "over the API", a.send(t, "POST", route("/wp/v2/users"), `{"username":"abuser","email":"abuser@example.org","password":"x","roles":["administrator"]}`))
		})
	}},
	{"fields/nobody", "lets nobody write", func(t *testing.T, a *target) {
		a.unchanged(t, func() {
			for _, c := range [][3]string{
				{"POST", "/wp/v2/posts/1", `{"id":"1abc","content":"defaced"}`}, {"POST", "/wp/v2/posts/1&id=1abc", `{"content":"defaced"}`}, {"PUT", "/wp/v2/posts/1", `{"content":"defaced"}`}, {"POST", "/wp/v2/users/1", `{"password":"x"}`},
				{"POST", "/wp/v2/settings", `{"title":"x"}`}, {"DELETE", "/wp/v2/posts/1&force=true", ""}, {"POST", "/wp/v2/users/me/application-passwords", `{"name":"x"}`},
				{"POST", "/batch/v1", `{"requests":[{"path":"//wp/v2/posts/1","method":"DELETE"}]}`},
			} {
				r := a.send(t, c[0], route(c[1]), c[2])
				if strings.HasPrefix(c[1], "/batch") {
					if strings.Contains(r.body, `"deleted":true`) || r.status >= 500 {
						t.Error(r)
					}
					continue
				}
				refused(t, c[0]+" "+c[1], r)
			}
		})
	}},
}
