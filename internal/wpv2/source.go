package wpv2

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/platenhq/platen/internal/render"
	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/phpserialize"
)

// source shows a site to the renderer, as the caller of one request sees it.
// What cannot be read is not there: rendering goes on without it.
type source struct {
	*API
	ctx     context.Context
	address string
}

var _ render.Source = (*source)(nil)

func (s *source) Option(name string) string {
	v, err := s.site.Option(s.ctx, name)
	if err != nil {
		return ""
	}
	return v
}

func (s *source) StickyPosts() []int64     { return s.settings(s.ctx).Sticky }
func (s *source) Now() time.Time           { return s.site.Now() }
func (s *source) Location() *time.Location { return s.settings(s.ctx).Zone.Location() }

func (s *source) Post(id int64) *wp.Post {
	p, err := s.site.Post(s.ctx, id)
	if err != nil {
		return nil
	}
	return p
}

func (s *source) PostBySlug(postType, slug string) *wp.Post {
	found, _, err := s.site.QueryPosts(s.ctx, store.PostQuery{Types: []string{postType}, Statuses: []string{"publish"}, Names: []string{slug}, Limit: 1, NoCount: true})
	if err != nil || len(found) == 0 {
		return nil
	}
	return found[0]
}

func (s *source) Posts(q render.PostQuery) ([]*wp.Post, int) {
	found, total, err := s.site.QueryPosts(s.ctx, s.postQuery(q))
	if err != nil || s.site.PrimePosts(s.ctx, found) != nil {
		return nil, 0
	}
	if q.NoTotal {
		total = -1
	}
	return found, total
}

func (s *source) postQuery(q render.PostQuery) store.PostQuery {
	out := store.PostQuery{
		Types: q.Types, Statuses: q.Statuses, Include: q.Include, Exclude: q.Exclude, Parents: q.Parents, ParentsNot: q.NotParents,
		Author: q.Authors, AuthorNot: q.NotAuthors, Search: q.Search, HasPassword: q.HasPassword, Limit: max(q.Limit, 0), Offset: q.Offset, NoCount: q.NoTotal,
	}
	if len(out.Types) == 0 {
		out.Types = []string{"post"}
	}
	if len(out.Statuses) == 0 {
		out.Statuses = []string{"publish"}
	}
	if q.MimeType != "" {
		mime := q.MimeType
		if !strings.Contains(mime, "/") {
			mime += "/%"
		}
		out.MimeTypes = []string{mime}
	}
	if q.Year > 0 {
		out.Dates = []store.DateClause{period(q.Year, q.Month)}
	}
	order := store.Desc
	if strings.EqualFold(q.Order, "ASC") {
		order = store.Asc
	}
	for _, by := range strings.Fields(q.OrderBy) {
		if key, ok := orderKeys[strings.ToLower(by)]; ok {
			out.OrderBy = append(out.OrderBy, orderOf(key, order)...)
		}
	}
	out.Tax = s.taxQuery(q)
	return out
}

// orderKeys are the orders that blocks and shortcodes may ask for, by the names
// WP_Query has for them.
var orderKeys = map[string]store.PostOrderKey{
	"date": store.ByDate, "post_date": store.ByDate, "modified": store.ByModified, "title": store.ByTitle, "name": store.ByName,
	"menu_order": store.ByMenuOrder, "id": store.ByID, "author": store.ByAuthor, "parent": store.ByParent, "rand": store.ByRand,
	"comment_count": store.ByCommentCount, "include": store.ByInclude, "post__in": store.ByInclude, "none": store.ByNone,
}

// period is a year, or one month of it.
func period(year, month int) store.DateClause {
	from := time.Date(year, max(time.Month(month), 1), 1, 0, 0, 0, 0, time.UTC)
	to := from.AddDate(1, 0, 0)
	if month > 0 {
		to = from.AddDate(0, 1, 0)
	}
	return store.DateClause{After: from.Add(-time.Second).Format(time.DateTime), Before: to.Format(time.DateTime)}
}

