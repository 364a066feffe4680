package site

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"io/fs"
	"slices"
	"strings"

	"github.com/platenhq/platen/auth"
	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/password"
	"github.com/platenhq/platen/phpserialize"
	"github.com/platenhq/platen/wxr"
)

// ImportOptions say how a WXR document is taken in.
type ImportOptions struct {
	// Open opens the document; it is read several times, from its beginning.
	Open func() (io.ReadCloser, error)
	// User acts: their capabilities decide what HTML may stay, and they get
	// what has no author here.
	User int64
	// Authors maps logins of the document to logins here. Others are matched by
	// login, then by e-mail address; then they are created, or, with NoUsers,
	// their posts become User's.
	Authors map[string]string
	NoUsers bool
	// Media is where files of media items are taken from; nil: the items are
	// made without their files.
	Media fs.FS
	// Progress hears of each item.
	Progress func(done, total int)
}

// ImportReport is what was imported.
type ImportReport struct {
	Users     int      `json:"users"`
	Terms     int      `json:"terms"`
	Posts     int      `json:"posts"` // of all types but menu items
	Comments  int      `json:"comments"`
	Files     int      `json:"files"`
	MenuItems int      `json:"menu_items"`
	Existing  int      `json:"existing"` // items that were there already
	Notes     []string `json:"notes"`
}

// importKey marks a context in which an import is under way (WP_IMPORTING).
type importKey struct{}

func importing(ctx context.Context) bool { return ctx.Value(importKey{}) != nil }

// importer is an import under way. Its maps lead from ids of the document to
// ids here.
type importer struct {
	s       *Site
	opt     ImportOptions
	report  ImportReport
	total   int
	done    int
	authors []wxr.Author
	terms   []wxr.Term
	logins  map[string]int64
	users   map[int64]int64
	termIDs map[int64]int64
	slugs   map[[2]string]int64 // terms by taxonomy and slug
	posts   map[int64]int64
	made    []int64 // posts of this run
	items   map[itemKey]int64
	// waiting are posts whose parent comes later, thumbs those with an image,
	// above menu items below another; each by its id here.
	waiting, thumbs map[int64]int64
	above           map[int64]itemKey
	remap           []string // old and new addresses of files
	there           map[uint64][]int64
}

// Import takes a WXR document in, as WordPress's importer does: what is there
// already (same title, date and type) is left, so that an import that was
// interrupted can be run again. Ids and slugs are kept where they are free. The
// whole document is read before anything is written; an error in it is a
// *wxr.Error and changes nothing. Each item is one transaction.
func (s *Site) Import(ctx context.Context, opt ImportOptions) (ImportReport, error) {
	im := &importer{s: s, opt: opt, logins: map[string]int64{}, users: map[int64]int64{}, termIDs: map[int64]int64{}, slugs: map[[2]string]int64{},
		posts: map[int64]int64{}, items: map[itemKey]int64{}, waiting: map[int64]int64{}, thumbs: map[int64]int64{}, above: map[int64]itemKey{},
		there: map[uint64][]int64{}}
	im.report.Notes = []string{}
	ctx = auth.NewContext(ctx, &auth.Identity{UserID: opt.User, Method: "import"})
	ctx = context.WithValue(ctx, importKey{}, true)
	steps := []func(context.Context) error{im.scan, im.index, im.importAuthors, im.importTerms, im.importPosts, im.importMenuItems, im.finish}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return im.report, err
		}
	}
	return im.report, nil
}

func (im *importer) note(format string, args ...any) {
	im.report.Notes = append(im.report.Notes, fmt.Sprintf(format, args...))
}

// each reads the document and calls f with every piece.
func (im *importer) each(ctx context.Context, f func(any) error) error {
	r, err := im.opt.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	doc := wxr.NewReader(r)
	for {
		piece, err := doc.Next()
		if err == io.EOF {
			return nil
		}
		if err == nil {
			err = ctx.Err()
		}
		if err == nil {
			err = f(piece)
		}
		if err != nil {
			return err
		}
	}
}

