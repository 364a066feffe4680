package wpconfig

// The parts of a parsed file. Every expression is one node; op says which.
type node struct {
	op   string // see the parser
	line int
	text string // name, operator or literal
	val  any    // literal value
	a    *node
	b    *node
	c    *node
	list []*node // arguments, array items, parts of a template
}

type stmt struct {
	op    string // expr, if, block, return, function, foreach, loop, switch, try, const, skip, unset, global
	line  int
	expr  *node
	cond  *node
	body  []*stmt
	other []*stmt
	names []string // defined in a part that could not be read; parameters
	list  []*node  // default values of the parameters, cases
	text  string
}
