package site

import (
	"cmp"
	"context"
	"html"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/wxr"
)

// ExportOptions say what goes into a WXR document.
type ExportOptions struct {
	Types     []string // post types; none: all that can be exported, with every term
	Generator string   // named in the document
	Progress  func(done, total int)
}

// ExportReport is what was exported.
type ExportReport struct {
	Users    int      `json:"users"`
	Terms    int      `json:"terms"`
	Posts    int      `json:"posts"`
	Comments int      `json:"comments"`
	Notes    []string `json:"notes"`
}

// exportChunk is how many posts are read at once.
const exportChunk = 50

// Export writes the site's content as a WXR document: export_wp. Posts are
// written in the order of their ids; revisions, drafts that were never saved and
// spam are left out.
func (s *Site) Export(ctx context.Context, w io.Writer, opt ExportOptions) (ExportReport, error) {
	rep := ExportReport{Notes: []string{}}
	set, err := s.Settings(ctx)
	if err != nil {
		return rep, err
	}
	now := s.now().UTC()
	doc := wxr.NewWriter(w, wxr.Head{
		Title: html.UnescapeString(set.Get("blogname")), Link: set.Home, Description: html.UnescapeString(set.Get("blogdescription")), PubDate: now.Format("Mon, 02 Jan 2006 15:04:05 +0000"),
		Language: strings.ReplaceAll(cmp.Or(s.SiteLocale(ctx), "en_US"), "_", "-"), BaseSiteURL: set.Home, BaseBlogURL: set.Home,
		Generator: opt.Generator, Created: now.Format("2006-01-02 15:04"),
	})
	ids, err := s.exported(ctx, &opt, &rep)
	if err != nil {
		return rep, err
	}
	if err := s.exportAuthors(ctx, doc, ids, &rep); err != nil {
		return rep, err
	}
	if len(opt.Types) == 0 {
		if err := s.exportTerms(ctx, doc, &rep); err != nil {
			return rep, err
		}
	}
	done := 0
	for part := range slices.Chunk(ids, exportChunk) {
		posts, err := s.store.PostsByIDs(ctx, part)
		if err != nil {
			return rep, err
		}
		slices.SortFunc(posts, func(a, b wp.Post) int { return cmp.Compare(a.ID, b.ID) })
		for i := range posts {
			it, err := s.exportItem(ctx, set, &posts[i])
			if err != nil {
				return rep, err
			}
			if err := doc.Item(it); err != nil {
				return rep, err
			}
			rep.Posts++
			rep.Comments += len(it.Comments)
			if done++; opt.Progress != nil {
				opt.Progress(done, len(ids))
			}
		}
	}
	if err := doc.Close(); err != nil {
		return rep, err
	}
	if n := doc.Dropped(); n > 0 {
		rep.Notes = append(rep.Notes, strconv.Itoa(n)+" characters that XML cannot say were left out")
	}
	return rep, nil
}

// exported are the ids of the posts to write.
func (s *Site) exported(ctx context.Context, opt *ExportOptions, rep *ExportReport) ([]int64, error) {
	var types []string
	for _, t := range s.reg.types {
		if t.CanExport && (len(opt.Types) == 0 || slices.Contains(opt.Types, t.Name)) {
			types = append(types, t.Name)
		}
	}
	for _, name := range opt.Types {
		if !slices.Contains(types, name) {
			return nil, fail("invalid_post_type", "There is no post type "+name+" that can be exported.")
		}
	}
	var known []string
	for _, t := range s.reg.types {
		known = append(known, t.Name)
	}
	all := []store.PostOrder{{By: store.ByID, Order: store.Asc}}
	ids, _, err := s.store.PostIDs(ctx, store.PostQuery{NoCount: true, OrderBy: all})
	if err != nil {
		return nil, err
	}
	var out []int64
	strange := map[string]int{}
	for part := range slices.Chunk(ids, exportChunk) {
		posts, err := s.store.PostsByIDs(ctx, part)
		if err != nil {
			return nil, err
		}
		for _, p := range posts {
			switch {
			case p.Status == "auto-draft":
			case slices.Contains(types, p.Type):
				out = append(out, p.ID)
			case !slices.Contains(known, p.Type) && len(opt.Types) == 0:
				strange[p.Type]++
			}
		}
	}
	slices.Sort(out)
	for _, name := range sortedKeys(strange) {
		rep.Notes = append(rep.Notes, strconv.Itoa(strange[name])+" posts of the type "+name+", which is not registered here, were left out")
	}
	return out, nil
}

func sortedKeys(m map[string]int) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// exportAuthors writes the users who wrote the posts.
func (s *Site) exportAuthors(ctx context.Context, doc *wxr.Writer, posts []int64, rep *ExportReport) error {
	var authors []int64
	for part := range slices.Chunk(posts, exportChunk) {
		rows, err := s.store.PostsByIDs(ctx, part)
		if err != nil {
			return err
		}
		for _, p := range rows {
			if !slices.Contains(authors, p.Author) {
				authors = append(authors, p.Author)
			}
		}
	}
	slices.Sort(authors)
	for _, id := range authors {
		u, err := s.User(ctx, id)
		if isNotFound(err) {
			continue
		}
		if err != nil {
			return err
		}
		m, err := s.Meta(ctx, wp.UserMeta, id)
		if err != nil {
			return err
		}
		rep.Users++
		if err := doc.Author(wxr.Author{ID: id, Login: u.Login, Email: u.Email, DisplayName: u.DisplayName, FirstName: m.Get("first_name"), LastName: m.Get("last_name")}); err != nil {
			return err
		}
	}
	return nil
}

