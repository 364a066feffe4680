package site

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"github.com/platenhq/platen/authcookie"
	"github.com/platenhq/platen/capability"
	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/phpserialize"
)

// Settings are the autoloaded options, read. They are replaced as a whole when
// an option changes, so one value is consistent in itself.
type Settings struct {
	raw map[string]string

	SiteURL, Home string // without trailing slash
	Zone          format.Zone
	Permalinks    string // permalink_structure, "" for plain
	Sticky        []int64
	Roles         *capability.Roles
	DateFormat    string
	TimeFormat    string

	cookies  authcookie.Names
	homePath string
	uploads  string
	forceSSL bool
}

// CookieNames are the names and paths of the site's cookies.
func (set *Settings) CookieNames() *authcookie.Names { return &set.cookies }

// ForceSSLAdmin reports whether the login form and wp-admin are for TLS only:
// force_ssl_admin.
func (set *Settings) ForceSSLAdmin() bool { return set.forceSSL }

// HomePath is the path of the home URL without a slash at the end: "" for a
// site at the root of its host.
func (set *Settings) HomePath() string { return set.homePath }

// Settings returns the site's settings as they are now.
func (s *Site) Settings(ctx context.Context) (*Settings, error) {
	e := s.view(ctx)
	if set := e.settings.Load(); set != nil {
		return set, nil
	}
	e.settingsMu.Lock()
	defer e.settingsMu.Unlock()
	if set := e.settings.Load(); set != nil {
		return set, nil
	}
	at := e.settingsAt.Load()
	rows, err := s.store.AutoloadedOptions(ctx)
	if err != nil {
		return nil, err
	}
	raw := make(map[string]string, len(rows))
	for _, o := range rows {
		raw[o.Name] = o.Value
	}
	set, err := s.readSettings(ctx, raw)
	if err != nil {
		return nil, err
	}
	if e.settingsAt.Load() == at {
		e.settings.Store(set)
	}
	return set, nil
}

