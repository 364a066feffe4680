package store

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// ddl is the statements that make a table, named as it is filled.
func (c *copier) ddl(t copyTable, name string) []string {
	if c.to.d == mysqlDialect {
		return []string{c.myTable(t, name)}
	}
	if c.from.d == sqliteDialect && !t.known {
		if texts, ok := c.sameTexts(t, name); ok {
			return texts
		}
		c.note("table %s: made anew, without its CHECK, COLLATE and other rules", c.source(t))
	}
	return c.liteTable(t, name)
}

var createLite = regexp.MustCompile("(?is)^CREATE TABLE\\s+(\"(?:[^\"]|\"\")+\"|`(?:[^`]|``)+`|\\[[^\\]]+\\]|[^\\s(]+)\\s*\\(")
var indexLite = regexp.MustCompile("(?is)^(CREATE (?:UNIQUE )?INDEX)\\s+(\"(?:[^\"]|\"\")+\"|`(?:[^`]|``)+`|\\[[^\\]]+\\]|\\S+)\\s+ON\\s+(\"(?:[^\"]|\"\")+\"|`(?:[^`]|``)+`|\\[[^\\]]+\\]|[^\\s(]+)\\s*\\(")

// sameTexts are SQLite's own texts for a table, under its new name; false if they are not of the usual form.
func (c *copier) sameTexts(t copyTable, name string) ([]string, bool) {
	var out []string
	for i, text := range t.lite {
		form := createLite
		if i > 0 {
			form = indexLite
		}
		m := form.FindStringSubmatch(text)
		if m == nil || !oneStatement(text) {
			return nil, false
		}
		rest := "(" + text[len(m[0]):]
		if i == 0 {
			out = append(out, "CREATE TABLE "+quoteName(name)+" "+rest)
			continue
		}
		index := strings.Trim(m[2], "\"`[]")
		if t.Own {
			if own, ok := strings.CutPrefix(index, c.from.t.prefix); ok {
				index = c.to.t.prefix + own
			}
		}
		out = append(out, m[1]+" "+quoteName(index)+" ON "+quoteName(name)+" "+rest)
	}
	return out, len(out) > 0
}

// oneStatement reports whether there is no semicolon outside of quotes.
func oneStatement(s string) bool {
	for i := 0; i < len(s); i++ {
		switch q := s[i]; q {
		case ';':
			return false
		case '\'', '"', '`':
			end := strings.IndexByte(s[i+1:], q)
			if end < 0 {
				return false
			}
			i += end + 1
		case '-', '/':
			if strings.HasPrefix(s[i:], "--") || strings.HasPrefix(s[i:], "/*") {
				return false
			}
		}
	}
	return true
}

// liteTable makes SQLite's statements.
func (c *copier) liteTable(t copyTable, name string) []string {
	if d, ok := knownDef(t); ok && len(d.columns) == len(t.Columns) {
		return sqliteTable(&tables{prefix: strings.TrimSuffix(name, t.Name)}, d)
	}
	var lines []string
	primary, inColumn := primaryOf(t), false
	for _, col := range t.Columns {
		if col.lite != "" {
			lines = append(lines, quoteName(col.Name)+" "+col.lite)
			inColumn = inColumn || strings.Contains(col.lite, "PRIMARY KEY")
			continue
		}
		def, key := col.liteType(), len(primary) == 1 && primary[0] == col.Name
		if col.Auto && key {
			inColumn = true
			lines = append(lines, quoteName(col.Name)+" INTEGER PRIMARY KEY AUTOINCREMENT")
			continue
		}
		if !col.Null {
			def += " NOT NULL"
		}
		if col.Default != nil {
			def += " DEFAULT '" + strings.ReplaceAll(*col.Default, "'", "''") + "'"
		} else if nowForm.MatchString(col.Now) {
			def += " DEFAULT CURRENT_TIMESTAMP"
		}
		lines = append(lines, quoteName(col.Name)+" "+def)
	}
	tail := ""
	if len(primary) > 0 && !inColumn {
		lines = append(lines, "PRIMARY KEY ("+quoteNames(primary)+")")
		if d, ok := knownDef(t); ok && d.primary != nil {
			tail = " WITHOUT ROWID"
		}
	}
	out := []string{"CREATE TABLE " + quoteName(name) + " (\n  " + strings.Join(lines, ",\n  ") + "\n)" + tail}
	for _, k := range t.Keys {
		if k.Kind != "" && k.Kind != "UNIQUE" || slices.Contains(k.Columns, "") {
			continue
		}
		unique := ""
		if k.Kind == "UNIQUE" && !slices.ContainsFunc(k.Lengths, func(n int) bool { return n > 0 }) {
			unique = "UNIQUE "
		}
		out = append(out, fmt.Sprintf("CREATE %sINDEX %s ON %s (%s)", unique, quoteName(name+"__"+k.Name), quoteName(name), quoteNames(k.Columns)))
	}
	return out
}

