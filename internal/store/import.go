package store

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/platenhq/platen/internal/wp"
)

// Import fills an empty database from a dump as mysqldump or mariadb-dump write it: the twelve tables are created, the
// rows of INSERT statements that name their columns are added under their own ids, and the next ids continue where the dump's
// do. The prefix of the dump's tables may differ from this store's. Other tables and statements are passed over.
func (s *Store) Import(ctx context.Context, r io.Reader) error {
	if err := s.CreateSchema(ctx); err != nil {
		return err
	}
	d := dumpReader{r: bufio.NewReaderSize(r, 1<<20)}
	next := map[string]int64{}
	err := s.Tx(ctx, func(tx *Tx) error {
		in := importer{tx: tx, next: next, defs: map[string]tableDef{}}
		for _, def := range schemaDef() {
			in.defs[def.name] = def
		}
		for {
			text, err := d.statement()
			if err == io.EOF {
				return nil
			}
			if err != nil {
				return fmt.Errorf("store: reading the dump: %w", err)
			}
			if err := in.run(ctx, text); err != nil {
				return err
			}
		}
	})
	if err != nil {
		return err
	}
	for table, id := range next {
		if err := s.setNextID(ctx, table, id); err != nil {
			return err
		}
	}
	return nil
}

// setNextID makes the next row of a table get at least this id.
func (s *Store) setNextID(ctx context.Context, table string, id int64) error {
	name := s.t.prefix + table
	if s.d == mysqlDialect {
		// ALTER takes no parameters; the name is validated and the number is a number.
		_, err := s.exec(ctx, AreaOther, "ALTER TABLE `"+name+"` AUTO_INCREMENT = "+strconv.FormatInt(id, 10))
		return err
	}
	return s.Tx(ctx, func(tx *Tx) error {
		n, err := tx.affected(ctx, AreaOther, "UPDATE sqlite_sequence SET seq = MAX(seq, ?) WHERE name = ?", id-1, name)
		if err == nil && n == 0 {
			_, err = tx.exec(ctx, AreaOther, "INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", name, id-1)
		}
		return err
	})
}

// dumpReader cuts a dump into statements.
type dumpReader struct{ r *bufio.Reader }

// statement returns the next statement without its semicolon, or io.EOF. Comments that MySQL would run are dropped too.
func (d *dumpReader) statement() (string, error) {
	var b strings.Builder
	var quote byte
	for {
		c, err := d.r.ReadByte()
		if err == io.EOF && strings.TrimSpace(b.String()) != "" {
			return "", io.ErrUnexpectedEOF
		}
		if err != nil {
			return "", err
		}
		switch {
		case quote != 0:
			b.WriteByte(c)
			if c == '\\' && quote != '`' {
				if c, err = d.r.ReadByte(); err != nil {
					return "", io.ErrUnexpectedEOF
				}
				b.WriteByte(c)
			} else if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"' || c == '`':
			quote = c
			b.WriteByte(c)
		case c == '-' && d.follows("- ", "-\n", "-\r"), c == '#':
			if err := d.skip("\n"); err != nil && err != io.EOF {
				return "", err
			}
		case c == '/' && d.follows("*"):
			if err := d.skip("*/"); err != nil {
				return "", err
			}
		case c == ';':
			if s := strings.TrimSpace(b.String()); s != "" {
				return s, nil
			}
			b.Reset()
		default:
			b.WriteByte(c)
		}
	}
}

func (d *dumpReader) follows(texts ...string) bool {
	for _, t := range texts {
		if p, err := d.r.Peek(len(t)); err == nil && string(p) == t {
			return true
		}
	}
	return false
}

// skip reads on to the end of a comment.
func (d *dumpReader) skip(end string) error {
	for {
		c, err := d.r.ReadByte()
		if err != nil {
			return err
		}
		if c == end[0] && (len(end) == 1 || d.follows(end[1:])) {
			_, err := d.r.Discard(len(end) - 1)
			return err
		}
	}
}

type importer struct {
	tx   *Tx
	defs map[string]tableDef
	next map[string]int64
}

var (
	createForm = regexp.MustCompile("(?is)^CREATE TABLE (?:IF NOT EXISTS )?`([A-Za-z0-9_]+)`.*\\bAUTO_INCREMENT=([0-9]+)")
	insertForm = regexp.MustCompile("(?is)^INSERT (?:IGNORE )?INTO `([A-Za-z0-9_]+)` \\(([^)]*)\\) VALUES\\s*")
	errValues  = errors.New("values of an INSERT cannot be read")
)

// rowsAtATime bounds a statement that inserts many rows; so does a megabyte.
const rowsAtATime = 100

