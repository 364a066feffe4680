package site

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/platenhq/platen/auth"
	"github.com/platenhq/platen/authcookie"
	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/internal/cache"
	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/wp"
)

// Client says where a login comes from; both texts may be empty.
type Client struct{ IP, UserAgent string }

// Session is a fresh login.
type Session struct {
	Token      string // of the cookie; stored only as a hash
	Expiration int64  // Unix time at which the login ends
	Expires    int64  // Unix time for the browser's cookie, 0 until it closes
}

// signState is what logging in needs beside the rows.
type signState struct {
	sessions *cache.Map[string, *authcookie.Sessions] // parsed, by their text
	hashing  chan struct{}                            // how many slow hashes run at once
	waiting  chan struct{}                            // how many may be hashing or waiting to
	hashed   *atomic.Uint64                           // how many were made
	decoy    func() string                            // the hash of nobody's password
	oldDecoy func() string                            // the same as WordPress before 6.8 has it
}

var _ auth.Users = (*Site)(nil)

// CookieUser implements auth.Users.
func (s *Site) CookieUser(ctx context.Context, login string) (authcookie.User, bool, error) {
	u, err := s.userByTypedLogin(ctx, login)
	if err != nil {
		ok, err := none(err)
		return authcookie.User{}, ok, err
	}
	return authcookie.User{ID: u.ID, PassHash: u.Pass, Sessions: s.sessionsOf(u)}, true, nil
}

// userByTypedLogin is get_user_by('login'), which sanitises the name first.
func (s *Site) userByTypedLogin(ctx context.Context, login string) (*User, error) {
	if login = cleanLogin(login); login == "" {
		return nil, wp.ErrNotFound
	}
	return s.UserByLogin(ctx, login)
}

// cleanLogin is sanitize_user, without the work for an ordinary name.
func cleanLogin(login string) string {
	for i := range len(login) {
		c := login[i]
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-' || c == '.' || c == '@') {
			return format.SanitizeUser(login, false)
		}
	}
	return login
}

// Sessions returns the sessions of a user.
func (s *Site) Sessions(ctx context.Context, user int64) (*authcookie.Sessions, error) {
	u, err := s.User(ctx, user)
	if err != nil {
		return nil, err
	}
	return s.sessionsOf(u), nil
}

func (s *Site) sessionsOf(u *User) *authcookie.Sessions {
	text := u.Meta.Get(authcookie.MetaKey)
	if text == "" {
		return nil
	}
	if list, ok := s.sign.sessions.Get(text); ok {
		return list
	}
	list := authcookie.ParseSessions(text)
	s.sign.sessions.Put(s.sign.sessions.Epoch(), text, list)
	return list
}

// StartSession records a login of a user and returns its token: the part of
// wp_set_auth_cookie that is not about cookies.
func (s *Site) StartSession(ctx context.Context, user int64, remember bool, from Client) (Session, error) {
	now := s.now()
	var se Session
	se.Expiration, se.Expires = authcookie.Expiry(now, remember)
	token, err := authcookie.NewToken(s.rand)
	if err != nil {
		return Session{}, err
	}
	se.Token = token
	data := authcookie.NewSession(se.Expiration, from.IP, from.UserAgent, now, nil)
	return se, s.changeSessions(ctx, user, func(list *authcookie.Sessions) *authcookie.Sessions {
		return list.Update(token, data, now)
	})
}

// EndSession destroys the session of a token; one that does not exist is fine.
func (s *Site) EndSession(ctx context.Context, user int64, token string) error {
	now := s.now()
	return s.changeSessions(ctx, user, func(list *authcookie.Sessions) *authcookie.Sessions { return list.Destroy(token, now) })
}

// EndSessionOf destroys the session with a verifier (Sessions.All lists them).
func (s *Site) EndSessionOf(ctx context.Context, user int64, verifier string) error {
	now := s.now()
	return s.changeSessions(ctx, user, func(list *authcookie.Sessions) *authcookie.Sessions {
		return list.DestroyVerifier(verifier, now)
	})
}