func knownDef(t copyTable) (tableDef, bool) {
	for _, d := range schemaDef() {
		if t.known && d.name == t.Name {
			return d, true
		}
	}
	return tableDef{}, false
}

func primaryOf(t copyTable) []string {
	for _, k := range t.Keys {
		if k.Kind == "PRIMARY" {
			return k.Columns
		}
	}
	return nil
}

func quoteNames(names []string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = quoteName(n)
	}
	return strings.Join(quoted, ",")
}

// liteType is SQLite's type for a column: exact decimals and dates are text.
func (col *copyColumn) liteType() string {
	if col.Type == "" {
		return col.affinity
	}
	switch col.kind {
	case kindInt:
		return "INTEGER"
	case kindFloat:
		return "REAL"
	case kindBlob:
		return "BLOB"
	}
	return "TEXT"
}

// myTable makes MySQL's statement.
func (c *copier) myTable(t copyTable, name string) string {
	var lines []string
	for _, col := range t.Columns {
		def := col.my
		if def == "" {
			def = c.myColumnText(t, col)
		}
		lines = append(lines, quoteName(col.Name)+" "+def)
	}
	for _, k := range t.Keys {
		if line, ok := c.myKeyText(t, k); ok {
			lines = append(lines, line)
		}
	}
	collation := t.Collation
	if t.Collation == "" || !c.colls[collation] {
		collation = "utf8mb4_unicode_520_ci"
	}
	charset, _, _ := strings.Cut(collation, "_")
	return "CREATE TABLE " + quoteName(name) + " (\n  " + strings.Join(lines, ",\n  ") + "\n) DEFAULT CHARACTER SET " + charset + " COLLATE " + collation
}

func (c *copier) myColumnText(t copyTable, col copyColumn) string {
	def := col.Type
	if k, ok := kindOf(def); ok && k == kindText && col.Collation != "" {
		collation := col.Collation
		if !c.colls[collation] {
			c.note("column %s.%s: this server has no collation %s; utf8mb4_unicode_520_ci is used", c.source(t), col.Name, collation)
			collation = "utf8mb4_unicode_520_ci"
		}
		charset, _, _ := strings.Cut(collation, "_")
		def += " CHARACTER SET " + charset + " COLLATE " + collation
	}
	if col.Null {
		def += " NULL"
	} else {
		def += " NOT NULL"
	}
	long := strings.Contains(col.Type, "text") || strings.Contains(col.Type, "blob") || col.Type == "json"
	switch {
	case col.Default != nil && (!long || c.maria):
		def += " DEFAULT " + quoteText(*col.Default)
	case col.Now != "" && (nowForm.MatchString(col.Now) || bitForm.MatchString(col.Now)):
		def += " DEFAULT " + col.Now
	case col.Null && !long:
		def += " DEFAULT NULL"
	}
	if nowForm.MatchString(col.OnUpdate) {
		def += " ON UPDATE " + col.OnUpdate
	}
	if col.Auto {
		def += " AUTO_INCREMENT"
	}
	return def
}

// quoteText writes a literal in a form that holds in every sql_mode: a backslash is given as a byte.
func quoteText(s string) string {
	if strings.Contains(s, `\`) {
		return fmt.Sprintf("X'%X'", s)
	}
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}

// keyLength is how much of a long text MySQL's indexes take.
const keyLength = 191

func (c *copier) myKeyText(t copyTable, k copyKey) (string, bool) {
	var cols []string
	for i, name := range k.Columns {
		if name == "" {
			c.note("index %s of table %s: not copied, it covers an expression", k.Name, c.source(t))
			return "", false
		}
		text := quoteName(name)
		at := slices.IndexFunc(t.Columns, func(col copyColumn) bool { return col.Name == name })
		switch {
		case k.Lengths[i] > 0:
			text += fmt.Sprintf("(%d)", k.Lengths[i])
		case at >= 0 && (t.Columns[at].Type == "longtext" || t.Columns[at].Type == "longblob") && k.Kind != "FULLTEXT":
			if k.Kind != "" {
				c.note("index %s of table %s: not copied, its values are too long to be unique on MySQL", k.Name, c.source(t))
				return "", false
			}
			text += fmt.Sprintf("(%d)", keyLength)
		}
		cols = append(cols, text)
	}
	list := " (" + strings.Join(cols, ",") + ")"
	switch k.Kind {
	case "PRIMARY":
		return "PRIMARY KEY" + list, true
	case "":
		return "KEY " + quoteName(k.Name) + list, true
	case "UNIQUE", "FULLTEXT", "SPATIAL":
		return k.Kind + " KEY " + quoteName(k.Name) + list, true
	}
	return "", false
}
