package platen_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/platenhq/platen"
	"github.com/platenhq/platen/apppassword"
	"github.com/platenhq/platen/auth"
	"github.com/platenhq/platen/internal/config"
	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/vectest"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
)

// fixedNow is the present of sites made for vectors.
var fixedNow = time.Date(2025, 11, 20, 22, 33, 44, 0, time.UTC)

// mold makes sites that are all alike: one is made and its file copied.
type mold struct {
	t    *testing.T
	file string
	keys map[string]string
	n    int
}

// newMold makes a new site, changes it with fill and keeps its database file.
func newMold(t *testing.T, fill func(context.Context, *store.Store) error) *mold {
	t.Helper()
	m := &mold{t: t, file: filepath.Join(t.TempDir(), "mold.db"), keys: dumpKeys(t)}
	app := m.open(m.file)
	if err := fill(t.Context(), app.Site().Store()); err != nil {
		t.Fatal(err)
	}
	if err := app.Close(); err != nil {
		t.Fatal(err)
	}
	return m
}

func (m *mold) open(file string) *platen.App {
	m.t.Helper()
	cfg := config.Default()
	cfg.Data = filepath.Dir(file)
	cfg.Uploads = filepath.Join(cfg.Data, "uploads")
	cfg.DB, cfg.Compat, cfg.Environment = "sqlite:"+file, "wordpress", "local"
	cfg.AdminUser, cfg.AdminEmail, cfg.AdminPassword = "admin", "admin@example.com", "password"
	opt := platen.Options{Keys: m.keys, BcryptCost: quickCost, Now: func() time.Time { return fixedNow }}
	if testing.Verbose() {
		opt.Log = slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	}
	app, err := platen.Open(m.t.Context(), cfg, opt)
	if err != nil {
		m.t.Fatal(err)
	}
	return app
}

// cast opens a site of its own, which the caller closes.
func (m *mold) cast() *platen.App {
	m.t.Helper()
	data, err := os.ReadFile(m.file)
	if err != nil {
		m.t.Fatal(err)
	}
	m.n++
	dir := filepath.Join(filepath.Dir(m.file), fmt.Sprint(m.n))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		m.t.Fatal(err)
	}
	file := filepath.Join(dir, "site.db")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		m.t.Fatal(err)
	}
	return m.open(file)
}

// drop closes a site and removes its files.
func (m *mold) drop(app *platen.App) {
	if err := app.Close(); err != nil {
		m.t.Error(err)
	}
	os.RemoveAll(filepath.Join(filepath.Dir(m.file), fmt.Sprint(m.n)))
}

// dispatch answers a call by a user (0 for nobody) without HTTP. Parameters
// are those of the query for GET and DELETE, of the body for others.
func dispatch(ctx context.Context, app *platen.App, user int64, method, route string, params *ordered.Object) *rest.Response {
	var id *auth.Identity
	if user != 0 {
		id = &auth.Identity{UserID: user, Method: "cookie"}
	}
	req := (&rest.Request{}).NewRequest(method, route)
	if method == "GET" || method == "DELETE" {
		req.Query = params
	} else {
		req.Form = params
	}
	return app.REST().Dispatch(auth.NewContext(app.Site().View(ctx), id), req)
}

// member reads a member of a response's data as JSON would show it.
func member(resp *rest.Response, names ...string) any {
	text, err := ordered.Append(nil, resp.Data)
	if err != nil {
		return err
	}
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		return err
	}
	for _, n := range names {
		o, _ := v.(map[string]any)
		v = o[n]
	}
	return v
}

// object is a JSON object as parameters.
func object(t testing.TB, text json.RawMessage) *ordered.Object {
	t.Helper()
	v, err := ordered.Decode(text)
	if err != nil {
		t.Fatal(err)
	}
	if o, ok := v.(*ordered.Object); ok {
		return o
	}
	return &ordered.Object{} // PHP writes an empty one as []
}

// fixture is one object of map_meta_cap.json's meta.fixtures.
type fixture struct {
	Object, Type, Status, Author, Taxonomy, Approved, User string
	ID                                                     int64
	Parent, Post                                           *string
	Meta                                                   json.RawMessage
}

// world is the site that the permission vectors were made on.
type world struct {
	ctx      context.Context
	st       *store.Store
	fixtures map[string]fixture
	users    map[string]int64
}

// fixtureDate is when everything in that site happened.
const fixtureDate = "2024-03-02 10:11:12"

