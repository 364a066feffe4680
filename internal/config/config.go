// Package config is the one place where Platen learns how it is to run: flags,
// environment variables, wp-config.php, platen.toml, defaults, in that order
// of precedence. There are no globals: whoever needs a setting is handed it.
package config

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
)

// Config is everything that can be set from outside.
type Config struct {
	Listen       string // address to serve on
	URL          string // address of the site; "" on a new site: that of Listen
	Data         string // directory of the database, keys and uploads
	DB           string // DSN; "" is sqlite:<Data>/platen.db
	DBReplica    string // DSN of a copy of the database for reading
	WPConfig     string // path of an existing site's wp-config.php
	Define       string // lines NAME=VALUE: constants that the wp-config.php finds defined
	Upstream     string // address of the PHP site behind us
	UpstreamMode string // reads or all
	Native       string // what is served here although PHP would, patterns, see List
	ToUpstream   string // what PHP serves although Platen could
	Compat       string // safe or wordpress
	Search       string // like, fulltext or trigram
	Redis        string
	SMTP         string // address of the mail server; "" is the outbox
	MailFrom     string // sender of the site's mails
	Uploads      string // directory of the uploads; "" beside a WordPress: where it has them
	Environment  string // WP_ENVIRONMENT_TYPE
	Metrics      string // address for /-/metrics; "" is none
	JWTLife      string // how long a JSON Web Token is good, as 1h
	Proxies      string // addresses and networks whose X-Forwarded headers are believed

	Beside *Beside // the WordPress site of WPConfig; nil without one

	// The administrator of a new site.
	AdminUser, AdminEmail, AdminPassword string

	// Switches that --compat bundles; nil follows it.
	LoginOracle, ReflectOrigin, JSONP, PublicUsers, UnlimitedLogins, OAuth1Plugin *bool

	// Ways in that WordPress has as plugins. Nil: on, but for --compat
	// wordpress, where the site is to look like one without them.
	OAuth1, JWT *bool
}

// Plugin reports whether a way in that WordPress has as a plugin is on.
func (c *Config) Plugin(own *bool) bool {
	if own != nil {
		return *own
	}
	return c.Compat == "safe"
}

// Default is the configuration of a newcomer.
func Default() Config {
	return Config{Listen: "127.0.0.1:8080", Data: "./data", UpstreamMode: "all", Compat: "safe", Search: "like", AdminUser: "admin"}
}

// option is one setting: how it is called and where it lands.
type option struct {
	name, usage string
	text        func(*Config) *string
	flag        func(*Config) **bool
	many        bool // may be given several times, a line each
}

