package site

import (
	"context"
	"strings"

	"github.com/platenhq/platen/auth"
	"github.com/platenhq/platen/capability"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/phpserialize"
)

// User is a user with roles and meta: WP_User. It is shared: do not change it.
type User struct {
	wp.User
	Caps *capability.User
	Meta Meta
}

// UserMeta is the name of a user meta key that carries the table prefix.
func (s *Site) userMetaKey(name string) string { return s.store.Prefix() + name }

// User returns a user by id; wp.ErrNotFound when there is none.
func (s *Site) User(ctx context.Context, id int64) (*User, error) {
	if id <= 0 {
		return nil, wp.ErrNotFound
	}
	c := s.view(ctx).users
	if u, ok := c.Get(id); ok {
		if u == nil {
			return nil, wp.ErrNotFound
		}
		return u, nil
	}
	epoch := c.Epoch()
	row, err := s.store.User(ctx, id)
	if isNotFound(err) {
		c.Put(epoch, id, nil)
	}
	if err != nil {
		return nil, err
	}
	u, err := s.loadUser(ctx, row)
	if err != nil {
		return nil, err
	}
	c.Put(epoch, id, u)
	return u, nil
}

func (s *Site) loadUser(ctx context.Context, row wp.User) (*User, error) {
	meta, err := s.Meta(ctx, wp.UserMeta, row.ID)
	if err != nil {
		return nil, err
	}
	set, err := s.Settings(ctx)
	if err != nil {
		return nil, err
	}
	own := grants(phpserialize.MaybeUnserialize(meta.Get(s.userMetaKey("capabilities"))))
	return &User{User: row, Meta: meta, Caps: capability.NewUser(row.ID, own, set.Roles)}, nil
}

// PrimeUsers reads many users at once.
func (s *Site) PrimeUsers(ctx context.Context, ids []int64) error {
	c := s.view(ctx).users
	missing := absent(c.Get, ids)
	if len(missing) == 0 {
		return nil
	}
	epoch := c.Epoch()
	rows, err := s.store.UsersByIDs(ctx, missing)
	if err != nil {
		return err
	}
	if err := s.PrimeMeta(ctx, wp.UserMeta, missing); err != nil {
		return err
	}
	for _, row := range rows {
		u, err := s.loadUser(ctx, row)
		if err != nil {
			return err
		}
		c.Put(epoch, row.ID, u)
	}
	return nil
}

// UserByLogin finds a user by login as the database compares: get_user_by.
func (s *Site) UserByLogin(ctx context.Context, login string) (*User, error) {
	c := s.view(ctx).logins
	if id, ok := c.Get(login); ok {
		return s.User(ctx, id)
	}
	epoch := c.Epoch()
	row, err := s.store.UserByLogin(ctx, login)
	if err != nil {
		return nil, err
	}
	c.Put(epoch, login, row.ID)
	return s.User(ctx, row.ID)
}

// UserByEmail finds a user by e-mail address.
func (s *Site) UserByEmail(ctx context.Context, email string) (*User, error) {
	row, err := s.store.UserByEmail(ctx, email)
	if err != nil {
		return nil, err
	}
	return s.User(ctx, row.ID)
}

// Current returns the user who acts, nil for nobody.
func (s *Site) Current(ctx context.Context) *User {
	u, err := s.User(ctx, CurrentID(ctx))
	if err != nil {
		return nil
	}
	return u
}

// Can reports whether the user who acts may do cap to the object in args:
// current_user_can, and no more than the credential of the caller may. A failure of the database denies.
func (s *Site) Can(ctx context.Context, cap string, args ...any) bool {
	var caps *capability.User
	if u := s.Current(ctx); u != nil {
		caps = u.Caps
	}
	return s.can(ctx, caps, cap, args...) && s.credentialCan(ctx, cap, args...)
}

