package site

import (
	"context"

	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/wp"
)

const (
	fontFamily = "wp_font_family"
	fontFace   = "wp_font_face"
	// fontFile is the meta key of a face's file, relative to fontDir.
	fontFile = "_wp_font_face_file"
	fontDir  = "fonts" // in the uploads: wp_get_font_dir
)

// StoreFont checks that a file is a font and puts it among the site's fonts,
// under a name that is free there. Refusals are *Error without a status.
func (s *Site) StoreFont(ctx context.Context, u Upload) (Stored, error) {
	return s.takeIn(ctx, fontDir, u, format.FontFileTypes())
}

// InsertFontFace makes a font face that has the stored files; it is there with
// all of them or not at all. Files of a face that is not made stay: see
// DiscardUpload.
func (s *Site) InsertFontFace(ctx context.Context, c PostChanges, files []Stored) (*wp.Post, error) {
	names := make([]string, len(files))
	for i, f := range files {
		names[i] = f.File[len(fontDir)+1:]
	}
	var p *wp.Post
	err := s.Atomically(ctx, func(ctx context.Context) (err error) {
		if p, err = s.InsertPost(ctx, c); err != nil {
			return err
		}
		return s.ReplaceMeta(ctx, wp.PostMeta, p.ID, fontFile, nil, names)
	})
	if err != nil {
		return nil, err
	}
	return p, nil
}

// deleteFonts removes a font family with its faces, or a face with its files:
// _wp_after_delete_font_family, _wp_before_delete_font_face. Files go when all
// else is gone for good.
func (s *Site) deleteFonts(ctx context.Context, p *wp.Post) error {
	return s.Atomically(ctx, func(ctx context.Context) error {
		if p.Type == fontFace {
			return s.deleteFace(ctx, p)
		}
		faces, _, err := s.QueryPosts(ctx, store.PostQuery{Types: []string{fontFace}, Parents: []int64{p.ID}, NoCount: true})
		if err != nil {
			return err
		}
		for _, face := range faces {
			if _, err := s.DeletePost(ctx, face.ID); err != nil {
				return err
			}
		}
		return s.deleteAll(ctx, p)
	})
}

func (s *Site) deleteFace(ctx context.Context, p *wp.Post) error {
	m, err := s.Meta(ctx, wp.PostMeta, p.ID)
	if err != nil {
		return err
	}
	files := m.All(fontFile)
	if err := s.deleteAll(ctx, p); err != nil {
		return err
	}
	s.committed(ctx, func(ctx context.Context) {
		for _, name := range files {
			s.removeFile(ctx, fontDir+"/"+name) // not joined: ".." is refused
		}
	})
	return nil
}
