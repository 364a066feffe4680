package site

import (
	"context"
	"errors"

	"github.com/platenhq/platen/apppassword"
	"github.com/platenhq/platen/auth"
	"github.com/platenhq/platen/internal/wp"
)

var _ auth.AppPasswords = (*Site)(nil)

// AppPasswordsInUse reports whether the site has ever had an application
// password; before that WordPress does not look at them.
func (s *Site) AppPasswordsInUse(ctx context.Context) (bool, error) {
	v, err := s.Option(ctx, apppassword.InUseOption)
	return !phpEmpty(v), err
}

// AppPasswordsAvailable reports whether application passwords may be used on a
// request that came over TLS or not: wp_is_application_passwords_available.
func (s *Site) AppPasswordsAvailable(tls bool) bool { return tls || s.Environment() == "local" }

// AppPasswordLogin implements auth.AppPasswords:
// wp_authenticate_application_password, and the record of use. Whether
// application passwords may travel on the request the caller has checked.
func (s *Site) AppPasswordLogin(ctx context.Context, login, pass, ip string) (auth.AppLogin, error) {
	inUse, err := s.AppPasswordsInUse(ctx)
	if err != nil {
		return auth.AppLogin{}, err
	}
	if !inUse {
		return auth.AppLogin{}, auth.ErrNotInUse
	}
	var found *User
	account := func(find func(context.Context, string) (*User, error)) apppassword.Lookup {
		return func(name string) (apppassword.Account, bool, error) {
			u, err := find(ctx, name)
			if err != nil {
				ok, err := none(err)
				return apppassword.Account{}, ok, err
			}
			found = u
			return apppassword.Account{ID: u.ID, Passwords: apppassword.Parse(u.Meta.Get(apppassword.MetaKey))}, true, nil
		}
	}
	done, err := s.takeAppPassword(ctx, login, pass, ip)
	if err != nil {
		return auth.AppLogin{}, err
	}
	_, item, err := apppassword.Authenticate(login, pass, true, account(s.userByTypedLogin), account(s.UserByEmail))
	refused := apppassword.AsError(err)
	var limits *auth.Limits
	outcome := outcome(err, refused != nil)
	if err == nil {
		if limits, err = s.limitsOf(item, ip); err != nil { // the right password: there is nothing to guess
			refused, outcome = apppassword.AsError(err), auth.Void
		}
	}
	done(outcome)
	if refused != nil {
		return auth.AppLogin{}, &auth.Error{Code: refused.Code, Message: refused.Message, Status: 401}
	}
	if err != nil {
		return auth.AppLogin{}, err
	}
	if item.UUID == "" { // an entry from before UUIDs: reading the list gives it one
		list, err := s.AppPasswords(ctx, found.ID)
		if err != nil {
			return auth.AppLogin{}, err
		}
		if again, ok := list.Match(pass); ok {
			item = again
		}
	}
	return auth.AppLogin{UserID: found.ID, Login: found.Login, UUID: item.UUID, Limits: limits}, s.recordUse(ctx, found, item, ip)
}

// limitsOf returns what is left to be held to of an application password's
// limits, nil without any. The error is an *apppassword.Error when it may not
// be used now or from here.
func (s *Site) limitsOf(item apppassword.Item, ip string) (*auth.Limits, error) {
	l, err := item.Limits()
	if err != nil || !l.Limited() {
		return nil, err
	}
	return &auth.Limits{ReadOnly: l.ReadOnly, Caps: l.Caps}, l.Permit(ip, s.now())
}

// recordUse notes time and address, once in 24 hours. A database that cannot
// be written does not keep a caller out.
func (s *Site) recordUse(ctx context.Context, u *User, item apppassword.Item, ip string) error {
	now := s.now()
	if item.LastUsed+86400 > now.Unix() {
		return nil
	}
	err := s.changeAppPasswords(ctx, u.ID, func(l *apppassword.List) (*apppassword.List, error) {
		next, _, err := l.RecordUse(item.UUID, ip, now)
		return next, err
	})
	if errors.Is(err, wp.ErrReadOnly) || errors.Is(err, wp.ErrBusy) {
		return nil
	}
	if errors.Is(err, apppassword.ErrNotFound) { // revoked this very moment
		return &auth.Error{Code: apppassword.ErrIncorrect.Code, Message: apppassword.ErrIncorrect.Message, Status: 401}
	}
	return err
}