// credentialCan reports whether the limits of the credential that the caller
// came with leave what is needed for cap. What users may do to their own
// account without any capability needs the one for all accounts then.
func (s *Site) credentialCan(ctx context.Context, cap string, args ...any) bool {
	id := auth.FromContext(ctx)
	if !id.Limited() || id.Limits.Caps == nil {
		return true
	}
	required, err := s.Rules().Map(objects{s, ctx}, cap, id.UserID, args...)
	if err != nil {
		s.log.ErrorContext(ctx, "capability", "cap", cap, "err", err)
		return false
	}
	if len(required) == 0 {
		required = []string{"edit_users"}
	}
	for _, primitive := range required {
		if primitive != capability.Exist && !id.Limits.Holds(primitive) {
			return false
		}
	}
	return true
}

// UserCan is Can for another user: user_can.
func (s *Site) UserCan(ctx context.Context, u *User, cap string, args ...any) bool {
	switch {
	case u == nil:
		return s.can(ctx, nil, cap, args...)
	case u.ID == CurrentID(ctx):
		return s.Can(ctx, cap, args...)
	}
	return s.can(ctx, u.Caps, cap, args...)
}

func (s *Site) can(ctx context.Context, u *capability.User, cap string, args ...any) bool {
	ok, err := s.Rules().Can(objects{s, ctx}, u, cap, args...)
	if err != nil {
		s.log.ErrorContext(ctx, "capability", "cap", cap, "err", err)
		return false
	}
	return ok
}

// CanPost is Can with a post at hand.
func (s *Site) CanPost(ctx context.Context, cap string, p *wp.Post) bool {
	return s.Can(ctx, cap, capPost(p))
}

func capPost(p *wp.Post) capability.Post {
	return capability.Post{ID: p.ID, Type: p.Type, Status: p.Status, Author: p.Author, Parent: p.Parent}
}

// objects looks things up for package capability.
type objects struct {
	s   *Site
	ctx context.Context
}

var _ capability.Objects = objects{}

// none turns "not found" into false without an error.
func none(err error) (bool, error) {
	if isNotFound(err) {
		return false, nil
	}
	return false, err
}

func (o objects) Post(id int64) (capability.Post, bool, error) {
	p, err := o.s.Post(o.ctx, id)
	if err != nil {
		ok, err := none(err)
		return capability.Post{}, ok, err
	}
	return capPost(p), true, nil
}

func (o objects) TrashedStatus(post int64) (string, error) {
	m, err := o.s.Meta(o.ctx, wp.PostMeta, post)
	return m.Get("_wp_trash_meta_status"), err
}

func (o objects) Comment(id int64) (capability.Comment, bool, error) {
	c, err := o.s.Comment(o.ctx, id)
	if err != nil {
		ok, err := none(err)
		return capability.Comment{}, ok, err
	}
	return capability.Comment{ID: c.ID, Post: c.PostID}, true, nil
}

func (o objects) Term(id int64) (capability.Term, bool, error) {
	t, err := o.s.Term(o.ctx, id, "")
	if err != nil {
		ok, err := none(err)
		return capability.Term{}, ok, err
	}
	return capability.Term{ID: t.ID, Taxonomy: t.Taxonomy}, true, nil
}

func (o objects) User(id int64) (*capability.User, bool, error) {
	u, err := o.s.User(o.ctx, id)
	if err != nil {
		ok, err := none(err)
		return nil, ok, err
	}
	return u.Caps, true, nil
}

func (o objects) Option(name string) (string, error) { return o.s.Option(o.ctx, name) }

// Locale is the user's own locale, the site's when the user has none.
func (s *Site) Locale(ctx context.Context, u *User) string {
	if u != nil {
		if l := u.Meta.Get("locale"); l != "" {
			return l
		}
	}
	return s.SiteLocale(ctx)
}

// SiteLocale is the language of the site: "en_US" unless WPLANG says otherwise.
func (s *Site) SiteLocale(ctx context.Context) string {
	if l, err := s.Option(ctx, "WPLANG"); err == nil && strings.TrimSpace(l) != "" {
		return l
	}
	return "en_US"
}
