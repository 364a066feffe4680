package authcookie

import (
	"crypto/md5"
	"encoding/hex"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Names holds the names, paths and domain of a site's cookies, what
// wp_cookie_constants() defines. Make it with [NewNames].
type Names struct {
	Hash       string // COOKIEHASH
	Auth       string // wp-admin over plain HTTP
	SecureAuth string // wp-admin over TLS
	LoggedIn   string
	Test       string // the test cookie of the login form
	Recovery   string // recovery mode
	PostPass   string // password of a protected post
	ResetPass  string // password reset in progress
	User, Pass string // of WordPress before 2.5, only ever cleared

	Path        string // COOKIEPATH, of the home URL
	SitePath    string // SITECOOKIEPATH, of the site URL
	AdminPath   string // ADMIN_COOKIE_PATH
	PluginsPath string // PLUGINS_COOKIE_PATH
	Domain      string // COOKIE_DOMAIN, empty for host-only cookies

	// HomeTLS says that the home URL starts with https; without it the
	// logged_in cookie is never marked secure.
	HomeTLS bool
}

// NewNames derives the names from the options siteurl and home and from the
// constants of wp-config.php: WP_SITEURL, WP_HOME, WP_CONTENT_URL,
// WP_PLUGIN_URL and those that wp_cookie_constants() leaves alone when they are
// defined. The names contain a hash of the site URL, so both sides of a shared
// site must be given the very same one.
func NewNames(siteURL, homeURL string, constants map[string]string) Names {
	constant := func(name, otherwise string) string {
		if v, ok := constants[name]; ok {
			return v
		}
		return otherwise
	}
	if homeURL == "" {
		homeURL = siteURL
	}
	siteURL = strings.TrimRight(constant("WP_SITEURL", siteURL), `/\`)
	homeURL = strings.TrimRight(constant("WP_HOME", homeURL), `/\`)
	pluginURL := constant("WP_PLUGIN_URL", constant("WP_CONTENT_URL", siteURL+"/wp-content")+"/plugins")
	origin := regexp.MustCompile(`(?i)https?://[^/]+`)
	path := func(url string) string { return origin.ReplaceAllLiteralString(url, "") }

	hash := ""
	if siteURL != "" && siteURL != "0" {
		sum := md5.Sum([]byte(siteURL))
		hash = hex.EncodeToString(sum[:])
	}
	hash = constant("COOKIEHASH", hash)
	n := Names{
		Hash:       hash,
		Auth:       constant("AUTH_COOKIE", "wordpress_"+hash),
		SecureAuth: constant("SECURE_AUTH_COOKIE", "wordpress_sec_"+hash),
		LoggedIn:   constant("LOGGED_IN_COOKIE", "wordpress_logged_in_"+hash),
		Test:       constant("TEST_COOKIE", "wordpress_test_cookie"),
		Recovery:   constant("RECOVERY_MODE_COOKIE", "wordpress_rec_"+hash),
		PostPass:   "wp-postpass_" + hash,
		ResetPass:  "wp-resetpass-" + hash,
		User:       constant("USER_COOKIE", "wordpressuser_"+hash),
		Pass:       constant("PASS_COOKIE", "wordpresspass_"+hash),
		Path:       constant("COOKIEPATH", path(homeURL+"/")),
		SitePath:   constant("SITECOOKIEPATH", path(siteURL+"/")),
		Domain:     constant("COOKIE_DOMAIN", ""),
		HomeTLS:    strings.HasPrefix(homeURL, "https:"),
	}
	n.AdminPath = constant("ADMIN_COOKIE_PATH", n.SitePath+"wp-admin")
	n.PluginsPath = constant("PLUGINS_COOKIE_PATH", path(pluginURL))
	return n
}

// For returns the name of the cookie of a scheme, and "" for a scheme without
// one.
func (n Names) For(scheme string) string {
	switch scheme {
	case "auth":
		return n.Auth
	case "secure_auth":
		return n.SecureAuth
	case "logged_in":
		return n.LoggedIn
	}
	return ""
}

// How long a login lasts, as WordPress has it.
const (
	Lifetime         = 2 * 24 * time.Hour
	RememberLifetime = 14 * 24 * time.Hour
	rememberMargin   = 12 * time.Hour // the browser keeps it longer, for the grace period
)

// Expiry returns the Unix time at which a login made now ends, and the one for
// the browser: 0, a cookie until the browser closes, unless remember is set.
func Expiry(now time.Time, remember bool) (expiration, expires int64) {
	if remember {
		expiration = now.Add(RememberLifetime).Unix()
		return expiration, expiration + int64(rememberMargin/time.Second)
	}
	return now.Add(Lifetime).Unix(), 0
}

// LoginCookies returns the cookies of wp_set_auth_cookie() in its order. Auth
// is the value of scheme secure_auth when secure is set, else of scheme auth;
// loggedIn that of scheme logged_in. Expires is the second result of Expiry.
func (n Names) LoginCookies(auth, loggedIn string, expires int64, secure bool) []SetCookie {
	name := n.Auth
	if secure {
		name = n.SecureAuth
	}
	a := SetCookie{Name: name, Value: auth, Expires: expires, Path: n.PluginsPath, Domain: n.Domain, Secure: secure, HTTPOnly: true}
	b := a
	b.Path = n.AdminPath
	l := SetCookie{Name: n.LoggedIn, Value: loggedIn, Expires: expires, Path: n.Path, Domain: n.Domain, Secure: secure && n.HomeTLS, HTTPOnly: true}
	cookies := []SetCookie{a, b, l}
	if n.Path != n.SitePath {
		l.Path = n.SitePath
		cookies = append(cookies, l)
	}
	return cookies
}

// ClearCookies returns the 17 cookies with which wp_clear_auth_cookie() logs a
// user out, in its order. UserID is the current user's, 0 for nobody.
func (n Names) ClearCookies(userID int64, now time.Time) []SetCookie {
	past := now.Unix() - 365*24*60*60
	id := strconv.FormatInt(userID, 10)
	var cookies []SetCookie
	add := func(name, path, domain string) {
		cookies = append(cookies, SetCookie{Name: name, Value: " ", Expires: past, Path: path, Domain: domain})
	}
	add(n.Auth, n.AdminPath, n.Domain)
	add(n.SecureAuth, n.AdminPath, n.Domain)
	add(n.Auth, n.PluginsPath, n.Domain)
	add(n.SecureAuth, n.PluginsPath, n.Domain)
	add(n.LoggedIn, n.Path, n.Domain)
	add(n.LoggedIn, n.SitePath, n.Domain)
	add("wp-settings-"+id, n.SitePath, "")
	add("wp-settings-time-"+id, n.SitePath, "")
	add(n.Auth, n.Path, n.Domain)
	add(n.Auth, n.SitePath, n.Domain)
	add(n.SecureAuth, n.Path, n.Domain)
	add(n.SecureAuth, n.SitePath, n.Domain)
	add(n.User, n.Path, n.Domain)
	add(n.Pass, n.Path, n.Domain)
	add(n.User, n.SitePath, n.Domain)
	add(n.Pass, n.SitePath, n.Domain)
	add(n.PostPass, n.Path, n.Domain)
	return cookies
}
