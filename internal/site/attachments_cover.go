package site

import (
	"bytes"
	"context"
	"crypto/md5"
	"encoding/hex"
	"path"
	"strings"

	"github.com/platenhq/platen/internal/media"
	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/wp"
)

// coverHash is the meta key of the MD5 of a cover, by which two songs of an
// album share one.
const coverHash = "_cover_hash"

// takeCover makes the cover of a sound or film file the featured image of its
// media item; a cover that another file brought already is not stored again
// (wp_generate_attachment_metadata). A cover that may not be stored is passed
// over.
func (s *Site) takeCover(ctx context.Context, p *wp.Post, file string, cover *media.Cover) error {
	if cover == nil || len(cover.Data) == 0 {
		return nil
	}
	sum := md5.Sum(cover.Data)
	hash := hex.EncodeToString(sum[:])
	ids, _, err := s.QueryPosts(ctx, store.PostQuery{
		Types: []string{"attachment"}, Statuses: []string{"inherit"}, MimeTypes: []string{cover.MIME}, Limit: 1, NoCount: true,
		Meta: &store.MetaQuery{Clauses: []store.MetaClause{{Key: coverHash, Values: []string{hash}, Compare: store.MetaEqual}}},
	})
	if err != nil {
		return err
	}
	if len(ids) == 0 {
		made, err := s.insertCover(ctx, file, cover, hash)
		if made == nil || err != nil {
			return err
		}
		return s.SetMeta(ctx, wp.PostMeta, p.ID, "_thumbnail_id", itoa(made.ID))
	}
	return s.SetMeta(ctx, wp.PostMeta, p.ID, "_thumbnail_id", itoa(ids[0].ID))
}

// insertCover stores a cover beside the uploads of this month and makes a
// media item of it; nil when it may not be stored.
func (s *Site) insertCover(ctx context.Context, file string, cover *media.Cover, hash string) (*wp.Post, error) {
	ext := map[string]string{"image/gif": ".gif", "image/png": ".png", "image/webp": ".webp"}[cover.MIME]
	if ext == "" {
		ext = ".jpg"
	}
	stored, err := s.StoreUpload(ctx, Upload{
		Name: strings.ReplaceAll(path.Base(file), ".", "-") + "-image" + ext, Size: int64(len(cover.Data)), Source: bytes.NewReader(cover.Data),
	})
	if _, refused := err.(*Error); refused {
		s.log.WarnContext(ctx, "a cover is not kept", "file", file, "err", err)
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	empty := ""
	stored.Type = cover.MIME
	made, err := s.InsertAttachment(ctx, PostChanges{Title: &empty, Content: &empty, Meta: []wp.Meta{{Key: coverHash, Value: hash}}}, stored)
	if err != nil {
		return nil, err
	}
	_, err = s.GenerateMetadata(ctx, made, stored.File, GenerateOptions{})
	return made, err
}
