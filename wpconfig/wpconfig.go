// Package wpconfig reads the constants, keys, database settings and table
// prefix out of a wp-config.php without running PHP.
//
// Real configurations are programs: they take values from the environment,
// put them together, include other files and ask conditions. The package
// parses the file and works out what is determined by the file, the included
// files and the environment. What depends on anything else, such as the
// request, a database or an unknown function, is left open: [Config.String]
// and its kin return a [ValueError] for such a value, with the line and the
// command line flag that sets it instead. A value is never guessed.
//
// There is no counterpart in WordPress, which includes the file.
package wpconfig

import (
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"sort"
	"strings"

	"github.com/platenhq/platen/phpserialize"
)

// Options say where things are. The zero value reads from the file system and
// sees an empty environment.
type Options struct {
	// Env finds an environment variable, like os.LookupEnv. The environment of
	// this process need not be the one of the PHP processes.
	Env func(name string) (string, bool)

	// ReadFile reads the file, the files it includes and those it asks for
	// with file_get_contents; os.ReadFile if nil. Names are absolute and
	// slash-separated.
	ReadFile func(name string) ([]byte, error)

	// ABSPATH is WordPress's directory, with a slash at the end. The default
	// is the directory of the file.
	ABSPATH string

	// Defined are constants that exist before the file runs, so that its own
	// definitions of them do not count; and "$table_prefix", which replaces the
	// file's. The texts true, false and null are PHP's values of these names.
	Defined map[string]string
}

// Config is what a wp-config.php defines.
type Config struct {
	file   string
	values map[string]any
	where  map[string]unknown
	prefix any
}

// ValueError says why a value cannot be told.
type ValueError struct {
	Name   string // constant, or "$table_prefix"
	File   string
	Line   int
	Reason string // like "depends on the request ($_SERVER['HTTP_HOST'])"
	Flag   string // that sets it instead, "" when only the file can
}

// Error implements error.
func (e *ValueError) Error() string {
	text := fmt.Sprintf("%s:%d: %s %s", e.File, e.Line, e.Name, e.Reason)
	if e.Flag != "" {
		return text + "; set it with " + e.Flag
	}
	return text + "; write its value into the file"
}

// ErrNoConfig is returned for a file that defines neither DB_NAME nor any other
// constant.
var ErrNoConfig = errors.New("wpconfig: the file defines no constants")

// Load reads the file called name. The errors are ReadFile's and ErrNoConfig.
func Load(name string, o Options) (*Config, error) {
	abs, err := filepath.Abs(name)
	if err != nil {
		return nil, err
	}
	abs = filepath.ToSlash(abs)
	read := o.ReadFile
	if read == nil {
		read = func(name string) ([]byte, error) { return os.ReadFile(filepath.FromSlash(name)) }
	}
	src, err := read(abs)
	if err != nil {
		return nil, err
	}
	if len(src) > maxSource {
		return nil, fmt.Errorf("wpconfig: %s is larger than %d bytes", name, maxSource)
	}
	o.ReadFile = read
	c := Parse(abs, string(src), o)
	if len(c.values) == 0 {
		return nil, fmt.Errorf("%w: %s", ErrNoConfig, name)
	}
	return c, nil
}

// Parse works out the source of a file that is called name, an absolute path.
// Nothing in the source makes it fail: what it does not understand is unknown.
// Without Options.ReadFile no other file is read.
func Parse(name, src string, o Options) *Config {
	m := &machine{
		env: map[string]string{}, lookup: o.Env, readFile: o.ReadFile,
		consts: map[string]any{}, where: map[string]unknown{}, globals: map[string]any{}, functions: map[string]function{}, included: map[string]bool{name: true},
		file: name,
	}
	m.vars = m.globals
	if m.lookup == nil {
		m.lookup = func(string) (string, bool) { return "", false }
	}
	if m.readFile == nil {
		m.readFile = func(string) ([]byte, error) { return nil, os.ErrNotExist }
	}
	if o.ABSPATH == "" {
		o.ABSPATH = strings.TrimSuffix(path.Dir(name), "/") + "/"
	}
	given := map[string]any{
		"ABSPATH": o.ABSPATH, "PHP_EOL": "\n", "DIRECTORY_SEPARATOR": "/", "PHP_SAPI": "fpm-fcgi", "PHP_OS": "Linux", "PHP_OS_FAMILY": "Linux",
		"PHP_VERSION": "8.2.0", "PHP_VERSION_ID": int64(80200), "PHP_MAJOR_VERSION": int64(8), "PHP_INT_MAX": int64(1<<63 - 1),
		"E_ALL": int64(32767), "E_ERROR": int64(1), "E_WARNING": int64(2), "E_NOTICE": int64(8), "E_STRICT": int64(2048), "E_DEPRECATED": int64(8192),
		"MYSQLI_CLIENT_SSL": int64(clientSSL), "MYSQL_CLIENT_SSL": int64(clientSSL), "MYSQLI_CLIENT_SSL_DONT_VERIFY_SERVER_CERT": int64(clientSSLNoVerify),
		"MYSQLI_CLIENT_COMPRESS": int64(32), "MYSQL_CLIENT_COMPRESS": int64(32), "MYSQLI_CLIENT_FOUND_ROWS": int64(2), "MYSQLI_CLIENT_INTERACTIVE": int64(1024),
		"PHP_URL_SCHEME": int64(0), "PHP_URL_HOST": int64(1), "FILTER_VALIDATE_BOOLEAN": int64(258), "FILTER_VALIDATE_BOOL": int64(258),
	}
	for k, v := range given {
		m.consts[k] = v
	}
	for k, v := range o.Defined {
		m.consts[k], m.where[k] = literal(v), unknown{file: name}
	}
	m.source(&node{line: 1}, name, src, false)
	if v, ok := o.Defined[prefixName]; ok {
		m.globals["table_prefix"] = v
		delete(m.consts, prefixName)
	}
	for k := range given {
		if _, ok := m.where[k]; !ok {
			delete(m.consts, k)
		}
	}
	return &Config{file: name, values: m.consts, where: m.where, prefix: m.globals["table_prefix"]}
}

