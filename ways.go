package platen

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"

	"github.com/platenhq/platen/auth"
)

// limiter is the budget of credentials tried, nil without one.
func (a *App) limiter(opt Options) auth.Limiter {
	if a.cfg.WordPress(a.cfg.UnlimitedLogins) {
		return nil
	}
	return &auth.Budget{Now: opt.Now}
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
