package store

import "fmt"

// taxConds adds a tax query on the object whose id column is given.
func taxConds(c *conds, t *tables, id string, tq *TaxQuery) error {
	group := and()
	if tq.Or {
		group = or()
	}
	for _, cl := range tq.Clauses {
		if err := taxClause(group, t, id, cl); err != nil {
			return err
		}
	}
	for i := range tq.Groups {
		if err := taxConds(group, t, id, &tq.Groups[i]); err != nil {
			return err
		}
	}
	c.group(group)
	return nil
}

func taxClause(g *conds, t *tables, id string, cl TaxClause) error {
	related := "SELECT tr.`object_id` FROM " + t.rels + " tr WHERE "
	ids := unique(cl.TermTaxonomyIDs)
	switch cl.Operator {
	case TaxIn, "":
		if len(ids) == 0 {
			g.next().add("0 = 1")
			return nil
		}
		n := g.next()
		if cl.Uses >= manyRelations {
			n.add("EXISTS (" + related + "tr.`object_id` = " + id + " AND ")
		} else {
			n.add(id + " IN (" + related)
		}
		in(n, "tr.`term_taxonomy_id`", ids)
		n.add(")")
	case TaxNotIn:
		if len(ids) == 0 {
			return nil
		}
		n := g.next()
		n.add(id + " NOT IN (" + related)
		in(n, "tr.`term_taxonomy_id`", ids)
		n.add(")")
	case TaxAnd:
		if len(ids) == 0 {
			return nil
		}
		all := and()
		for _, x := range ids {
			all.next().add(id+" IN ("+related+"tr.`term_taxonomy_id` = ?)", x)
		}
		g.group(all)
	case TaxExists, TaxNotExists:
		not := ""
		if cl.Operator == TaxNotExists {
			not = "NOT "
		}
		g.next().add(not+"EXISTS (SELECT 1 FROM "+t.rels+" tr JOIN "+t.taxonomy+" tt ON tt.`term_taxonomy_id` = tr.`term_taxonomy_id`"+
			" WHERE tt.`taxonomy` = ? AND tr.`object_id` = "+id+")", cl.Taxonomy)
	default:
		return fmt.Errorf("store: tax operator %q is not known", cl.Operator)
	}
	return nil
}