func (s *source) taxQuery(q render.PostQuery) *store.TaxQuery {
	out := &store.TaxQuery{}
	for _, t := range q.Taxonomies {
		ids := t.Terms
		if t.IncludeChildren {
			if all, err := s.site.WithDescendants(s.ctx, t.Taxonomy, ids); err == nil {
				ids = all
			}
		}
		clause := store.TaxClause{Taxonomy: t.Taxonomy, Operator: store.TaxIn}
		if t.Not {
			clause.Operator = store.TaxNotIn
		}
		rows, _, err := s.site.Store().Terms(s.ctx, store.TermQuery{Taxonomies: []string{t.Taxonomy}, IDs: ids, NoCount: true})
		if err != nil {
			continue
		}
		for _, r := range rows {
			clause.TermTaxonomyIDs = append(clause.TermTaxonomyIDs, r.TermTaxonomyID)
			clause.Uses += r.Count
		}
		out.Clauses = append(out.Clauses, clause)
	}
	if formats, err := s.formats(q.Formats); err == nil && formats != nil {
		out.Groups = append(out.Groups, *formats)
	}
	if len(out.Clauses) == 0 && len(out.Groups) == 0 {
		return nil
	}
	return out
}

func (s *source) formats(formats []string) (*store.TaxQuery, error) {
	return (&posts{API: s.API}).formatQuery(s.ctx, formats)
}

func (s *source) PostMeta(id int64, key string) (string, bool) {
	m, err := s.site.Meta(s.ctx, wp.PostMeta, id)
	if err != nil {
		return "", false
	}
	return m.Lookup(key)
}

func (s *source) Attachment(id int64) *ordered.Object {
	m, err := s.site.Meta(s.ctx, wp.PostMeta, id)
	if err != nil {
		return nil
	}
	a, ok := m.Value("_wp_attachment_metadata").(*phpserialize.Array)
	if !ok {
		return nil
	}
	o, _ := phpObject(a).(*ordered.Object)
	return o
}

// phpObject turns a PHP array into what JSON has for it: an object, or a list
// when the keys are 0, 1, ….
func phpObject(v any) any {
	a, ok := v.(*phpserialize.Array)
	if !ok {
		return v
	}
	list := true
	n := int64(0)
	for k := range a.All() {
		if !k.IsInt() || k.Int() != n {
			list = false
			break
		}
		n++
	}
	if list {
		out := make([]any, 0, a.Len())
		for _, x := range a.All() {
			out = append(out, phpObject(x))
		}
		return out
	}
	o := ordered.NewObject(a.Len())
	for k, x := range a.All() {
		o.Set(k.String(), phpObject(x))
	}
	return o
}

func (s *source) MetaKeyShown(postType, key string) bool {
	for _, m := range s.site.Registry().MetaOf(wp.PostMeta, postType) {
		if m.Key == key {
			return m.ShowInREST
		}
	}
	return false
}

func (s *source) PostType(name string) *wp.PostType { return s.site.Registry().PostType(name) }
func (s *source) Taxonomy(name string) *wp.Taxonomy { return s.site.Registry().Taxonomy(name) }
func (s *source) PostFormat(id int64) string        { return s.site.PostFormat(s.ctx, id) }

func (s *source) Term(id int64) *wp.Term {
	t, err := s.site.Term(s.ctx, id, "")
	if err != nil {
		return nil
	}
	return t
}

func (s *source) Terms(q render.TermQuery) []*wp.Term {
	in := store.TermQuery{
		Taxonomies: []string{q.Taxonomy}, IDs: q.Include, Exclude: q.Exclude, Search: q.Search, Slugs: q.Slugs,
		HideEmpty: q.HideEmpty && !q.Hierarchy, OrderBy: store.TermOrderKey(q.OrderBy), Limit: q.Limit, NoCount: true,
	}
	if strings.EqualFold(q.Order, "DESC") {
		in.Order = store.Desc
	}
	if q.HasParent {
		in.Parent = &q.Parent
	}
	rows, _, err := s.site.Store().Terms(s.ctx, in)
	if err != nil {
		return nil
	}
	out := make([]*wp.Term, 0, len(rows))
	for i := range rows {
		out = append(out, &rows[i])
	}
	return out
}