func (s *Site) readSettings(ctx context.Context, raw map[string]string) (*Settings, error) {
	rolesName := s.store.Prefix() + "user_roles"
	for _, name := range []string{"siteurl", "home", "gmt_offset", "timezone_string", "permalink_structure", "sticky_posts", rolesName} {
		if _, ok := raw[name]; ok {
			continue
		}
		o, err := s.store.Option(ctx, name)
		if isNotFound(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		raw[name] = o.Value
	}
	if s.cfg.SiteURL != "" {
		raw["siteurl"] = s.cfg.SiteURL
	}
	if s.cfg.HomeURL != "" {
		raw["home"] = s.cfg.HomeURL
	}
	offset, _ := strconv.ParseFloat(strings.TrimSpace(raw["gmt_offset"]), 64)
	zone, err := format.NewZone(raw["timezone_string"], offset)
	if err != nil {
		s.log.WarnContext(ctx, "the site's time zone is not known; using UTC", "timezone_string", raw["timezone_string"], "err", err)
	}
	set := &Settings{
		raw:        raw,
		SiteURL:    strings.TrimRight(raw["siteurl"], "/"),
		Home:       strings.TrimRight(raw["home"], "/"),
		Permalinks: raw["permalink_structure"],
		Zone:       zone,
		Sticky:     ids(phpserialize.MaybeUnserialize(raw["sticky_posts"])),
		Roles:      readRoles(raw[rolesName]),
		DateFormat: raw["date_format"],
		TimeFormat: raw["time_format"],
	}
	if set.Home == "" {
		set.Home = set.SiteURL
	}
	set.uploads = s.uploadsURL(set)
	set.forceSSL = strings.HasPrefix(set.SiteURL, "https:")
	if s.cfg.ForceSSLAdmin != nil {
		set.forceSSL = *s.cfg.ForceSSLAdmin
	}
	set.cookies = authcookie.NewNames(raw["siteurl"], set.Home, s.cfg.Constants)
	if u, err := url.Parse(set.Home); err == nil {
		set.homePath = strings.TrimRight(u.Path, "/")
	}
	return set, nil
}

// ids reads a PHP list of ids; anything else is no ids.
func ids(v any) []int64 {
	a, ok := v.(*phpserialize.Array)
	if !ok {
		return nil
	}
	out := make([]int64, 0, a.Len())
	for _, x := range a.Values() {
		if n := phpInt(x); n != 0 {
			out = append(out, n)
		}
	}
	return out
}

// phpInt is PHP's (int) of a stored scalar.
func phpInt(v any) int64 {
	switch v := v.(type) {
	case int64:
		return v
	case float64:
		return int64(v)
	case bool:
		if v {
			return 1
		}
	case string:
		return Atoi(v)
	}
	return 0
}

// Atoi is PHP's (int) of a string: the number it begins with, else 0.
func Atoi(s string) int64 {
	s = strings.TrimLeft(s, " \t\n\r\v\f")
	end := 0
	for end < len(s) && (s[end] >= '0' && s[end] <= '9' || end == 0 && (s[0] == '-' || s[0] == '+')) {
		end++
	}
	n, _ := strconv.ParseInt(s[:end], 10, 64)
	return n
}

// Get returns the raw text of an autoloaded option.
func (set *Settings) Get(name string) string { return set.raw[name] }

// Int returns an option as PHP's (int) reads it.
func (set *Settings) Int(name string) int64 { return Atoi(set.raw[name]) }

// Bool returns an option as PHP's truth has it.
func (set *Settings) Bool(name string) bool { v := set.raw[name]; return v != "" && v != "0" }

// Option returns the raw text of any option, "" when there is none.
func (s *Site) Option(ctx context.Context, name string) (string, error) {
	v, _, err := s.LookupOption(ctx, name)
	return v, err
}

// LookupOption returns the raw text of any option and whether it exists.
func (s *Site) LookupOption(ctx context.Context, name string) (string, bool, error) {
	set, err := s.Settings(ctx)
	if err != nil {
		return "", false, err
	}
	if v, ok := set.raw[name]; ok {
		return v, true, nil
	}
	c := s.view(ctx).options
	if o, ok := c.Get(name); ok {
		return o.value, o.found, nil
	}
	epoch := c.Epoch()
	row, err := s.store.Option(ctx, name)
	switch {
	case isNotFound(err):
		c.Put(epoch, name, option{})
		return "", false, nil
	case err != nil:
		return "", false, err
	}
	c.Put(epoch, name, option{row.Value, true})
	return row.Value, true, nil
}

// SetOption stores raw text, as update_option: a new option is autoloaded.
func (s *Site) SetOption(ctx context.Context, name, value string) error {
	old, found, err := s.LookupOption(ctx, name)
	if err != nil || found && old == value {
		return err
	}
	defer s.changed(ctx)
	if !found {
		set, err := s.Settings(ctx)
		if err != nil {
			return err
		}
		_, err = s.store.AddOption(ctx, wp.Option{Name: name, Value: value, Autoload: set.autoload(true)})
		return err
	}
	return s.store.SetOption(ctx, name, value, "")
}

// readRoles reads the option {prefix}user_roles; a corrupt one grants nothing.
func readRoles(raw string) *capability.Roles {
	a, ok := phpserialize.MaybeUnserialize(raw).(*phpserialize.Array)
	if !ok {
		return capability.NewRoles(nil)
	}
	var roles []capability.Role
	for k, v := range a.All() {
		r, ok := v.(*phpserialize.Array)
		if !ok {
			continue
		}
		name, _ := r.Lookup("name").(string)
		roles = append(roles, capability.Role{Key: k.String(), Name: name, Caps: grants(r.Lookup("capabilities"))})
	}
	return capability.NewRoles(roles)
}

// grants reads a PHP array of capabilities.
func grants(v any) []capability.Grant {
	a, ok := v.(*phpserialize.Array)
	if !ok {
		return nil
	}
	out := make([]capability.Grant, 0, a.Len())
	for k, v := range a.All() {
		out = append(out, capability.Grant{Name: k.String(), Value: v})
	}
	return out
}

// Theme is the name of the active theme's directory; the built-in one answers
// to the name of WordPress's default.
func (s *Site) Theme(ctx context.Context) string {
	set, err := s.Settings(ctx)
	if err != nil || set.Get("stylesheet") == "" {
		return "twentytwentyfive"
	}
	return set.Get("stylesheet")
}
