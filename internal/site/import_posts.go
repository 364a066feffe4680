package site

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/wxr"
)

// importPosts takes in every item but those of menus.
func (im *importer) importPosts(ctx context.Context) error {
	return im.each(ctx, func(piece any) error {
		it, ok := piece.(*wxr.Item)
		if !ok || it.Type == "nav_menu_item" {
			return nil
		}
		im.progress()
		switch {
		case im.s.reg.PostType(it.Type) == nil:
			im.note("line %d, %q: there is no post type %q here", it.Line, it.Title, it.Type)
			return nil
		case it.Status == "auto-draft" || it.ID != 0 && im.posts[it.ID] != 0:
			return nil
		}
		return im.post(ctx, it)
	})
}

func (im *importer) progress() {
	im.done++
	if im.opt.Progress != nil {
		im.opt.Progress(im.done, im.total)
	}
}

// post takes one item in.
func (im *importer) post(ctx context.Context, it *wxr.Item) error {
	there, err := im.existing(ctx, it)
	if err != nil {
		return err
	}
	var file *importedFile
	if it.Type == "attachment" && there == nil && im.opt.Media != nil {
		if file, err = im.takeFile(ctx, it); err != nil {
			return err
		}
	}
	var p *wp.Post
	comments := 0
	err = im.s.Atomically(ctx, func(ctx context.Context) error {
		var err error
		if p = there; p == nil {
			if p, err = im.insert(ctx, it, file); err != nil {
				return err
			}
		}
		if it.Sticky {
			if err := im.s.Stick(ctx, p.ID, true); err != nil {
				return err
			}
		}
		if err := im.setTerms(ctx, it, p.ID); err != nil {
			return err
		}
		if comments, err = im.comments(ctx, it, p.ID, there != nil); err != nil {
			return err
		}
		return im.postMeta(ctx, it, p.ID, file != nil)
	})
	if err != nil {
		if file != nil {
			im.s.removeFile(ctx, file.File)
		}
		var refused *Error
		if errors.As(err, &refused) {
			im.note("line %d, %s %q: %s", it.Line, it.Type, it.Title, refused.Message)
			return nil
		}
		return err
	}
	im.report.Comments += comments
	im.taken(it, p, there != nil)
	if file != nil {
		im.report.Files++
		_, err = im.s.GenerateMetadata(ctx, p, file.File, GenerateOptions{})
	}
	return err
}

// taken remembers where an item went.
func (im *importer) taken(it *wxr.Item, p *wp.Post, existed bool) {
	if it.ID != 0 {
		im.posts[it.ID] = p.ID
	}
	if existed {
		im.report.Existing++
		return
	}
	im.report.Posts++
	im.made = append(im.made, p.ID)
	if it.Parent != 0 {
		im.waiting[p.ID] = it.Parent
	}
	for _, m := range it.Meta {
		if m.Key == "_thumbnail_id" {
			im.thumbs[p.ID] = Atoi(m.Value)
		}
	}
}

// insert makes the post of an item.
func (im *importer) insert(ctx context.Context, it *wxr.Item, file *importedFile) (*wp.Post, error) {
	author, ok := im.logins[format.SanitizeUser(it.Creator, true)]
	if !ok {
		author = im.opt.User
	}
	parent := im.posts[it.Parent]
	c := PostChanges{ImportID: it.ID, Author: &author, Parent: &parent, Type: &it.Type, Status: &it.Status, Title: &it.Title, Content: &it.Content,
		Excerpt: &it.Excerpt, Slug: &it.Name, MenuOrder: &it.MenuOrder, Password: &it.Password, CommentStatus: &it.CommentStatus,
		PingStatus: &it.PingStatus, GUID: &it.GUID, Date: &it.Date, DateGMT: &it.DateGMT}
	if it.Modified != "" {
		c.Modified, c.ModifiedGMT = &it.Modified, &it.ModifiedGMT
	}
	if it.Type != "attachment" {
		return im.s.InsertPost(ctx, c)
	}
	if file != nil {
		c.MimeType = &file.Type
	} else if _, mime, ok := format.KnownFileTypes().Check(fileOf(it)); ok {
		c.MimeType = &mime
	}
	p, err := im.s.InsertPost(ctx, c)
	if err == nil && file != nil {
		_, err = im.s.store.AddMeta(ctx, wp.PostMeta, wp.Meta{ObjectID: p.ID, Key: attachedFile, Value: file.File})
	}
	return p, err
}

