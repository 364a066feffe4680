package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
	"slices"
	"strconv"
	"strings"

	"github.com/go-sql-driver/mysql"
	"modernc.org/sqlite"
)

// Misfit is the error of a copy some of whose rows the target cannot hold. Nothing was copied.
type Misfit struct {
	Total int
	Rows  []string // the first of them: table, key and what the database says
}

func (m *Misfit) Error() string {
	more := ""
	if n := m.Total - len(m.Rows); n > 0 {
		more = fmt.Sprintf("\n  and %d more", n)
	}
	return fmt.Sprintf("%d rows do not fit into the target, so nothing was copied:\n  %s%s", m.Total, strings.Join(m.Rows, "\n  "), more)
}

// misfitsShown is how many rows a Misfit names.
const misfitsShown = 20

// sum is the content of a table: the sum of its rows' hashes.
type sum struct {
	rows   int64
	hi, lo uint64
}

func (s sum) String() string { return fmt.Sprintf("%016x%016x", s.hi, s.lo) }

// add takes a row in: each value with its length, numbers in one form.
func (s *sum) add(buf []byte, row []any, kinds []kind) []byte {
	buf = buf[:0]
	for i, v := range row {
		text, null := canonical(v, kinds[i])
		if null {
			buf = append(buf, 0)
			continue
		}
		buf = binary.AppendUvarint(append(buf, 1), uint64(len(text)))
		buf = append(buf, text...)
	}
	h := sha256.Sum256(buf)
	var carry uint64
	s.lo, carry = bits.Add64(s.lo, binary.BigEndian.Uint64(h[8:16]), 0)
	s.hi, _ = bits.Add64(s.hi, binary.BigEndian.Uint64(h[:8]), carry)
	s.rows++
	return buf
}

// canonical is a value in the form that does not depend on the database.
func canonical(v any, k kind) (text string, null bool) {
	switch v := v.(type) {
	case nil:
		return "", true
	case int64:
		text = strconv.FormatInt(v, 10)
	case float64:
		text = strconv.FormatFloat(v, 'g', -1, 64)
	case []byte:
		text = string(v)
	case string:
		text = v
	default:
		text = fmt.Sprint(v)
	}
	switch k {
	case kindInt:
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return strconv.FormatInt(n, 10), false
		}
	case kindFloat:
		if f, err := strconv.ParseFloat(text, 64); err == nil {
			return strconv.FormatFloat(f, 'g', -1, 64), false
		}
	}
	return text, false
}

// columnsOf are the columns of a table that the source has.
func columnsOf(t copyTable) (names []string, kinds []kind, cols []copyColumn) {
	for _, col := range t.Columns {
		if !col.absent {
			names, kinds, cols = append(names, col.Name), append(kinds, col.kind), append(cols, col)
		}
	}
	return names, kinds, cols
}

// read streams the rows of a table.
func read(ctx context.Context, db database, d *dialect, table string, cols []copyColumn, order []string, f func([]any) error) error {
	list := make([]string, len(cols))
	for i, col := range cols {
		switch name := quoteName(col.Name); {
		case d == sqliteDialect:
			list[i] = "+" + name // the driver would read text as a time where the type says so
		case col.kind == kindFloat:
			list[i] = "(" + name + " + 0e0)" // in full: a float alone is shown in six digits
		default:
			list[i] = name
		}
	}
	query := "SELECT " + strings.Join(list, ",") + " FROM " + quoteName(table)
	if len(order) > 0 {
		query += " ORDER BY " + quoteNames(order)
	}
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return classify(err)
	}
	defer rows.Close()
	texts, anys, dest := make([]sql.NullString, len(cols)), make([]any, len(cols)), make([]any, len(cols))
	for i := range cols {
		if dest[i] = &texts[i]; d == sqliteDialect {
			dest[i] = &anys[i]
		}
	}
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return classify(err)
		}
		row := make([]any, len(cols))
		for i, col := range cols {
			switch {
			case d == sqliteDialect:
				row[i] = anys[i]
			case !texts[i].Valid:
			case col.kind == kindBlob:
				row[i] = []byte(texts[i].String)
			default:
				row[i] = texts[i].String
			}
		}
		if err := f(row); err != nil {
			return err
		}
	}
	return classify(rows.Err())
}

