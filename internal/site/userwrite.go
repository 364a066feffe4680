package site

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/platenhq/platen/auth"
	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/wp"
)

// UserChanges is what is wanted of a user; a nil field is left as it is, or
// to its default. Texts are as typed.
type UserChanges struct {
	Login       *string // of a new user only
	Pass        *string
	Nicename    *string // the slug
	Email       *string
	URL         *string
	DisplayName *string
	Nickname    *string
	FirstName   *string
	LastName    *string
	Description *string
	Locale      *string // "": the site's
	// ImportID asks for an id for a new user, if it is free.
	ImportID int64
	// Roles replaces all roles; a new user without it gets default_role.
	Roles *[]string
}

// UserHooks are called by the verbs of users. What is mailed about a change
// (wp_update_user) is told by comparing before and after.
type UserHooks struct {
	AfterInsertUser  []func(ctx context.Context, u *User)
	AfterUpdateUser  []func(ctx context.Context, before, after *User)
	BeforeDeleteUser []func(ctx context.Context, u *User, reassign *int64)
}

// The columns that bound a user's names.
const (
	maxLogin    = 60
	maxNicename = 50
	maxURL      = 100
)

// userMeta are the meta keys that every write of a user sets, in WordPress's
// order, with what an empty one becomes.
var userMeta = []struct{ key, empty string }{
	{"nickname", ""}, {"first_name", ""}, {"last_name", ""}, {"description", ""},
	{"rich_editing", "true"}, {"syntax_highlighting", "true"}, {"infinite_scrolling", "true"}, {"comment_shortcuts", "false"},
	{"admin_color", "modern"}, {"use_ssl", "0"}, {"show_admin_bar_front", "true"}, {"locale", ""},
}

// draftUser is a user in the making.
type draftUser struct {
	row  wp.User
	meta map[string]string
}

// InsertUser makes a user: wp_insert_user. The error is an *Error for what
// WordPress refuses; wp.ErrTooLong when a text does not fit its column.
func (s *Site) InsertUser(ctx context.Context, c UserChanges) (*User, error) {
	hash := ""
	if c.Pass != nil && *c.Pass != "" {
		var err error
		if hash, err = s.HashPassword(ctx, *c.Pass); err != nil {
			return nil, err
		}
	}
	roles, err := s.newRoles(ctx, c)
	if err != nil {
		return nil, err
	}
	filters := s.SaveFilters(ctx)
	var id int64
	defer s.changed(ctx)
	err = s.store.Tx(ctx, func(tx *store.Tx) error {
		d := draftUser{row: wp.User{Pass: hash, Registered: s.now().UTC().Format(time.DateTime)}, meta: map[string]string{"comment_shortcuts": "false"}}
		if err := d.fill(ctx, tx, filters, nil, c); err != nil {
			return err
		}
		if c.ImportID > 0 {
			if _, err := tx.User(ctx, c.ImportID); isNotFound(err) {
				d.row.ID = c.ImportID
			} else if err != nil {
				return err
			}
		}
		if id, err = tx.InsertUser(ctx, d.row); err != nil {
			return err
		}
		for _, m := range userMeta {
			if _, err := tx.AddMeta(ctx, wp.UserMeta, wp.Meta{ObjectID: id, Key: m.key, Value: d.meta[m.key]}); err != nil {
				return err
			}
		}
		return s.storeRoles(ctx, tx, id, nil, roles)
	})
	if err != nil {
		return nil, err
	}
	s.changed(ctx)
	u, err := s.User(ctx, id)
	if err != nil {
		return nil, err
	}
	for _, f := range s.hooks.AfterInsertUser {
		f(ctx, u)
	}
	return u, nil
}

// newRoles are the roles of a new user.
func (s *Site) newRoles(ctx context.Context, c UserChanges) ([]string, error) {
	if c.Roles != nil {
		return *c.Roles, nil
	}
	role, err := s.Option(ctx, "default_role")
	if err != nil || phpEmpty(role) {
		return nil, err
	}
	return []string{role}, nil
}

