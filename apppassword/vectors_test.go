package apppassword

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/internal/vectest"
)

type step struct {
	Op       string
	Now      int64
	IP       string
	Result   any
	UserMeta string
}

func TestVectorsApplicationPasswords(t *testing.T) {
	var file struct {
		Cases []struct {
			ID, Kind, Note, Name string
			AppID                string `json:"app_id"`
			Now                  int64
			Plaintext, Chunked   string
			Item                 *struct {
				UUID, Name, Password string
				AppID                string `json:"app_id"`
				Created              int64
				LastUsed             *int64  `json:"last_used"`
				LastIP               *string `json:"last_ip"`
			}
			UserMeta      string
			Error         *string
			ErrorMessage  *string `json:"error_message"`
			UUIDs         map[string]string
			Steps         []step
			Stored        string
			Login         string
			Candidate     string `json:"candidate_desc"`
			Password      string
			Normalised    string
			OK            bool
			UUID          *string
			Input, Output string
		}
	}
	vectest.Load(t, "application_passwords", &file)
	tally := vectest.New(t, "application_passwords")
	for _, c := range file.Cases {
		switch c.Kind {
		case "create":
			n := New{Name: c.Name, AppID: c.AppID, Plaintext: c.Plaintext}
			if c.Item != nil {
				n.UUID = c.Item.UUID
			}
			l, item, err := (*List)(nil).Add(n, time.Unix(c.Now, 0))
			if c.Error != nil {
				e := AsError(err)
				tally.Check(c.ID, e != nil && e.Code == *c.Error, "%v, want %s", err, *c.Error)
				continue
			}
			ok := err == nil && l.Meta() == c.UserMeta && Chunk(c.Plaintext) == c.Chunked && item.Name == c.Item.Name &&
				item.Password == c.Item.Password && item.AppID == c.Item.AppID && item.Created == c.Item.Created
			tally.Check(c.ID, ok, "%v\n%s\nwant %s", err, l.Meta(), c.UserMeta)
		case "sequence":
			ok, why := runSequence(c.Steps, c.UUIDs)
			tally.Check(c.ID, ok, "%s", why)
		case "authenticate":
			// The site of the vectors has one user; its database compares
			// without regard to case, and logins are trimmed.
			account := Account{ID: 1, Passwords: Parse(c.UserMeta)}
			byLogin := func(name string) (Account, bool, error) {
				return account, strings.EqualFold(format.SanitizeUser(strings.TrimSpace(name), false), "appuser"), nil
			}
			byEmail := func(name string) (Account, bool, error) {
				return account, strings.EqualFold(strings.TrimSpace(name), "appuser@example.com"), nil
			}
			_, item, err := Authenticate(c.Login, c.Password, true, byLogin, byEmail)
			ok := Normalize(c.Password) == c.Normalised && (err == nil) == c.OK
			if c.Error != nil {
				e := AsError(err)
				ok = ok && e != nil && e.Code == *c.Error && e.Message == *c.ErrorMessage
			}
			if c.UUID != nil {
				ok = ok && item.UUID == *c.UUID
			}
			tally.Check(c.ID, ok, "%s %s: %v %s", c.Stored, c.Candidate, err, item.UUID)
		case "chunk":
			tally.Check(c.ID, Chunk(c.Input) == c.Output, "%q", Chunk(c.Input))
		default:
			tally.Check(c.ID, false, "unknown kind %q", c.Kind)
		}
	}
	tally.Done()
}

// runSequence replays the steps of the vector file. They say what they do in
// words; the names of entries are the keys of uuids.
func runSequence(steps []step, uuids map[string]string) (bool, string) {
	var l *List
	for _, s := range steps {
		now := time.Unix(s.Now, 0)
		var err error
		want, _ := s.Result.(string) // an error code, or what was made
		switch op := s.Op; {
		case op == "start":
			l = Parse(s.UserMeta)
		case strings.HasPrefix(op, "use one"), strings.HasPrefix(op, "exactly one day later"):
			l, _, err = l.RecordUse(uuids["one"], s.IP, now)
		case strings.HasPrefix(op, "unknown"):
			l, _, err = l.RecordUse("no such uuid", s.IP, now)
		case op == "rename two":
			l, _, err = l.Rename(uuids["two"], "renamed")
		case strings.HasPrefix(op, "delete one"):
			l, err = l.Delete(uuids["one"])
		case op == "delete unknown":
			l, err = l.Delete("no such uuid")
		case strings.HasPrefix(op, "create"):
			// The new UUID is random: take it from the recorded result.
			items := Parse(s.UserMeta).All()
			last := items[len(items)-1]
			l, _, err = l.Add(New{Name: last.Name, AppID: last.AppID, UUID: last.UUID, Plaintext: want}, now)
			want = ""
		case strings.HasPrefix(op, "delete all"):
			var n int
			l, n = l.DeleteAll()
			if count, ok := s.Result.(json.Number); ok && count.String() != string(rune('0'+n)) {
				return false, "delete all: count"
			}
		default:
			return false, "unknown step " + op
		}
		code := ""
		if e := AsError(err); e != nil {
			code = e.Code
		}
		if code != want || l.Meta() != s.UserMeta {
			return false, s.Op + ": " + code + " " + l.Meta() + "\nwant " + want + " " + s.UserMeta
		}
	}
	return true, ""
}

func TestErrors(t *testing.T) {
	there := func(a Account) Lookup { return func(string) (Account, bool, error) { return a, true, nil } }
	none := func(string) (Account, bool, error) { return Account{}, false, nil }
	down := errors.New("down")
	fails := func(string) (Account, bool, error) { return Account{}, false, down }
	for _, c := range []struct {
		name             string
		user             string
		available        bool
		byLogin, byEmail Lookup
		want             error
	}{
		{"no login", "nobody", true, none, none, ErrInvalidUsername},
		{"no e-mail", "nobody@example.org", true, none, none, ErrInvalidEmail},
		{"site", "alice", false, there(Account{}), none, ErrDisabled},
		{"user", "alice", true, there(Account{Disabled: true}), none, ErrDisabledForUser},
		{"no passwords", "alice", true, there(Account{}), none, ErrIncorrect},
		{"database", "alice", true, fails, none, down},
		{"database for e-mail", "a@example.org", true, none, fails, down},
	} {
		if _, _, err := Authenticate(c.user, "x", c.available, c.byLogin, c.byEmail); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
