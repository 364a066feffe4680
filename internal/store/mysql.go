package store

import (
	"crypto/tls"
	"database/sql"
	"fmt"
	"strconv"
	"time"

	"github.com/go-sql-driver/mysql"
)

// sqlMode is the server's own sql_mode without what wpdb::set_sql_mode takes out (and without NO_ZERO_IN_DATE, which goes
// with NO_ZERO_DATE). What a strict mode would refuse is refused before it is sent: see fits.go.
func sqlMode() string {
	expr := "CONCAT(',',@@sql_mode,',')"
	for _, mode := range []string{"NO_ZERO_DATE", "NO_ZERO_IN_DATE", "ONLY_FULL_GROUP_BY", "STRICT_TRANS_TABLES", "STRICT_ALL_TABLES",
		"TRADITIONAL", "ANSI"} {
		expr = "REPLACE(" + expr + ",'," + mode + ",',',')"
	}
	return "(SELECT " + expr + ")"
}

// connectionCharset is the charset of a connection. The server converts between it and the columns', so UTF-8 is right for
// columns of any charset, unless PHP's connection is latin1: then the bytes of a UTF-8 text pass through as if they were
// latin1, and are in the tables that way (wpdb::determine_charset). Interpolation of parameters is safe only with charsets
// whose characters of several bytes hold no quote or backslash.
func connectionCharset(src source, o Options) (string, error) {
	switch charset := firstOf(o.Charset, src.params.Get("charset"), "utf8mb4"); charset {
	case "utf8mb4", "utf8", "utf8mb3", "ascii":
		return "utf8mb4", nil
	case "latin1":
		return charset, nil
	default:
		return "", fmt.Errorf("store: charset %q is not supported", charset)
	}
}

// openMySQL opens the one pool. Dates stay text, parameters are interpolated by the driver (one round trip), and the
// affected rows of an UPDATE are the rows found.
func openMySQL(src source, o Options) (*sql.DB, error) {
	c := mysql.NewConfig()
	c.User, c.Passwd, c.Net, c.Addr, c.DBName = src.user, src.pass, src.network, src.address, src.database
	c.InterpolateParams = true
	c.ClientFoundRows = true
	c.ParseTime = false
	c.MaxAllowedPacket = 0 // ask the server
	c.Timeout = 10 * time.Second
	charset, err := connectionCharset(src, o)
	if err != nil {
		return nil, err
	}
	if err := c.Apply(mysql.Charset(charset, firstOf(o.Collation, src.params.Get("collation")))); err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	switch v := src.params.Get("tls"); v {
	case "", "false":
	case "true":
		c.TLS = &tls.Config{ServerName: hostOf(src.address), MinVersion: tls.VersionTLS12}
	case "preferred", "skip-verify":
		c.TLSConfig = v
	default:
		return nil, fmt.Errorf("store: tls=%q: want true, preferred, skip-verify or false", v)
	}
	c.Params = map[string]string{"sql_mode": sqlMode()}
	if v := src.params.Get("wsrep_sync_wait"); v != "" { // Galera: reads see what other nodes committed
		n, err := strconv.ParseUint(v, 10, 8)
		if err != nil {
			return nil, fmt.Errorf("store: wsrep_sync_wait=%q: want a number", v)
		}
		c.Params["wsrep_sync_wait"] = strconv.FormatUint(n, 10)
	}
	conn, err := mysql.NewConnector(c)
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	db := sql.OpenDB(conn)
	db.SetMaxOpenConns(o.MaxConns)
	db.SetMaxIdleConns(o.MaxConns)
	db.SetConnMaxIdleTime(5 * time.Minute)
	return db, nil
}
