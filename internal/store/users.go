package store

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"

	"github.com/platenhq/platen/internal/store/uca520"
	"github.com/platenhq/platen/internal/wp"
)

const userColumns = "`ID`,`user_login`,`user_pass`,`user_nicename`,`user_email`,`user_url`,`user_registered`,`user_activation_key`," +
	"`user_status`,`display_name`"

func (q *Queries) userRows(ctx context.Context, query string, args []any) ([]wp.User, error) {
	var out []wp.User
	err := q.each(ctx, query, args, func(r *sql.Rows) error {
		var u wp.User
		if err := r.Scan(&u.ID, &u.Login, &u.Pass, &u.Nicename, &u.Email, &u.URL, &u.Registered, &u.ActivationKey, &u.Status,
			&u.DisplayName); err != nil {
			return err
		}
		out = append(out, u)
		return nil
	})
	return out, err
}

// userBy finds the oldest user with a column's value, compared as the collation does, or wp.ErrNotFound.
func (q *Queries) userBy(ctx context.Context, column string, value any) (wp.User, error) {
	rows, err := q.userRows(ctx, "SELECT "+userColumns+" FROM "+q.s.t.users+" WHERE `"+column+"` = ? ORDER BY `ID` LIMIT 1", []any{value})
	if err == nil && len(rows) == 0 {
		err = fmt.Errorf("store: user: %w", wp.ErrNotFound)
	}
	if err != nil {
		return wp.User{}, err
	}
	return rows[0], nil
}

// User returns a user by id, or wp.ErrNotFound.
func (q *Queries) User(ctx context.Context, id int64) (wp.User, error) {
	return q.userBy(ctx, "ID", id)
}

// UserByLogin returns a user by login name, or wp.ErrNotFound. Case and accents do not count, as on MySQL.
func (q *Queries) UserByLogin(ctx context.Context, login string) (wp.User, error) {
	return q.userBy(ctx, "user_login", login)
}

// UserByEmail returns a user by e-mail address, or wp.ErrNotFound.
func (q *Queries) UserByEmail(ctx context.Context, email string) (wp.User, error) {
	return q.userBy(ctx, "user_email", email)
}

// UserByNicename returns a user by slug, or wp.ErrNotFound.
func (q *Queries) UserByNicename(ctx context.Context, nicename string) (wp.User, error) {
	return q.userBy(ctx, "user_nicename", nicename)
}

// UsersByIDs returns users in the order of ids; those that do not exist are left out.
func (q *Queries) UsersByIDs(ctx context.Context, ids []int64) ([]wp.User, error) {
	found := make(map[int64]wp.User, len(ids))
	for _, part := range chunks(unique(ids), chunkSize) {
		var c clause
		c.add("SELECT " + userColumns + " FROM " + q.s.t.users + " WHERE ")
		in(&c, "`ID`", part)
		rows, err := q.userRows(ctx, c.text.String(), c.args)
		if err != nil {
			return nil, err
		}
		for _, u := range rows {
			found[u.ID] = u
		}
	}
	out := make([]wp.User, 0, len(ids))
	for _, id := range ids {
		if u, ok := found[id]; ok {
			out = append(out, u)
		}
	}
	return out, nil
}

func (q *Queries) userFits(u *wp.User) error {
	return q.fits(limit{"user_login", u.Login, 60, 0}, limit{"user_pass", u.Pass, 255, 0}, limit{"user_nicename", u.Nicename, 50, 0},
		limit{"user_email", u.Email, 100, 0}, limit{"user_url", u.URL, 100, 0}, limit{"user_activation_key", u.ActivationKey, 255, 0},
		limit{"display_name", u.DisplayName, 250, 0}, limit{"user_registered", u.Registered, 19, 0})
}

// InsertUser adds a row and returns its id; an ID in u is kept. Logins and addresses are not unique keys in WordPress's
// schema: look before you insert, in the same transaction.
func (q *Queries) InsertUser(ctx context.Context, u wp.User) (int64, error) {
	if err := q.userFits(&u); err != nil {
		return 0, err
	}
	id, err := q.insert(ctx, AreaUsers, "INSERT INTO "+q.s.t.users+" ("+userColumns+") VALUES ("+marks(10)+")", newID(u.ID), u.Login, u.Pass,
		u.Nicename, u.Email, u.URL, dateOr(u.Registered), u.ActivationKey, u.Status, u.DisplayName)
	if u.ID != 0 {
		id = u.ID
	}
	return id, err
}

