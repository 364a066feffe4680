package media

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"syscall"
	"time"
)

// ErrAddress: an address that must not be asked: not on the public network, or
// not of the web.
var ErrAddress = errors.New("media: not a public address of the web")

// notPublic are the networks that are nobody's on the public network, beside
// those that package netip knows.
var notPublic = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("192.88.99.0/24"), netip.MustParsePrefix("198.18.0.0/15"),
	netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("100::/64"),
	netip.MustParsePrefix("2001::/23"), netip.MustParsePrefix("2001:db8::/32"), netip.MustParsePrefix("2002::/16"),
}

// Public reports whether an address is one of the public network.
func Public(ip netip.Addr) bool {
	ip = ip.Unmap().WithZone("")
	if !ip.IsGlobalUnicast() || ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast() {
		return false
	}
	for _, p := range notPublic {
		if p.Contains(ip) {
			return false
		}
	}
	return true
}

func checkURL(u *url.URL) error {
	switch {
	case u.Scheme != "http" && u.Scheme != "https", u.Hostname() == "", u.User != nil:
		return ErrAddress
	}
	switch u.Port() {
	case "", "80", "443", "8080":
		return nil
	}
	return ErrAddress
}

// CheckAddress refuses an address that Fetch would refuse: wp_http_validate_url
// without its exception for the own host.
func CheckAddress(ctx context.Context, address string) error {
	u, err := url.Parse(address)
	if err != nil {
		return ErrAddress
	}
	if err := checkURL(u); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	ips, err := net.DefaultResolver.LookupNetIP(ctx, "ip", u.Hostname())
	if err != nil || len(ips) == 0 {
		return ErrAddress
	}
	for _, ip := range ips {
		if !Public(ip) {
			return ErrAddress
		}
	}
	return nil
}

// fetcher asks only public addresses, whatever names and redirects say: the
// address is checked when the connection is made.
func fetcher() *http.Client {
	dialer := &net.Dialer{Timeout: 10 * time.Second, Control: func(_, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil || !Public(at.Addr()) {
			return ErrAddress
		}
		return nil
	}}
	return &http.Client{
		Timeout: 5 * time.Minute,
		Transport: &http.Transport{
			DialContext: dialer.DialContext, DisableKeepAlives: true, TLSHandshakeTimeout: 10 * time.Second,
			ResponseHeaderTimeout: 30 * time.Second, MaxResponseHeaderBytes: 64 << 10,
		},
		CheckRedirect: func(r *http.Request, via []*http.Request) error {
			if len(via) >= 5 {
				return errors.New("media: too many redirects")
			}
			return checkURL(r.URL)
		},
	}
}

// temporaryFile goes when it is closed.
type temporaryFile struct{ *os.File }

func (f temporaryFile) Close() error {
	err := f.File.Close()
	os.Remove(f.Name())
	return err
}

// Fetch gets a file from another site into a temporary file, at most max bytes
// of it; only from public addresses.
func Fetch(ctx context.Context, address string, max int64) (File, int64, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, 0, ErrAddress
	}
	if err := checkURL(u); err != nil {
		return nil, 0, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, 0, err
	}
	resp, err := fetcher().Do(req)
	if err != nil {
		return nil, 0, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, 0, fmt.Errorf("media: %s answered %s", u.Hostname(), resp.Status)
	}
	return spool(io.LimitReader(resp.Body, max+1), max)
}

// spool copies into a temporary file.
func spool(r io.Reader, max int64) (File, int64, error) {
	f, err := os.CreateTemp("", "platen-")
	if err != nil {
		return nil, 0, err
	}
	tmp := temporaryFile{f}
	n, err := io.Copy(f, r)
	if err == nil && n > max {
		err = fmt.Errorf("media: more than %d bytes", max)
	}
	if err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		tmp.Close()
		return nil, 0, err
	}
	return tmp, n, nil
}