func (s *source) PostTerms(id int64, taxonomy string) []*wp.Term {
	rows, err := s.site.PostTerms(s.ctx, id, taxonomy)
	if err != nil {
		return nil
	}
	out := make([]*wp.Term, len(rows))
	for i := range rows {
		out[i] = &rows[i]
	}
	return out
}

func (s *source) User(id int64) *wp.User {
	u, err := s.site.User(s.ctx, id)
	if err != nil {
		return nil
	}
	return &u.User
}

func (s *source) UserMeta(id int64, key string) (string, bool) {
	u, err := s.site.User(s.ctx, id)
	if err != nil {
		return "", false
	}
	return u.Meta.Lookup(key)
}

func (s *source) CurrentUser() *wp.User { return s.User(site.CurrentID(s.ctx)) }

func (s *source) Can(capability string, id int64) bool {
	if id == 0 {
		return s.site.Can(s.ctx, capability)
	}
	return s.site.Can(s.ctx, capability, id)
}

func (s *source) Comments(q render.CommentQuery) ([]*wp.Comment, int) {
	in := store.CommentQuery{Approved: []string{"1"}, Types: q.Types, Limit: q.Limit, Offset: q.Offset}
	if q.PostID != 0 {
		in.Posts = []int64{q.PostID}
	}
	if q.Published {
		in.PostStatuses = []string{"publish"}
	}
	if q.HasParent {
		in.Parents = []int64{q.Parent}
	}
	if strings.EqualFold(q.Order, "ASC") {
		in.Order = store.Asc
	}
	ids, total, err := s.site.Store().CommentIDs(s.ctx, in)
	if err != nil {
		return nil, 0
	}
	rows, err := s.site.Store().CommentsByIDs(s.ctx, ids)
	if err != nil {
		return nil, 0
	}
	out := make([]*wp.Comment, len(rows))
	for i := range rows {
		out[i] = &rows[i]
	}
	return out, total
}

func (s *source) Archives(yearly bool) []wp.ArchiveMonth {
	months, err := s.site.Store().ArchiveMonths(s.ctx, "post", []store.StatusRule{{Statuses: []string{"publish"}}})
	if err != nil || !yearly {
		return months
	}
	var years []wp.ArchiveMonth
	for _, m := range months {
		if n := len(years); n > 0 && years[n-1].Year == m.Year {
			years[n-1].Posts += m.Posts
			continue
		}
		years = append(years, wp.ArchiveMonth{Year: m.Year, Posts: m.Posts})
	}
	return years
}

func (s *source) Permalink(p *wp.Post) string { return s.site.Permalink(s.ctx, p) }
func (s *source) TermLink(t *wp.Term) string  { return s.site.TermLink(s.ctx, t) }

func (s *source) AuthorLink(u *wp.User) string {
	return s.site.AuthorLink(s.ctx, &site.User{User: *u})
}

func (s *source) DateLink(year, month, day int) string {
	set := s.settings(s.ctx)
	if set.Permalinks == "" {
		m := strconv.Itoa(year)
		if month > 0 {
			m += two(month)
		}
		if day > 0 {
			m += two(day)
		}
		return set.Home + "/?m=" + m
	}
	path := "/" + strconv.Itoa(year)
	if month > 0 {
		path += "/" + two(month)
	}
	if day > 0 {
		path += "/" + two(day)
	}
	if strings.HasSuffix(set.Permalinks, "/") {
		path += "/"
	}
	return set.Home + path
}

func two(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}

// RequestURL is the address that was asked for, query and all.
func (s *source) RequestURL() string { return s.address }

// Nonce makes a nonce of an action for the caller: a link to log out has one.
func (s *source) Nonce(action string) string { return s.nonce(s.ctx, action) }

func (s *source) PostByURL(address string) *wp.Post {
	p, err := s.site.PostByURL(s.ctx, address)
	if err != nil {
		return nil
	}
	return p
}
