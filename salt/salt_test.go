package salt

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/platenhq/platen/internal/vectest"
)

// stringMap reads a JSON object of strings; PHP writes an empty one as [].
type stringMap map[string]string

func (m *stringMap) UnmarshalJSON(b []byte) error {
	if string(b) == "[]" {
		return nil
	}
	return json.Unmarshal(b, (*map[string]string)(m))
}

func TestVectorsSaltsAndHash(t *testing.T) {
	var file struct {
		Cases []struct {
			ID, Set, Scheme, Salt, Data, Algo, Hash string
			Constants, Options                      stringMap
		}
	}
	vectest.Load(t, "salts_and_hash", &file)
	tally := vectest.New(t, "salts_and_hash")
	for _, c := range file.Cases {
		s, err := New(c.Constants, c.Options)
		if err != nil {
			tally.Check(c.ID, false, "New: %v", err)
			continue
		}
		secret, err1 := s.Secret(c.Scheme)
		got, err2 := s.HashAlgo(c.Data, c.Scheme, c.Algo)
		ok := err1 == nil && err2 == nil && secret == c.Salt && got == c.Hash
		if c.Algo == "md5" {
			plain, err := s.Hash(c.Data, c.Scheme)
			ok = ok && err == nil && plain == c.Hash
		}
		tally.Check(c.ID, ok, "%s: secret %q, %v, want %q; hash %q, %v, want %q", c.Set, secret, err1, c.Salt, got, err2, c.Hash)
	}
	tally.Done()
}

func eight() map[string]string {
	m := map[string]string{}
	for _, name := range Constants() {
		m[name] = "value of " + name
	}
	return m
}

func TestCheck(t *testing.T) {
	if got := Check(eight()); got != nil {
		t.Errorf("eight good constants: %v", got)
	}
	for _, c := range []struct {
		name, set, value string
		want             []string
	}{
		{"missing", "AUTH_KEY", "", []string{"AUTH_KEY is missing"}},
		{"zero", "AUTH_KEY", "0", []string{"AUTH_KEY is missing"}},
		{"sample", "NONCE_SALT", SamplePhrase, []string{"NONCE_SALT has the value of the sample file"}},
		{"translated sample", "NONCE_SALT", "hier etwas eintragen", []string{"NONCE_SALT has the value of the sample file"}},
		{"twice", "AUTH_KEY", "value of NONCE_KEY", []string{"AUTH_KEY has the same value as NONCE_KEY", "NONCE_KEY has the same value as AUTH_KEY"}},
		{"twice with an old one", "SECRET_KEY", "value of NONCE_KEY", []string{"NONCE_KEY has the same value as SECRET_KEY"}},
	} {
		constants := eight()
		constants[c.set] = c.value
		var got []string
		for _, e := range Check(constants, "hier etwas eintragen") {
			got = append(got, e.Error())
			if errors.Unwrap(e) == nil {
				t.Errorf("%s: no sentinel", c.name)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestNoSecret(t *testing.T) {
	constants := eight()
	delete(constants, "NONCE_SALT")
	_, err := New(constants, nil)
	if !errors.Is(err, ErrNoSecret) || !strings.Contains(err.Error(), "nonce_salt") {
		t.Error(err)
	}
	if got := Options(constants); !slices.Equal(got, []string{"nonce_salt", "secret_key"}) {
		t.Error(got)
	}
	if got := Options(eight()); got != nil {
		t.Error(got)
	}
	s, err := New(eight(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Secret("custom"); !errors.Is(err, ErrNoSecret) {
		t.Error(err)
	}
	if _, err := s.HashAlgo("x", Auth, "crc32"); !errors.Is(err, ErrAlgorithm) {
		t.Error(err)
	}
}

func TestGenerate(t *testing.T) {
	all, err := GenerateAll(rand.Reader)
	if err != nil || len(all) != 8 || Check(all) != nil {
		t.Fatal(all, err)
	}
	for _, v := range all {
		if len(v) != KeyLength || strings.Trim(v, alphabet) != "" {
			t.Errorf("%q", v)
		}
	}
	if _, err := Generate(strings.NewReader("short")); err == nil {
		t.Error("a failing source went unnoticed")
	}
}

func TestHasherLengths(t *testing.T) {
	for n := range 400 {
		data := strings.Repeat("x", n)
		secret := strings.Repeat("k", n%130)
		s := &Secrets{auth: secret}
		want, err := s.HashAlgo(data, Auth, "md5")
		if err != nil {
			t.Fatal(err)
		}
		if got := NewHasher(secret).Sum(data); got != want {
			t.Fatalf("%d: %s, want %s", n, got, want)
		}
	}
}

func BenchmarkHasher(b *testing.B) {
	h := NewHasher(strings.Repeat("k", 128))
	data := []byte("alice|TZTC|1750172800|QUwf9NLp9Qbo8yRtN9RbglyvO1pEbKYAN3bHvwCx4Mz")
	b.ReportAllocs()
	for b.Loop() {
		h.SumBytes(data)
	}
}
