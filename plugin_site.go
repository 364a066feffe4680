package platen

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/platenhq/platen/auth"
	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/phpserialize"
	"github.com/platenhq/platen/rest"
)

// ErrNotFound says that what was asked for is not there.
var ErrNotFound = wp.ErrNotFound

// Site is a site as plugins see it: the verbs behind the API. They do what they
// are told, whoever acts; ask Can before. Who acts is in the context.
type Site struct{ a *App }

// Can reports whether the user who acts may do something, to an object where
// the capability asks for one: Can(ctx, "edit_post", id). It is
// current_user_can.
func (s *Site) Can(ctx context.Context, capability string, object ...any) bool {
	for i, o := range object {
		if n, ok := o.(int); ok {
			object[i] = int64(n)
		}
	}
	return s.a.site.Can(ctx, capability, object...)
}

// Require is the Permission of an endpoint that asks for a capability; "" asks
// for no more than being logged in.
func (s *Site) Require(capability string) func(context.Context, *rest.Request) error {
	return func(ctx context.Context, _ *rest.Request) error {
		if auth.FromContext(ctx).LoggedIn() && (capability == "" || s.a.site.Can(ctx, capability)) {
			return nil
		}
		return rest.Forbidden
	}
}

// User is an account, without its secrets.
type User struct {
	ID          int64
	Login       string
	Slug        string
	Email       string
	URL         string
	DisplayName string
	Registered  string // UTC, "2006-01-02 15:04:05"
	Roles       []string
}

func userOf(u *site.User) User {
	return User{ID: u.ID, Login: u.Login, Slug: u.Nicename, Email: u.Email, URL: u.URL, DisplayName: u.DisplayName, Registered: u.Registered, Roles: u.Caps.Roles()}
}

// CurrentUser is the user who acts, false for nobody.
func (s *Site) CurrentUser(ctx context.Context) (User, bool) {
	u := s.a.site.Current(ctx)
	if u == nil {
		return User{}, false
	}
	return userOf(u), true
}

// User returns a user; ErrNotFound when there is none.
func (s *Site) User(ctx context.Context, id int64) (User, error) {
	u, err := s.a.site.User(ctx, id)
	if err != nil {
		return User{}, err
	}
	return userOf(u), nil
}

// HomeURL is the address of the site, without a slash at the end.
func (s *Site) HomeURL(ctx context.Context) (string, error) {
	set, err := s.a.site.Settings(ctx)
	if err != nil {
		return "", err
	}
	return set.Home, nil
}

// RESTURL is the address of a route such as "/books/v1/shelf".
func (s *Site) RESTURL(ctx context.Context, route string) (string, error) {
	set, err := s.a.site.Settings(ctx)
	if err != nil {
		return "", err
	}
	for len(route) > 0 && route[0] == '/' {
		route = route[1:]
	}
	return set.REST(route), nil
}

// Permalink is the address of a post.
func (s *Site) Permalink(ctx context.Context, p Post) string {
	return s.a.site.Permalink(ctx, (*wp.Post)(&p))
}

// Nonce is the nonce of an action for the visitor in ctx: wp_create_nonce.
func (s *Site) Nonce(ctx context.Context, action string) string {
	return s.a.cookie.Nonce(auth.FromContext(ctx), action)
}

// CheckNonce refuses a request without a good nonce for the action:
// check_admin_referer. See auth.Cookie.Check.
func (s *Site) CheckNonce(r *http.Request, action string) error {
	return s.a.cookie.Check(r, action)
}

// Atomically runs f in one transaction: what f does with the context it is
// given is there afterwards, or, when f returns an error, nothing. f may be run
// again. Within a hook or field that is part of a transaction, so is f.
func (s *Site) Atomically(ctx context.Context, f func(context.Context) error) error {
	return s.a.site.Atomically(ctx, f)
}

// Option returns an option: a string, or what is stored serialised as package
// phpserialize reads it; nil when there is none.
func (s *Site) Option(ctx context.Context, name string) (any, error) {
	text, found, err := s.a.site.LookupOption(ctx, name)
	if err != nil || !found {
		return nil, err
	}
	return phpserialize.MaybeUnserialize(text), nil
}

