package site

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"slices"
	"strconv"
)

// TokensKey is the user meta key of the logins by JSON Web Token. WordPress
// has no place for them; the row goes with the user.
const TokensKey = "_platen_tokens"

// maxTokenLogins is how many logins by token a user has at once; the one used
// least lately gives way.
const maxTokenLogins = 50

// TokenLogin is a login by JSON Web Token: one chain of refresh tokens and the
// access tokens made on the way. A token is good while its login stands here.
type TokenLogin struct {
	ID         string `json:"id"`
	Generation int    `json:"gen"` // of the refresh token that is good now
	Created    int64  `json:"created"`
	Used       int64  `json:"used"` // when it was refreshed last
	Expiration int64  `json:"expires"`
	IP         string `json:"ip"`
	UserAgent  string `json:"ua"`
}

// TokenLogins returns the logins of u that have not ended.
func (s *Site) TokenLogins(u *User) []TokenLogin {
	return s.readTokenLogins(u.Meta.Get(TokensKey))
}

func (s *Site) readTokenLogins(text string) []TokenLogin {
	if text == "" {
		return nil
	}
	var list []TokenLogin
	if json.Unmarshal([]byte(text), &list) != nil {
		return nil // what cannot be read lets nobody in
	}
	now := s.now().Unix()
	return slices.DeleteFunc(list, func(t TokenLogin) bool { return t.Expiration <= now })
}

// ChangeTokenLogins changes the logins by token of a user so that no parallel
// change is lost; f may run several times.
func (s *Site) ChangeTokenLogins(ctx context.Context, user int64, f func([]TokenLogin) []TokenLogin) error {
	return s.swapUserMeta(ctx, user, TokensKey, func(old string, _ bool) (string, bool, error) {
		list := f(s.readTokenLogins(old))
		for len(list) > maxTokenLogins {
			oldest := 0
			for i := range list {
				if max(list[i].Used, list[i].Created) < max(list[oldest].Used, list[oldest].Created) {
					oldest = i
				}
			}
			list = slices.Delete(list, oldest, oldest+1)
		}
		if len(list) == 0 {
			return "", false, nil
		}
		text, err := json.Marshal(list)
		return string(text), true, err
	})
}

// EndTokenLogins ends the logins by token of a user, but for the one called
// keep.
func (s *Site) EndTokenLogins(ctx context.Context, user int64, keep string) error {
	u, err := s.User(ctx, user)
	if isNotFound(err) || err == nil && u.Meta.Get(TokensKey) == "" {
		return nil
	}
	if err != nil {
		return err
	}
	return s.ChangeTokenLogins(ctx, user, func(list []TokenLogin) []TokenLogin {
		return slices.DeleteFunc(list, func(t TokenLogin) bool { return keep == "" || t.ID != keep })
	})
}

// PasswordMark stands for the present password of u: whatever carries it dies
// with the password.
func (s *Site) PasswordMark(u *User) string {
	mac := hmac.New(sha256.New, s.derive("password mark"))
	io.WriteString(mac, strconv.FormatInt(u.ID, 10)+"\x00"+u.Pass)
	return hex.EncodeToString(mac.Sum(nil)[:12])
}
