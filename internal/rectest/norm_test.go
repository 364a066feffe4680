package rectest

import (
	"net/http"
	"testing"
	"time"
)

func testSite(t *testing.T) *Site {
	t.Helper()
	v, err := decode([]byte(`{"base_url":"http://site.test:81/","home":"http://site.test:81","dump_date":"2026-11-20",
		"timezone_string":"America/New_York","cookie":{"COOKIEHASH":"cafe"},
		"users":[{"login":"ann","password":"p w&d","application_passwords":[
			{"uuid":"e4e41a18-473f-460b-b380-b023776b8990","password":"klQIDPyR2W1zwAsYrao5TmRv","password_chunked":"klQI DPyR 2W1z wAsY rao5 TmRv"}]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	return newSite("", v.(*object))
}

// testNorm is a normaliser at noon UTC of 25 November 2026, ten seconds into its session.
func testNorm(t *testing.T, mutating bool) *norm {
	t.Helper()
	s := newSession()
	now := time.Date(2026, 11, 25, 12, 0, 10, 0, time.UTC)
	s.start = now.Add(-10 * time.Second)
	s.addNonce("00aabbccdd")
	return newNorm(testSite(t), s, "http://127.0.0.1:9", mutating, now)
}

func TestText(t *testing.T) {
	for _, c := range []struct {
		name             string
		in, read, writes string
	}{
		{"base", `http://127.0.0.1:9/a http://site.test:81/b`, `{{BASE}}/a {{BASE}}/b`, ""},
		{"base escaped", `http:\/\/site.test:81\/b`, `{{BASE_ESC}}\/b`, ""},
		{"base encoded", `u=http%3A%2F%2Fsite.test%3A81%2F http%3a%2f%2fsite.test%3a81`, `u={{BASE_ENC}}%2F {{BASE_ENC}}`, ""},
		{"host", `//site.test:81/`, `//{{HOST}}/`, ""},
		{"now", `2026-11-25T12:00:05 2026-11-25 12:00:05`, `{{NOW}} {{NOW_SQL}}`, ""},
		{"edges of now", `2026-11-25T11:59:55 2026-11-25T11:59:54 2026-11-25T12:00:15 2026-11-25T12:00:16`,
			`{{NOW}} 2026-11-25T11:59:54 {{NOW}} 2026-11-25T12:00:16`, ""},
		{"now at the site", `2026-11-25T07:00:05`, `{{NOW_LOCAL}}`, ""},
		{"now in Kolkata", `2026-11-25 17:30:05`, `2026-11-25 17:30:05`, `{{NOW_KOLKATA_SQL}}`},
		{"no date", `2026-13-25T12:00:05`, `2026-13-25T12:00:05`, ""},
		{"known nonce", `x00aabbccddx`, `x{{NONCE}}x`, ""},
		{"nonce in a URL", `_wpnonce=0123456789&nonce%3D0123456789 nonce=01234567890`, `_wpnonce={{NONCE}}&nonce%3D{{NONCE}} nonce=01234567890`, ""},
		{"known uuid", `e4e41a18-473f-460b-b380-b023776b8990`, `e4e41a18-473f-460b-b380-b023776b8990`, ""},
		{"new uuid", `e4e41a18-473f-460b-b380-b023776b8991`, `{{UUID}}`, ""},
		{"uuid in a text", `a e4e41a18-473f-460b-b380-b023776b8991`, `a e4e41a18-473f-460b-b380-b023776b8991`, ""},
		{"uuid in a path", `/application-passwords/e4e41a18-473f-460b-b380-b023776b8991`, `/application-passwords/{{UUID}}`, ""},
		{"not version 4", `e4e41a18-473f-560b-b380-b023776b8991`, `e4e41a18-473f-560b-b380-b023776b8991`, ""},
		{"embed secret", `data-secret="abcdefghij" data-secret=\"abcdefghij\" #?secret=abcdefghij`, `data-secret="{{SECRET}}" data-secret=\"{{SECRET}}\" #?secret={{SECRET}}`, ""},
		{"uniqid", `imageId&quot;:&quot;0123456789abc&quot; data-wp-key="0123456789abc"`, `imageId&quot;:&quot;{{UNIQID}}&quot; data-wp-key="{{UNIQID}}"`, ""},
		{"upload folder", `/uploads/2026/11/a.png`, `/uploads/2026/11/a.png`, `/uploads/{{YM}}/a.png`},
		{"upload folder, relative", `2026/11/a.png`, `2026/11/a.png`, `{{YM}}/a.png`},
		{"old folder", `/uploads/2020/11/a.png`, `/uploads/2020/11/a.png`, `/uploads/2020/11/a.png`},
		{"folder without file", `/uploads/2026/11/a`, `/uploads/2026/11/a`, `/uploads/2026/11/a`},
		{"day", `/2026/11/25/a /2026/11/20/b /2026/11/24/c`, `/2026/11/25/a /2026/11/20/b /2026/11/24/c`, `/{{DAY}}/a /{{DAY}}/b /2026/11/24/c`},
		{"edited picture", `a-e1234567890-e12345678901234.png`, `a-e1234567890-e12345678901234.png`, `a-e{{TS}}-e12345678901234.png`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.writes == "" {
				c.writes = c.read
			}
			if got := testNorm(t, false).text(c.in); got != c.read {
				t.Errorf("read-only: got %q, want %q", got, c.read)
			}
			if got := testNorm(t, true).text(c.in); got != c.writes {
				t.Errorf("mutating: got %q, want %q", got, c.writes)
			}
		})
	}
}