// SetOption stores a string, number or bool, or a value of package phpserialize:
// update_option.
func (s *Site) SetOption(ctx context.Context, name string, value any) error {
	text, err := phpserialize.Text(value)
	if err != nil {
		return err
	}
	return s.a.site.SetOption(ctx, name, text)
}

// Meta returns the values of a key of an object, in order, as Option returns
// them: get_metadata.
func (s *Site) Meta(ctx context.Context, kind MetaKind, object int64, key string) ([]any, error) {
	m, err := s.a.site.Meta(ctx, wp.MetaKind(kind), object)
	if err != nil {
		return nil, err
	}
	var out []any
	for _, text := range m.All(key) {
		out = append(out, phpserialize.MaybeUnserialize(text))
	}
	return out, nil
}

// SetMeta makes a value, as SetOption takes it, the only one of a key:
// update_metadata.
func (s *Site) SetMeta(ctx context.Context, kind MetaKind, object int64, key string, value any) error {
	text, err := phpserialize.Text(value)
	if err != nil {
		return err
	}
	return s.a.site.SetMeta(ctx, wp.MetaKind(kind), object, key, text)
}

// DeleteMeta removes a key of an object: delete_metadata.
func (s *Site) DeleteMeta(ctx context.Context, kind MetaKind, object int64, key string) error {
	return s.a.site.DeleteMeta(ctx, wp.MetaKind(kind), object, key)
}

// Terms returns the terms of a post in a taxonomy, by name: get_the_terms.
func (s *Site) Terms(ctx context.Context, post int64, taxonomy string) ([]Term, error) {
	rows, err := s.a.site.PostTerms(ctx, post, taxonomy)
	if err != nil {
		return nil, err
	}
	out := make([]Term, len(rows))
	for i, t := range rows {
		out[i] = Term(t)
	}
	return out, nil
}

// SetTerms makes terms, given by id, the only ones of a post in a taxonomy:
// wp_set_object_terms.
func (s *Site) SetTerms(ctx context.Context, post int64, taxonomy string, terms ...int64) error {
	return s.a.site.SetPostTerms(ctx, post, taxonomy, terms)
}

// InsertTerm makes a term: wp_insert_term.
func (s *Site) InsertTerm(ctx context.Context, taxonomy, name string) (Term, error) {
	t, err := s.a.site.InsertTerm(ctx, taxonomy, site.TermChanges{Name: &name})
	if err != nil {
		return Term{}, verbError(err)
	}
	return Term(*t), nil
}

// verbError turns a refusal of a verb into one that the API answers as it is.
func verbError(err error) error {
	var e *site.Error
	if !errors.As(err, &e) {
		return err
	}
	status := e.Status
	if status == 0 {
		status = http.StatusBadRequest
	}
	return rest.NewError(status, e.Code, e.Message)
}

// Post returns a post of any type; ErrNotFound when there is none.
func (s *Site) Post(ctx context.Context, id int64) (Post, error) {
	p, err := s.a.site.Post(ctx, id)
	if err != nil {
		return Post{}, err
	}
	return Post(*p), nil
}

// InsertPost makes a post: wp_insert_post. What WordPress refuses is a
// *rest.Error.
func (s *Site) InsertPost(ctx context.Context, c PostChanges) (Post, error) {
	p, err := s.a.site.InsertPost(ctx, c.changes())
	if err != nil {
		return Post{}, verbError(err)
	}
	return Post(*p), nil
}

// UpdatePost changes a post: wp_update_post.
func (s *Site) UpdatePost(ctx context.Context, id int64, c PostChanges) (out Post, err error) {
	err = s.a.site.Atomically(ctx, func(ctx context.Context) error {
		p, err := s.a.site.UpdatePost(ctx, id, c.changes())
		if err != nil {
			return verbError(err)
		}
		out = Post(*p)
		return s.a.site.SaveRevision(ctx, p)
	})
	return out, err
}

