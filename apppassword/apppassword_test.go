package apppassword

import (
	"crypto/rand"
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestCreate(t *testing.T) {
	now := time.Unix(1750000000, 0)
	l, item, plain, err := (*List)(nil).Create(rand.Reader, New{Name: "  My <b>App</b> "}, now)
	if err != nil || len(plain) != Length || item.Name != "My App" || l.Len() != 1 {
		t.Fatal(item, plain, err)
	}
	if !regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(item.UUID) {
		t.Error(item.UUID)
	}
	l = Parse(l.Meta())
	if got, ok := l.Match(Chunk(plain)); !ok || got.UUID != item.UUID {
		t.Error("own password refused")
	}
	if _, ok := l.Match(strings.ToLower(plain) + "x"); ok {
		t.Error("wrong password accepted")
	}
	if !l.NameExists("MY APP") || l.NameExists("other") {
		t.Error("NameExists")
	}
	for _, name := range []string{"", "0", " ", "<br>"} {
		if _, _, err := l.Add(New{Name: name}, now); !errors.Is(err, ErrEmptyName) {
			t.Errorf("%q: %v", name, err)
		}
	}
	if _, _, _, err := l.Create(strings.NewReader("x"), New{Name: "n"}, now); err == nil {
		t.Error("a failing source went unnoticed")
	}
}

func TestUnknownKept(t *testing.T) {
	const meta = `a:3:{i:0;a:3:{s:4:"name";s:1:"a";s:7:"scopes_";a:1:{i:0;s:4:"read";}s:8:"password";s:0:"";}i:4;s:4:"junk";i:7;a:2:{s:4:"uuid";s:1:"u";s:9:"last_used";i:5;}}`
	l, changed, err := Parse(meta).Complete(rand.Reader)
	if err != nil || !changed {
		t.Fatal(err)
	}
	uuid := l.All()[0].UUID
	want := strings.Replace(meta, `a:3:{s:4:"name"`, `a:4:{s:4:"name"`, 1)
	want = strings.Replace(want, `s:8:"password";s:0:"";`, `s:8:"password";s:0:"";s:4:"uuid";s:36:"`+uuid+`";`, 1)
	if l.Meta() != want {
		t.Error(l.Meta())
	}
	if _, changed, _ := l.Complete(rand.Reader); changed {
		t.Error("completed twice")
	}
	if _, ok := l.Match(""); ok {
		t.Error("empty password matched an empty hash")
	}
	l, changed, err = l.RecordUse("u", "::1", time.Unix(86405, 0))
	if err != nil || !changed || !strings.Contains(l.Meta(), `s:9:"last_used";i:86405;s:7:"last_ip";s:3:"::1";`) {
		t.Error(l.Meta(), err)
	}
	if _, changed, _ = l.RecordUse("u", "::1", time.Unix(86405+86399, 0)); changed {
		t.Error("recorded again within a day")
	}
	if _, changed, err = l.Rename("u", "  "); changed || err != nil {
		t.Error("renamed to nothing")
	}
	if _, _, err = l.Rename("x", "n"); !errors.Is(err, ErrNotFound) {
		t.Error(err)
	}
	if got, ok := l.Get("u"); !ok || got.LastUsed != 86405 || got.LastIP != "::1" {
		t.Error(got)
	}
	if Parse("junk").Meta() != "a:0:{}" || (*List)(nil).Meta() != "a:0:{}" || (*List)(nil).All() != nil {
		t.Error("empty lists")
	}
}

func FuzzParse(f *testing.F) {
	f.Add(`a:1:{i:0;a:2:{s:4:"uuid";s:1:"u";s:8:"password";s:9:"$generic$";}}`, "name")
	now := time.Unix(1750000000, 0)
	f.Fuzz(func(t *testing.T, meta, name string) {
		if strings.Contains(meta, "$2") || strings.Contains(meta, "$P") || strings.Contains(meta, "$5") || strings.Contains(meta, "$6") || strings.Contains(meta, "argon") {
			return // slow on purpose
		}
		l := Parse(meta)
		l.Match(name)
		l, _, _ = l.RecordUse(name, name, now)
		l, _, _ = l.Rename(name, meta)
		before := l.Len()
		next, _, err := l.Add(New{Name: name, UUID: "u", Plaintext: "p"}, now)
		if err == nil && next.Len() < before {
			t.Error("an entry was lost")
		}
		again := Parse(next.Meta())
		if again.Len() != next.Len() {
			t.Error("meta lost an entry")
		}
	})
}
