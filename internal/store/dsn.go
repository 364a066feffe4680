package store

import (
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"
)

// source is a parsed DSN.
type source struct {
	engine   string // "sqlite" or "mysql"
	path     string // SQLite
	user     string
	pass     string
	network  string // "tcp" or "unix"
	address  string
	database string
	params   url.Values
}

// parseDSN understands "sqlite:PATH", "mysql://user:pass@host:port/db?prefix=wp_" and "mysql://user@unix(/path)/db".
// User, password and database may be percent-encoded.
func parseDSN(dsn string) (source, error) {
	if path, ok := strings.CutPrefix(dsn, "sqlite:"); ok {
		return parseSQLite(path)
	}
	rest, ok := strings.CutPrefix(dsn, "mysql://")
	if !ok {
		return source{}, fmt.Errorf("store: DSN must start with sqlite: or mysql://")
	}
	s := source{engine: "mysql", network: "tcp"}
	rest, query, _ := strings.Cut(rest, "?")
	var err error
	if s.params, err = url.ParseQuery(query); err != nil {
		return source{}, fmt.Errorf("store: parameters of the DSN: %w", err)
	}
	// The database is what follows the last slash; a socket path has slashes of its own.
	slash := strings.LastIndexByte(rest, '/')
	if slash < 0 || slash == len(rest)-1 {
		return source{}, fmt.Errorf("store: DSN names no database")
	}
	if s.database, err = url.PathUnescape(rest[slash+1:]); err != nil {
		return source{}, fmt.Errorf("store: database name in the DSN: %w", err)
	}
	rest = rest[:slash]
	if at := strings.LastIndexByte(rest, '@'); at >= 0 {
		user, pass, _ := strings.Cut(rest[:at], ":")
		if s.user, err = url.PathUnescape(user); err != nil {
			return source{}, fmt.Errorf("store: user in the DSN is badly encoded")
		}
		if s.pass, err = url.PathUnescape(pass); err != nil {
			return source{}, fmt.Errorf("store: password in the DSN is badly encoded") // never shown
		}
		rest = rest[at+1:]
	}
	if path, ok := strings.CutPrefix(rest, "unix("); ok {
		path, ok = strings.CutSuffix(path, ")")
		if !ok || path == "" {
			return source{}, fmt.Errorf("store: DSN: unix( needs a path and a closing bracket")
		}
		s.network, s.address = "unix", path
		return s, nil
	}
	s.address = withPort(rest)
	return s, nil
}

func parseSQLite(path string) (source, error) {
	path, query, _ := strings.Cut(path, "?")
	params, err := url.ParseQuery(query)
	if err != nil {
		return source{}, fmt.Errorf("store: parameters of the DSN: %w", err)
	}
	path = strings.TrimPrefix(path, "//")
	if path == "" || path == ":memory:" {
		return source{}, fmt.Errorf("store: sqlite: needs the path of a file")
	}
	return source{engine: "sqlite", path: path, params: params}, nil
}

func withPort(host string) string {
	if host == "" {
		host = "127.0.0.1"
	}
	if _, _, err := net.SplitHostPort(host); err == nil {
		return host
	}
	return net.JoinHostPort(strings.Trim(host, "[]"), "3306")
}

// MySQLDSN makes a DSN of what wp-config.php knows. host is DB_HOST in WordPress's forms: "localhost", "host:3307",
// "localhost:/path/to.sock", ":/path/to.sock", "[::1]:3306".
func MySQLDSN(user, pass, host, database, prefix string) string {
	network, address := splitHost(host)
	if network == "unix" {
		address = "unix(" + address + ")"
	}
	v := url.Values{}
	if prefix != "" {
		v.Set("prefix", prefix)
	}
	dsn := "mysql://" + escapeUser(user)
	if pass != "" {
		dsn += ":" + escapeUser(pass)
	}
	dsn += "@" + address + "/" + url.PathEscape(database)
	if len(v) > 0 {
		dsn += "?" + v.Encode()
	}
	return dsn
}

// escapeUser also encodes what PathEscape leaves alone but parseDSN cuts at.
func escapeUser(s string) string {
	return strings.NewReplacer("@", "%40", ":", "%3A").Replace(url.PathEscape(s))
}

// splitHost reads DB_HOST (wpdb::parse_db_host). A bare "localhost" means the local socket to PHP, so it does here where
// one of the usual sockets is there.
func splitHost(host string) (network, address string) {
	if i := strings.Index(host, ":/"); i >= 0 {
		return "unix", host[i+1:]
	}
	if host == "" || strings.EqualFold(host, "localhost") {
		for _, path := range []string{"/run/mysqld/mysqld.sock", "/var/run/mysqld/mysqld.sock", "/var/lib/mysql/mysql.sock", "/tmp/mysql.sock"} {
			if fi, err := os.Stat(path); err == nil && fi.Mode()&os.ModeSocket != 0 {
				return "unix", path
			}
		}
	}
	return "tcp", withPort(host)
}
