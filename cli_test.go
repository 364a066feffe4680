package platen_test

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/platenhq/platen"
)

// cli runs one command line on a site.
type cli struct {
	t    *testing.T
	data string
}

func (c cli) run(status int, args ...string) (out, errs string) {
	c.t.Helper()
	var o, e bytes.Buffer
	env := map[string]string{"PLATEN_DATA": c.data, "PLATEN_LOG": "off", "PLATEN_ADMIN_PASSWORD": adminPass, "PLATEN_URL": "http://localhost:8080"}
	got := platen.Run(context.Background(), args, &o, &e, func(name string) string { return env[name] })
	if got != status {
		c.t.Errorf("platen %s: status %d\n%s%s", strings.Join(args, " "), got, o.String(), e.String())
	}
	return o.String(), e.String()
}

func (c cli) object(args ...string) map[string]any {
	c.t.Helper()
	out, _ := c.run(0, append(args, "--json")...)
	var v map[string]any
	if err := json.Unmarshal([]byte(out), &v); err != nil {
		c.t.Fatal(args, out, err)
	}
	return v
}

func (c cli) array(args ...string) []map[string]any {
	c.t.Helper()
	out, _ := c.run(0, append(args, "--json")...)
	var v []map[string]any
	if err := json.Unmarshal([]byte(out), &v); err != nil {
		c.t.Fatal(args, out, err)
	}
	return v
}

func TestTools(t *testing.T) {
	c := cli{t, t.TempDir()}
	if _, e := c.run(1, "user", "list"); !strings.Contains(e, "there is no site") {
		t.Error(e)
	}
	c.run(0, "init")
	u := c.object("user", "create", "eve", "eve@example.org", "--role", "editor")
	if u["login"] != "eve" || len(u["password"].(string)) != 20 || u["roles"].([]any)[0] != "editor" {
		t.Error(u)
	}
	if u := c.object("user", "create", "--password", "x y", "bob", "bob@example.org"); u["password"] != nil {
		t.Error(u)
	}
	c.run(1, "user", "create", "eve", "other@example.org")
	c.run(1, "user", "create", "zed", "zed@example.org", "--role", "king")
	c.run(2, "user", "create", "zed")
	c.run(2, "user")
	c.run(2, "user", "fly")
	c.run(2, "user", "list", "--nothing")
	if list := c.array("user", "list"); len(list) != 3 {
		t.Error(list)
	}
	if list := c.array("user", "list", "--role", "editor"); len(list) != 1 {
		t.Error(list)
	}
	if u := c.object("user", "set-role", "eve@example.org", "author"); u["roles"].([]any)[0] != "author" {
		t.Error(u)
	}
	if u := c.object("user", "set-password", "eve"); len(u["password"].(string)) != 20 {
		t.Error(u)
	}
	c.run(1, "user", "set-password", "nobody")
	c.run(1, "user", "delete", "eve", "--reassign", "eve")
	c.object("user", "delete", "eve", "--reassign", "admin")
	if out, _ := c.run(0, "user", "list"); !strings.Contains(out, "LOGIN") || strings.Contains(out, "eve") {
		t.Error(out)
	}

	p := c.object("app-password", "create", "admin", "--name", "script")
	if len(p["password"].(string)) != 29 {
		t.Error(p)
	}
	c.run(1, "app-password", "create", "admin")
	if list := c.array("app-password", "list", "admin"); len(list) != 1 || list[0]["uuid"] != p["uuid"] {
		t.Error(list)
	}
	c.object("app-password", "revoke", "admin", p["uuid"].(string))
	c.run(1, "app-password", "revoke", "admin", p["uuid"].(string))
	c.object("app-password", "create", "admin", "--name", "a")
	if r := c.object("app-password", "revoke", "admin", "all"); r["revoked"] != 1.0 {
		t.Error(r)
	}

	o := c.object("oauth-consumer", "create", "--name", "App", "--callback", "https://app.example/cb")
	if len(o["key"].(string)) != 12 || len(o["secret"].(string)) != 48 {
		t.Error(o)
	}
	c.run(1, "oauth-consumer", "create", "--name", "App", "--callback", "javascript:1")
	c.run(1, "oauth-consumer", "create", "--callback", "oob")
	if list := c.array("oauth-consumer", "list"); len(list) != 1 || list[0]["secret"] != nil {
		t.Error(list)
	}
	c.object("oauth-consumer", "revoke", o["key"].(string))
	c.run(1, "oauth-consumer", "revoke", "1")
	if list := c.array("oauth-consumer", "list"); len(list) != 0 {
		t.Error(list)
	}
}
