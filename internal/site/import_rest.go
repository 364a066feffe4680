package site

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/platenhq/platen/internal/media"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/wxr"
)

// importedFile is a file that was taken in for a media item.
type importedFile struct{ Stored }

// fileOf is where the file of a media item was in the uploads.
func fileOf(it *wxr.Item) string {
	for _, m := range it.Meta {
		if m.Key == attachedFile && m.Value != "" {
			return relativeFile(m.Value)
		}
	}
	u, err := url.Parse(it.AttachmentURL)
	if err != nil {
		return ""
	}
	if _, below, ok := strings.Cut(u.Path, "/uploads/"); ok {
		return below
	}
	return path.Base(u.Path)
}

// takeFile takes the file of a media item from the folder of files; nil is a
// file that is not there or may not be uploaded.
func (im *importer) takeFile(ctx context.Context, it *wxr.Item) (*importedFile, error) {
	want := fileOf(it)
	for _, name := range []string{want, path.Base(want)} {
		if !fs.ValidPath(name) || name == "." {
			continue
		}
		f, err := im.opt.Media.Open(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		defer f.Close()
		st, err := f.Stat()
		src, ok := f.(media.Source)
		if err != nil || !ok || !st.Mode().IsRegular() {
			im.note("line %d, %s: this is no file that can be read", it.Line, name)
			return nil, err
		}
		date := it.Date
		if len(want) > 8 && want[4] == '/' && want[7] == '/' {
			date = want[:4] + "-" + want[5:7] + "-01 00:00:00"
		}
		stored, err := im.s.StoreUpload(ctx, Upload{Name: path.Base(name), Size: st.Size(), Source: src, Date: date})
		var refused *Error
		if errors.As(err, &refused) {
			im.note("line %d, %s: %s", it.Line, name, refused.Message)
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		im.moved(it.AttachmentURL, stored)
		return &importedFile{stored}, nil
	}
	im.note("line %d, %s: the file is not in the folder", it.Line, want)
	return nil, nil
}

// moved notes that addresses of a file, and of the sizes of an image, lead
// elsewhere now.
func (im *importer) moved(old string, f Stored) {
	if old == "" || old == f.URL {
		return
	}
	if strings.HasPrefix(f.Type, "image/") {
		im.remap = append(im.remap, strings.TrimSuffix(old, path.Ext(old)), strings.TrimSuffix(f.URL, path.Ext(f.URL)))
		return
	}
	im.remap = append(im.remap, old, f.URL)
}

// itemKey is a menu item of the document: its id counts in its menu, since the
// theme unit test has ids twice.
type itemKey struct {
	menu string
	id   int64
}

// importMenuItems takes the items of menus in, when what they lead to is here.
func (im *importer) importMenuItems(ctx context.Context) error {
	return im.each(ctx, func(piece any) error {
		it, ok := piece.(*wxr.Item)
		if !ok || it.Type != "nav_menu_item" {
			return nil
		}
		im.progress()
		if it.Status == "draft" {
			return nil
		}
		return im.menuItem(ctx, it)
	})
}

func (im *importer) menuItem(ctx context.Context, it *wxr.Item) error {
	at := slices.IndexFunc(it.Terms, func(r wxr.TermRef) bool { return r.Taxonomy == "nav_menu" })
	if at < 0 || im.slugs[[2]string{"nav_menu", it.Terms[at].Slug}] == 0 {
		im.note("line %d: a menu item without a menu", it.Line)
		return nil
	}
	key := itemKey{it.Terms[at].Slug, it.ID}
	values := map[string]string{}
	for _, m := range it.Meta {
		values[m.Key] = m.Value
	}
	object, ok := im.leadsTo(values)
	if !ok {
		im.note("line %d: a menu item leads to %s %s, which is not here", it.Line, values["_menu_item_object"], values["_menu_item_object_id"])
		return nil
	}
	there, err := im.existing(ctx, it)
	if err != nil {
		return err
	}
	if there != nil {
		im.items[key] = there.ID
		im.report.Existing++
		return nil
	}
	var p *wp.Post
	err = im.s.Atomically(ctx, func(ctx context.Context) error {
		var err error
		if p, err = im.insert(ctx, it, nil); err != nil {
			return err
		}
		own := *it
		own.Meta = slices.Clone(it.Meta)
		for i, m := range own.Meta {
			switch {
			case m.Key == "_menu_item_object_id" && object != 0:
				own.Meta[i].Value = strconv.FormatInt(object, 10)
			case m.Key == "_menu_item_object_id":
				own.Meta[i].Value = strconv.FormatInt(p.ID, 10)
			}
		}
		if err := im.setTerms(ctx, it, p.ID); err != nil {
			return err
		}
		return im.postMeta(ctx, &own, p.ID, false)
	})
	if err != nil {
		return err
	}
	im.items[key] = p.ID
	im.report.MenuItems++
	if above := Atoi(values["_menu_item_menu_item_parent"]); above != 0 {
		im.above[p.ID] = itemKey{key.menu, above}
	}
	return nil
}

// leadsTo is the object of a menu item here; 0 is the item itself.
func (im *importer) leadsTo(values map[string]string) (int64, bool) {
	old := Atoi(values["_menu_item_object_id"])
	var id int64
	switch values["_menu_item_type"] {
	case "taxonomy":
		id = im.termIDs[old]
	case "post_type":
		id = im.posts[old]
	default:
		return 0, true
	}
	return id, id != 0
}

// finish joins what could not be joined before.
func (im *importer) finish(ctx context.Context) error {
	for id, parent := range im.waiting {
		if err := im.backfill(ctx, id, im.posts[parent]); err != nil {
			return err
		}
	}
	for id, old := range im.thumbs {
		if here := im.posts[old]; here != 0 && here != old {
			if err := im.s.SetMeta(ctx, wp.PostMeta, id, "_thumbnail_id", strconv.FormatInt(here, 10)); err != nil {
				return err
			}
		}
	}
	for id, old := range im.above { // one that is not here leaves its items at the top
		if err := im.s.SetMeta(ctx, wp.PostMeta, id, "_menu_item_menu_item_parent", strconv.FormatInt(im.items[old], 10)); err != nil {
			return err
		}
	}
	return im.readdress(ctx)
}

// backfill gives a post the parent that came after it; one that did not come
// leaves it without.
func (im *importer) backfill(ctx context.Context, id, parent int64) error {
	return im.s.Atomically(ctx, func(ctx context.Context) error {
		p, err := im.s.store.Post(ctx, id)
		if err != nil || p.Parent == parent {
			return err
		}
		p.Parent = parent
		p.Parent = im.s.checkedParent(ctx, &p)
		return im.s.store.UpdatePost(ctx, p)
	})
}

// readdress changes the addresses of files in the texts that were imported,
// long ones first, since one may be the beginning of another.
func (im *importer) readdress(ctx context.Context) error {
	if len(im.remap) == 0 {
		return nil
	}
	pairs := slices.Collect(slices.Chunk(im.remap, 2))
	slices.SortStableFunc(pairs, func(a, b []string) int { return cmp.Compare(len(b[0]), len(a[0])) })
	r := strings.NewReplacer(slices.Concat(pairs...)...)
	for _, id := range im.made {
		err := im.s.Atomically(ctx, func(ctx context.Context) error {
			p, err := im.s.store.Post(ctx, id)
			if err != nil {
				return err
			}
			text := r.Replace(p.Content)
			if text == p.Content {
				return nil
			}
			p.Content = text
			return im.s.store.UpdatePost(ctx, p)
		})
		if err != nil {
			return err
		}
	}
	return nil
}
