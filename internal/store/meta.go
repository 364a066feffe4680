package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/platenhq/platen/internal/wp"
)

// metaTable is one of the four meta tables.
type metaTable struct {
	table, id, object string
	columns           string
	area              Area
}

func (q *Queries) metaTable(k wp.MetaKind) (metaTable, error) {
	t := q.s.t
	m := metaTable{table: t.postmeta, id: "`meta_id`", object: "`post_id`", area: AreaPostMeta}
	switch k {
	case wp.PostMeta:
	case wp.UserMeta:
		m = metaTable{table: t.usermeta, id: "`umeta_id`", object: "`user_id`", area: AreaUserMeta}
	case wp.TermMeta:
		m = metaTable{table: t.termmeta, id: "`meta_id`", object: "`term_id`", area: AreaTermMeta}
	case wp.CommentMeta:
		m = metaTable{table: t.commentmeta, id: "`meta_id`", object: "`comment_id`", area: AreaCommentMeta}
	default:
		return m, fmt.Errorf("store: no such kind of meta: %d", k)
	}
	m.columns = m.id + "," + m.object + ",`meta_key`,`meta_value`"
	return m, nil
}

func (q *Queries) metaRows(ctx context.Context, query string, args []any) ([]wp.Meta, error) {
	var out []wp.Meta
	err := q.each(ctx, query, args, func(r *sql.Rows) error {
		var m wp.Meta
		var key, value sql.NullString
		if err := r.Scan(&m.ID, &m.ObjectID, &key, &value); err != nil {
			return err
		}
		m.Key, m.Value = key.String, value.String
		out = append(out, m)
		return nil
	})
	return out, err
}

// Meta returns all meta of an object, oldest first.
func (q *Queries) Meta(ctx context.Context, k wp.MetaKind, object int64) ([]wp.Meta, error) {
	t, err := q.metaTable(k)
	if err != nil {
		return nil, err
	}
	return q.metaRows(ctx, "SELECT "+t.columns+" FROM "+t.table+" WHERE "+t.object+" = ? ORDER BY "+t.id, []any{object})
}

// MetaFor returns all meta of several objects, each one's oldest first. Objects without meta have no entry.
func (q *Queries) MetaFor(ctx context.Context, k wp.MetaKind, objects []int64) (map[int64][]wp.Meta, error) {
	t, err := q.metaTable(k)
	if err != nil {
		return nil, err
	}
	out := make(map[int64][]wp.Meta, len(objects))
	for _, part := range chunks(unique(objects), chunkSize) {
		var c clause
		c.add("SELECT " + t.columns + " FROM " + t.table + " WHERE ")
		in(&c, t.object, part)
		c.add(" ORDER BY " + t.id)
		rows, err := q.metaRows(ctx, c.text.String(), c.args)
		if err != nil {
			return nil, err
		}
		for _, m := range rows {
			out[m.ObjectID] = append(out[m.ObjectID], m)
		}
	}
	return out, nil
}

// MetaByKey returns an object's rows of one key, oldest first. The key is compared exactly, as PHP's arrays do.
func (q *Queries) MetaByKey(ctx context.Context, k wp.MetaKind, object int64, key string) ([]wp.Meta, error) {
	t, err := q.metaTable(k)
	if err != nil {
		return nil, err
	}
	rows, err := q.metaRows(ctx, "SELECT "+t.columns+" FROM "+t.table+" WHERE "+t.object+" = ? AND `meta_key` = ? ORDER BY "+t.id,
		[]any{object, key})
	return exactKey(rows, key), err
}

func exactKey(rows []wp.Meta, key string) []wp.Meta {
	out := rows[:0]
	for _, m := range rows {
		if m.Key == key {
			out = append(out, m)
		}
	}
	return out
}