var options = []option{
	{name: "listen", usage: "address to serve on", text: func(c *Config) *string { return &c.Listen }},
	{name: "url", usage: "address of the site, if it is not the one in the database", text: func(c *Config) *string { return &c.URL }},
	{name: "data", usage: "directory of the database, the keys and the uploads", text: func(c *Config) *string { return &c.Data }},
	{name: "db", usage: "database: sqlite:PATH or mysql://user:pass@host:port/db?prefix=wp_", text: func(c *Config) *string { return &c.DB }},
	{name: "db-replica", usage: "mysql://…: a copy of the database for requests that only read", text: func(c *Config) *string { return &c.DBReplica }},
	{name: "wp-config", usage: "wp-config.php of an existing site", text: func(c *Config) *string { return &c.WPConfig }},
	{name: "define", many: true, usage: "NAME=VALUE: a constant that wp-config.php is to find defined, for one it takes from the request (repeatable)", text: func(c *Config) *string { return &c.Define }},
	{name: "upstream", usage: "address of a PHP WordPress behind this server", text: func(c *Config) *string { return &c.Upstream }},
	{name: "upstream-mode", usage: "reads leaves writes to PHP, all takes both", text: func(c *Config) *string { return &c.UpstreamMode }},
	{name: "native", many: true, usage: "pattern to serve here although PHP would: [METHOD] /wp-json/…, * is one segment (repeatable, or with commas)", text: func(c *Config) *string { return &c.Native }},
	{name: "to-upstream", many: true, usage: "pattern to leave to PHP although Platen could serve it (repeatable, or with commas)", text: func(c *Config) *string { return &c.ToUpstream }},
	{name: "compat", usage: "safe, or wordpress to answer exactly as WordPress does", text: func(c *Config) *string { return &c.Compat }},
	{name: "search", usage: "how posts are searched: like (as WordPress), fulltext (by an index of words) or trigram (by an index of parts of words, SQLite only)", text: func(c *Config) *string { return &c.Search }},
	{name: "redis", usage: "Redis in which the nodes of a site share their limits: redis://user:password@host:6379/0, rediss://, unix:///path", text: func(c *Config) *string { return &c.Redis }},
	{name: "smtp", usage: "mail server: smtp://user:password@host:587 or smtps://… (default: mails are put into the folder outbox of the data directory)", text: func(c *Config) *string { return &c.SMTP }},
	{name: "mail-from", usage: "sender of the site's mails (default: wordpress@ the site's host)", text: func(c *Config) *string { return &c.MailFrom }},
	{name: "uploads", usage: "directory of the uploads (default: uploads in the data directory, or the one of the WordPress of --wp-config); or s3://BUCKET/PREFIX?endpoint=URL&region=NAME&path-style=true&public=URL, with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment", text: func(c *Config) *string { return &c.Uploads }},
	{name: "environment", usage: "local, development, staging or production", text: func(c *Config) *string { return &c.Environment }},
	{name: "metrics-listen", usage: "address to serve /-/metrics on (default: none)", text: func(c *Config) *string { return &c.Metrics }},
	{name: "jwt-lifetime", usage: "how long a JSON Web Token is good (default: 1h; 168h for --compat wordpress)", text: func(c *Config) *string { return &c.JWTLife }},
	{name: "trusted-proxies", usage: "addresses and networks of proxies whose X-Forwarded headers are believed (comma-separated)", text: func(c *Config) *string { return &c.Proxies }},
	{name: "admin-user", usage: "login of the administrator of a new site", text: func(c *Config) *string { return &c.AdminUser }},
	{name: "admin-email", usage: "e-mail address of the administrator of a new site", text: func(c *Config) *string { return &c.AdminEmail }},
	{name: "admin-password", usage: "password of the administrator of a new site (default: generated)", text: func(c *Config) *string { return &c.AdminPassword }},
	{name: "login-oracle", usage: "tell at the login form whether a user exists, as WordPress does", flag: func(c *Config) **bool { return &c.LoginOracle }},
	{name: "cors-reflect", usage: "answer any origin with credentials allowed, as WordPress does", flag: func(c *Config) **bool { return &c.ReflectOrigin }},
	{name: "jsonp", usage: "allow ?_jsonp=", flag: func(c *Config) **bool { return &c.JSONP }},
	{name: "public-users", usage: "list authors to anybody, as WordPress does", flag: func(c *Config) **bool { return &c.PublicUsers }},
	{name: "unlimited-logins", usage: "allow any number of wrong passwords, as WordPress does", flag: func(c *Config) **bool { return &c.UnlimitedLogins }},
	{name: "oauth1-lenient", usage: "sign and match OAuth callbacks as the plugin does, instead of as RFC 5849", flag: func(c *Config) **bool { return &c.OAuth1Plugin }},
	{name: "oauth1", usage: "OAuth 1.0a, as the plugin (default: on, but for --compat wordpress)", flag: func(c *Config) **bool { return &c.OAuth1 }},
	{name: "jwt", usage: "JSON Web Tokens, as the plugin (default: on, but for --compat wordpress)", flag: func(c *Config) **bool { return &c.JWT }},
}

// EnvName is the environment variable of a setting: PLATEN_LISTEN for listen.
func EnvName(name string) string {
	return "PLATEN_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
}

// Flags adds the settings to a flag set. Call the function it returns after
// the flags were parsed: it completes the configuration from the environment,
// the wp-config.php and the file platen.toml of the data directory.
func Flags(fs *flag.FlagSet, getenv func(string) string) func() (Config, error) {
	given := map[string]string{}
	for _, o := range options {
		set := func(v string) error {
			if had, ok := given[o.name]; ok && o.many {
				v = had + "\n" + v
			}
			given[o.name] = v
			return nil
		}
		if o.flag != nil {
			fs.BoolFunc(o.name, o.usage, set)
			continue
		}
		fs.Func(o.name, o.usage, set)
	}
	return func() (Config, error) { return complete(given, getenv) }
}

// complete makes a configuration out of the flags that were given and of what
// counts less.
func complete(given map[string]string, getenv func(string) string) (Config, error) {
	c := Default()
	data := lookup("data", given, getenv)
	if data == "" {
		data = c.Data
	}
	file, err := readFile(filepath.Join(data, "platen.toml"))
	if err != nil {
		return c, err
	}
	set := map[string]bool{} // from flags, the environment or wp-config.php
	for _, o := range options {
		if v := lookup(o.name, given, getenv); v != "" {
			set[o.name] = true
			if err := o.apply(&c, v); err != nil {
				return c, err
			}
		}
	}
	for _, name := range []string{"wp-config", "define"} { // the file may name these, too
		if o := find(name); !set[name] && file[name] != "" {
			*o.text(&c) = file[name]
		}
	}
	if c.WPConfig != "" {
		if err := c.beside(getenv, set); err != nil {
			return c, err
		}
	}
	if v := getenv("WP_ENVIRONMENT_TYPE"); v != "" && !set["environment"] {
		c.Environment, set["environment"] = environmentOf(v), true
	}
	for _, o := range options {
		if v := file[o.name]; v != "" && !set[o.name] {
			if err := o.apply(&c, v); err != nil {
				return c, err
			}
		}
	}
	return c, c.check()
}