// worldMold makes the site of rest_permissions.json.
func worldMold(t *testing.T, users map[string]int64, uuid string, held int64) *mold {
	var file struct {
		Meta struct{ Fixtures map[string]fixture }
	}
	vectest.Load(t, "map_meta_cap", &file)
	return newMold(t, func(ctx context.Context, st *store.Store) error {
		w := &world{ctx: ctx, st: st, fixtures: file.Meta.Fixtures, users: users}
		if err := w.addUsers(uuid); err != nil {
			return err
		}
		for _, name := range w.names() {
			if err := w.add(name, w.fixtures[name]); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
		on := "post_publish_by_author"
		return w.add("held", fixture{Object: "comment", ID: held, Post: &on, Approved: "0", User: "subscriber"})
	})
}

func (w *world) names() []string {
	var out []string
	for name := range w.fixtures {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// addUsers makes one user a role; the administrator is there.
func (w *world) addUsers(uuid string) error {
	for role, id := range w.users {
		if role == "administrator" {
			continue
		}
		u := wp.User{ID: id, Login: role, Nicename: role, Email: role + "@example.com", DisplayName: role, Registered: fixtureDate, Pass: "!"}
		if _, err := w.st.InsertUser(w.ctx, u); err != nil {
			return err
		}
		caps := fmt.Sprintf("a:1:{s:%d:%q;b:1;}", len(role), role)
		if err := w.st.SetMeta(w.ctx, wp.UserMeta, id, w.st.Prefix()+"capabilities", caps); err != nil {
			return err
		}
	}
	list, _, err := apppassword.Parse("").Add(apppassword.New{UUID: uuid, Name: "app", Plaintext: "abcdefghijklmnopqrstuvwx"}, fixedNow)
	if err != nil {
		return err
	}
	if err := w.st.SetMeta(w.ctx, wp.UserMeta, w.users["author"], apppassword.MetaKey, list.Meta()); err != nil {
		return err
	}
	return w.st.SetOption(w.ctx, apppassword.InUseOption, "1", "on")
}

func (w *world) add(name string, f fixture) error {
	switch f.Object {
	case "post":
		return w.addPost(name, f)
	case "comment":
		return w.addComment(name, f)
	case "term":
		if f.ID == 1 {
			return nil // the default category
		}
		_, _, err := w.st.InsertTerm(w.ctx, wp.Term{ID: f.ID, Name: name, Slug: strings.ReplaceAll(name, "_", "-"), Taxonomy: f.Taxonomy})
		return err
	}
	return nil
}

func (w *world) addPost(name string, f fixture) error {
	p := wp.Post{ID: f.ID, Author: w.users[f.Author], Type: f.Type, Status: f.Status, Title: name, Content: "Content of " + name, CommentStatus: "open", PingStatus: "open",
		Date: fixtureDate, DateGMT: fixtureDate, Modified: fixtureDate, ModifiedGMT: fixtureDate, GUID: fmt.Sprintf("http://example.org/?p=%d", f.ID)}
	if f.Parent != nil {
		p.Parent = w.fixtures[*f.Parent].ID
	}
	switch f.Status {
	case "publish", "private", "inherit":
		p.Name = strings.ReplaceAll(name, "_", "-")
	case "future":
		p.Date, p.DateGMT = "2099-01-01 00:00:00", "2099-01-01 00:00:00"
	}
	if f.Type == "attachment" {
		p.MimeType = "image/jpeg"
	}
	if f.Type == "revision" {
		p.Name = fmt.Sprintf("%d-revision-v1", p.Parent)
	}
	if _, err := w.st.InsertPost(w.ctx, p); err != nil {
		return err
	}
	var meta map[string]string
	_ = json.Unmarshal(f.Meta, &meta) // [] where there is none
	for k, v := range meta {
		if err := w.st.SetMeta(w.ctx, wp.PostMeta, f.ID, k, v); err != nil {
			return err
		}
	}
	return nil
}

func (w *world) addComment(name string, f fixture) error {
	c := wp.Comment{ID: f.ID, Approved: f.Approved, UserID: w.users[f.User], Type: "comment", Content: "Content of " + name, Date: fixtureDate, DateGMT: fixtureDate,
		Author: f.User, AuthorEmail: f.User + "@example.com"}
	c.PostID = 888888 // a post that is gone
	if f.Post != nil {
		c.PostID = w.fixtures[*f.Post].ID
	}
	_, err := w.st.InsertComment(w.ctx, c)
	return err
}