// table finds which of WordPress's tables a prefixed name means: the longest that it ends with.
func (in *importer) table(name string) (tableDef, bool) {
	best := ""
	for n := range in.defs {
		if strings.HasSuffix(name, n) && len(n) > len(best) {
			best = n
		}
	}
	d, ok := in.defs[best]
	return d, ok
}

func (in *importer) run(ctx context.Context, text string) error {
	if m := createForm.FindStringSubmatch(text); m != nil {
		if d, ok := in.table(m[1]); ok {
			in.next[d.name], _ = strconv.ParseInt(m[2], 10, 64)
		}
		return nil
	}
	m := insertForm.FindStringSubmatch(text)
	if m == nil {
		return nil
	}
	def, ok := in.table(m[1])
	if !ok {
		return nil
	}
	known := map[string]bool{}
	for _, c := range def.columns {
		known[c.name] = true
	}
	var columns []string
	for _, c := range strings.Split(m[2], ",") {
		c = strings.Trim(strings.TrimSpace(c), "`")
		if !known[c] {
			return fmt.Errorf("store: the dump's table %s has an unknown column %q: %w", m[1], c, wp.ErrNoSchema)
		}
		columns = append(columns, c)
	}
	rows, err := parseValues(text[len(m[0]):], len(columns))
	if err != nil {
		return fmt.Errorf("store: the dump's table %s: %w", m[1], err)
	}
	rename(def.name, columns, rows, strings.TrimSuffix(m[1], def.name), in.tx.s.t.prefix)
	return in.tx.insertRows(ctx, def.name, columns, rows)
}

// insertRows adds many rows with a few statements. table and columns are from the schema.
func (q *Queries) insertRows(ctx context.Context, table string, columns []string, rows [][]any) error {
	head := "INSERT INTO `" + q.s.t.prefix + table + "` (`" + strings.Join(columns, "`,`") + "`) VALUES "
	one := "(" + marks(len(columns)) + ")"
	for len(rows) > 0 {
		var args []any
		n, size := 0, 0
		for n < len(rows) && n < rowsAtATime && size < 1<<20 {
			for _, v := range rows[n] {
				text, _ := v.(string)
				size += len(text)
			}
			args = append(args, rows[n]...)
			n++
		}
		part := rows[:n]
		rows = rows[n:]
		if _, err := q.exec(ctx, AreaOther, head+strings.Repeat(one+",", len(part)-1)+one, args...); err != nil {
			return fmt.Errorf("store: table %s: %w", table, err)
		}
	}
	return nil
}

// parseValues reads "(1,'a',NULL),(2,…)". Every value becomes text or nil; the columns' types sort that out.
func parseValues(s string, width int) ([][]any, error) {
	var rows [][]any
	for {
		s = strings.TrimLeft(s, " \t\r\n,")
		if s == "" {
			return rows, nil
		}
		if s[0] != '(' {
			return nil, errValues
		}
		s = s[1:]
		row := make([]any, 0, width)
		for {
			v, rest, err := parseValue(strings.TrimLeft(s, " \t\r\n"))
			if err != nil {
				return nil, err
			}
			row = append(row, v)
			s = strings.TrimLeft(rest, " \t\r\n")
			if s == "" || s[0] != ',' && s[0] != ')' {
				return nil, errValues
			}
			end := s[0] == ')'
			s = s[1:]
			if end {
				break
			}
		}
		if len(row) != width {
			return nil, errValues
		}
		rows = append(rows, row)
	}
}

// parseValue reads one literal.
func parseValue(s string) (value any, rest string, err error) {
	s = strings.TrimPrefix(strings.TrimPrefix(s, "_binary "), "_utf8mb4 ")
	if s == "" {
		return nil, "", errValues
	}
	if s[0] == '\'' {
		return parseString(s[1:])
	}
	end := strings.IndexAny(s, ",)")
	if end < 0 {
		return nil, "", errValues
	}
	word := strings.TrimSpace(s[:end])
	if strings.EqualFold(word, "NULL") {
		return nil, s[end:], nil
	}
	if _, err := strconv.ParseFloat(word, 64); err != nil {
		return nil, "", errValues
	}
	return word, s[end:], nil
}

// parseString reads a literal behind its opening quote.
func parseString(s string) (any, string, error) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case '\\':
			i++
			if i == len(s) {
				return nil, "", errValues
			}
			if at := strings.IndexByte("0bnrtZ", s[i]); at >= 0 {
				b.WriteByte("\x00\b\n\r\t\x1a"[at])
			} else {
				b.WriteByte(s[i])
			}
		case '\'':
			if i+1 < len(s) && s[i+1] == '\'' {
				b.WriteByte('\'')
				i++
				continue
			}
			return b.String(), s[i+1:], nil
		default:
			b.WriteByte(c)
		}
	}
	return nil, "", errValues
}