// sum reads a table of the target back.
func (c *copier) sum(ctx context.Context, t copyTable, name string) (sum, error) {
	_, kinds, cols := columnsOf(t)
	var s sum
	var buf []byte
	err := read(ctx, c.dst, c.to.d, name, cols, nil, func(row []any) error {
		buf = s.add(buf, row, kinds)
		return nil
	})
	return s, err
}

// fill copies the rows of a table and answers what they sum up to.
func (c *copier) fill(ctx context.Context, n int, t copyTable, name string) (sum, error) {
	var s sum
	if t.empty {
		return s, nil
	}
	names, kinds, cols := columnsOf(t)
	in := inserter{c: c, t: t, names: names, head: "INSERT INTO " + quoteName(name) + " (" + quoteNames(names) + ") VALUES "}
	p := CopyProgress{Table: c.target(t), Number: n + 1, Tables: len(c.tables)}
	if c.o.Progress != nil {
		err := eachText(ctx, c.src, "SELECT COUNT(*) FROM "+quoteName(c.source(t)), nil, func(v []sql.NullString) {
			p.RowsOf, _ = strconv.ParseInt(v[0].String, 10, 64)
		}, 1)
		if err != nil {
			return s, err
		}
		c.tell(p)
	}
	var buf []byte
	err := read(ctx, c.src, c.from.d, c.source(t), cols, primaryOf(t), func(row []any) error {
		if t.known {
			rename(t.Name, names, [][]any{row}, c.from.t.prefix, c.to.t.prefix)
		}
		buf = s.add(buf, row, kinds)
		if p.Rows++; p.Rows%1000 == 0 {
			c.tell(p)
		}
		return in.add(ctx, row, kinds)
	})
	if err == nil {
		err = in.flush(ctx)
	}
	return s, err
}

// inserter writes rows some at a time.
type inserter struct {
	c     *copier
	t     copyTable
	names []string
	head  string
	batch [][]any
	size  int
}

func (in *inserter) add(ctx context.Context, row []any, kinds []kind) error {
	out := make([]any, len(row))
	for i, v := range row {
		var why string
		if out[i], why = in.c.given(v, kinds[i]); why != "" {
			in.misfit(row, in.names[i]+": "+why)
			return nil
		}
		if text, ok := v.(string); ok {
			in.size += len(text)
		} else if blob, ok := v.([]byte); ok {
			in.size += 2 * len(blob)
		}
	}
	in.batch = append(in.batch, out)
	if len(in.batch) >= min(rowsAtATime, 30000/len(in.names)) || in.size > 1<<19 {
		return in.flush(ctx)
	}
	return nil
}

// given is a value as the target is handed it; why says that it cannot be.
func (c *copier) given(v any, k kind) (out any, why string) {
	if v == nil || k == kindAny {
		return v, ""
	}
	text, _ := canonical(v, k)
	switch {
	case k == kindBlob:
		return []byte(text), ""
	case k == kindText:
		return text, ""
	case k == kindInt && c.to.d == sqliteDialect && c.from.d == mysqlDialect:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, text + " is more than SQLite's integers hold"
		}
		return n, ""
	case k == kindFloat:
		if f, err := strconv.ParseFloat(text, 64); err == nil {
			return f, ""
		}
	}
	return v, ""
}

func (in *inserter) flush(ctx context.Context) error {
	batch := in.batch
	in.batch, in.size = in.batch[:0], 0
	if len(batch) == 0 {
		return nil
	}
	err := in.insert(ctx, batch)
	if err == nil || !isMisfit(err) {
		return classify(err)
	}
	for _, row := range batch {
		if err := in.insert(ctx, [][]any{row}); err != nil {
			if !isMisfit(err) {
				return classify(err)
			}
			in.misfit(row, err.Error())
		}
	}
	return nil
}