// AppPasswords returns a user's application passwords. Entries from before
// UUIDs are given one.
func (s *Site) AppPasswords(ctx context.Context, user int64) (*apppassword.List, error) {
	u, err := s.User(ctx, user)
	if err != nil {
		return nil, err
	}
	list := apppassword.Parse(u.Meta.Get(apppassword.MetaKey))
	_, changed, err := list.Complete(s.rand)
	if err != nil || !changed {
		return list, err
	}
	err = s.changeAppPasswords(ctx, user, func(l *apppassword.List) (*apppassword.List, error) {
		list = l // changeAppPasswords has completed it
		return l, nil
	})
	return list, err
}

// CreateAppPassword makes an application password: its entry and the password
// itself, which is kept nowhere. Password and UUID are drawn here. The error is
// an *Error for an empty name.
func (s *Site) CreateAppPassword(ctx context.Context, user int64, fresh apppassword.New) (apppassword.Item, string, error) {
	var item apppassword.Item
	now := s.now()
	plain, err := apppassword.Generate(s.rand)
	if err != nil {
		return item, "", err
	}
	fresh.Plaintext = plain
	if fresh.UUID, err = apppassword.NewUUID(s.rand); err != nil {
		return item, "", err
	}
	if fresh.Hash, err = s.fastHash(ctx, plain); err != nil {
		return item, "", err
	}
	err = s.changeAppPasswords(ctx, user, func(l *apppassword.List) (next *apppassword.List, err error) {
		next, item, err = l.Add(fresh, now)
		return next, err
	})
	if err != nil {
		return apppassword.Item{}, "", appPasswordError(err)
	}
	if inUse, err := s.AppPasswordsInUse(ctx); err != nil || !inUse {
		if err == nil {
			err = s.SetOption(ctx, apppassword.InUseOption, "1")
		}
		if err != nil {
			return apppassword.Item{}, "", err
		}
	}
	return item, plain, nil
}

// UpdateAppPassword changes the name of an application password, unless it is
// empty, and its limits, unless they are nil; the error is an *Error when there
// is none with the UUID.
func (s *Site) UpdateAppPassword(ctx context.Context, user int64, uuid, name string, limits *apppassword.Limits) error {
	return appPasswordError(s.changeAppPasswords(ctx, user, func(l *apppassword.List) (*apppassword.List, error) {
		next, _, err := l.Rename(uuid, name)
		if err == nil && limits != nil {
			next, err = next.SetLimits(uuid, *limits)
		}
		return next, err
	}))
}

// DeleteAppPassword revokes an application password; the error is an *Error
// when there is none with the UUID.
func (s *Site) DeleteAppPassword(ctx context.Context, user int64, uuid string) error {
	return appPasswordError(s.changeAppPasswords(ctx, user, func(l *apppassword.List) (*apppassword.List, error) { return l.Delete(uuid) }))
}

// DeleteAppPasswords revokes all application passwords of a user and returns
// how many there were.
func (s *Site) DeleteAppPasswords(ctx context.Context, user int64) (n int, err error) {
	err = s.changeAppPasswords(ctx, user, func(l *apppassword.List) (*apppassword.List, error) {
		var next *apppassword.List
		next, n = l.DeleteAll()
		return next, nil
	})
	return n, err
}

// changeAppPasswords changes the list so that no parallel change is lost.
func (s *Site) changeAppPasswords(ctx context.Context, user int64, f func(*apppassword.List) (*apppassword.List, error)) error {
	return s.swapUserMeta(ctx, user, apppassword.MetaKey, func(old string, found bool) (string, bool, error) {
		list := apppassword.Parse(old)
		list, _, err := list.Complete(s.rand)
		if err != nil {
			return "", false, err
		}
		next, err := f(list)
		if err != nil {
			return "", false, err
		}
		if next == nil || !found && next.Len() == 0 {
			return old, found, nil
		}
		return next.Meta(), true, nil
	})
}

// appPasswordError gives a refusal the status WordPress answers it with.
func appPasswordError(err error) error {
	refused := apppassword.AsError(err)
	if refused == nil {
		return err
	}
	e := fail(refused.Code, refused.Message)
	switch {
	case errors.Is(err, apppassword.ErrEmptyName):
		e.Status = 400
	case errors.Is(err, apppassword.ErrNotFound):
		e.Status = 404
	}
	return e
}
