package wpconfig

import (
	"errors"
	"net"
	"strconv"
	"strings"
)

// MySQL's client flags, the ones that count here.
const (
	clientSSL         = 2048
	clientSSLNoVerify = 64
)

// Database is the database settings of a wp-config.php.
type Database struct {
	Name, User, Password string

	Network string // "tcp" or "unix"
	Address string // host:port, or the path of the socket
	Host    string // DB_HOST as written

	Charset, Collate string // "" leaves it to the server
	Prefix           string // of the tables

	TLS           bool // MYSQL_CLIENT_FLAGS has MYSQLI_CLIENT_SSL
	TLSSkipVerify bool // and MYSQLI_CLIENT_SSL_DONT_VERIFY_SERVER_CERT
}

// Database returns the database settings. The errors are *ValueError, joined:
// all values that cannot be told, and those among DB_NAME, DB_USER and DB_HOST
// that are not defined.
func (c *Config) Database() (Database, error) {
	var d Database
	var errs []error
	get := func(name string, needed bool) string {
		v, ok, err := c.String(name)
		if err != nil {
			errs = append(errs, err)
		} else if !ok && needed {
			errs = append(errs, c.fail(name, unknown{c.file, 1, "is not defined"}))
		}
		return v
	}
	d.Name, d.User, d.Password = get("DB_NAME", true), get("DB_USER", true), get("DB_PASSWORD", false)
	d.Host = get("DB_HOST", true)
	d.Charset, d.Collate = get("DB_CHARSET", false), get("DB_COLLATE", false)
	flags, err := c.Int("MYSQL_CLIENT_FLAGS")
	if err != nil {
		errs = append(errs, err)
	}
	d.TLS, d.TLSSkipVerify = flags&clientSSL != 0, flags&clientSSLNoVerify != 0
	if d.Prefix, err = c.TablePrefix(); err != nil {
		errs = append(errs, err)
	}
	d.Network, d.Address = ParseHost(d.Host)
	return d, errors.Join(errs...)
}

// ParseHost takes a DB_HOST apart as WordPress's database class does
// (wpdb::parse_db_host()): host, host:port, host:port:/socket, :/socket,
// [IPv6]:port or a bare IPv6 address. "localhost" alone, which means a socket
// to PHP's driver, is returned as TCP; a socket's place is not known here.
func ParseHost(host string) (network, address string) {
	if i := strings.Index(host, ":/"); i >= 0 {
		socket := host[i+1:]
		host = host[:i]
		// PHP's driver uses the socket for the local host only.
		if name, _, _ := strings.Cut(host, ":"); name == "" || name == "localhost" {
			return "unix", socket
		}
	}
	if strings.HasPrefix(host, "/") {
		return "unix", host
	}
	port := "3306"
	switch {
	case strings.HasPrefix(host, "["):
		inner, rest, _ := strings.Cut(host[1:], "]")
		host = inner
		if p, ok := strings.CutPrefix(rest, ":"); ok && isPort(p) {
			port = p
		}
	case strings.Count(host, ":") == 1:
		name, p, _ := strings.Cut(host, ":")
		host = name
		if isPort(p) {
			port = p
		}
	}
	if host == "" {
		host = "localhost"
	}
	return "tcp", net.JoinHostPort(host, port)
}

func isPort(s string) bool {
	n, err := strconv.ParseUint(s, 10, 16)
	return err == nil && n > 0
}