func (in *inserter) insert(ctx context.Context, rows [][]any) error {
	one := "(" + marks(len(in.names)) + ")"
	args := make([]any, 0, len(rows)*len(in.names))
	for _, row := range rows {
		args = append(args, row...)
	}
	_, err := in.c.dst.ExecContext(ctx, in.head+strings.Repeat(one+",", len(rows)-1)+one, args...)
	return err
}

// misfit notes a row that the target does not take.
func (in *inserter) misfit(row []any, why string) {
	m := &in.c.misfit
	if m.Total++; len(m.Rows) >= misfitsShown {
		return
	}
	var key []string
	for _, name := range primaryOf(in.t) {
		if i := slices.Index(in.names, name); i >= 0 {
			text, _ := canonical(row[i], kindAny)
			key = append(key, name+" "+text)
		}
	}
	if len(key) == 0 {
		key = []string{"a row"}
	}
	m.Rows = append(m.Rows, fmt.Sprintf("%s, %s: %s", in.c.source(in.t), strings.Join(key, " "), why))
}

// isMisfit tells a row that is refused from a database that is not there.
func isMisfit(err error) bool {
	var me *mysql.MySQLError
	if errors.As(err, &me) {
		return !lostRace(err)
	}
	var le *sqlite.Error
	if errors.As(err, &le) {
		code := le.Code() & 0xff
		return code == sqliteConstraint || code == 18 || code == 20 // too big, mismatch
	}
	return errors.Is(err, mysql.ErrPktTooLarge)
}

// guess gives MySQL's types to columns of which only SQLite's are known, by what is in them.
func (c *copier) guess(ctx context.Context, t *copyTable) error {
	for i := range t.Columns {
		col := &t.Columns[i]
		if col.my != "" || col.Type != "" {
			continue
		}
		name := quoteName(col.Name)
		held := map[string]bool{}
		longest := 0
		err := eachText(ctx, c.src, "SELECT typeof("+name+"), MAX(LENGTH("+name+")) FROM "+quoteName(c.source(*t))+" GROUP BY 1", nil, func(v []sql.NullString) {
			held[v[0].String] = true
			n, _ := strconv.Atoi(v[1].String)
			longest = max(longest, n)
		}, 2)
		if err != nil {
			return err
		}
		delete(held, "null")
		inKey := slices.ContainsFunc(t.Keys, func(k copyKey) bool { return slices.Contains(k.Columns, col.Name) })
		col.choose(held, inKey && longest <= keyLength)
		if len(held) > 1 && col.kind == kindText {
			c.note("column %s.%s: holds %s; all become text", c.source(*t), col.Name, strings.Join(sortedNames(held), " and "))
		}
	}
	return nil
}

func sortedNames(m map[string]bool) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// choose picks MySQL's type for what SQLite holds in a column, or would hold by its declared type.
func (col *copyColumn) choose(held map[string]bool, short bool) {
	declared := strings.ToUpper(col.affinity)
	has := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(declared, w) })
	}
	only := func(names ...string) bool {
		for k := range held {
			if !slices.Contains(names, k) {
				return false
			}
		}
		return len(held) > 0
	}
	switch {
	case col.Auto || only("integer") || len(held) == 0 && has("INT"):
		col.Type, col.kind = "bigint(20)", kindInt
	case only("integer", "real") || len(held) == 0 && has("REAL", "FLOA", "DOUB"):
		col.Type, col.kind = "double", kindFloat
	case only("blob") || len(held) == 0 && (declared == "" || has("BLOB")):
		if col.Type, col.kind = "longblob", kindBlob; short {
			col.Type = "varbinary(191)"
		}
	default:
		col.kind, col.Collation = kindText, "utf8mb4_bin"
		if col.Type = "longtext"; short {
			col.Type = "varchar(191)"
		}
	}
}