// UpdateUser changes a user: wp_update_user. A new password or address takes
// back a reset key, and a new password ends the cookies signed with the old
// one. The errors are those of InsertUser, and wp.ErrNotFound.
func (s *Site) UpdateUser(ctx context.Context, id int64, c UserChanges) (*User, error) {
	before, err := s.User(ctx, id)
	if err != nil {
		return nil, err
	}
	hash := ""
	if c.Pass != nil && *c.Pass != "" {
		if hash, err = s.HashPassword(ctx, *c.Pass); err != nil {
			return nil, err
		}
	}
	c.Login = nil
	filters := s.SaveFilters(ctx)
	defer s.changed(ctx)
	err = s.store.Tx(ctx, func(tx *store.Tx) error { return s.updateUser(ctx, tx, id, hash, filters, c) })
	if err != nil {
		return nil, err
	}
	s.changed(ctx)
	after, err := s.User(ctx, id)
	if err != nil {
		return nil, err
	}
	if err := s.endChanged(ctx, before, after); err != nil {
		return nil, err
	}
	for _, f := range s.hooks.AfterUpdateUser {
		f(ctx, before, after)
	}
	return after, nil
}

// endChanged ends the sessions of a user whose password or e-mail address was
// changed, but for the one in which the user did it: whoever is about to lose
// an account that was broken into gets rid of the thief.
func (s *Site) endChanged(ctx context.Context, before, after *User) error {
	if !s.cfg.EndSessions || before.Pass == after.Pass && strings.EqualFold(before.Email, after.Email) {
		return nil
	}
	if id := auth.FromContext(ctx); id.LoggedIn() && id.UserID == after.ID {
		switch id.Method {
		case auth.MethodCookie:
			return s.EndOtherSessions(ctx, after.ID, id.Session)
		case auth.MethodJWT:
			return s.EndAllButToken(ctx, after.ID, id.Credential)
		}
	}
	return s.EndAllSessions(ctx, after.ID)
}

// updateUser writes the row, the meta and the roles of a user; hash is of a
// new password, "" for none.
func (s *Site) updateUser(ctx context.Context, tx *store.Tx, id int64, hash string, filters format.SaveFilters, c UserChanges) error {
	old, err := tx.User(ctx, id)
	if err != nil {
		return err
	}
	rows, err := tx.Meta(ctx, wp.UserMeta, id)
	if err != nil {
		return err
	}
	d := draftUser{row: old, meta: map[string]string{}}
	for _, m := range userMeta {
		d.meta[m.key] = Meta(rows).Get(m.key)
	}
	if hash != "" {
		d.row.Pass = hash
	}
	if err := d.fill(ctx, tx, filters, &old, c); err != nil {
		return err
	}
	if d.row.Email != old.Email || d.row.Pass != old.Pass {
		d.row.ActivationKey = ""
	}
	if err := tx.UpdateUser(ctx, d.row); err != nil {
		return err
	}
	for _, m := range userMeta {
		if have := Meta(rows).All(m.key); len(have) == 1 && have[0] == d.meta[m.key] {
			continue
		}
		if err := tx.SetMeta(ctx, wp.UserMeta, id, m.key, d.meta[m.key]); err != nil {
			return err
		}
	}
	if c.Roles == nil {
		return nil
	}
	return s.storeRoles(ctx, tx, id, rows, *c.Roles)
}

// fill takes the changes into the draft as the pre_user_ filters leave them,
// and refuses what WordPress refuses, in its order. Old is nil for a new user.
func (d *draftUser) fill(ctx context.Context, tx *store.Tx, f format.SaveFilters, old *wp.User, c UserChanges) error {
	if err := d.fillLogin(ctx, tx, old, c); err != nil {
		return err
	}
	if err := d.fillNicename(ctx, tx, c); err != nil {
		return err
	}
	d.row.Email = f.Email(or(c.Email, d.row.Email))
	if old == nil || !strings.EqualFold(d.row.Email, old.Email) {
		if taken, err := emailTaken(ctx, tx, d.row.Email); err != nil || taken {
			return orErr(err, fail("existing_user_email", "Sorry, that email address is already used!"))
		}
	}
	d.row.URL = f.URL(or(c.URL, d.row.URL))
	if utf8.RuneCountInString(d.row.URL) > maxURL {
		return fail("user_url_too_long", "User URL may not be longer than 100 characters.")
	}
	nickname := or(c.Nickname, d.meta["nickname"])
	if phpEmpty(nickname) {
		nickname = d.row.Login
	}
	d.meta["nickname"] = f.Name(nickname)
	d.meta["first_name"] = f.Name(unempty(or(c.FirstName, d.meta["first_name"])))
	d.meta["last_name"] = f.Name(unempty(or(c.LastName, d.meta["last_name"])))
	d.row.DisplayName = f.Name(d.displayName(or(c.DisplayName, d.row.DisplayName), old == nil))
	d.meta["description"] = f.Description(unempty(or(c.Description, d.meta["description"])))
	d.meta["locale"] = or(c.Locale, d.meta["locale"])
	for _, m := range userMeta[4:] {
		if phpEmpty(d.meta[m.key]) {
			d.meta[m.key] = m.empty
		}
	}
	return nil
}