const prefixName = "$table_prefix"

// literal is the value of a constant that is given from outside.
func literal(s string) any {
	switch strings.ToLower(s) {
	case "true":
		return true
	case "false":
		return false
	case "null":
		return nil
	}
	return s
}

// Flag is the command line flag of platen that sets what a constant sets.
func Flag(name string) string {
	switch name {
	case "DB_NAME", "DB_USER", "DB_PASSWORD", "DB_HOST", "DB_CHARSET", "DB_COLLATE", "MYSQL_CLIENT_FLAGS":
		return "--db"
	case prefixName:
		return "--db (mysql://…?prefix=)"
	case "WP_HOME", "WP_SITEURL":
		return "--url"
	case "WP_ENVIRONMENT_TYPE":
		return "--environment"
	}
	return "--define " + name + "=VALUE"
}

func (c *Config) fail(name string, u unknown) error {
	return &ValueError{Name: name, File: u.file, Line: u.line, Reason: u.why, Flag: Flag(name)}
}

// value returns a constant; ok is false when it is not defined.
func (c *Config) value(name string) (v any, ok bool, err error) {
	v, ok = c.values[name]
	if u, open := origin(v); open {
		return nil, true, c.fail(name, u)
	}
	if list, isList := v.(*phpserialize.Array); isList {
		for _, e := range list.All() {
			if u, open := origin(e); open {
				return nil, true, c.fail(name, u)
			}
		}
	}
	return v, ok, nil
}

// String returns a constant as PHP's string conversion has it (true is "1",
// false and null are ""), and whether it is defined. The error is a
// *ValueError, for a constant that is or may be defined with a value that
// cannot be told.
func (c *Config) String(name string) (string, bool, error) {
	v, ok, err := c.value(name)
	return toString(v), ok && err == nil, err
}

// Bool returns a constant as PHP's bool conversion has it; false when it is not
// defined. The error is as for String.
func (c *Config) Bool(name string) (bool, error) {
	v, _, err := c.value(name)
	return err == nil && truth(v), err
}

// IsTrue reports whether a constant is PHP's true itself, which some constants
// tell apart from 1.
func (c *Config) IsTrue(name string) bool { return c.values[name] == true }

// Int returns a constant as PHP's int conversion has it; 0 when it is not
// defined. The error is as for String.
func (c *Config) Int(name string) (int64, error) {
	v, _, err := c.value(name)
	return toInt(v), err
}

// Line is where a constant is defined; 0 when it is not.
func (c *Config) Line(name string) int { return c.where[name].line }

// Names returns the names of the constants, sorted, unknown ones included.
func (c *Config) Names() []string {
	names := make([]string, 0, len(c.values))
	for name := range c.values {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// Constants returns those of the named constants that are defined, as strings;
// the form in which packages salt and authcookie take them. All errors are
// *ValueError, joined.
func (c *Config) Constants(names ...string) (map[string]string, error) {
	found := map[string]string{}
	var errs []error
	for _, name := range names {
		v, ok, err := c.String(name)
		if err != nil {
			errs = append(errs, err)
		} else if ok {
			found[name] = v
		}
	}
	return found, errors.Join(errs...)
}

// TablePrefix returns $table_prefix, "wp_" when the file does not set it. The
// error is a *ValueError, also for a prefix WordPress would refuse.
func (c *Config) TablePrefix() (string, error) {
	if c.prefix == nil {
		return "wp_", nil
	}
	if u, open := origin(c.prefix); open {
		return "", c.fail(prefixName, u)
	}
	prefix := toString(c.prefix)
	for i := 0; i < len(prefix); i++ {
		if !nameByte(prefix[i]) || prefix[i] >= 0x80 {
			return "", c.fail(prefixName, unknown{c.file, 0, "may contain only letters, digits and underscores"})
		}
	}
	return prefix, nil
}
