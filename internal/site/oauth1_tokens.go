package site

import (
	"context"
	"errors"
	"strings"

	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/oauth1"
	"github.com/platenhq/platen/phpserialize"
)

// The names of the options in which the plugin keeps tokens.
const (
	requestOption = "oauth1_request_"
	accessOption  = "oauth1_access_"
)

// dropTokens deletes the tokens of both kinds that pick chooses.
func (s *Site) dropTokens(ctx context.Context, pick func(*phpserialize.Array) bool) error {
	defer s.changed(ctx)
	for _, prefix := range []string{accessOption, requestOption} {
		rows, err := s.store.OptionsLike(ctx, prefix)
		if err != nil {
			return err
		}
		for _, o := range rows {
			if a, ok := phpserialize.MaybeUnserialize(o.Value).(*phpserialize.Array); ok && pick(a) {
				if _, err := s.store.DeleteOption(ctx, o.Name); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// RequestToken is OAuth's temporary credentials, as the plugin keeps them.
type RequestToken struct {
	Key, Secret string
	Consumer    int64
	Authorized  bool
	Expiration  int64  // Unix time
	Callback    string // "" when the client sent none
	Verifier    string // "" before a user authorised it
	User        int64  // who did
}

func (t *RequestToken) text() (string, error) {
	none := func(v string) any {
		if v == "" {
			return nil
		}
		return v
	}
	a := &phpserialize.Array{}
	for _, f := range []struct {
		name  string
		value any
	}{{"key", t.Key}, {"secret", t.Secret}, {"consumer", t.Consumer}, {"authorized", t.Authorized}, {"expiration", t.Expiration}, {"callback", none(t.Callback)}, {"verifier", none(t.Verifier)}} {
		a.Put(f.name, f.value)
	}
	a.Put("user", nil)
	if t.User != 0 {
		a.Put("user", t.User)
	}
	return phpserialize.Marshal(a)
}

// readToken reads the option of a token. Databases compare option names
// without case, tokens are compared with it.
func (s *Site) readToken(ctx context.Context, prefix, key string) (*phpserialize.Array, string, error) {
	if len(key) != tokenKeyLength || alphanumeric(key) != key {
		return nil, "", wp.ErrNotFound
	}
	raw, found, err := s.LookupOption(ctx, prefix+key)
	if err != nil {
		return nil, "", err
	}
	a, ok := phpserialize.MaybeUnserialize(raw).(*phpserialize.Array)
	if !found || !ok || lookupText(a, "key") != key || lookupText(a, "secret") == "" {
		return nil, "", wp.ErrNotFound
	}
	return a, raw, nil
}

func lookupText(a *phpserialize.Array, name string) string {
	t, _ := a.Lookup(name).(string)
	return t
}

// NewRequestToken makes temporary credentials for a consumer.
func (s *Site) NewRequestToken(ctx context.Context, consumer int64, callback string) (RequestToken, error) {
	t := RequestToken{Consumer: consumer, Callback: callback, Expiration: s.now().Unix() + requestTokenLife}
	var err error
	if t.Key, err = s.token(tokenKeyLength); err == nil {
		t.Secret, err = s.token(oauthSecretLength)
	}
	if err != nil {
		return t, err
	}
	text, err := t.text()
	if err != nil {
		return t, err
	}
	s.sweepRequestTokens(ctx)
	defer s.changed(ctx)
	added, err := s.store.AddOption(ctx, wp.Option{Name: requestOption + t.Key, Value: text, Autoload: "off"})
	if err == nil && !added {
		err = wp.ErrBusy
	}
	return t, err
}

// sweepRequestTokens removes temporary credentials that nobody fetched in
// time. The plugin keeps them for good.
func (s *Site) sweepRequestTokens(ctx context.Context) {
	s.oauth.mu.Lock()
	now := s.now().Unix()
	due := now >= s.oauth.sweepAt
	if due {
		s.oauth.sweepAt = now + 3600
	}
	s.oauth.mu.Unlock()
	if !due {
		return
	}
	rows, err := s.store.OptionsLike(ctx, requestOption)
	if err != nil {
		return
	}
	for _, o := range rows {
		if a, ok := phpserialize.MaybeUnserialize(o.Value).(*phpserialize.Array); ok && phpInt(a.Lookup("expiration")) < now {
			s.store.DeleteOption(ctx, o.Name)
		}
	}
}

// RequestToken finds temporary credentials. The error is oauth1.ErrRequestToken
// or oauth1.ErrRequestTokenExpired, or a failure of the database.
func (s *Site) RequestToken(ctx context.Context, key string) (RequestToken, error) {
	a, _, err := s.readToken(ctx, requestOption, key)
	if isNotFound(err) {
		return RequestToken{}, oauth1.ErrRequestToken
	}
	if err != nil {
		return RequestToken{}, err
	}
	t := RequestToken{
		Key: key, Secret: lookupText(a, "secret"), Consumer: phpInt(a.Lookup("consumer")), Expiration: phpInt(a.Lookup("expiration")),
		Callback: lookupText(a, "callback"), Verifier: lookupText(a, "verifier"), User: phpInt(a.Lookup("user")),
	}
	t.Authorized, _ = a.Lookup("authorized").(bool)
	if t.Expiration < s.now().Unix() {
		return t, errors.Join(oauth1.ErrRequestTokenExpired, s.DropRequestToken(ctx, key))
	}
	return t, nil
}

// AuthorizeRequestToken lets a user grant what temporary credentials ask for
// and returns them with their verifier. Only one user can.
func (s *Site) AuthorizeRequestToken(ctx context.Context, key, callback string, user int64) (RequestToken, error) {
	t, err := s.RequestToken(ctx, key)
	if err != nil {
		return t, err
	}
	_, old, err := s.readToken(ctx, requestOption, key)
	if err != nil {
		return t, err
	}
	if t.Authorized {
		return t, oauth1.ErrRequestToken
	}
	if t.Verifier, err = s.token(tokenKeyLength); err != nil {
		return t, err
	}
	t.Authorized, t.User, t.Callback = true, user, callback
	text, err := t.text()
	if err != nil {
		return t, err
	}
	defer s.changed(ctx)
	swapped, err := s.store.SwapOption(ctx, requestOption+key, old, text)
	if err == nil && !swapped {
		err = oauth1.ErrRequestToken
	}
	return t, err
}

// DropRequestToken forgets temporary credentials.
func (s *Site) DropRequestToken(ctx context.Context, key string) error {
	defer s.changed(ctx)
	_, err := s.store.DeleteOption(ctx, requestOption+key)
	return err
}

// AccessToken is OAuth's token credentials.
type AccessToken struct {
	Key, Secret    string
	Consumer, User int64
}

// ExchangeRequestToken makes token credentials of temporary ones that a user
// has authorised. The temporary ones are used up, whoever is quicker.
func (s *Site) ExchangeRequestToken(ctx context.Context, t RequestToken) (AccessToken, error) {
	at := AccessToken{Consumer: t.Consumer, User: t.User}
	if _, err := s.User(ctx, t.User); err != nil || !t.Authorized {
		return at, orErr(notNotFound(err), oauth1.ErrUnauthorizedToken)
	}
	var err error
	if at.Key, err = s.token(tokenKeyLength); err == nil {
		at.Secret, err = s.token(oauthSecretLength)
	}
	if err != nil {
		return at, err
	}
	a := &phpserialize.Array{}
	a.Put("key", at.Key)
	a.Put("secret", at.Secret)
	a.Put("consumer", at.Consumer)
	a.Put("user", at.User)
	text, err := phpserialize.Marshal(a)
	if err != nil {
		return at, err
	}
	defer s.changed(ctx)
	err = s.store.Tx(ctx, func(tx *store.Tx) error {
		gone, err := tx.DeleteOption(ctx, requestOption+t.Key)
		if err == nil && !gone {
			err = oauth1.ErrRequestToken
		}
		if err != nil {
			return err
		}
		_, err = tx.AddOption(ctx, wp.Option{Name: accessOption + at.Key, Value: text, Autoload: "off"})
		return err
	})
	return at, err
}

func notNotFound(err error) error {
	if isNotFound(err) {
		return nil
	}
	return err
}

// AccessTokens lists the token credentials of a user, or of all with user 0.
func (s *Site) AccessTokens(ctx context.Context, user int64) ([]AccessToken, error) {
	rows, err := s.store.OptionsLike(ctx, accessOption)
	if err != nil {
		return nil, err
	}
	var out []AccessToken
	for _, o := range rows {
		a, ok := phpserialize.MaybeUnserialize(o.Value).(*phpserialize.Array)
		if !ok {
			continue
		}
		t := accessToken(a)
		if (user == 0 || t.User == user) && strings.EqualFold(o.Name, accessOption+t.Key) {
			out = append(out, t)
		}
	}
	return out, nil
}

func accessToken(a *phpserialize.Array) AccessToken {
	return AccessToken{Key: lookupText(a, "key"), Secret: lookupText(a, "secret"), Consumer: phpInt(a.Lookup("consumer")), User: phpInt(a.Lookup("user"))}
}

// RevokeAccessToken takes token credentials back from an application; they must
// be the user's. wp.ErrNotFound when there are none such.
func (s *Site) RevokeAccessToken(ctx context.Context, user int64, key string) error {
	a, _, err := s.readToken(ctx, accessOption, key)
	if err != nil {
		return err
	}
	if accessToken(a).User != user {
		return wp.ErrNotFound
	}
	defer s.changed(ctx)
	_, err = s.store.DeleteOption(ctx, accessOption+key)
	return err
}
