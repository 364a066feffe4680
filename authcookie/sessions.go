package authcookie

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"time"

	"github.com/platenhq/platen/phpserialize"
)

// MetaKey is the user meta key of the sessions.
const MetaKey = "session_tokens"

// Verifier is the key of a session in user meta: the hex SHA-256 of its token.
// The token itself is stored nowhere but in the cookie.
func Verifier(token string) string {
	var buf [128]byte
	sum := sha256.Sum256(append(buf[:0], token...))
	var out [2 * sha256.Size]byte
	hex.Encode(out[:], sum[:])
	return string(out[:])
}

// Sessions is the list of a user's sessions as it stands in user meta. It does
// not change: the methods that alter something return a new list, to be stored
// with [Sessions.Meta]. A nil *Sessions is an empty list.
//
// As in WordPress, ended sessions are skipped when reading and dropped when
// something is written, and a value that is no array counts as no session.
type Sessions struct{ list *phpserialize.Array }

// ParseSessions reads the value of the meta row, "" when there is none.
func ParseSessions(meta string) *Sessions {
	list, _ := phpserialize.MaybeUnserialize(meta).(*phpserialize.Array)
	return &Sessions{list: list}
}

// Meta returns the value for the meta row. It reports false when no session is
// left, in which case the row is to be deleted.
func (s *Sessions) Meta() (string, bool) {
	if s == nil || s.list.Len() == 0 {
		return "", false
	}
	text, err := phpserialize.Marshal(s.list)
	return text, err == nil
}

// Session is one session. Data is the whole record, extras of plugins
// included; do not change it.
type Session struct {
	Verifier   string
	Expiration int64 // Unix time
	Login      int64 // Unix time, 0 if not recorded
	IP         string
	UserAgent  string
	Data       *phpserialize.Array
}

// live returns the record of a session, nil when it has ended or is none.
func live(v any, now int64) *phpserialize.Array {
	switch t := v.(type) {
	case int64: // the format before WordPress 4.0.1: only the expiration
		if t >= now {
			return (&phpserialize.Array{}).Put("expiration", t)
		}
	case *phpserialize.Array:
		switch e := t.Lookup("expiration").(type) {
		case int64:
			if e >= now {
				return t
			}
		case float64:
			if e >= float64(now) {
				return t
			}
		case string:
			if !textLess(e, now) {
				return t
			}
		}
	}
	return nil
}

func (s *Sessions) find(verifier string, now time.Time) *phpserialize.Array {
	if s == nil {
		return nil
	}
	v, _ := s.list.Get(phpserialize.StrKey(verifier))
	return live(v, now.Unix())
}

// Verify reports whether the token belongs to a session that has not ended.
func (s *Sessions) Verify(token string, now time.Time) bool {
	if s == nil || s.list.Len() == 0 {
		return false
	}
	return s.find(Verifier(token), now) != nil
}

// Get returns the session of a token.
func (s *Sessions) Get(token string, now time.Time) (Session, bool) {
	verifier := Verifier(token)
	if data := s.find(verifier, now); data != nil {
		return view(verifier, data), true
	}
	return Session{}, false
}

// All returns the sessions that have not ended, oldest entry first.
func (s *Sessions) All(now time.Time) []Session {
	if s == nil {
		return nil
	}
	var all []Session
	for k, v := range s.list.All() {
		if data := live(v, now.Unix()); data != nil {
			all = append(all, view(k.String(), data))
		}
	}
	return all
}

func view(verifier string, data *phpserialize.Array) Session {
	s := Session{Verifier: verifier, Data: data}
	switch e := data.Lookup("expiration").(type) {
	case int64:
		s.Expiration = e
	case float64:
		s.Expiration = int64(e)
	case string:
		s.Expiration = toInt(e)
	}
	s.Login, _ = data.Lookup("login").(int64)
	s.IP, _ = data.Lookup("ip").(string)
	s.UserAgent, _ = data.Lookup("ua").(string)
	return s
}

// Same reports whether a session is the one of token, in constant time.
func (s Session) Same(token string) bool {
	return subtle.ConstantTimeCompare([]byte(s.Verifier), []byte(Verifier(token))) == 1
}

// NewSession makes the record of a login: expiration, ip, ua, login, the texts
// only when known. Extra are further fields, which come first; it may be nil.
func NewSession(expiration int64, ip, userAgent string, now time.Time, extra *phpserialize.Array) *phpserialize.Array {
	data := extra.Clone()
	data.Put("expiration", expiration)
	if ip != "" && ip != "0" {
		data.Put("ip", ip)
	}
	if userAgent != "" && userAgent != "0" {
		data.Put("ua", userAgent)
	}
	return data.Put("login", now.Unix())
}

// kept copies the sessions that have not ended. Backslashes go from every
// text, as WordPress takes its own addslashes() back once too often whenever
// it writes user meta.
func (s *Sessions) kept(now time.Time) *phpserialize.Array {
	out := &phpserialize.Array{}
	if s != nil {
		for k, v := range s.list.All() {
			if data := live(v, now.Unix()); data != nil {
				out.Set(k, phpserialize.Unslash(data))
			}
		}
	}
	return out
}

// Update stores the record of a token's session, made by NewSession: in place
// when the verifier is there, else at the end. An empty or nil record removes
// the session.
func (s *Sessions) Update(token string, data *phpserialize.Array, now time.Time) *Sessions {
	out := s.kept(now)
	key := phpserialize.StrKey(Verifier(token))
	if data.Len() == 0 {
		out.Delete(key)
	} else {
		out.Set(key, phpserialize.Unslash(data))
	}
	return &Sessions{list: out}
}

// Destroy ends the session of a token.
func (s *Sessions) Destroy(token string, now time.Time) *Sessions { return s.Update(token, nil, now) }

// DestroyVerifier ends the session with a verifier, as listed by All.
func (s *Sessions) DestroyVerifier(verifier string, now time.Time) *Sessions {
	out := s.kept(now)
	out.Delete(phpserialize.StrKey(verifier))
	return &Sessions{list: out}
}

// DestroyOthers ends all sessions but the one of token; all of them when that
// one does not exist or has ended.
func (s *Sessions) DestroyOthers(token string, now time.Time) *Sessions {
	verifier := Verifier(token)
	out := &phpserialize.Array{}
	if data := s.find(verifier, now); data != nil {
		out.Set(phpserialize.StrKey(verifier), phpserialize.Unslash(data))
	}
	return &Sessions{list: out}
}

// DestroyAll ends all sessions.
func (s *Sessions) DestroyAll() *Sessions { return &Sessions{} }