// TrashPost moves a post to the trash, UntrashPost takes it out again as a
// draft, and DeletePost removes it for good.
func (s *Site) TrashPost(ctx context.Context, id int64) error {
	_, err := s.a.site.TrashPost(ctx, id)
	return verbError(err)
}

// UntrashPost takes a post out of the trash.
func (s *Site) UntrashPost(ctx context.Context, id int64) error {
	_, err := s.a.site.UntrashPost(ctx, id)
	return verbError(err)
}

// DeletePost removes a post for good, with all that hangs on it.
func (s *Site) DeletePost(ctx context.Context, id int64) error {
	_, err := s.a.site.DeletePost(ctx, id)
	return verbError(err)
}

// PostQuery asks for posts; the zero value of a field means "any".
type PostQuery struct {
	Types    []string // none: posts
	Statuses []string // none: publish
	IDs      []int64
	Author   int64
	Parent   int64
	Slug     string
	Search   string
	// Terms of Taxonomy of which a post has to have one.
	Taxonomy string
	Terms    []int64
	// Meta are keys and what has to be stored under them.
	Meta map[string]string
	// OrderBy is date, modified, id, title, name or menu_order.
	OrderBy   string
	Ascending bool
	Limit     int // 0: 10; below 0: all
	Offset    int
}

// Posts returns posts, and how many there are without Limit and Offset. It does
// not ask who may read them.
func (s *Site) Posts(ctx context.Context, q PostQuery) (posts []Post, total int, err error) {
	sq, err := s.query(ctx, q)
	if err != nil {
		return nil, 0, err
	}
	rows, total, err := s.a.site.QueryPosts(ctx, sq)
	if err != nil {
		return nil, 0, err
	}
	posts = make([]Post, len(rows))
	for i, p := range rows {
		posts[i] = Post(*p)
	}
	return posts, total, nil
}

func (s *Site) query(ctx context.Context, q PostQuery) (store.PostQuery, error) {
	sq := store.PostQuery{Types: q.Types, Statuses: q.Statuses, Include: q.IDs, Search: q.Search, Limit: q.Limit, Offset: q.Offset}
	if len(q.Types) == 0 {
		sq.Types = []string{"post"}
	}
	if len(q.Statuses) == 0 {
		sq.Statuses = []string{"publish"}
	}
	if q.Limit == 0 {
		sq.Limit = 10
	}
	sq.Limit = max(sq.Limit, 0)
	if q.Author != 0 {
		sq.Author = []int64{q.Author}
	}
	if q.Parent != 0 {
		sq.Parents = []int64{q.Parent}
	}
	if q.Slug != "" {
		sq.Names = []string{q.Slug}
	}
	if q.OrderBy != "" {
		if !slices.Contains([]string{"date", "modified", "id", "title", "name", "menu_order"}, q.OrderBy) {
			return sq, errors.New("platen: posts cannot be ordered by " + q.OrderBy)
		}
		sq.OrderBy = []store.PostOrder{{By: store.PostOrderKey(q.OrderBy)}}
	}
	if q.Ascending {
		sq.Order = store.Asc
		for i := range sq.OrderBy {
			sq.OrderBy[i].Order = store.Asc
		}
	}
	if len(q.Meta) > 0 {
		sq.Meta = &store.MetaQuery{}
		for key, value := range q.Meta {
			sq.Meta.Clauses = append(sq.Meta.Clauses, store.MetaClause{Key: key, Values: []string{value}})
		}
	}
	if q.Taxonomy == "" {
		return sq, nil
	}
	c := store.TaxClause{Taxonomy: q.Taxonomy}
	for _, id := range q.Terms {
		t, err := s.a.site.Term(ctx, id, q.Taxonomy)
		if errors.Is(err, wp.ErrNotFound) {
			continue
		}
		if err != nil {
			return sq, err
		}
		c.TermTaxonomyIDs = append(c.TermTaxonomyIDs, t.TermTaxonomyID)
	}
	sq.Tax = &store.TaxQuery{Clauses: []store.TaxClause{c}}
	return sq, nil
}
