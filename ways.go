package platen

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/platenhq/platen/auth"
	"github.com/platenhq/platen/internal/jwtauth"
	"github.com/platenhq/platen/internal/limits"
	"github.com/platenhq/platen/internal/platenv1"
	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/oauth1"
)

// limiter is the budget of credentials tried, nil without one.
func (a *App) limiter(opt Options) (auth.Limiter, error) {
	if a.cfg.WordPress(a.cfg.UnlimitedLogins) {
		return nil, nil
	}
	budget := &auth.Budget{Now: opt.Now}
	if a.cfg.Redis == "" {
		return budget, nil
	}
	var err error
	a.shared, err = limits.New(a.cfg.Redis, budget, a.log)
	return a.shared, err
}

// readProxies reads the list of proxies whose X-Forwarded headers count.
func (a *App) readProxies() error {
	for _, text := range strings.FieldsFunc(a.cfg.Proxies, func(r rune) bool { return r == ',' || r == ' ' }) {
		p, err := netip.ParsePrefix(text)
		if err != nil {
			addr, addrErr := netip.ParseAddr(text)
			if addrErr != nil {
				return fmt.Errorf("trusted-proxies: %q is neither an address nor a network such as 10.0.0.0/8", text)
			}
			addr = addr.Unmap()
			p = netip.PrefixFrom(addr, addr.BitLen())
		}
		a.proxies = append(a.proxies, p.Masked())
	}
	return nil
}

// peer is the address of whoever is connected.
func peer(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// proxied reports whether an address is a proxy's whose headers are believed.
func (a *App) proxied(address string) bool {
	if len(a.proxies) == 0 {
		return false
	}
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return false
	}
	ip = ip.Unmap()
	for _, p := range a.proxies {
		if p.Contains(ip) {
			return true
		}
	}
	return false
}

// remoteAddr is the address of the caller: the last in X-Forwarded-For that is
// no proxy of ours, where proxies are declared. From a proxy on this machine
// that nobody declared it is the proxy's.
func (a *App) remoteAddr(r *http.Request) string {
	addr := peer(r)
	if !a.proxied(addr) {
		return addr
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		ip, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		if addr = ip.Unmap().String(); !a.proxied(addr) {
			break
		}
	}
	return addr
}

// warnProxy says once in the log that a proxy on this machine, which nobody
// declared, describes its callers: until it is declared, all of them are one
// caller to the limits, and none comes over TLS.
func (a *App) warnProxy(r *http.Request) {
	if a.warned.Load() {
		return
	}
	for _, name := range []string{"X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host"} {
		if r.Header.Get(name) == "" {
			continue
		}
		addr := peer(r)
		ip, err := netip.ParseAddr(addr)
		if err == nil && ip.Unmap().IsLoopback() && !a.proxied(addr) && a.warned.CompareAndSwap(false, true) {
			a.log.WarnContext(r.Context(), "a proxy on this machine sends "+name+", which is not believed: declare it with --trusted-proxies "+addr)
		}
		return
	}
}

// secure reports whether a request came in over TLS, here or at a proxy of
// ours.
func (a *App) secure(r *http.Request) bool {
	if r.TLS != nil {
		return true
	}
	if !a.proxied(peer(r)) {
		return false
	}
	last := r.Header.Values("X-Forwarded-Proto")
	return len(last) > 0 && strings.EqualFold(strings.TrimSpace(last[len(last)-1]), "https")
}

// ways sets up the ways in that WordPress has as plugins.
func (a *App) ways() error {
	if a.cfg.Plugin(a.cfg.OAuth1) {
		compat := oauth1.RFC5849
		if a.cfg.WordPress(a.cfg.OAuth1Plugin) {
			compat = oauth1.WordPress
		}
		a.oauth = &auth.OAuth1{
			Credentials: a.site, TLS: a.secure, Limiter: a.limits, RemoteAddr: a.remoteAddr,
			Verifier: func(ctx context.Context) *oauth1.Verifier {
				v := &oauth1.Verifier{Compat: compat, Now: a.site.Now, Replay: a.site}
				if set, err := a.site.Settings(ctx); err == nil {
					v.Home = set.Home
				}
				return v
			},
		}
	}
	if a.cfg.Plugin(a.cfg.JWT) {
		cfg := jwtauth.Config{
			Site: a.site, Limiter: a.limits, Leeway: 30 * time.Second, AppPasswords: a.site.AppPasswordsAvailable,
			Discreet: !a.cfg.WordPress(a.cfg.LoginOracle),
		}
		if a.cfg.Compat == "wordpress" {
			cfg.Plugin, cfg.Form, cfg.Leeway, cfg.Life = true, site.SlashedForm, 0, 7*24*time.Hour
		}
		if a.cfg.JWTLife != "" {
			life, err := time.ParseDuration(a.cfg.JWTLife)
			if err != nil || life < time.Minute {
				return fmt.Errorf("jwt-lifetime: %q is no duration of a minute or more, such as 1h", a.cfg.JWTLife)
			}
			cfg.Life = life
		}
		a.jwt = jwtauth.New(cfg)
	}
	return nil
}

// chain lists the ways into the API in their order.
func (a *App) chain(basic *auth.Basic) auth.Method {
	var chain auth.Chain
	if a.jwt != nil {
		chain = append(chain, &auth.JWT{Tokens: a.jwt, Skip: jwtauth.Skip, Exact: a.cfg.Compat == "wordpress", Limiter: a.limits, RemoteAddr: a.remoteAddr})
	}
	if a.oauth != nil {
		chain = append(chain, a.oauth)
	}
	chain = append(chain, a.plugins.methods...)
	chain = append(chain, a.cookie, basic, a.cookie.Last())
	return auth.MethodFunc(func(r *http.Request) (*auth.Identity, error) {
		id, err := chain.Authenticate(r)
		if err == nil {
			return id, nil
		}
		var refused *auth.Error
		if route, ok := a.restRoute(r); ok && strings.EqualFold(route, platenv1.SelfCheckRoute) && errors.As(err, &refused) {
			return &auth.Identity{Refused: refused, Header: refused.Header}, nil
		}
		return nil, err
	})
}

// registerWays adds the routes of authentication beyond WordPress's own.
func (a *App) registerWays() error {
	if a.jwt != nil {
		if err := a.jwt.Register(a.rest); err != nil {
			return err
		}
	}
	if a.cfg.Compat != "wordpress" {
		if err := a.rest.Register(a.jwks()); err != nil {
			return err
		}
	}
	if err := a.rest.Register(a.openAPI()); err != nil {
		return err
	}
	return platenv1.New(platenv1.Config{
		Site: a.site, Server: a.rest, Quiet: a.cfg.Compat == "wordpress", OAuth: a.oauth != nil, JWT: a.jwt != nil,
	}).Register()
}
