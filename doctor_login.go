package platen

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/platenhq/platen/auth"
	"github.com/platenhq/platen/authcookie"
	"github.com/platenhq/platen/internal/media"
	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/salt"
)

// maxSkew is how far apart clocks may be. Nonces change twice a day; cookies
// and tokens end at a second.
const maxSkew = 10 * time.Second

// keys says what is wrong with the keys and salts of wp-config.php.
func (d *doctor) keys() {
	const name = "keys and salts"
	if d.cfg.Beside == nil {
		d.ok(name, "those of the data directory are good")
		return
	}
	bad := salt.Check(d.cfg.Beside.Secrets)
	for _, e := range bad {
		d.add(stateWarning, name, e.Error()+"; WordPress keeps a secret in the options table in its place, and so it is used here", "give every constant its own long random value; everybody has to log in again then")
	}
	if len(bad) == 0 {
		d.ok(name, "all eight of wp-config.php are good")
	}
}

// clock compares our clock with PHP's.
func (d *doctor) clock(ctx context.Context) {
	asked := time.Now()
	answer, err := d.php.AskPage(ctx, http.MethodHead, "/wp-login.php", nil, nil)
	if err != nil {
		return
	}
	then, err := http.ParseTime(answer.Header.Get("Date"))
	if err != nil {
		d.add(stateSkipped, "clock", "the web server does not say what time it is", "")
		return
	}
	// The header has whole seconds, of some moment while we waited.
	skew := max(asked.Sub(then)-time.Second, time.Until(then), 0)
	if skew > maxSkew {
		d.add(stateProblem, "clock", fmt.Sprintf("the clock of the PHP site is %s off ours", skew.Round(time.Second)), "set both clocks by NTP: logins and nonces depend on them")
		return
	}
	d.ok("clock", "it agrees with that of the PHP site")
}

// login sees whether the PHP site takes a cookie and a nonce made here. The
// login is ended by the function returned.
func (d *doctor) login(ctx context.Context) (end func(), err error) {
	const name = "logins"
	end = func() {}
	if d.as == "" {
		if d.cookie == "" {
			d.add(stateSkipped, name, "whether they count on both sides was not tried", "give --as USER (a login is made and ended), or --cookie with the Cookie header of somebody who is logged in")
		}
		return end, nil
	}
	a := d.app
	u, err := (&tool{app: a}).user(ctx, d.as)
	if err != nil {
		d.add(stateProblem, name, err.Error(), "")
		return end, nil
	}
	session, err := a.site.StartSession(ctx, u.ID, false, site.Client{UserAgent: "platen doctor"})
	if err != nil {
		return end, err
	}
	end = func() {
		if err := a.site.EndSession(a.site.View(context.WithoutCancel(ctx)), u.ID, session.Token); err != nil {
			d.log.Warn("the login of the doctor was not ended", "user", u.Login, "err", err)
		}
	}
	cookie := func(scheme string) string {
		value := authcookie.NewSigner(a.site.Secret(scheme)).Generate(u.Login, u.Pass, session.Expiration, session.Token)
		return d.set.CookieNames().For(scheme) + "=" + string(authcookie.AppendEncoded(nil, value))
	}
	scheme := salt.Auth
	if schemeOf(d.set.SiteURL) == "https" {
		scheme = salt.SecureAuth
	}
	nonce := a.nonces.Create(auth.RESTAction, u.ID, session.Token, time.Now())
	d.header = http.Header{"Cookie": {cookie(salt.LoggedIn) + "; " + cookie(scheme)}, "X-Wp-Nonce": {nonce}}
	answer, err := d.php.AskPage(ctx, http.MethodGet, "/wp-admin/admin-ajax.php?action=rest-nonce", http.Header{"Cookie": d.header["Cookie"]}, nil)
	if err != nil {
		d.add(stateSkipped, name, err.Error(), "")
		return end, nil
	}
	theirs := strings.TrimSpace(string(answer.Body))
	switch {
	case answer.Status != http.StatusOK || theirs == "0":
		d.header = nil
		d.add(stateProblem, name, fmt.Sprintf("the PHP site does not take a cookie made here (%d)", answer.Status), "LOGGED_IN_KEY, LOGGED_IN_SALT and the names of the cookies (COOKIEHASH, siteurl) have to be the same on both sides: see whether this is the wp-config.php that PHP reads, and whether a plugin defines wp_validate_auth_cookie or wp_hash of its own")
	case !a.nonces.Verify(theirs, auth.RESTAction, u.ID, session.Token, time.Now()).OK():
		d.header = nil
		d.add(stateProblem, name, "the PHP site takes a cookie made here, but its nonces do not count here", "NONCE_KEY and NONCE_SALT have to be the same on both sides; a plugin may also change the life of nonces (nonce_life)")
	default:
		d.ok(name, "a login made here counts at %s, and its nonces count here", d.asked())
	}
	return end, nil
}

// givenCookie sees whether a cookie of the PHP site counts here.
func (d *doctor) givenCookie() {
	const name = "cookie"
	if d.cookie == "" {
		return
	}
	r, err := http.NewRequest(http.MethodGet, d.set.Home, nil)
	if err != nil {
		return
	}
	r.Header.Set("Cookie", d.cookie)
	names := d.set.CookieNames()
	if _, ok := authcookie.Find(r.Header["Cookie"], names.For(salt.LoggedIn)); !ok {
		d.add(stateProblem, name, "there is no "+names.For(salt.LoggedIn)+" in it", "copy the whole Cookie header of a request to the site; if it has another wordpress_logged_in_…, siteurl or COOKIEHASH is not that of the PHP site")
		return
	}
	res, err := d.app.cookie.Validate(r.WithContext(d.app.site.View(r.Context())), false)
	switch {
	case err == nil:
		d.ok(name, "it is a login of user %d here too", res.User.ID)
	case errors.Is(err, authcookie.ErrExpired):
		d.add(stateProblem, name, "it has expired", "log in again and copy a fresh one")
	case errors.Is(err, authcookie.ErrBadSessionToken):
		d.add(stateProblem, name, "its session is not in the database", "log in again and copy a fresh one; if that does not help, this is not the database that PHP uses, or PHP keeps sessions elsewhere")
	case errors.Is(err, authcookie.ErrBadHash):
		d.add(stateProblem, name, "its signature is another", "LOGGED_IN_KEY and LOGGED_IN_SALT are not those that PHP uses, or the password has changed since")
	default:
		d.add(stateProblem, name, err.Error(), "")
	}
}

