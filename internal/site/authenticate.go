package site

import (
	"context"
	"errors"
	"strings"

	"github.com/platenhq/platen/format"
)

// Errors are several refusals at once, like a WP_Error with several codes.
// errors.As finds the first.
type Errors []*Error

// Error implements error.
func (e Errors) Error() string {
	texts := make([]string, len(e))
	for i, x := range e {
		texts[i] = x.Error()
	}
	return strings.Join(texts, "; ")
}

// Unwrap gives errors.As and errors.Is the single errors.
func (e Errors) Unwrap() []error {
	out := make([]error, len(e))
	for i, x := range e {
		out[i] = x
	}
	return out
}

// Credentials are a login or e-mail address and a password, as typed.
type Credentials struct {
	Login, Password string
	Form            PasswordForm
	// Discreet gives an unknown user and a wrong password the same answer in
	// the same time. WordPress tells them apart.
	Discreet bool
	// IP is the address of the caller and Device what KnownDevice is asked
	// about; both may be empty. They only matter to the limiter.
	IP, Device string
}

// Authenticate checks a login or e-mail address and the account password, as
// wp_authenticate does, and upgrades an old hash. The error is an Errors with
// WordPress's codes and messages (HTML), or a failure of the database. When too
// many were tried or are under way it is one with Status 429 or 503.
func (s *Site) Authenticate(ctx context.Context, c Credentials) (*User, error) {
	name := format.SanitizeUser(c.Login, false)
	pass := trimmed(c.Password)
	if phpEmpty(name) || phpEmpty(pass) {
		return nil, emptyFields(name, pass)
	}
	done, err := s.takeLogin(ctx, c, name)
	if err != nil {
		return nil, err
	}
	u, err := s.authenticate(ctx, c, name)
	done(outcome(err, isRefusal(err)))
	var busy *Error
	if err != nil && errors.As(err, &busy) && !isRefusal(err) {
		err = Errors{busy}
	}
	return u, err
}

func (s *Site) authenticate(ctx context.Context, c Credentials, name string) (*User, error) {
	u, err := s.byLogin(ctx, c, name)
	if u != nil || !isRefusal(err) {
		return u, err
	}
	if format.IsEmail(name) {
		if u, err = s.byEmail(ctx, c, name); u != nil || !isRefusal(err) {
			return u, err
		}
	}
	if c.Discreet {
		return nil, Errors{fail("authentication_failed", "<strong>Error:</strong> Invalid username, email address or incorrect password.")}
	}
	return nil, err
}

func isRefusal(err error) bool {
	_, ok := err.(Errors)
	return ok
}

func emptyFields(name, pass string) Errors {
	var e Errors
	if phpEmpty(name) {
		e = append(e, fail("empty_username", "<strong>Error:</strong> The username field is empty."))
	}
	if phpEmpty(pass) {
		e = append(e, fail("empty_password", "<strong>Error:</strong> The password field is empty."))
	}
	return e
}

// byLogin mirrors wp_authenticate_username_password.
func (s *Site) byLogin(ctx context.Context, c Credentials, name string) (*User, error) {
	u, err := s.userByTypedLogin(ctx, name)
	if isNotFound(err) {
		if c.Discreet && !format.IsEmail(name) {
			if _, _, err := s.CheckPassword(ctx, c.Form, c.Password, s.decoy(ctx)); err != nil {
				return nil, err
			}
		}
		return nil, Errors{fail("invalid_username", "<strong>Error:</strong> The username <strong>"+format.EscHTML(name)+
			"</strong> is not registered on this site. If you are unsure of your username, try your email address instead.")}
	}
	return s.check(ctx, c, u, err, "<strong>Error:</strong> The password you entered for the username <strong>"+format.EscHTML(name)+"</strong> is incorrect.")
}

// byEmail mirrors wp_authenticate_email_password.
func (s *Site) byEmail(ctx context.Context, c Credentials, email string) (*User, error) {
	u, err := s.UserByEmail(ctx, email)
	if isNotFound(err) {
		if c.Discreet {
			if _, _, err := s.CheckPassword(ctx, c.Form, c.Password, s.decoy(ctx)); err != nil {
				return nil, err
			}
		}
		return nil, Errors{fail("invalid_email", "Unknown email address. Check again or try your username.")}
	}
	return s.check(ctx, c, u, err, "<strong>Error:</strong> The password you entered for the email address <strong>"+format.EscHTML(email)+"</strong> is incorrect.")
}

func (s *Site) check(ctx context.Context, c Credentials, u *User, err error, wrong string) (*User, error) {
	if err != nil {
		return nil, err
	}
	text, ok, err := s.CheckPassword(ctx, c.Form, c.Password, u.Pass)
	if err != nil {
		return nil, err
	}
	if !ok {
		set, err := s.Settings(ctx)
		if err != nil {
			return nil, err
		}
		return nil, Errors{fail("incorrect_password", wrong+` <a href="`+set.SiteURL+`/wp-login.php?action=lostpassword">Lost your password?</a>`)}
	}
	return s.rehash(ctx, u, text)
}

// SignedOn is to be called when a user has logged in: it takes back a reset
// key and calls the hooks (the end of wp_signon).
func (s *Site) SignedOn(ctx context.Context, u *User) error {
	if u.ActivationKey != "" {
		if err := s.store.SetActivationKey(ctx, u.ID, ""); err != nil {
			return err
		}
		s.changed(ctx)
	}
	for _, f := range s.hooks.Login {
		f(ctx, u)
	}
	return nil
}