// UpdateUser writes the whole row of u.ID, or answers wp.ErrNotFound.
func (q *Queries) UpdateUser(ctx context.Context, u wp.User) error {
	if err := q.userFits(&u); err != nil {
		return err
	}
	n, err := q.affected(ctx, AreaUsers, "UPDATE "+q.s.t.users+" SET `user_login`=?,`user_pass`=?,`user_nicename`=?,`user_email`=?,"+
		"`user_url`=?,`user_registered`=?,`user_activation_key`=?,`user_status`=?,`display_name`=? WHERE `ID` = ?", u.Login, u.Pass,
		u.Nicename, u.Email, u.URL, dateOr(u.Registered), u.ActivationKey, u.Status, u.DisplayName, u.ID)
	return mustMeet(n, err, "user", u.ID)
}

// SwapUserPass sets a new hash only if the old one still stands, and reports whether it did: rehashing at a login must not
// undo a change of password that happened meanwhile.
func (q *Queries) SwapUserPass(ctx context.Context, id int64, old, hash string) (bool, error) {
	if err := q.fits(limit{"user_pass", hash, 255, 0}); err != nil {
		return false, err
	}
	n, err := q.affected(ctx, AreaUsers, "UPDATE "+q.s.t.users+" SET `user_pass` = ? WHERE `ID` = ? AND "+q.exactly("`user_pass`"), hash, id, old)
	return n > 0, err
}

// SetActivationKey sets the key of a password reset, or answers wp.ErrNotFound.
func (q *Queries) SetActivationKey(ctx context.Context, id int64, key string) error {
	if err := q.fits(limit{"user_activation_key", key, 255, 0}); err != nil {
		return err
	}
	n, err := q.affected(ctx, AreaUsers, "UPDATE "+q.s.t.users+" SET `user_activation_key` = ? WHERE `ID` = ?", key, id)
	return mustMeet(n, err, "user", id)
}

// DeleteUser removes the row and nothing else, or answers wp.ErrNotFound.
func (q *Queries) DeleteUser(ctx context.Context, id int64) error {
	n, err := q.affected(ctx, AreaUsers, "DELETE FROM "+q.s.t.users+" WHERE `ID` = ?", id)
	return mustMeet(n, err, "user", id)
}

// UserIDs returns the ids of the users that match, in order, and how many match without Limit and Offset.
func (q *Queries) UserIDs(ctx context.Context, uq UserQuery) (ids []int64, total int, err error) {
	where, err := q.userWhere(&uq)
	if err != nil {
		return nil, 0, err
	}
	var c clause
	c.add("SELECT u.`ID` FROM " + q.s.t.users + " u")
	c.add(where.where(), where.args...)
	if err := q.userOrder(&c, &uq); err != nil {
		return nil, 0, err
	}
	c.limit(uq.Limit, uq.Offset)
	if ids, err = q.ids(ctx, c.text.String(), c.args); err != nil {
		return nil, 0, err
	}
	if n, ok := knownTotal(len(ids), uq.Limit, uq.Offset, uq.NoCount); ok {
		return ids, n, nil
	}
	total, err = q.count(ctx, "SELECT COUNT(*) FROM "+q.s.t.users+" u"+where.where(), where.args)
	return ids, total, err
}

// CountUsers returns how many users match.
func (q *Queries) CountUsers(ctx context.Context, uq UserQuery) (int, error) {
	where, err := q.userWhere(&uq)
	if err != nil {
		return 0, err
	}
	return q.count(ctx, "SELECT COUNT(*) FROM "+q.s.t.users+" u"+where.where(), where.args)
}