// authorization sees whether the Authorization header reaches us through
// whatever stands before us.
func (d *doctor) authorization(ctx context.Context) {
	const name = "Authorization header"
	if d.php == nil {
		return
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, d.set.REST("platen/v1/auth/self-check"), nil)
	if err != nil {
		return
	}
	r.Header.Set("Authorization", `Digest username="platen-doctor"`)
	r.Header.Set("User-Agent", "platen doctor")
	client := &http.Client{Timeout: 20 * time.Second}
	res, err := client.Do(r)
	if err != nil {
		d.add(stateSkipped, name, fmt.Sprintf("nothing answers at %s (%v)", d.set.Home, plainNetError(err)), "run the doctor again while platen serve runs behind the real web server")
		return
	}
	defer res.Body.Close()
	var raw [64 << 10]byte
	n := readUpTo(res, raw[:])
	data, _ := ordered.Decode(raw[:n])
	received, _ := objectMember(data, "received")
	arrived, isOurs := received.Get("authorization_header")
	switch {
	case !isOurs:
		d.add(stateSkipped, name, fmt.Sprintf("%s is not answered by Platen yet (%d)", r.URL.Path, res.StatusCode), "run the doctor again once the web server leads /wp-json/ to Platen")
	case arrived != true:
		d.add(stateProblem, name, "it does not arrive: a proxy before Platen takes it away", "application passwords, tokens and OAuth need it. nginx passes it on by itself; Apache needs CGIPassAuth On or a SetEnvIf rule: see docs/beside-wordpress.md")
	case schemeOf(d.set.Home) == "https" && received.Value("secure") != true:
		d.add(stateProblem, name, "it arrives, but Platen does not know that the visitor came over https", "let the proxy send X-Forwarded-Proto, and name the proxy with --trusted-proxies")
	default:
		d.ok(name, "it arrives at Platen through %s", d.set.Home)
	}
}

func readUpTo(res *http.Response, buf []byte) int {
	n := 0
	for n < len(buf) {
		m, err := res.Body.Read(buf[n:])
		if n += m; err != nil {
			break
		}
	}
	return n
}

func objectMember(v any, name string) (*ordered.Object, bool) {
	o, _ := v.(*ordered.Object)
	m, ok := o.Value(name).(*ordered.Object)
	return m, ok
}

func memberText(v any, name string) (string, bool) {
	o, _ := v.(*ordered.Object)
	s, ok := o.Value(name).(string)
	return s, ok
}

// uploads sees whether a file that Platen stores is what a visitor gets.
func (d *doctor) uploads(ctx context.Context) {
	const name = "uploads"
	disk := d.app.files
	if disk == nil {
		d.add(stateProblem, name, "their directory was not found", "say where it is with --uploads DIR")
		return
	}
	dir := "the bucket"
	local, isLocal := disk.(*media.Disk)
	if isLocal {
		dir = local.Dir()
	}
	if info, err := os.Stat(dir); isLocal && (err != nil || !info.IsDir()) {
		state, advice := stateWarning, "WordPress and Platen make it with the first upload; if it is elsewhere, say where with --uploads DIR"
		if items, err := d.own(ctx, "/wp/v2/media", "per_page=1", nil); err == nil && items.Header.Get("X-WP-Total") != "0" {
			state, advice = stateProblem, "say where it is with --uploads DIR: there are media items"
		}
		d.add(state, name, fmt.Sprintf("there is no directory %s", dir), advice)
		return
	}
	word := rand.Text()
	file := "platen-doctor-" + word + ".txt"
	if err := disk.Put(ctx, file, strings.NewReader(word), false); err != nil {
		d.add(stateProblem, name, fmt.Sprintf("a file cannot be stored in %s (%v)", dir, rootError(err)), "let the user that Platen runs as write there, as PHP's user may: put both into one group, and give it the directory (chgrp -R, chmod -R g+ws)")
		return
	}
	defer func() {
		if err := disk.Remove(ctx, file); err != nil {
			d.log.Warn("the doctor's file was not removed", "dir", dir, "file", file, "err", err)
		}
	}()
	where, served := strings.CutPrefix(d.set.UploadsURL(), d.set.Home)
	switch {
	case d.php == nil:
		d.ok(name, "files can be stored in %s", dir)
		return
	case !served:
		d.add(stateSkipped, name, "they are served at another address, "+d.set.UploadsURL(), "")
		return
	}
	answer, err := d.php.AskPage(ctx, http.MethodGet, where+"/"+file, nil, nil)
	if err != nil || answer.Status != http.StatusOK || string(answer.Body) != word {
		d.add(stateProblem, name, fmt.Sprintf("a file stored in %s is not what %s serves at %s", dir, d.asked(), where), "see whether --uploads is the directory that PHP uses, and whether the web server may read what Platen writes")
		return
	}
	d.ok(name, "files stored in %s are served at %s", dir, d.set.UploadsURL())
}

// rootError is the innermost error.
func rootError(err error) error {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err
		}
		err = inner
	}
}