// scan reads everything once, and keeps authors and terms.
func (im *importer) scan(ctx context.Context) error {
	creators := map[string]bool{}
	err := im.each(ctx, func(piece any) error {
		switch v := piece.(type) {
		case *wxr.Author:
			im.authors = append(im.authors, *v)
		case *wxr.Term:
			im.terms = append(im.terms, *v)
		case *wxr.Item:
			im.total++
			creators[v.Creator] = true
		}
		return nil
	})
	if err != nil || len(im.authors) > 0 {
		return err
	}
	for login := range creators { // WXR 1.0
		if login != "" {
			im.authors = append(im.authors, wxr.Author{Login: login, DisplayName: login})
		}
	}
	slices.SortFunc(im.authors, func(a, b wxr.Author) int { return strings.Compare(a.Login, b.Login) })
	return nil
}

// index learns which posts are there.
func (im *importer) index(ctx context.Context) error {
	ids, _, err := im.s.store.PostIDs(ctx, store.PostQuery{NoCount: true, OrderBy: []store.PostOrder{{By: store.ByID, Order: store.Asc}}})
	if err != nil {
		return err
	}
	for part := range slices.Chunk(ids, 200) {
		rows, err := im.s.store.PostsByIDs(ctx, part)
		if err != nil {
			return err
		}
		for _, p := range rows {
			key := postKey(p.Type, p.Date, p.Title)
			im.there[key] = append(im.there[key], p.ID)
		}
	}
	return nil
}

func postKey(parts ...string) uint64 {
	h := fnv.New64a()
	for _, p := range parts {
		io.WriteString(h, p)
		h.Write([]byte{0})
	}
	return h.Sum64()
}