// MetaByID returns one meta row, or wp.ErrNotFound.
func (q *Queries) MetaByID(ctx context.Context, k wp.MetaKind, id int64) (wp.Meta, error) {
	t, err := q.metaTable(k)
	if err != nil {
		return wp.Meta{}, err
	}
	rows, err := q.metaRows(ctx, "SELECT "+t.columns+" FROM "+t.table+" WHERE "+t.id+" = ?", []any{id})
	if err == nil && len(rows) == 0 {
		err = wp.ErrNotFound
	}
	if err != nil {
		return wp.Meta{}, err
	}
	return rows[0], nil
}

// FindMeta returns all rows of a key with exactly this value, whosever they are, oldest first.
func (q *Queries) FindMeta(ctx context.Context, k wp.MetaKind, key, value string) ([]wp.Meta, error) {
	t, err := q.metaTable(k)
	if err != nil {
		return nil, err
	}
	rows, err := q.metaRows(ctx, "SELECT "+t.columns+" FROM "+t.table+" WHERE `meta_key` = ? AND "+
		q.exactly("`meta_value`")+" ORDER BY "+t.id, []any{key, value})
	return exactKey(rows, key), err
}

// MetaOfKey returns all rows of a key, whosever they are, oldest first; limit 0 is no limit.
func (q *Queries) MetaOfKey(ctx context.Context, k wp.MetaKind, key string, limit int) ([]wp.Meta, error) {
	t, err := q.metaTable(k)
	if err != nil {
		return nil, err
	}
	var c clause
	c.add("SELECT "+t.columns+" FROM "+t.table+" WHERE `meta_key` = ? ORDER BY "+t.id, key)
	c.limit(limit, 0)
	rows, err := q.metaRows(ctx, c.text.String(), c.args)
	return exactKey(rows, key), err
}

// exactly is a condition comparing a column with a parameter byte for byte.
func (q *Queries) exactly(column string) string {
	text := named(q.s.d.exact, column)
	if q.s.charset == "latin1" { // a parameter's bytes are latin1 there
		text = strings.Replace(text, "USING utf8mb4", "USING latin1", 1)
	}
	return text
}

// AddMeta adds a row and returns its id; m.ID is kept where it is not 0.
func (q *Queries) AddMeta(ctx context.Context, k wp.MetaKind, m wp.Meta) (int64, error) {
	t, err := q.metaTable(k)
	if err != nil {
		return 0, err
	}
	if err := q.fits(limit{"meta_key", m.Key, 255, 0}, limit{column: "meta_value", value: m.Value}); err != nil {
		return 0, err
	}
	id, err := q.insert(ctx, t.area, "INSERT INTO "+t.table+" ("+t.columns+") VALUES (?,?,?,?)", newID(m.ID), m.ObjectID, m.Key, m.Value)
	if m.ID != 0 {
		id = m.ID
	}
	return id, err
}

// UpdateMeta sets the value of one row, or answers wp.ErrNotFound.
func (q *Queries) UpdateMeta(ctx context.Context, k wp.MetaKind, id int64, value string) error {
	t, err := q.metaTable(k)
	if err != nil {
		return err
	}
	if err := q.text("meta_value", value); err != nil {
		return err
	}
	n, err := q.affected(ctx, t.area, "UPDATE "+t.table+" SET `meta_value` = ? WHERE "+t.id+" = ?", value, id)
	return mustMeet(n, err, "meta", id)
}

// RenameMeta sets key and value of one row, or answers wp.ErrNotFound (update_metadata_by_mid).
func (q *Queries) RenameMeta(ctx context.Context, k wp.MetaKind, id int64, key, value string) error {
	t, err := q.metaTable(k)
	if err != nil {
		return err
	}
	if err := q.fits(limit{"meta_key", key, 255, 0}, limit{column: "meta_value", value: value}); err != nil {
		return err
	}
	n, err := q.affected(ctx, t.area, "UPDATE "+t.table+" SET `meta_key` = ?, `meta_value` = ? WHERE "+t.id+" = ?", key, value, id)
	return mustMeet(n, err, "meta", id)
}

