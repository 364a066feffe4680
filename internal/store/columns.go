package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// lookAtColumns learns the charset of the tables and refuses tables that lack a column: every statement names its columns,
// and one of them would fail some day. Nothing is added; that is for WordPress's own database upgrade to do. Columns that
// others added are none of our business.
func (s *Store) lookAtColumns(ctx context.Context) error {
	var args []any
	wanted := map[string][]string{}
	for _, d := range schemaDef() {
		args = append(args, s.t.prefix+d.name)
		for _, c := range d.columns {
			wanted[s.t.prefix+d.name] = append(wanted[s.t.prefix+d.name], strings.ToLower(c.name))
		}
	}
	rows, err := s.read.QueryContext(ctx, "SELECT table_name, column_name, COALESCE(character_set_name, '') FROM information_schema.columns"+
		" WHERE table_schema = DATABASE() AND table_name IN ("+strings.Repeat("?,", len(args)-1)+"?)", args...)
	if err != nil {
		return fmt.Errorf("store: %w", classify(err))
	}
	defer rows.Close()
	found := map[string][]string{}
	s.charsets = map[string]int{}
	for rows.Next() {
		var table, column, charset string
		if err := rows.Scan(&table, &column, &charset); err != nil {
			return fmt.Errorf("store: %w", err)
		}
		found[table] = append(found[table], strings.ToLower(column))
		if s.charset == "latin1" && (charset == "latin1" || strings.HasPrefix(charset, "utf8")) {
			continue // any bytes pass through
		}
		if table == s.t.prefix+"posts" && column == "post_content" {
			s.narrow = charset != "utf8mb4"
		}
		if holds, limited := heldBy(charset); limited && slices.Contains(wanted[table], strings.ToLower(column)) {
			if less, ok := s.charsets[column]; !ok || holds < less { // of the columns of a name the weakest counts
				s.charsets[column] = holds
			}
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("store: %w", classify(err))
	}
	var missing []string
	for table, columns := range wanted {
		for _, c := range columns {
			if has := found[table]; has != nil && !slices.Contains(has, c) {
				missing = append(missing, table+"."+c)
			}
		}
	}
	if len(missing) == 0 {
		return nil
	}
	slices.Sort(missing)
	return fmt.Errorf("store: the tables lack the columns %s: this is the database of an old WordPress, or a damaged one. Platen changes no tables; "+
		"WordPress's own database upgrade (wp-admin/upgrade.php) adds them", strings.Join(missing, ", "))
}