// existing finds the post that an item is already: the same type, date and
// title. Each is found once, the one with the item's id first.
func (im *importer) existing(ctx context.Context, it *wxr.Item) (*wp.Post, error) {
	title := im.s.SaveFilters(ctx).Title(it.Title)
	key := postKey(it.Type, it.Date, title)
	list := im.there[key]
	slices.SortStableFunc(list, func(a, b int64) int {
		switch it.ID {
		case a:
			return -1
		case b:
			return 1
		}
		return 0
	})
	for i, id := range list {
		p, err := im.s.Post(ctx, id)
		if isNotFound(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if p.Type == it.Type && p.Date == it.Date && p.Title == title && (it.Type != "nav_menu_item" || p.MenuOrder == it.MenuOrder) {
			im.there[key] = slices.Delete(slices.Clone(list), i, i+1)
			return p, nil
		}
	}
	return nil, nil
}

// importAuthors finds or makes the users of the document.
func (im *importer) importAuthors(ctx context.Context) error {
	for _, a := range im.authors {
		id, err := im.author(ctx, a)
		if err != nil {
			return err
		}
		im.logins[format.SanitizeUser(a.Login, true)] = id
		if a.ID != 0 {
			im.users[a.ID] = id
		}
	}
	return nil
}

func (im *importer) author(ctx context.Context, a wxr.Author) (int64, error) {
	if to, ok := im.opt.Authors[a.Login]; ok {
		u, err := im.s.UserByLogin(ctx, to)
		if isNotFound(err) {
			return 0, fmt.Errorf("there is no user %q to map %q to", to, a.Login)
		}
		if err != nil {
			return 0, err
		}
		return u.ID, nil
	}
	u, err := im.s.UserByLogin(ctx, format.SanitizeUser(a.Login, true))
	if isNotFound(err) && a.Email != "" {
		u, err = im.s.UserByEmail(ctx, a.Email)
	}
	switch {
	case err == nil:
		return u.ID, nil
	case !isNotFound(err):
		return 0, err
	case im.opt.NoUsers:
		im.note("author %s: not here; the posts become those of the user who imports", a.Login)
		return im.opt.User, nil
	}
	pass, err := password.Generate(im.s.rand, 24, password.Letters)
	if err != nil {
		return 0, err
	}
	u, err = im.s.InsertUser(ctx, UserChanges{ImportID: a.ID, Login: &a.Login, Pass: &pass, Email: &a.Email, DisplayName: &a.DisplayName,
		FirstName: &a.FirstName, LastName: &a.LastName})
	var refused *Error
	if errors.As(err, &refused) {
		im.note("author %s: cannot be created (%s); the posts become those of the user who imports", a.Login, refused.Message)
		return im.opt.User, nil
	}
	if err != nil {
		return 0, err
	}
	im.report.Users++
	im.note("user %s was created with a password nobody knows", u.Login)
	return u.ID, nil
}

// importTerms makes the terms that are not there, parents first.
func (im *importer) importTerms(ctx context.Context) error {
	left := im.terms
	inFile := map[[2]string]bool{}
	for _, t := range left {
		inFile[[2]string{t.Taxonomy, t.Slug}] = true
	}
	for len(left) > 0 {
		var later []wxr.Term
		for _, t := range left {
			parent := [2]string{t.Taxonomy, t.Parent}
			if _, known := im.slugs[parent]; t.Parent != "" && !known && inFile[parent] && t.Parent != t.Slug {
				later = append(later, t)
				continue
			}
			if err := im.term(ctx, t); err != nil {
				return err
			}
		}
		if len(later) == len(left) { // a circle
			for i := range later {
				im.note("term %s: its parent %s is below it; it is made without", later[i].Slug, later[i].Parent)
				later[i].Parent = ""
			}
		}
		left = later
	}
	return nil
}

func (im *importer) term(ctx context.Context, t wxr.Term) error {
	if im.s.reg.Taxonomy(t.Taxonomy) == nil {
		im.note("term %s: there is no taxonomy %s here", t.Slug, t.Taxonomy)
		return nil
	}
	return im.s.Atomically(ctx, func(ctx context.Context) error {
		id, fresh, err := im.findTerm(ctx, t)
		if err != nil || id == 0 {
			return err
		}
		if fresh {
			for _, m := range t.Meta {
				if m.Key == "" || !im.plainMeta(m, "term "+t.Slug) {
					continue
				}
				if _, err := im.s.store.AddMeta(ctx, wp.TermMeta, wp.Meta{ObjectID: id, Key: m.Key, Value: m.Value}); err != nil {
					return err
				}
			}
			im.report.Terms++
		}
		im.slugs[[2]string{t.Taxonomy, t.Slug}] = id
		if t.ID != 0 {
			im.termIDs[t.ID] = id
		}
		return nil
	})
}

// findTerm finds a term by its slug, then by its name, or makes it. 0 is a term
// that was refused.
func (im *importer) findTerm(ctx context.Context, t wxr.Term) (id int64, fresh bool, err error) {
	row, err := im.s.store.TermBySlug(ctx, format.SanitizeTitle(t.Slug, ""), t.Taxonomy)
	if isNotFound(err) && t.Slug == "" {
		row, err = im.s.store.TermByName(ctx, t.Name, t.Taxonomy)
	}
	if err == nil || !isNotFound(err) {
		return row.ID, false, err
	}
	c := TermChanges{ImportID: t.ID, Name: &t.Name, Slug: &t.Slug, Description: &t.Description}
	if t.Parent != "" {
		parent, err := im.s.store.TermBySlug(ctx, format.SanitizeTitle(t.Parent, ""), t.Taxonomy)
		if err != nil && !isNotFound(err) {
			return 0, false, err
		}
		c.Parent = &parent.ID
	}
	made, err := im.s.InsertTerm(ctx, t.Taxonomy, c)
	var refused *Error
	if errors.As(err, &refused) {
		if other, ok := refused.Data["term_id"].(int64); ok && refused.Code == "term_exists" {
			return other, false, nil
		}
		im.note("term %s of %s: %s", t.Slug, t.Taxonomy, refused.Message)
		return 0, false, nil
	}
	if err != nil {
		return 0, false, err
	}
	return made.ID, true, nil
}

// plainMeta refuses values that would become objects of PHP where PHP reads
// them.
func (im *importer) plainMeta(m wxr.Meta, of string) bool {
	if !phpserialize.IsSerialized(m.Value, true) {
		return true
	}
	v, err := phpserialize.Unmarshal(strings.TrimSpace(m.Value))
	if err == nil && holdsObject(v) {
		im.note("%s: the meta value %s is a PHP object and was left out", of, m.Key)
		return false
	}
	return true
}

func holdsObject(v any) bool {
	switch v := v.(type) {
	case *phpserialize.Array:
		return slices.ContainsFunc(v.Values(), holdsObject)
	case phpserialize.Ref:
		return holdsObject(v.Value)
	case *phpserialize.Ref:
		return holdsObject(v.Value)
	case nil, bool, int64, float64, string:
		return false
	}
	return true
}
