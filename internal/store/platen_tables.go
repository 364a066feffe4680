package store

import "context"

// CreateOAuthNonces makes the table `{prefix}platen_oauth_nonces`, where uses of OAuth nonces are remembered, unless it is
// there. WordPress has no place for them. key is a hex SHA-256; forget is the Unix time from which the row may go.
func (s *Store) CreateOAuthNonces(ctx context.Context) error {
	table := "`" + s.t.prefix + "platen_oauth_nonces`"
	texts := []string{"CREATE TABLE IF NOT EXISTS " + table + " (`nonce_key` char(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL," +
		" `forget` bigint(20) NOT NULL, PRIMARY KEY (`nonce_key`), KEY `forget` (`forget`))"}
	if s.d == sqliteDialect {
		texts = []string{
			"CREATE TABLE IF NOT EXISTS " + table + " (`nonce_key` TEXT NOT NULL PRIMARY KEY, `forget` INTEGER NOT NULL) WITHOUT ROWID",
			"CREATE INDEX IF NOT EXISTS `" + s.t.prefix + "platen_oauth_nonces__forget` ON " + table + " (`forget`)",
		}
	}
	for _, text := range texts {
		if _, err := s.exec(ctx, AreaOther, text); err != nil {
			return err
		}
	}
	return nil
}

// UseOAuthNonce remembers the use of a nonce and reports whether it is the first of its key. It is committed before it
// returns.
func (q *Queries) UseOAuthNonce(ctx context.Context, key string, forget int64) (bool, error) {
	n, err := q.affected(ctx, AreaOther, q.s.d.insertIgnore+" `"+q.s.t.prefix+"platen_oauth_nonces` (`nonce_key`,`forget`) VALUES (?,?)", key, forget)
	return n > 0, err
}

// ForgetOAuthNonces removes what may be forgotten at a time and returns how many rows there were.
func (q *Queries) ForgetOAuthNonces(ctx context.Context, now int64) (int64, error) {
	return q.affected(ctx, AreaOther, "DELETE FROM `"+q.s.t.prefix+"platen_oauth_nonces` WHERE `forget` <= ?", now)
}
