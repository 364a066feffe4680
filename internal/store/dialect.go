package store

// dialect is all that differs between the two databases once a connection is open.
type dialect struct {
	name string
	// insertIgnore starts an INSERT that leaves an existing row alone.
	insertIgnore string
	// onConflict, after an INSERT's values, starts the assignments for a row whose unique column (named by %s) is there.
	onConflict string
	// inserted, with %s the column, is the value the INSERT brought, inside onConflict's assignments.
	inserted string
	// exact, with %s a column, compares it with a parameter byte for byte.
	exact string
	// number, with %s an expression, is the expression as a number.
	number string
	rand   string
	// forUpdate locks the rows read until the transaction ends.
	forUpdate string
	// bytes selects how large the database is.
	bytes  string
	schema func(t *tables, charset string) []string
}

var sqliteDialect = &dialect{
	name:         "sqlite",
	insertIgnore: "INSERT OR IGNORE INTO",
	onConflict:   "ON CONFLICT(%s) DO UPDATE SET",
	inserted:     "excluded.%s",
	exact:        "%s COLLATE BINARY = ?",
	number:       "CAST(%s AS REAL)",
	rand:         "RANDOM()",
	bytes:        "SELECT `page_count` * `page_size` FROM pragma_page_count(), pragma_page_size()",
	schema:       sqliteSchema,
}

var mysqlDialect = &dialect{
	name:         "mysql",
	insertIgnore: "INSERT IGNORE INTO",
	onConflict:   "ON DUPLICATE KEY UPDATE",
	inserted:     "VALUES(%s)",
	exact:        "CAST(CONVERT(%s USING utf8mb4) AS BINARY) = ?",
	number:       "CAST(%s AS DECIMAL(38,8))",
	rand:         "RAND()",
	forUpdate:    " FOR UPDATE",
	bytes:        "SELECT CAST(COALESCE(SUM(`data_length` + `index_length`), 0) AS SIGNED) FROM `information_schema`.`TABLES` WHERE `table_schema` = DATABASE()",
	schema:       mysqlSchema,
}
