package store

import (
	"fmt"
	"net"
	"net/url"
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