// UpdateMetaByKey sets the value of all of an object's rows of one key and returns how many there were.
func (q *Queries) UpdateMetaByKey(ctx context.Context, k wp.MetaKind, object int64, key, value string) (int64, error) {
	t, err := q.metaTable(k)
	if err != nil {
		return 0, err
	}
	if err := q.text("meta_value", value); err != nil {
		return 0, err
	}
	return q.affected(ctx, t.area, "UPDATE "+t.table+" SET `meta_value` = ? WHERE "+t.object+" = ? AND `meta_key` = ? AND "+q.exactly("`meta_key`"),
		value, object, key, key)
}

// SetMeta sets the value of an object's rows of one key, adding a row where there is none (update_metadata).
func (q *Queries) SetMeta(ctx context.Context, k wp.MetaKind, object int64, key, value string) error {
	return q.Tx(ctx, func(tx *Tx) error {
		n, err := tx.UpdateMetaByKey(ctx, k, object, key, value)
		if err == nil && n == 0 {
			_, err = tx.AddMeta(ctx, k, wp.Meta{ObjectID: object, Key: key, Value: value})
		}
		return err
	})
}

// SwapMeta sets the value of one row only if it still is old, byte for byte, and reports whether it was. Read, change and
// swap in a loop to change a serialised list (session tokens, application passwords) without losing another's change.
func (q *Queries) SwapMeta(ctx context.Context, k wp.MetaKind, id int64, old, value string) (bool, error) {
	t, err := q.metaTable(k)
	if err != nil {
		return false, err
	}
	if err := q.text("meta_value", value); err != nil {
		return false, err
	}
	n, err := q.affected(ctx, t.area, "UPDATE "+t.table+" SET `meta_value` = ? WHERE "+t.id+" = ? AND "+q.exactly("`meta_value`"), value, id, old)
	return n > 0, err
}

// DeleteMeta removes rows by their ids and returns how many there were.
func (q *Queries) DeleteMeta(ctx context.Context, k wp.MetaKind, ids ...int64) (int64, error) {
	t, err := q.metaTable(k)
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	var c clause
	c.add("DELETE FROM " + t.table + " WHERE ")
	in(&c, t.id, ids)
	return q.affected(ctx, t.area, c.text.String(), c.args...)
}

// DeleteMetaByKey removes an object's rows of one key and returns how many there were.
func (q *Queries) DeleteMetaByKey(ctx context.Context, k wp.MetaKind, object int64, key string) (int64, error) {
	return q.deleteMeta(ctx, k, "{object} = ? AND `meta_key` = ? AND "+q.exactly("`meta_key`"), object, key, key)
}

// DeleteMetaByValue removes the rows of a key with exactly this value, of one object or, with object 0, of all.
func (q *Queries) DeleteMetaByValue(ctx context.Context, k wp.MetaKind, object int64, key, value string) (int64, error) {
	cond := "`meta_key` = ? AND " + q.exactly("`meta_key`") + " AND " + q.exactly("`meta_value`")
	if object == 0 {
		return q.deleteMeta(ctx, k, cond, key, key, value)
	}
	return q.deleteMeta(ctx, k, "{object} = ? AND "+cond, object, key, key, value)
}

// DeleteMetaEverywhere removes all rows of a key, whosever they are (delete_metadata with delete_all).
func (q *Queries) DeleteMetaEverywhere(ctx context.Context, k wp.MetaKind, key string) (int64, error) {
	return q.deleteMeta(ctx, k, "`meta_key` = ? AND "+q.exactly("`meta_key`"), key, key)
}

// DeleteObjectMeta removes all meta of an object.
func (q *Queries) DeleteObjectMeta(ctx context.Context, k wp.MetaKind, object int64) (int64, error) {
	return q.deleteMeta(ctx, k, "{object} = ?", object)
}
