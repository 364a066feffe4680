package site

import (
	"context"
	"slices"

	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/phpserialize"
)

// Meta are the meta rows of one object in the order of their ids. It is
// shared: do not change it.
type Meta []wp.Meta

// Get returns the raw value of the first row called key, "" when there is none.
func (m Meta) Get(key string) string {
	v, _ := m.Lookup(key)
	return v
}

// Lookup returns the raw value of the first row called key.
func (m Meta) Lookup(key string) (string, bool) {
	for i := range m {
		if m[i].Key == key {
			return m[i].Value, true
		}
	}
	return "", false
}

// All returns the raw values of every row called key.
func (m Meta) All(key string) []string {
	var out []string
	for i := range m {
		if m[i].Key == key {
			out = append(out, m[i].Value)
		}
	}
	return out
}

// Value returns the first value called key, unserialised as get_metadata does;
// nil when there is none.
func (m Meta) Value(key string) any {
	v, ok := m.Lookup(key)
	if !ok {
		return nil
	}
	return phpserialize.MaybeUnserialize(v)
}

// Meta returns the meta of one object.
func (s *Site) Meta(ctx context.Context, kind wp.MetaKind, object int64) (Meta, error) {
	c := s.view(ctx).meta[kind]
	if m, ok := c.Get(object); ok {
		return m, nil
	}
	epoch := c.Epoch()
	rows, err := s.store.Meta(ctx, kind, object)
	if err != nil {
		return nil, err
	}
	c.Put(epoch, object, rows)
	return rows, nil
}

// PrimeMeta reads the meta of many objects at once.
func (s *Site) PrimeMeta(ctx context.Context, kind wp.MetaKind, objects []int64) error {
	c := s.view(ctx).meta[kind]
	missing := absent(c.Get, objects)
	if len(missing) == 0 {
		return nil
	}
	epoch := c.Epoch()
	rows, err := s.store.MetaFor(ctx, kind, missing)
	if err != nil {
		return err
	}
	for _, id := range missing {
		c.Put(epoch, id, rows[id])
	}
	return nil
}

// absent lists the ids that get does not know, each once.
func absent[V any](get func(int64) (V, bool), ids []int64) []int64 {
	var out []int64
	seen := make(map[int64]bool, len(ids))
	for _, id := range ids {
		if id == 0 || seen[id] {
			continue
		}
		seen[id] = true
		if _, ok := get(id); !ok {
			out = append(out, id)
		}
	}
	return out
}

// SetMeta stores a single value: update_metadata. An unchanged value is not
// written again.
func (s *Site) SetMeta(ctx context.Context, kind wp.MetaKind, object int64, key, value string) error {
	m, err := s.Meta(ctx, kind, object)
	if err != nil {
		return err
	}
	if rows := m.All(key); len(rows) == 1 && rows[0] == value {
		return nil
	}
	defer s.changed(ctx)
	return s.store.SetMeta(ctx, kind, object, key, value)
}

// DeleteMeta removes every row called key.
func (s *Site) DeleteMeta(ctx context.Context, kind wp.MetaKind, object int64, key string) error {
	defer s.changed(ctx)
	_, err := s.store.DeleteMetaByKey(ctx, kind, object, key)
	return err
}

// ReplaceMeta makes want the rows called key, given what is there now: a row
// whose text stands once on both sides stays, the others go and come.
func (s *Site) ReplaceMeta(ctx context.Context, kind wp.MetaKind, object int64, key string, have, want []string) error {
	drop, add := slices.Clone(have), []string{}
	for _, v := range want {
		n := 0
		for _, h := range have {
			if h == v {
				n++
			}
		}
		i := slices.Index(drop, v)
		if n == 1 && i >= 0 {
			drop = slices.Delete(drop, i, i+1)
			continue
		}
		add = append(add, v)
	}
	if len(drop) == 0 && len(add) == 0 {
		return nil
	}
	defer s.changed(ctx)
	return s.store.Tx(ctx, func(tx *store.Tx) error {
		for i, v := range drop {
			if slices.Contains(drop[:i], v) {
				continue
			}
			if _, err := tx.DeleteMetaByValue(ctx, kind, object, key, v); err != nil {
				return err
			}
		}
		for _, v := range add {
			if _, err := tx.AddMeta(ctx, kind, wp.Meta{ObjectID: object, Key: key, Value: v}); err != nil {
				return err
			}
		}
		return nil
	})
}