// exportTerms writes the categories, the tags, the terms of other taxonomies,
// and the menus.
func (s *Site) exportTerms(ctx context.Context, doc *wxr.Writer, rep *ExportReport) error {
	var rest []string
	for _, t := range s.reg.taxonomies {
		if !slices.Contains([]string{"category", "post_tag", "nav_menu"}, t.Name) {
			rest = append(rest, t.Name)
		}
	}
	for _, group := range [][]string{{"category"}, {"post_tag"}, rest, {"nav_menu"}} {
		if len(group) == 0 {
			continue
		}
		terms, _, err := s.store.Terms(ctx, store.TermQuery{Taxonomies: group, NoCount: true})
		if err != nil {
			return err
		}
		slugs := map[int64]string{}
		for _, t := range terms {
			slugs[t.ID] = t.Slug
		}
		for _, t := range parentsFirst(terms) {
			m, err := s.store.Meta(ctx, wp.TermMeta, t.ID)
			if err != nil {
				return err
			}
			rep.Terms++
			if err := doc.Term(wxr.Term{ID: t.ID, Taxonomy: t.Taxonomy, Slug: t.Slug, Parent: slugs[t.Parent], Name: t.Name, Description: t.Description, Meta: exportMeta(m)}); err != nil {
				return err
			}
		}
	}
	return nil
}

// parentsFirst orders terms so that none comes before its parent; those in a
// circle come last.
func parentsFirst(terms []wp.Term) []wp.Term {
	there := map[int64]bool{}
	for _, t := range terms {
		there[t.ID] = true
	}
	var out []wp.Term
	written := map[int64]bool{}
	for left := terms; len(left) > 0; {
		var later []wp.Term
		for _, t := range left {
			if t.Parent != 0 && there[t.Parent] && !written[t.Parent] {
				later = append(later, t)
				continue
			}
			out, written[t.ID] = append(out, t), true
		}
		if len(later) == len(left) {
			return append(out, later...)
		}
		left = later
	}
	return out
}

func exportMeta(rows []wp.Meta) []wxr.Meta {
	var out []wxr.Meta
	for _, m := range rows {
		if m.Key != "_edit_lock" {
			out = append(out, wxr.Meta{Key: m.Key, Value: m.Value})
		}
	}
	return out
}

// exportItem makes an item of a post.
func (s *Site) exportItem(ctx context.Context, set *Settings, p *wp.Post) (wxr.Item, error) {
	it := wxr.Item{ID: p.ID, Title: p.Title, Link: s.Permalink(ctx, p), PubDate: exportDate(p.DateGMT), GUID: p.GUID, Content: p.Content, Excerpt: p.Excerpt,
		Date: p.Date, DateGMT: p.DateGMT, Modified: p.Modified, ModifiedGMT: p.ModifiedGMT, CommentStatus: p.CommentStatus, PingStatus: p.PingStatus,
		Name: p.Name, Status: p.Status, Parent: p.Parent, MenuOrder: p.MenuOrder, Type: p.Type, Password: p.Password, Sticky: slices.Contains(set.Sticky, p.ID)}
	u, err := s.User(ctx, p.Author)
	if err != nil && !isNotFound(err) {
		return it, err
	}
	if err == nil {
		it.Creator = u.Login
	}
	if p.Type == "attachment" {
		a, err := s.Attachment(ctx, p)
		if err != nil {
			return it, err
		}
		it.AttachmentURL = s.AttachmentURL(ctx, a)
	}
	var taxonomies []string
	for _, t := range s.reg.TaxonomiesOf(p.Type) {
		taxonomies = append(taxonomies, t.Name)
	}
	if len(taxonomies) > 0 {
		rows, err := s.store.ObjectTerms(ctx, []int64{p.ID}, taxonomies)
		if err != nil {
			return it, err
		}
		for _, t := range rows[p.ID] {
			it.Terms = append(it.Terms, wxr.TermRef{Taxonomy: t.Taxonomy, Slug: t.Slug, Name: t.Name})
		}
	}
	m, err := s.store.Meta(ctx, wp.PostMeta, p.ID)
	if err != nil {
		return it, err
	}
	it.Meta = exportMeta(m)
	it.Comments, err = s.exportComments(ctx, p.ID)
	return it, err
}

func (s *Site) exportComments(ctx context.Context, post int64) ([]wxr.Comment, error) {
	ids, _, err := s.store.CommentIDs(ctx, store.CommentQuery{Posts: []int64{post}, OrderBy: store.CommentByID, Order: store.Asc, NoCount: true})
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	rows, err := s.store.CommentsByIDs(ctx, ids)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(rows, func(a, b wp.Comment) int { return cmp.Compare(a.ID, b.ID) })
	metas, err := s.store.MetaFor(ctx, wp.CommentMeta, ids)
	if err != nil {
		return nil, err
	}
	var out []wxr.Comment
	for _, c := range rows {
		if c.Approved == "spam" {
			continue
		}
		out = append(out, wxr.Comment{ID: c.ID, Author: c.Author, Email: c.AuthorEmail, URL: format.SanitizeURL(c.AuthorURL), IP: c.AuthorIP, Date: c.Date, DateGMT: c.DateGMT,
			Content: c.Content, Approved: c.Approved, Type: c.Type, Parent: c.Parent, UserID: c.UserID, Meta: exportMeta(metas[c.ID])})
	}
	return out, nil
}

// exportDate is a date as RSS says it; a zero one as PHP's mysql2date makes it.
func exportDate(gmt string) string {
	t, err := time.Parse(time.DateTime, gmt)
	if err != nil {
		return ""
	}
	return t.Format("Mon, 02 Jan 2006 15:04:05 +0000")
}
