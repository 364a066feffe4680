package store

import (
	"context"
	"fmt"
	"strings"

	"github.com/platenhq/platen/internal/wp"
)

// deleteMeta removes the rows of a condition, in which {object} stands for the object's column.
func (q *Queries) deleteMeta(ctx context.Context, k wp.MetaKind, cond string, args ...any) (int64, error) {
	t, err := q.metaTable(k)
	if err != nil {
		return 0, err
	}
	cond = strings.ReplaceAll(cond, "{object}", t.object)
	return q.affected(ctx, t.area, "DELETE FROM "+t.table+" WHERE "+cond, args...)
}

// metaConds adds a meta query on the objects whose id column is given. Each clause asks for one row of its own, as core's
// joins do.
func (q *Queries) metaConds(c *conds, k wp.MetaKind, id string, mq *MetaQuery) error {
	group := and()
	if mq.Or {
		group = or()
	}
	t, err := q.metaTable(k)
	if err != nil {
		return err
	}
	for _, cl := range mq.Clauses {
		if err := q.metaClause(group, t, id, cl); err != nil {
			return err
		}
	}
	for i := range mq.Groups {
		if err := q.metaConds(group, k, id, &mq.Groups[i]); err != nil {
			return err
		}
	}
	c.group(group)
	return nil
}

func (q *Queries) metaClause(g *conds, t metaTable, id string, cl MetaClause) error {
	compare := cl.Compare
	if compare == "" {
		compare = MetaEqual
		if len(cl.Values) == 0 {
			compare = MetaExists
		}
	}
	row := and()
	row.next().add("m." + t.object + " = " + id)
	if cl.Key != "" {
		row.next().add("m.`meta_key` = ?", strings.TrimSpace(cl.Key))
	}
	exists := "EXISTS"
	if compare == MetaNotExists {
		exists = "NOT EXISTS"
	} else if err := q.metaValue(row, cl, compare); err != nil {
		return err
	}
	n := g.next()
	n.add(exists + " (SELECT 1 FROM " + t.table + " m WHERE ")
	n.sub(&row.clause)
	n.add(")")
	return nil
}

// metaValue adds the condition on the value.
func (q *Queries) metaValue(row *conds, cl MetaClause, compare MetaCompare) error {
	column, mark := "m.`meta_value`", "?"
	if cl.Numeric {
		column, mark = named(q.s.d.number, column), named(q.s.d.number, "?")
	}
	values := cl.Values
	if compare == MetaExists {
		if len(values) == 0 {
			return nil
		}
		compare = MetaEqual // EXISTS with a value asks for the value
	}
	switch compare {
	case MetaEqual, MetaNotEqual, MetaGreater, MetaGreaterEq, MetaLess, MetaLessEq:
		if len(values) != 1 {
			return fmt.Errorf("store: meta compare %s wants one value, not %d", compare, len(values))
		}
		row.next().add(column+" "+string(compare)+" "+mark, strings.TrimSpace(values[0]))
	case MetaLike, MetaNotLike:
		if len(values) != 1 {
			return fmt.Errorf("store: meta compare %s wants one value, not %d", compare, len(values))
		}
		like(row.next(), "m.`meta_value`", string(compare), strings.TrimSpace(values[0]))
	case MetaIn, MetaNotIn:
		if len(values) == 0 {
			return fmt.Errorf("store: meta compare %s wants values", compare)
		}
		n := row.next()
		n.add(column + " " + string(compare) + " (")
		for i, v := range values {
			if i > 0 {
				n.add(",")
			}
			n.add(mark, v)
		}
		n.add(")")
	case MetaBetween, MetaNotBetween:
		if len(values) != 2 {
			return fmt.Errorf("store: meta compare %s wants two values, not %d", compare, len(values))
		}
		row.next().add(column+" "+string(compare)+" "+mark+" AND "+mark, values[0], values[1])
	default:
		return fmt.Errorf("store: meta compare %q is not known", compare)
	}
	return nil
}
