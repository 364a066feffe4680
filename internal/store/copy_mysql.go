package store

import (
	"context"
	"database/sql"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

var (
	// myType is what a column's type looks like in information_schema.
	myType  = regexp.MustCompile(`^[a-z]+( precision)?(\(([0-9]+(,[0-9]+)?|'([^'\\]|'')*'(,'([^'\\]|'')*')*)\))?( unsigned)?( zerofill)?$`)
	nowForm = regexp.MustCompile(`(?i)^current_timestamp(\(([0-6]?)\))?$`)
	bitForm = regexp.MustCompile(`^b'[01]*'$`)
	updForm = regexp.MustCompile(`(?i)on update (current_timestamp(\([0-6]?\))?)`)
)

// kindOf sorts MySQL's types; false is a type that cannot be copied.
func kindOf(typ string) (kind, bool) {
	word, _, _ := strings.Cut(typ, "(")
	word, _, _ = strings.Cut(word, " ")
	switch word {
	case "tinyint", "smallint", "mediumint", "int", "integer", "bigint", "year":
		return kindInt, true
	case "float", "double", "real":
		return kindFloat, true
	case "tinyblob", "blob", "mediumblob", "longblob", "binary", "varbinary", "bit":
		return kindBlob, true
	case "geometry", "point", "linestring", "polygon", "multipoint", "multilinestring", "multipolygon", "geometrycollection", "geomcollection", "vector":
		return kindBlob, false
	}
	return kindText, true
}

// describeMySQL reads the schema of a MySQL database.
func (c *copier) describeMySQL(ctx context.Context) ([]copyTable, error) {
	var out []copyTable
	at := map[string]int{}
	err := eachText(ctx, c.src, "SELECT table_name, table_type, table_collation, auto_increment FROM information_schema.tables"+
		" WHERE table_schema = DATABASE() ORDER BY table_name", nil, func(v []sql.NullString) {
		if v[1].String != "BASE TABLE" {
			c.note("%s %s: not copied", strings.ToLower(v[1].String), v[0].String)
			return
		}
		at[v[0].String] = len(out)
		t := copyTable{Name: v[0].String, Collation: v[2].String}
		t.Next, _ = strconv.ParseInt(v[3].String, 10, 64)
		out = append(out, t)
	}, 4)
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	maria := false
	err = eachText(ctx, c.src, "SELECT VERSION()", nil, func(v []sql.NullString) { maria = strings.Contains(v[0].String, "MariaDB") }, 1)
	if err == nil {
		err = eachText(ctx, c.src, "SELECT table_name, column_name, column_type, is_nullable, column_default, extra, collation_name"+
			" FROM information_schema.columns WHERE table_schema = DATABASE() ORDER BY table_name, ordinal_position", nil, func(v []sql.NullString) {
			if i, ok := at[v[0].String]; ok {
				out[i].Columns = append(out[i].Columns, c.myColumn(v, maria))
			}
		}, 7)
	}
	if err == nil {
		err = c.myKeys(ctx, out, at)
	}
	for _, q := range []struct{ what, query string }{
		{"triggers", "SELECT COUNT(*) FROM information_schema.triggers WHERE trigger_schema = DATABASE()"},
		{"procedures and functions", "SELECT COUNT(*) FROM information_schema.routines WHERE routine_schema = DATABASE()"},
		{"foreign keys", "SELECT COUNT(*) FROM information_schema.referential_constraints WHERE constraint_schema = DATABASE()"},
	} {
		if err == nil {
			err = eachText(ctx, c.src, q.query, nil, func(v []sql.NullString) {
				if v[0].String != "0" {
					c.note("%s %s: not copied", v[0].String, q.what)
				}
			}, 1)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	return out, nil
}

// myColumn reads a row of information_schema.columns.
func (c *copier) myColumn(v []sql.NullString, maria bool) copyColumn {
	col := copyColumn{Name: v[1].String, Type: v[2].String, Null: v[3].String == "YES", Collation: v[6].String}
	where := v[0].String + "." + col.Name
	col.kind, _ = kindOf(col.Type)
	extra := strings.ToLower(v[5].String)
	col.Auto = strings.Contains(extra, "auto_increment")
	if strings.Contains(extra, "virtual") || strings.Contains(extra, "stored") || strings.Contains(extra, "persistent") {
		c.note("column %s: generated; its values are copied, not its rule", where)
	}
	if m := updForm.FindStringSubmatch(extra); m != nil {
		col.OnUpdate = m[1]
	}
	def := v[4].String
	switch {
	case !v[4].Valid || maria && def == "NULL":
	case nowForm.MatchString(def) && (maria || strings.Contains(extra, "default_generated") || strings.HasPrefix(col.Type, "datetime") || strings.HasPrefix(col.Type, "timestamp")):
		col.Now = def
	case bitForm.MatchString(def):
		col.Now = def
	case !maria && !strings.Contains(extra, "default_generated"):
		col.Default = &def
	default:
		if text, ok := unquoteMaria(def); ok && maria {
			col.Default = &text
		} else {
			c.note("column %s: its default %s is not copied", where, def)
		}
	}
	return col
}

// unquoteMaria reads a literal as MariaDB writes it into information_schema.
func unquoteMaria(s string) (string, bool) {
	if _, err := strconv.ParseFloat(s, 64); err == nil {
		return s, true
	}
	if len(s) < 2 || s[0] != '\'' {
		return "", false
	}
	v, rest, err := parseString(s[1:])
	text, ok := v.(string)
	return text, err == nil && rest == "" && ok
}

func (c *copier) myKeys(ctx context.Context, out []copyTable, at map[string]int) error {
	return eachText(ctx, c.src, "SELECT table_name, index_name, non_unique, column_name, sub_part, index_type FROM information_schema.statistics"+
		" WHERE table_schema = DATABASE() ORDER BY table_name, index_name = 'PRIMARY' DESC, index_name, seq_in_index", nil, func(v []sql.NullString) {
		i, ok := at[v[0].String]
		if !ok {
			return
		}
		t := &out[i]
		if n := len(t.Keys); n == 0 || t.Keys[n-1].Name != v[1].String {
			k := copyKey{Name: v[1].String}
			switch {
			case k.Name == "PRIMARY":
				k.Kind = "PRIMARY"
			case v[5].String == "FULLTEXT" || v[5].String == "SPATIAL":
				k.Kind = v[5].String
			case v[2].String == "0":
				k.Kind = "UNIQUE"
			}
			t.Keys = append(t.Keys, k)
		}
		k := &t.Keys[len(t.Keys)-1]
		length, _ := strconv.Atoi(v[4].String)
		if k.Kind == "FULLTEXT" {
			length = 0
		}
		k.Columns, k.Lengths = append(k.Columns, v[3].String), append(k.Lengths, length)
	}, 6)
}