func orErr(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

// unempty is a text, or nothing where PHP calls it empty.
func unempty(t string) string {
	if phpEmpty(t) {
		return ""
	}
	return t
}

func (d *draftUser) fillLogin(ctx context.Context, tx *store.Tx, old *wp.User, c UserChanges) error {
	login := trimmed(format.SanitizeUser(or(c.Login, d.row.Login), true))
	switch {
	case phpEmpty(login):
		return fail("empty_user_login", "Cannot create a user with an empty login name.")
	case utf8.RuneCountInString(login) > maxLogin:
		return fail("user_login_too_long", "Username may not be longer than 60 characters.")
	case old != nil: // the row keeps its own spelling
		return nil
	}
	d.row.Login = login
	_, err := tx.UserByLogin(ctx, login)
	if isNotFound(err) {
		return nil
	}
	return orErr(err, fail("existing_user_login", "Sorry, that username already exists!"))
}

func (d *draftUser) fillNicename(ctx context.Context, tx *store.Tx, c UserChanges) error {
	name := or(c.Nicename, d.row.Nicename)
	if phpEmpty(name) {
		name = firstRunes(d.row.Login, maxNicename)
	} else {
		name = format.SanitizeUser(name, true)
	}
	name = format.SanitizeTitle(name, "")
	switch {
	case phpEmpty(name):
		return fail("empty_user_nicename", "Cannot create a user with an empty nicename.")
	case utf8.RuneCountInString(name) > maxNicename:
		return fail("user_nicename_too_long", "Nicename may not be longer than 50 characters.")
	}
	try := name
	for suffix := 2; ; suffix++ {
		taken, err := nicenameTaken(ctx, tx, try, d.row.Login)
		if err != nil {
			return err
		}
		if !taken {
			d.row.Nicename = try
			return nil
		}
		n := strconv.Itoa(suffix)
		try = firstRunes(name, maxNicename-1-len(n)) + "-" + n
	}
}

func firstRunes(t string, n int) string {
	for i := range t {
		if n == 0 {
			return t[:i]
		}
		n--
	}
	return t
}

// nicenameTaken reports whether a user with another login has a nicename.
func nicenameTaken(ctx context.Context, tx *store.Tx, name, login string) (bool, error) {
	ids, _, err := tx.UserIDs(ctx, store.UserQuery{Slugs: []string{name}, OrderBy: store.UserByID, NoCount: true})
	if err != nil || len(ids) == 0 {
		return false, err
	}
	rows, err := tx.UsersByIDs(ctx, ids)
	return slices.ContainsFunc(rows, func(u wp.User) bool { return !strings.EqualFold(u.Login, login) }), err
}

func emailTaken(ctx context.Context, tx *store.Tx, email string) (bool, error) {
	if phpEmpty(email) {
		return false, nil
	}
	_, err := tx.UserByEmail(ctx, email)
	if err != nil {
		_, err = none(err)
		return false, err
	}
	return true, nil
}

// displayName is the name to show, made of others where it is empty.
func (d *draftUser) displayName(name string, fresh bool) string {
	first, last := d.meta["first_name"], d.meta["last_name"]
	switch {
	case !phpEmpty(name):
		return name
	case fresh && !phpEmpty(first) && !phpEmpty(last):
		return first + " " + last
	case fresh && !phpEmpty(first):
		return first
	case fresh && !phpEmpty(last):
		return last
	}
	return d.row.Login
}
