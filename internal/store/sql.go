package store

import (
	"strings"

	"github.com/platenhq/platen/internal/store/uca520"
)

// clause collects SQL text and its parameters. Text comes from constants and validated table names only; values go
// through parameters without exception.
type clause struct {
	text strings.Builder
	args []any
}

func (c *clause) add(text string, args ...any) {
	c.text.WriteString(text)
	c.args = append(c.args, args...)
}

func (c *clause) sub(o *clause) {
	c.text.WriteString(o.text.String())
	c.args = append(c.args, o.args...)
}

func (c *clause) empty() bool { return c.text.Len() == 0 }

// conds collects conditions that are joined by AND or OR.
type conds struct {
	clause
	joint string
}

func and() *conds { return &conds{joint: " AND "} }
func or() *conds  { return &conds{joint: " OR "} }

// next makes room for one more condition.
func (c *conds) next() *clause {
	if !c.empty() {
		c.add(c.joint)
	}
	return &c.clause
}

// where writes " WHERE …", or nothing.
func (c *conds) where() string {
	if c.empty() {
		return ""
	}
	return " WHERE " + c.text.String()
}

// group adds the conditions of o in brackets; an empty o adds nothing.
func (c *conds) group(o *conds) {
	if o.empty() {
		return
	}
	n := c.next()
	n.add("(")
	n.sub(&o.clause)
	n.add(")")
}

// in adds "column IN (…)". The list is filled up to a power of two with its last value, so that few different statements
// come about. An empty list is the caller's business.
func in[T int64 | string](c *clause, column string, values []T) { inList(c, column, "IN", values) }

func notIn[T int64 | string](c *clause, column string, values []T) {
	inList(c, column, "NOT IN", values)
}

func inList[T int64 | string](c *clause, column, op string, values []T) {
	c.add(column)
	if len(values) == 1 {
		if op == "IN" {
			c.add(" = ?", values[0])
		} else {
			c.add(" <> ?", values[0])
		}
		return
	}
	size := 2
	for size < len(values) {
		size *= 2
	}
	c.add(" " + op + " (")
	c.text.WriteString(strings.Repeat("?,", size-1))
	c.text.WriteString("?)")
	for i := range size {
		c.args = append(c.args, values[min(i, len(values)-1)])
	}
}

// like adds "column LIKE '%value%'" with the value taken literally.
func like(c *clause, column, op, value string) {
	c.add(column+" "+op+" ? ESCAPE '!'", contains(value))
}

func contains(value string) string { return "%" + uca520.EscapeLike(value, '!') + "%" }

// limit adds LIMIT and OFFSET; a limit of 0 with an offset means "all the rest".
func (c *clause) limit(limit, offset int) {
	switch {
	case limit > 0 && offset > 0:
		c.add(" LIMIT ? OFFSET ?", limit, offset)
	case limit > 0:
		c.add(" LIMIT ?", limit)
	case offset > 0:
		c.add(" LIMIT ? OFFSET ?", int64(1<<62), offset)
	}
}

// caseOrder adds an ORDER BY expression that keeps the order of a list (MySQL's FIELD): unknown values first, as there.
func caseOrder[T int64 | string](c *clause, column string, values []T) {
	c.add("CASE " + column)
	for i, v := range values {
		c.add(" WHEN ? THEN ?", v, i+1)
	}
	c.add(" ELSE 0 END")
}

// chunks cuts a list into parts a statement can take.
func chunks[T any](list []T, size int) [][]T {
	var out [][]T
	for len(list) > size {
		out = append(out, list[:size])
		list = list[size:]
	}
	if len(list) > 0 {
		out = append(out, list)
	}
	return out
}

// chunkSize is the longest IN list of a look-up by ids.
const chunkSize = 512

func unique(ids []int64) []int64 {
	seen := make(map[int64]bool, len(ids))
	out := make([]int64, 0, len(ids))
	for _, id := range ids {
		if !seen[id] {
			seen[id] = true
			out = append(out, id)
		}
	}
	return out
}

func direction(o, byDefault Order) string {
	if o == DefaultOrder {
		o = byDefault
	}
	if o == Desc {
		return " DESC"
	}
	return " ASC"
}

// marks is n question marks with commas.
func marks(n int) string { return strings.Repeat("?,", n-1) + "?" }