func find(name string) *option {
	i := slices.IndexFunc(options, func(o option) bool { return o.name == name })
	if i < 0 {
		return nil
	}
	return &options[i]
}

func lookup(name string, given map[string]string, getenv func(string) string) string {
	if v, ok := given[name]; ok {
		return v
	}
	return getenv(EnvName(name))
}

func (o *option) apply(c *Config, v string) error {
	if o.text != nil {
		*o.text(c) = v
		return nil
	}
	var on bool
	switch strings.ToLower(v) {
	case "1", "true", "yes", "on":
		on = true
	case "0", "false", "no", "off":
	default:
		return fmt.Errorf("%s: %q is neither true nor false", o.name, v)
	}
	*o.flag(c) = &on
	return nil
}

// readFile reads platen.toml: one name = value a setting.
func readFile(path string) (map[string]string, error) {
	raw := map[string]any{}
	if _, err := toml.DecodeFile(path, &raw); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, nil
		}
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	out := map[string]string{}
	for name, v := range raw {
		o := find(name)
		if o == nil {
			return nil, fmt.Errorf("%s: there is no setting %q", path, name)
		}
		if list, ok := v.([]any); ok && o.many {
			lines := make([]string, len(list))
			for i, e := range list {
				lines[i] = fmt.Sprint(e)
			}
			v = strings.Join(lines, "\n")
		}
		out[name] = fmt.Sprint(v)
	}
	return out, nil
}

func (c *Config) check() error {
	if c.Compat != "safe" && c.Compat != "wordpress" {
		return fmt.Errorf("compat: %q is neither safe nor wordpress", c.Compat)
	}
	if !slices.Contains([]string{"like", "fulltext", "trigram"}, c.Search) {
		return fmt.Errorf("search: %q is none of like, fulltext and trigram", c.Search)
	}
	if c.UpstreamMode != "reads" && c.UpstreamMode != "all" {
		return fmt.Errorf("upstream-mode: %q is neither reads nor all", c.UpstreamMode)
	}
	if c.URL != "" {
		u, err := url.Parse(c.URL)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return fmt.Errorf("url: %q is not an address such as https://example.org", c.URL)
		}
		c.URL = strings.TrimRight(c.URL, "/")
	}
	if c.Upstream != "" && c.DB == "" && c.WPConfig == "" {
		return errors.New("upstream: name the database of the PHP site too, with --wp-config or --db")
	}
	if c.DB == "" {
		c.DB = "sqlite:" + filepath.Join(c.Data, "platen.db")
	}
	if c.Environment != "" && !knownEnvironment(c.Environment) {
		return fmt.Errorf("environment: %q is none of local, development, staging and production", c.Environment)
	}
	if c.Uploads == "" && c.Beside == nil {
		c.Uploads = filepath.Join(c.Data, "uploads")
	}
	return nil
}

// WordPress reports whether a switch that --compat bundles is on.
func (c *Config) WordPress(own *bool) bool {
	if own != nil {
		return *own
	}
	return c.Compat == "wordpress"
}

// List splits a setting at commas and ends of lines.
func List(text string) []string {
	var out []string
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == '\n' }) {
		if word = strings.TrimSpace(word); word != "" {
			out = append(out, word)
		}
	}
	return out
}

// ListenURL is the address that a newcomer would open for a listen address.
func ListenURL(listen string) string {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return "http://" + listen
	}
	if host == "" || host == "0.0.0.0" || host == "::" {
		host = "localhost"
	}
	if port == "80" {
		return "http://" + host
	}
	return "http://" + net.JoinHostPort(host, port)
}

// Loopback reports whether the host of an address is this machine's own.
func Loopback(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	host := u.Hostname()
	ip := net.ParseIP(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || ip != nil && ip.IsLoopback()
}

// Usage prints the settings with their environment variables.
func Usage(w io.Writer) {
	for _, o := range options {
		fmt.Fprintf(w, "  --%-16s %s (%s)\n", o.name, o.usage, EnvName(o.name))
	}
}

// EnsureDir makes a directory that only the owner may read.
func EnsureDir(path string) error { return os.MkdirAll(path, 0o700) }