func TestIDs(t *testing.T) {
	n := testNorm(t, true)
	n.learn("77", "66")
	n.learn("88", "1")
	n.learn("77", "55")
	for in, want := range map[string]string{
		`http://site.test:81/p/77/770/1.77?x=77`: `{{BASE}}/p/55/770/1.77?x=55`,
		`77 apples`:                              `77 apples`, // not a URL
		`?a=x77`:                                 `?a=x77`,    // no word of its own
		`?a=x77&b=77`:                            `?a=x55&b=55`,
		`?p=88&q=8877`:                           `?p=1&q=8877`,
	} {
		if got := n.text(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestWalk(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"id", `{"id":77,"s":"77","f":77.0,"list":[77]}`, `{"id": 55, "s": "77", "f": 77.0, "list": [55]}`},
		{"last used", `{"last_used":"2020","last_ip":null}`, `{"last_used": "{{LAST_USED}}", "last_ip": null}`},
		{"not used", `{"last_used":null}`, `{"last_used": null}`},
		{"new password", `{"password":"klQIDPyR2W1zwAsYrao5TmRv"}`, `{"password": "{{APP_PASSWORD}}"}`},
		{"chunked password", `{"password":"klQI DPyR 2W1z wAsY rao5 TmRv"}`, `{"password": "{{APP_PASSWORD}}"}`},
		{"other password", `{"password":"secret"}`, `{"password": "secret"}`},
		{"size of a generated picture", `{"filesize":9,"sizes":{"a":{"filesize":9}}}`, `{"filesize": 9, "sizes": {"a": {"filesize": "{{FILESIZE}}"}}}`},
		{"size of an edited picture", `{"filesize":9,"original_image":"x"}`, `{"filesize": "{{FILESIZE}}", "original_image": "x"}`},
		{"keys are normalised", `{"/uploads/2026/11/a.png":1}`, `{"/uploads/{{YM}}/a.png": 1}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := testNorm(t, true)
			n.learn("77", "55")
			v, err := decode([]byte(c.in))
			if err != nil {
				t.Fatal(err)
			}
			if got := string(appendJSON(nil, n.value(v))); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestHeaders(t *testing.T) {
	h := http.Header{
		"Content-Type": {"application/json;charset=utf-8"}, "Date": {"x"}, "X-Wp-Nonce": {"0123456789"}, "X-Wp-Total": {"3"},
		"Link":       {"<http://site.test:81/wp-json/>", "<b>"},
		"Set-Cookie": {"b=a%7Cb%7Cc; Path=/; HttpOnly; expires=Sun", "a=+; path=/x; Max-Age=0", "a=v; path=/a"},
		"X-Pingback": {"caf\xc3\xa9 \xe2\x82A"},
	}
	want := `{"content-type": "application/json; charset=UTF-8", "link": "<{{BASE}}/wp-json/>, <b>", ` +
		`"set-cookie": [{"name": "a", "attributes": ["max-age", "path=/x"], "clears": true, "value_parts": 0}, ` +
		`{"name": "a", "attributes": ["path=/a"], "clears": false, "value_parts": 1}, ` +
		`{"name": "b", "attributes": ["expires", "httponly", "path=/"], "clears": false, "value_parts": 3}], ` +
		`"x-pingback": "café ` + "\uFFFD" + `A", "x-wp-nonce": "{{NONCE}}", "x-wp-total": "3"}`
	if got := string(appendJSON(nil, testNorm(t, false).headers(h))); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestLoginError(t *testing.T) {
	n := testNorm(t, false)
	page := "<p><div id=\"login_error\" class=\"x\"><strong>Error:</strong>\n no <a href='http://site.test:81/'>entry</a></div>"
	if got := n.loginError(page); got != "Error: no entry" {
		t.Errorf("got %q", got)
	}
	if got := n.loginError("<p>"); got != nil {
		t.Errorf("got %q for no box", got)
	}
}
