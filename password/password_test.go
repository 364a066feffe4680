package password

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"github.com/platenhq/platen/internal/vectest"
)

func decode(t *testing.T, s string, b64 *string) string {
	t.Helper()
	if b64 == nil {
		return s
	}
	b, err := base64.StdEncoding.DecodeString(*b64)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestVectorsPasswords(t *testing.T) {
	var file struct {
		Meta struct {
			Examples []struct {
				Password string
				Input    string `json:"bcrypt_input"`
			} `json:"prehash_examples"`
		}
		Cases []struct {
			ID, Desc, Password, Hash string
			PasswordB64              *string `json:"password_b64"`
			Matches                  any
			Rehash10                 bool `json:"needs_rehash_cost10"`
			Rehash12                 bool `json:"needs_rehash_cost12"`
		}
	}
	vectest.Load(t, "passwords", &file)
	for _, e := range file.Meta.Examples {
		if got := string(prehash(e.Password)); got != e.Input {
			// Hash trims first, and so did the example.
			if got = string(prehash(strings.Trim(e.Password, phpSpace))); got != e.Input {
				t.Errorf("prehash %q: %s, want %s", e.Password, got, e.Input)
			}
		}
	}
	tally := vectest.New(t, "passwords")
	for _, c := range file.Cases {
		password := decode(t, c.Password, c.PasswordB64)
		ok := Check(password, c.Hash)
		r10, r12 := NeedsRehash(c.Hash), Hasher{Cost: 12}.NeedsRehash(c.Hash)
		tally.Check(c.ID, ok == (c.Matches == true) && r10 == c.Rehash10 && r12 == c.Rehash12,
			"%s: %.40q against %s: %v %v %v, want %v %v %v", c.Desc, password, c.Hash, ok, r10, r12, c.Matches, c.Rehash10, c.Rehash12)
	}
	tally.Done()
}

func TestVectorsFastHash(t *testing.T) {
	var file struct {
		Cases []struct {
			ID, Kind, Desc, Message, Hash string
			MessageB64                    *string `json:"message_b64"`
			Verifies                      bool
		}
	}
	vectest.Load(t, "fast_hash", &file)
	tally := vectest.New(t, "fast_hash")
	for _, c := range file.Cases {
		message := decode(t, c.Message, c.MessageB64)
		switch c.Kind {
		case "hash":
			got := FastHash(message)
			tally.Check(c.ID, got == c.Hash && VerifyFast(message, got), "%q: %s, want %s", message, got, c.Hash)
		case "verify":
			got := VerifyFast(message, c.Hash)
			tally.Check(c.ID, got == c.Verifies, "%s: %v", c.Desc, got)
		default:
			tally.Check(c.ID, false, "unknown kind %q", c.Kind)
		}
	}
	tally.Done()
}

func TestHash(t *testing.T) {
	h := Hasher{Cost: 4}
	hash, err := h.Hash(" secret\n")
	if err != nil || len(hash) != 63 || !strings.HasPrefix(hash, "$wp$2y$04$") {
		t.Fatal(hash, err)
	}
	if !Check("secret", hash) || Check(" secret\n", hash) || Check("Secret", hash) {
		t.Error("Check disagrees with Hash")
	}
	if h.NeedsRehash(hash) || !NeedsRehash(hash) {
		t.Error("NeedsRehash")
	}
	long, err := h.Hash(strings.Repeat("x", MaxLength+1))
	if long != Unusable || !errors.Is(err, ErrTooLong) {
		t.Error(long, err)
	}
	if _, err := (Hasher{Cost: 99}).Hash("x"); err == nil {
		t.Error("cost 99 accepted")
	}
}

// TestFormats has hashes made by PHP 8.2 of formats the vectors have few of.
func TestFormats(t *testing.T) {
	for _, c := range []struct {
		name, password, hash string
		want                 bool
	}{
		{"argon2id", "password", "$argon2id$v=19$m=8192,t=2,p=1$R2YweVczazJDU0dMUzdKRw$O/ZtuW9uNUv704odVR9nOCwOX+3G9NalWzqUlhylyhU", true},
		{"argon2id wrong", "passwore", "$argon2id$v=19$m=8192,t=2,p=1$R2YweVczazJDU0dMUzdKRw$O/ZtuW9uNUv704odVR9nOCwOX+3G9NalWzqUlhylyhU", false},
		{"argon2i", "password", "$argon2i$v=19$m=65536,t=4,p=1$SHBmdUtrN3EvVllSZzRoQQ$536TEVvfAAO3xpwcvSQSy7vOXEyfFmgy5kYN/B1IFsk", true},
		{"argon2 absurd memory", "password", "$argon2i$v=19$m=4294967295,t=4,p=1$SHBmdUtrN3EvVllSZzRoQQ$536TEVvfAAO3xpwcvSQSy7vOXEyfFmgy5kYN/B1IFsk", false},
		{"sha512 long salt is cut", "pass\x00word", "$6$saltsaltsaltsalt$TSeUYbBnz1LbJIj06hkdCfmsBy79sof4C4nNdTitIrAPtc6x2bNLBh8E8V.Ji.JsqeO8zgsY6sBVpfMRd./kb/", true},
		{"sha512 nul ends", "pass", "$6$saltsaltsaltsalt$TSeUYbBnz1LbJIj06hkdCfmsBy79sof4C4nNdTitIrAPtc6x2bNLBh8E8V.Ji.JsqeO8zgsY6sBVpfMRd./kb/", true},
		{"sha512 rounds text", "pass", "$6$rounds=abc$XWyva6LXKvSIPUhdyadjgXKKcf67JElgNkNVzYqgpltgmUKJZE8njTOlQqp.zWE6PIEPz3QwAKmbcagB/UCd01", true},
		{"sha256 empty salt", "pass", "$5$$uiDW1S6rgZftwYtd26Y7Pc6OPNp52GZaGI8fbl6NQV9", true},
		{"sha512 few rounds", "pass", "$6$rounds=10$saltsalt$xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", false},
		{"md5", "pass", "$1$longersa$Ufk.fmXKxAJjUlrXyH7al1", true},
		{"md5 wrong", "Pass", "$1$longersa$Ufk.fmXKxAJjUlrXyH7al1", false},
	} {
		if got := Check(c.password, c.hash); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

func TestPortable(t *testing.T) {
	hash, err := HashPortable(rand.Reader, "secret")
	if err != nil || len(hash) != 34 || !strings.HasPrefix(hash, "$P$B") {
		t.Fatal(hash, err)
	}
	if !CheckPortable("secret", hash) || CheckPortable("Secret", hash) || CheckPortable("", "") {
		t.Error("CheckPortable")
	}
	if !Check("secret", hash) || !VerifyFast("secret", "$H$"+hash[3:]) || Check("secret", "$H$"+hash[3:]) {
		t.Error("$H$ is for VerifyFast only")
	}
}

func TestGenerate(t *testing.T) {
	got, err := Generate(rand.Reader, 1000, Letters+Special+ExtraSpecial)
	if err != nil || len(got) != 1000 || strings.Trim(got, Letters+Special+ExtraSpecial) != "" {
		t.Error(got, err)
	}
	if got, _ := Generate(rand.Reader, 0, Letters); got != "" {
		t.Error(got)
	}
	if _, err := Generate(strings.NewReader("abc"), 20, Letters); err == nil {
		t.Error("a failing source went unnoticed")
	}
}

// FuzzCheck looks for panics on damaged hashes. Costs are taken down first, as
// a stored cost of 31 is honoured and takes hours.
func FuzzCheck(f *testing.F) {
	for _, h := range []string{"$wp$2y$04$b8xPFreJvomxv2xTdn1Ti.CvSVI/F4B/S2Q4/ajMtZg8AUv1iscQK", "$P$8MDsCS531io4hd0YtHnN.g.s7hTZx9.", "$1$a$bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", "$6$rounds=1000$x$yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy", "$argon2id$v=19$m=8,t=1,p=1$TEJRM0ZrUERZZU5ERVMzbA$g6BpBLzdCEocs3bWKqJmsf5O1eA2FZrRZwbOSvv+HFQ", "$generic$x"} {
		f.Add("password", h)
	}
	f.Fuzz(func(t *testing.T, password, hash string) {
		NeedsRehash(hash)
		slow := strings.Contains(hash, "$2") && !strings.Contains(hash, "$04$") || strings.Contains(hash, "rounds=") && !strings.Contains(hash, "rounds=1000$") ||
			strings.HasPrefix(hash, "$argon2") && !strings.Contains(hash, "$m=8,t=1,p=1$") || (strings.HasPrefix(hash, "$P$") || strings.HasPrefix(hash, "$H$")) && len(hash) > 3 && hash[3] > 'A'
		if slow {
			return
		}
		Check(password, hash)
		VerifyFast(password, hash)
	})
}