func (q *Queries) userWhere(uq *UserQuery) (*conds, error) {
	c := and()
	if uq.Beyond > 0 {
		c.next().add("u.`ID` > ?", uq.Beyond)
	}
	if len(uq.Include) > 0 {
		in(c.next(), "u.`ID`", uq.Include)
	} else if len(uq.Exclude) > 0 {
		notIn(c.next(), "u.`ID`", uq.Exclude)
	}
	for _, e := range []struct {
		column string
		values []string
	}{{"u.`user_nicename`", uq.Slugs}, {"u.`user_login`", uq.Logins}, {"u.`user_email`", uq.Emails}} {
		if len(e.values) > 0 {
			in(c.next(), e.column, e.values)
		}
	}
	if len(uq.HasPosts) > 0 {
		n := c.next()
		n.add("EXISTS (SELECT 1 FROM " + q.s.t.posts + " p WHERE p.`post_author` = u.`ID` AND p.`post_status` = 'publish' AND ")
		in(n, "p.`post_type`", uq.HasPosts)
		n.add(")")
	}
	q.roleConds(c, uq)
	if uq.Search != "" {
		if err := userSearch(c, uq); err != nil {
			return nil, err
		}
	}
	if uq.Meta != nil {
		if err := q.metaConds(c, wp.UserMeta, "u.`ID`", uq.Meta); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// roleConds selects by what the serialised capabilities of a user name.
func (q *Queries) roleConds(c *conds, uq *UserQuery) {
	has := func(c *conds, op, name string) {
		n := c.next()
		n.add("EXISTS (SELECT 1 FROM "+q.s.t.usermeta+" m WHERE m.`user_id` = u.`ID` AND m.`meta_key` = ? AND ", q.s.t.prefix+"capabilities")
		like(n, "m.`meta_value`", op, `"`+name+`"`)
		n.add(")")
	}
	for _, r := range uq.RolesAll {
		has(c, "LIKE", r)
	}
	for _, list := range [][]string{uq.RolesIn, uq.CapsIn} {
		any := or()
		for _, r := range list {
			has(any, "LIKE", r)
		}
		c.group(any)
	}
	for _, r := range uq.RolesNot {
		has(c, "NOT LIKE", r)
	}
}

var userSearchColumns = map[string]bool{"ID": true, "user_login": true, "user_nicename": true, "user_email": true, "user_url": true,
	"display_name": true}

func userSearch(c *conds, uq *UserQuery) error {
	value := uca520.EscapeLike(uq.Search, '!')
	if uq.SearchAt == SearchBoth || uq.SearchAt == SearchLeading {
		value = "%" + value
	}
	if uq.SearchAt == SearchBoth || uq.SearchAt == SearchTrailing {
		value += "%"
	}
	columns := uq.SearchColumns
	if len(columns) == 0 {
		columns = []string{"user_login", "user_url", "user_email", "user_nicename", "display_name"}
	}
	any := or()
	for _, column := range columns {
		if !userSearchColumns[column] {
			return fmt.Errorf("store: users cannot be searched by %q", column)
		}
		if column == "ID" {
			// MySQL compares the number a text begins with.
			any.next().add("u.`ID` = ?", leadingNumber(uq.Search))
			continue
		}
		any.next().add("u.`"+column+"` LIKE ? ESCAPE '!'", value)
	}
	c.group(any)
	return nil
}

func leadingNumber(s string) int64 {
	s = strings.TrimSpace(s)
	end := 0
	for end < len(s) && end < 18 && s[end] >= '0' && s[end] <= '9' {
		end++
	}
	n, _ := strconv.ParseInt(s[:end], 10, 64)
	return n
}

var userOrderColumns = map[UserOrderKey]string{"": "`user_login`", UserByLogin: "`user_login`", UserByID: "`ID`", UserByName: "`display_name`",
	UserByNicename: "`user_nicename`", UserByEmail: "`user_email`", UserByURL: "`user_url`", UserByRegistered: "`user_registered`"}

func (q *Queries) userOrder(c *clause, uq *UserQuery) error {
	dir := direction(uq.Order, Asc)
	if column, ok := userOrderColumns[uq.OrderBy]; ok {
		c.add(" ORDER BY u." + column + dir)
		if uq.OrderBy != UserByID {
			c.add(", u.`ID`" + dir)
		}
		return nil
	}
	switch {
	case uq.OrderBy == UserByNone:
		return nil
	case uq.OrderBy == UserByInclude && len(uq.Include) > 0:
		c.add(" ORDER BY ")
		caseOrder(c, "u.`ID`", uq.Include)
		c.add(dir)
	case uq.OrderBy == UserBySlugs && len(uq.Slugs) > 0:
		c.add(" ORDER BY ")
		caseOrder(c, "u.`user_nicename`", uq.Slugs)
	case uq.OrderBy == UserByPostCount:
		c.add(" ORDER BY (SELECT COUNT(*) FROM " + q.s.t.posts + " p WHERE p.`post_type` = 'post' AND p.`post_status` = 'publish'" +
			" AND p.`post_author` = u.`ID`)" + dir)
	case uq.OrderBy == UserByInclude, uq.OrderBy == UserBySlugs:
		c.add(" ORDER BY u.`user_login`" + dir)
	default:
		return fmt.Errorf("store: users cannot be sorted by %q", uq.OrderBy)
	}
	c.add(", u.`ID`" + dir)
	return nil
}
