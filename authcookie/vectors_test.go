package authcookie

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/platenhq/platen/internal/vectest"
	"github.com/platenhq/platen/phpserialize"
	"github.com/platenhq/platen/salt"
)

// ordered reads JSON into PHP values, keeping the order of keys.
func ordered(t *testing.T, raw json.RawMessage) any {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	return orderedValue(t, dec)
}

func orderedValue(t *testing.T, dec *json.Decoder) any {
	t.Helper()
	tok, err := dec.Token()
	if err != nil {
		t.Fatal(err)
	}
	switch tok := tok.(type) {
	case json.Delim:
		a := &phpserialize.Array{}
		for dec.More() {
			if tok == '[' {
				a.Append(orderedValue(t, dec))
				continue
			}
			key, _ := orderedValue(t, dec).(string)
			a.Put(key, orderedValue(t, dec))
		}
		_, _ = dec.Token()
		return a
	case json.Number:
		i, err := tok.Int64()
		if err != nil {
			f, _ := tok.Float64()
			return f
		}
		return i
	}
	return tok
}

func TestVectorsAuthCookies(t *testing.T) {
	var file struct {
		Meta struct {
			Constants map[string]string
		}
		Cases []struct {
			ID, Kind, Desc string
			UserLogin      string `json:"user_login"`
			UserPass       string `json:"user_pass"`
			Expiration     int64
			Token, Scheme  string
			PassFrag       string `json:"pass_frag"`
			Cookie         string
			SetCookieValue string          `json:"set_cookie_value"`
			Stored         json.RawMessage `json:"stored_sessions"`
			Now            int64
			Method         string `json:"request_method"`
			Event          string
			Valid          bool
			Grace          bool `json:"login_grace_period"`
		}
	}
	vectest.Load(t, "auth_cookies", &file)
	events := map[string]error{"malformed": ErrMalformed, "expired": ErrExpired, "bad_username": ErrBadUsername, "bad_hash": ErrBadHash, "bad_session_token": ErrBadSessionToken, "valid": nil}
	secrets, err := salt.New(file.Meta.Constants, nil)
	if err != nil {
		t.Fatal(err)
	}
	tally := vectest.New(t, "auth_cookies")
	for _, c := range file.Cases {
		secret, err := secrets.Secret(c.Scheme)
		if errors.Is(err, salt.ErrNoSecret) {
			// A scheme of its own is signed with the option secret_key, a
			// random value the file does not tell: nothing to compare with.
			t.Logf("%s left out: the secret of scheme %q is not recorded", c.ID, c.Scheme)
			continue
		}
		s := NewSigner(secret)
		switch c.Kind {
		case "generate":
			got, frag := s.Generate(c.UserLogin, c.UserPass, c.Expiration, c.Token), PasswordFragment(c.UserPass)
			encoded := string(AppendEncoded(nil, got))
			tally.Check(c.ID, got == c.Cookie && frag == c.PassFrag && encoded == c.SetCookieValue && Decode(encoded) == got,
				"%q fragment %q, want %q %q", got, frag, c.Cookie, c.PassFrag)
		case "validate":
			list, _ := ordered(t, c.Stored).(*phpserialize.Array)
			// The database of the vectors compares without regard to case,
			// and WordPress trims and sanitises the name before looking it up.
			lookup := func(login string) (User, bool, error) {
				return User{ID: 1, PassHash: c.UserPass, Sessions: &Sessions{list: list}},
					strings.EqualFold(strings.TrimSpace(login), c.UserLogin), nil
			}
			got, err := s.Validate(c.Cookie, time.Unix(c.Now, 0), c.Method == "POST", lookup)
			want, known := events[c.Event]
			tally.Check(c.ID, known && errors.Is(err, want) && (err == nil) == c.Valid && got.GracePeriod == c.Grace,
				"%s: %v grace %v, want %s %v", c.Desc, err, got.GracePeriod, c.Event, c.Grace)
		default:
			tally.Check(c.ID, false, "unknown kind %q", c.Kind)
		}
	}
	tally.Done()
}

type op struct {
	Op         string
	Now        int64
	Server     map[string]string
	Expiration int64
	Token      string
	Verifier   string
	Session    json.RawMessage
	Result     json.RawMessage
	After      *string `json:"usermeta_after"`
}

func TestVectorsSessionTokens(t *testing.T) {
	var file struct {
		Cases []struct {
			ID, Kind, Desc, Token, Verifier string
			Ops                             []op
		}
	}
	vectest.Load(t, "session_tokens", &file)
	tally := vectest.New(t, "session_tokens")
	for _, c := range file.Cases {
		switch c.Kind {
		case "verifier":
			got := Verifier(c.Token)
			tally.Check(c.ID, got == c.Verifier, "%s", got)
		case "sequence":
			ok, why := runSequence(t, c.Ops)
			tally.Check(c.ID, ok, "%s: %s", c.Desc, why)
		default:
			tally.Check(c.ID, false, "unknown kind %q", c.Kind)
		}
	}
	tally.Done()
}

func runSequence(t *testing.T, ops []op) (bool, string) {
	t.Helper()
	var meta *string
	var now time.Time
	var ip, ua string
	set := func(s *Sessions) {
		meta = nil
		if text, ok := s.Meta(); ok {
			meta = &text
		}
	}
	for i, o := range ops {
		s := &Sessions{}
		if meta != nil {
			s = ParseSessions(*meta)
		}
		switch o.Op {
		case "time":
			now = time.Unix(o.Now, 0)
		case "env":
			ip, ua = o.Server["REMOTE_ADDR"], o.Server["HTTP_USER_AGENT"]
		case "raw":
			meta = o.After
		case "create":
			if Verifier(o.Token) != o.Verifier {
				return false, "verifier"
			}
			set(s.Update(o.Token, NewSession(o.Expiration, ip, ua, now, nil), now))
		case "update":
			data, _ := ordered(t, o.Session).(*phpserialize.Array)
			set(s.Update(o.Token, data, now))
		case "verify":
			if got := s.Verify(o.Token, now); got != (string(o.Result) == "true") {
				return false, "verify " + o.Token
			}
		case "destroy":
			set(s.Destroy(o.Token, now))
		case "destroy_others":
			set(s.DestroyOthers(o.Token, now))
		case "destroy_all":
			set(s.DestroyAll())
		case "get_all":
			list := &phpserialize.Array{}
			for _, one := range s.All(now) {
				list.Append(one.Data)
			}
			got, err1 := phpserialize.Marshal(list)
			want, err2 := phpserialize.Marshal(ordered(t, o.Result))
			if got != want || err1 != nil || err2 != nil {
				return false, "get_all " + got + " want " + want
			}
		default:
			return false, "unknown op " + o.Op
		}
		if !reflect.DeepEqual(meta, o.After) {
			got, want := "none", "none"
			if meta != nil {
				got = *meta
			}
			if o.After != nil {
				want = *o.After
			}
			return false, "step " + string(rune('0'+i)) + " " + o.Op + ": " + got + " want " + want
		}
	}
	return true, ""
}
