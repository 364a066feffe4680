package site

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"slices"
	"strconv"

	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/wp"
)

// A version identifies the state of one post, term, comment or user: what its
// representations are made of and a write could overwrite. What is derived
// (counts of comments and posts), what only the editor keeps for itself (its
// locks) and what nobody reads back (passwords of users) is no part of it.
// It is keyed: it betrays nothing of what it is made of.

// versionKey is an entry of the cache of versions.
type versionKey struct {
	area store.Area
	id   int64
}

// versionSize is how much of the digest a version keeps, in bytes.
const versionSize = 10

// version returns the cached version of one thing, or what write puts into a
// digest. lock keeps the thing for the running transaction first.
func (s *Site) version(ctx context.Context, area store.Area, id int64, lock bool, write func(digest) error) (string, error) {
	if lock {
		if err := s.store.Lock(ctx, area, id); err != nil {
			return "", err
		}
		s.view(ctx).settings.Store(nil) // which may be older than the lock, and say what is sticky
	}
	c := s.view(ctx).versions
	key := versionKey{area, id}
	if v, ok := c.Get(key); ok {
		return v, nil
	}
	epoch := c.Epoch()
	d := digest{hmac.New(sha256.New, s.derive("entity tags"))}
	d.number(int64(area), id)
	if err := write(d); err != nil {
		if isNotFound(err) {
			return "", nil
		}
		return "", err
	}
	v := hex.EncodeToString(d.Sum(nil)[:versionSize])
	c.Put(epoch, key, v)
	return v, nil
}

// digest takes texts and numbers so that no two sequences are alike.
type digest struct{ hash.Hash }

func (d digest) text(texts ...string) {
	for _, t := range texts {
		d.Write(strconv.AppendInt(nil, int64(len(t)), 10))
		d.Write([]byte{':'})
		d.Write([]byte(t))
	}
}

func (d digest) number(numbers ...int64) {
	for _, n := range numbers {
		d.Write(strconv.AppendInt(nil, n, 10))
		d.Write([]byte{';'})
	}
}

// shownMeta adds the values of the registered keys that the API shows, and of
// the further keys given.
func (s *Site) shownMeta(ctx context.Context, d digest, kind wp.MetaKind, subtype string, id int64, further func(key string) bool) error {
	meta, err := s.Meta(ctx, kind, id)
	if err != nil {
		return err
	}
	keys := s.reg.MetaOf(kind, subtype)
	for i := range meta {
		key := meta[i].Key
		if further(key) || slices.ContainsFunc(keys, func(m *MetaKey) bool { return m.ShowInREST && m.Key == key }) {
			d.text(key, meta[i].Value)
		}
	}
	return nil
}

// postKeys are the keys of post meta that representations are made of without
// being registered.
func postKeys(key string) bool {
	switch key {
	case "_thumbnail_id", "_wp_page_template", "_wp_attached_file", "_wp_attachment_metadata", "_wp_attachment_image_alt", "origin", "is_wp_suggestion":
		return true
	}
	return len(key) > 11 && key[:11] == "_menu_item_"
}

// PostVersion is the version of a post of any type; "" when there is none.
// lock keeps the post until the running transaction ends.
func (s *Site) PostVersion(ctx context.Context, id int64, lock bool) (string, error) {
	return s.version(ctx, store.AreaPosts, id, lock, func(d digest) error {
		p, err := s.Post(ctx, id)
		if err != nil {
			return err
		}
		d.number(p.Author, p.Parent, p.MenuOrder)
		d.text(p.Date, p.DateGMT, p.Content, p.Title, p.Excerpt, p.Status, p.CommentStatus, p.PingStatus, p.Password, p.Name, p.Modified, p.ModifiedGMT, p.GUID, p.Type, p.MimeType)
		if s.Sticky(ctx, id) {
			d.text("sticky")
		}
		for _, t := range s.reg.TaxonomiesOf(p.Type) {
			terms, err := s.PostTerms(ctx, id, t.Name)
			if err != nil {
				return err
			}
			ids := make([]int64, len(terms))
			for i := range terms {
				ids[i] = terms[i].ID
			}
			slices.Sort(ids)
			d.text(t.Name)
			d.number(ids...)
		}
		return s.shownMeta(ctx, d, wp.PostMeta, p.Type, id, postKeys)
	})
}

// TermVersion is the version of a term of a taxonomy; see PostVersion.
func (s *Site) TermVersion(ctx context.Context, id int64, taxonomy string, lock bool) (string, error) {
	return s.version(ctx, store.AreaTerms, id, lock, func(d digest) error {
		t, err := s.Term(ctx, id, taxonomy)
		if err != nil {
			return err
		}
		d.number(t.Group, t.Parent)
		d.text(t.Taxonomy, t.Name, t.Slug, t.Description)
		return s.shownMeta(ctx, d, wp.TermMeta, taxonomy, id, func(string) bool { return false })
	})
}

// CommentVersion is the version of a comment; see PostVersion.
func (s *Site) CommentVersion(ctx context.Context, id int64, lock bool) (string, error) {
	return s.version(ctx, store.AreaComments, id, lock, func(d digest) error {
		m, err := s.Comment(ctx, id)
		if err != nil {
			return err
		}
		d.number(m.PostID, m.Karma, m.Parent, m.UserID)
		d.text(m.Author, m.AuthorEmail, m.AuthorURL, m.AuthorIP, m.Date, m.DateGMT, m.Content, m.Approved, m.Agent, m.Type)
		return s.shownMeta(ctx, d, wp.CommentMeta, "comment", id, func(string) bool { return false })
	})
}

// UserVersion is the version of a user; see PostVersion.
func (s *Site) UserVersion(ctx context.Context, id int64, lock bool) (string, error) {
	capabilities := s.userMetaKey("capabilities")
	return s.version(ctx, store.AreaUsers, id, lock, func(d digest) error {
		u, err := s.User(ctx, id)
		if err != nil {
			return err
		}
		d.number(u.Status)
		d.text(u.Login, u.Nicename, u.Email, u.URL, u.Registered, u.DisplayName)
		return s.shownMeta(ctx, d, wp.UserMeta, "user", id, func(key string) bool {
			switch key {
			case "first_name", "last_name", "nickname", "description", "locale", capabilities:
				return true
			}
			return false
		})
	})
}
