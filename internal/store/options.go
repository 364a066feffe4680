package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/platenhq/platen/internal/store/uca520"
	"github.com/platenhq/platen/internal/wp"
)

const optionColumns = "`option_id`,`option_name`,`option_value`,`autoload`"

func (q *Queries) optionRows(ctx context.Context, query string, args []any) ([]wp.Option, error) {
	var out []wp.Option
	err := q.each(ctx, query, args, func(r *sql.Rows) error {
		var o wp.Option
		if err := r.Scan(&o.ID, &o.Name, &o.Value, &o.Autoload); err != nil {
			return err
		}
		out = append(out, o)
		return nil
	})
	return out, err
}

// Option returns an option, or wp.ErrNotFound.
func (q *Queries) Option(ctx context.Context, name string) (wp.Option, error) {
	rows, err := q.optionRows(ctx, "SELECT "+optionColumns+" FROM "+q.s.t.options+" WHERE `option_name` = ?", []any{name})
	if err == nil && len(rows) == 0 {
		err = fmt.Errorf("store: option %q: %w", name, wp.ErrNotFound)
	}
	if err != nil {
		return wp.Option{}, err
	}
	return rows[0], nil
}

// OptionForUpdate returns an option, or wp.ErrNotFound. In a transaction it is the option as it is now, and nobody else
// changes it before the transaction ends.
func (q *Queries) OptionForUpdate(ctx context.Context, name string) (wp.Option, error) {
	rows, err := q.optionRows(ctx, "SELECT "+optionColumns+" FROM "+q.s.t.options+" WHERE `option_name` = ?"+q.s.d.forUpdate, []any{name})
	if err == nil && len(rows) == 0 {
		err = fmt.Errorf("store: option %q: %w", name, wp.ErrNotFound)
	}
	if err != nil {
		return wp.Option{}, err
	}
	return rows[0], nil
}

// Options returns the options of these names that exist, by the names as stored.
func (q *Queries) Options(ctx context.Context, names []string) (map[string]wp.Option, error) {
	out := make(map[string]wp.Option, len(names))
	for _, part := range chunks(names, chunkSize) {
		var c clause
		c.add("SELECT " + optionColumns + " FROM " + q.s.t.options + " WHERE ")
		in(&c, "`option_name`", part)
		rows, err := q.optionRows(ctx, c.text.String(), c.args)
		if err != nil {
			return nil, err
		}
		for _, o := range rows {
			out[o.Name] = o
		}
	}
	return out, nil
}

// AutoloadedOptions returns all options that are loaded with every request (wp_load_alloptions).
func (q *Queries) AutoloadedOptions(ctx context.Context) ([]wp.Option, error) {
	return q.optionRows(ctx, "SELECT "+optionColumns+" FROM "+q.s.t.options+
		" WHERE `autoload` IN ('yes','on','auto-on','auto') ORDER BY `option_id`", nil)
}

// OptionsLike returns the options whose names begin with prefix.
func (q *Queries) OptionsLike(ctx context.Context, prefix string) ([]wp.Option, error) {
	return q.optionRows(ctx, "SELECT "+optionColumns+" FROM "+q.s.t.options+" WHERE `option_name` LIKE ? ESCAPE '!' ORDER BY `option_id`",
		[]any{uca520.EscapeLike(prefix, '!') + "%"})
}

func (q *Queries) optionFits(name, value, autoload string) error {
	return q.fits(limit{"option_name", name, 191, 0}, limit{column: "option_value", value: value}, limit{"autoload", autoload, 20, 0})
}

// AddOption adds an option and reports whether it was added; one that exists is left alone.
func (q *Queries) AddOption(ctx context.Context, o wp.Option) (bool, error) {
	if err := q.optionFits(o.Name, o.Value, o.Autoload); err != nil {
		return false, err
	}
	n, err := q.affected(ctx, AreaOptions, q.s.d.insertIgnore+" "+q.s.t.options+" ("+optionColumns+") VALUES (?,?,?,?)",
		newID(o.ID), o.Name, o.Value, firstOf(o.Autoload, "on"))
	return n > 0, err
}

// SetOption adds or changes an option. autoload "" keeps an existing option's, and is "on" for a new one.
func (q *Queries) SetOption(ctx context.Context, name, value, autoload string) error {
	if err := q.optionFits(name, value, autoload); err != nil {
		return err
	}
	d := q.s.d
	query := "INSERT INTO " + q.s.t.options + " (" + optionColumns + ") VALUES (?,?,?,?) " + named(d.onConflict, "`option_name`") +
		" `option_value` = " + named(d.inserted, "`option_value`")
	if autoload != "" {
		query += ", `autoload` = " + named(d.inserted, "`autoload`")
	}
	_, err := q.exec(ctx, AreaOptions, query, nil, name, value, firstOf(autoload, "on"))
	return err
}

// SwapOption sets an option's value only if it still is old, byte for byte, and reports whether it was.
func (q *Queries) SwapOption(ctx context.Context, name, old, value string) (bool, error) {
	if err := q.text("option_value", value); err != nil {
		return false, err
	}
	n, err := q.affected(ctx, AreaOptions, "UPDATE "+q.s.t.options+" SET `option_value` = ? WHERE `option_name` = ? AND "+
		q.exactly("`option_value`"), value, name, old)
	return n > 0, err
}

// DeleteOption removes an option and reports whether there was one.
func (q *Queries) DeleteOption(ctx context.Context, name string) (bool, error) {
	n, err := q.affected(ctx, AreaOptions, "DELETE FROM "+q.s.t.options+" WHERE `option_name` = ?", name)
	return n > 0, err
}

// named puts a name into a dialect's text.
func named(text, name string) string { return strings.ReplaceAll(text, "%s", name) }