// setTerms gives a post the terms of its item, making those that are not there.
func (im *importer) setTerms(ctx context.Context, it *wxr.Item, post int64) error {
	var order []string
	ids := map[string][]int64{}
	for _, ref := range it.Terms {
		if im.s.reg.Taxonomy(ref.Taxonomy) == nil {
			im.note("line %d, %q: there is no taxonomy %s here", it.Line, it.Title, ref.Taxonomy)
			continue
		}
		id, ok := im.slugs[[2]string{ref.Taxonomy, ref.Slug}]
		if !ok {
			var err error
			if id, _, err = im.findTerm(ctx, wxr.Term{Taxonomy: ref.Taxonomy, Slug: ref.Slug, Name: ref.Name}); err != nil {
				return err
			}
		}
		if id == 0 {
			continue
		}
		if ids[ref.Taxonomy] == nil {
			order = append(order, ref.Taxonomy)
		}
		ids[ref.Taxonomy] = append(ids[ref.Taxonomy], id)
	}
	for _, taxonomy := range order {
		if err := im.s.SetPostTerms(ctx, post, taxonomy, ids[taxonomy]); err != nil {
			return err
		}
	}
	return nil
}

// comments adds the comments of an item, the oldest first; those that a post
// has already, by author and date, are left.
func (im *importer) comments(ctx context.Context, it *wxr.Item, post int64, existed bool) (int, error) {
	if len(it.Comments) == 0 {
		return 0, nil
	}
	have := map[[2]string]int64{}
	if existed {
		rows, _, err := im.s.QueryComments(ctx, store.CommentQuery{Posts: []int64{post}, NoCount: true})
		if err != nil {
			return 0, err
		}
		for _, m := range rows {
			have[[2]string{m.Author, m.Date}] = m.ID
		}
	}
	list := slices.Clone(it.Comments)
	slices.SortStableFunc(list, func(a, b wxr.Comment) int { return int(a.ID - b.ID) })
	ids, n := map[int64]int64{}, 0
	name := im.s.SaveFilters(ctx).Name
	for _, c := range list {
		if id, ok := have[[2]string{name(c.Author), c.Date}]; ok {
			ids[c.ID] = id
			continue
		}
		parent := ids[c.Parent]
		user, err := im.commenter(ctx, &c)
		if err != nil {
			return n, err
		}
		m, err := im.s.InsertComment(ctx, CommentChanges{ImportID: c.ID, Post: &post, Parent: &parent, User: &user, Author: &c.Author, Email: &c.Email,
			URL: &c.URL, IP: &c.IP, Content: &c.Content, Type: &c.Type, Date: &c.Date, DateGMT: &c.DateGMT, Approved: &c.Approved})
		if err != nil {
			return n, err
		}
		ids[c.ID] = m.ID
		n++
		for _, meta := range c.Meta {
			if meta.Key == "" || !im.plainMeta(meta, "comment "+strconv.FormatInt(c.ID, 10)) {
				continue
			}
			if _, err := im.s.store.AddMeta(ctx, wp.CommentMeta, wp.Meta{ObjectID: m.ID, Key: meta.Key, Value: meta.Value}); err != nil {
				return n, err
			}
		}
	}
	return n, nil
}

// commenter is the user who wrote a comment. Documents name only the authors of
// posts; others are known by their e-mail address.
func (im *importer) commenter(ctx context.Context, c *wxr.Comment) (int64, error) {
	if id := im.users[c.UserID]; id != 0 || c.UserID == 0 || c.Email == "" {
		return id, nil
	}
	u, err := im.s.UserByEmail(ctx, c.Email)
	if isNotFound(err) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return u.ID, nil
}

// postMeta adds the meta of an item; values that are there already are left.
func (im *importer) postMeta(ctx context.Context, it *wxr.Item, post int64, ownFile bool) error {
	rows, err := im.s.store.Meta(ctx, wp.PostMeta, post)
	if err != nil {
		return err
	}
	for _, m := range it.Meta {
		switch {
		case m.Key == "" || m.Key == "_edit_lock", ownFile && (m.Key == attachedFile || m.Key == attachmentMeta):
			continue
		case m.Key == "_edit_last":
			id := im.users[Atoi(m.Value)]
			if id == 0 {
				continue
			}
			m.Value = strconv.FormatInt(id, 10)
		case m.Key == "_thumbnail_id" && slices.ContainsFunc(rows, func(r wp.Meta) bool { return r.Key == m.Key }):
			continue
		case !im.plainMeta(m, "post "+strconv.FormatInt(post, 10)):
			continue
		}
		if at := slices.IndexFunc(rows, func(r wp.Meta) bool { return r.Key == m.Key && r.Value == m.Value }); at >= 0 {
			rows = slices.Delete(rows, at, at+1) // this one is used up: the same value may stand there twice
			continue
		}
		if _, err := im.s.store.AddMeta(ctx, wp.PostMeta, wp.Meta{ObjectID: post, Key: m.Key, Value: m.Value}); err != nil {
			return err
		}
	}
	return nil
}
