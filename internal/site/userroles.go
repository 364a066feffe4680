package site

import (
	"context"
	"slices"
	"strconv"

	"github.com/platenhq/platen/capability"
	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/phpserialize"
)

// SetRoles makes roles the roles of a user; other capabilities of the user
// stay: set_role and add_role.
func (s *Site) SetRoles(ctx context.Context, user int64, roles ...string) error {
	defer s.changed(ctx)
	return s.store.Tx(ctx, func(tx *store.Tx) error {
		if _, err := tx.User(ctx, user); err != nil {
			return err
		}
		rows, err := tx.Meta(ctx, wp.UserMeta, user)
		if err != nil {
			return err
		}
		return s.storeRoles(ctx, tx, user, rows, roles)
	})
}

// storeRoles writes the capabilities and the level of a user whose meta is
// rows.
func (s *Site) storeRoles(ctx context.Context, tx *store.Tx, user int64, rows Meta, roles []string) error {
	set, err := s.Settings(ctx)
	if err != nil {
		return err
	}
	own := grants(phpserialize.MaybeUnserialize(rows.Get(s.userMetaKey("capabilities"))))
	held := capability.NewUser(user, own, set.Roles).Roles()
	own = slices.DeleteFunc(own, func(g capability.Grant) bool { return slices.Contains(held, g.Name) })
	for _, role := range roles {
		i := slices.IndexFunc(own, func(g capability.Grant) bool { return g.Name == role })
		switch {
		case role == "":
		case i < 0:
			own = append(own, capability.Grant{Name: role, Value: true})
		default:
			own[i].Value = true
		}
	}
	list := &phpserialize.Array{}
	for _, g := range own {
		list.Set(phpserialize.StrKey(g.Name), g.Value)
	}
	text, err := phpserialize.Marshal(list)
	if err != nil {
		return err
	}
	if err := tx.SetMeta(ctx, wp.UserMeta, user, s.userMetaKey("capabilities"), text); err != nil {
		return err
	}
	level := strconv.Itoa(capability.NewUser(user, own, set.Roles).Level())
	return tx.SetMeta(ctx, wp.UserMeta, user, s.userMetaKey("user_level"), level)
}

// DeleteUser removes a user and gives the user's posts to another, or deletes
// them with a nil reassign: wp_delete_user.
func (s *Site) DeleteUser(ctx context.Context, id int64, reassign *int64) error {
	u, err := s.User(ctx, id)
	if err != nil {
		return err
	}
	for _, f := range s.hooks.BeforeDeleteUser {
		f(ctx, u, reassign)
	}
	defer s.changed(ctx)
	if reassign == nil {
		if err := s.deletePostsOf(ctx, id); err != nil {
			return err
		}
	} else if _, err := s.store.ReassignPosts(ctx, id, *reassign); err != nil {
		return err
	}
	return s.store.Tx(ctx, func(tx *store.Tx) error {
		if _, err := tx.DeleteObjectMeta(ctx, wp.UserMeta, id); err != nil {
			return err
		}
		return tx.DeleteUser(ctx, id)
	})
}

// deletePostsOf deletes the posts of a user's that go with the user; what has
// a trash goes there.
func (s *Site) deletePostsOf(ctx context.Context, user int64) error {
	var types []string
	for _, t := range s.reg.PostTypes() {
		if t.DeleteWithUser {
			types = append(types, t.Name)
		}
	}
	list, _, err := s.store.PostIDs(ctx, store.PostQuery{Types: types, Author: []int64{user}, OrderBy: []store.PostOrder{{By: store.ByID, Order: store.Asc}}, NoCount: true})
	if err != nil {
		return err
	}
	for _, id := range list {
		p, err := s.Post(ctx, id)
		if isNotFound(err) { // went with its parent
			continue
		}
		if err != nil {
			return err
		}
		trash := (p.Type == "post" || p.Type == "page") && !s.TrashDisabled() || p.Type == "attachment" && s.MediaTrash() && !s.TrashDisabled()
		if trash && p.Status != "trash" {
			_, err = s.TrashPost(ctx, id)
		} else {
			_, err = s.DeletePost(ctx, id)
		}
		if err != nil && !isNotFound(err) {
			return err
		}
	}
	return nil
}