// EndOtherSessions destroys all sessions but the one of token, and the logins
// by JSON Web Token.
func (s *Site) EndOtherSessions(ctx context.Context, user int64, token string) error {
	now := s.now()
	if err := s.EndTokenLogins(ctx, user, ""); err != nil {
		return err
	}
	return s.changeSessions(ctx, user, func(list *authcookie.Sessions) *authcookie.Sessions { return list.DestroyOthers(token, now) })
}

// EndAllSessions logs a user out everywhere.
func (s *Site) EndAllSessions(ctx context.Context, user int64) error {
	return s.EndAllButToken(ctx, user, "")
}

// EndAllButToken logs a user out everywhere but where a login by JSON Web Token
// is used.
func (s *Site) EndAllButToken(ctx context.Context, user int64, login string) error {
	if err := s.EndTokenLogins(ctx, user, login); err != nil {
		return err
	}
	return s.changeSessions(ctx, user, (*authcookie.Sessions).DestroyAll)
}

func (s *Site) changeSessions(ctx context.Context, user int64, f func(*authcookie.Sessions) *authcookie.Sessions) error {
	return s.swapUserMeta(ctx, user, authcookie.MetaKey, func(old string, found bool) (string, bool, error) {
		text, keep := f(authcookie.ParseSessions(old)).Meta()
		return text, keep, nil
	})
}

// swapTries is how often a lost race for a meta value is run again.
const swapTries = 50

// swapUserMeta changes a single meta value so that no parallel change is lost:
// it is written only over the text it was made of. F returns the new text and
// whether a row is to be kept at all; it may run several times.
func (s *Site) swapUserMeta(ctx context.Context, user int64, key string, f func(old string, found bool) (string, bool, error)) error {
	defer s.changed(ctx)
	for try := range swapTries {
		done, err := s.swapOnce(ctx, user, key, f)
		if done || err != nil {
			return err
		}
		if try > 2 {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(time.Duration(try) * time.Millisecond):
			}
		}
	}
	return wp.ErrBusy
}

func (s *Site) swapOnce(ctx context.Context, user int64, key string, f func(string, bool) (string, bool, error)) (bool, error) {
	rows, err := s.store.MetaByKey(ctx, wp.UserMeta, user, key)
	if err != nil {
		return false, err
	}
	if len(rows) == 0 {
		text, keep, err := f("", false)
		if err != nil || !keep {
			return true, err
		}
		return s.addUserMeta(ctx, user, key, text)
	}
	row := rows[0]
	text, keep, err := f(row.Value, true)
	switch {
	case err != nil || keep && text == row.Value:
		return true, err
	case keep:
		return s.store.SwapMeta(ctx, wp.UserMeta, row.ID, row.Value, text)
	}
	n, err := s.store.DeleteMetaByValue(ctx, wp.UserMeta, user, key, row.Value)
	return n > 0, err
}

// addUserMeta adds the first row of a key; false when another was quicker. The
// user's row is locked meanwhile, since no unique key of WordPress's keeps two
// first logins apart.
func (s *Site) addUserMeta(ctx context.Context, user int64, key, text string) (added bool, err error) {
	u, err := s.store.User(ctx, user)
	if err != nil {
		return false, err
	}
	err = s.store.Tx(ctx, func(tx *store.Tx) error {
		added = false
		if _, err := tx.SwapUserPass(ctx, user, u.Pass, u.Pass); err != nil {
			return err
		}
		rows, err := tx.MetaByKey(ctx, wp.UserMeta, user, key)
		if err != nil || len(rows) > 0 {
			return err
		}
		_, err = tx.AddMeta(ctx, wp.UserMeta, wp.Meta{ObjectID: user, Key: key, Value: text})
		added = err == nil
		return err
	})
	return added && err == nil, err
}
