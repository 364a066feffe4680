package upstream

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/platenhq/platen/ordered"
)

// maxAnswer bounds what is read of an answer of PHP's.
const maxAnswer = 32 << 20

// Answer is what PHP answered a question of ours.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
	Data   any // of JSON, as package ordered has it; nil where it is none
}

// Ask sends PHP a call of a route, with a query ("per_page=5") and further
// headers, as a visitor of the site's own address. Redirects are not followed.
// Servers let index.php have every method, but not every address.
func (g *Gate) Ask(ctx context.Context, method, route, query string, header http.Header) (*Answer, error) {
	q := "rest_route=" + url.QueryEscape(route)
	if query != "" {
		q += "&" + query
	}
	return g.AskPage(ctx, method, "/index.php?"+q, header, nil)
}

// AskPage sends PHP a request for a path below the site's home, with its query.
func (g *Gate) AskPage(ctx context.Context, method, path string, header http.Header, body io.Reader) (*Answer, error) {
	home, err := url.Parse(g.cfg.Home(ctx))
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, method, g.url.String()+strings.TrimRight(home.Path, "/")+path, body)
	if err != nil {
		return nil, err
	}
	r.Host = home.Host
	r.Header.Set("X-Forwarded-Proto", home.Scheme)
	r.Header.Set("X-Forwarded-Host", home.Host)
	r.Header.Set("User-Agent", "Platen")
	r.Header.Set(hopHeader, g.hop)
	for name, values := range header {
		r.Header[name] = values
	}
	res, err := g.cfg.Transport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	if err == nil && len(raw) > maxAnswer {
		err = errors.New("the answer is too long")
	}
	if err != nil {
		return nil, err
	}
	a := &Answer{Status: res.StatusCode, Header: res.Header, Body: raw}
	if strings.Contains(res.Header.Get("Content-Type"), "json") {
		a.Data, _ = ordered.Decode(raw)
	}
	return a, nil
}

// code is the code of an error that PHP answered.
func (a *Answer) code() string {
	code, _ := value(a.Data, "code").(string)
	return code
}

// object is the JSON object that was answered with status 200.
func (a *Answer) object(what string) (*ordered.Object, error) {
	o, ok := a.Data.(*ordered.Object)
	switch {
	case a.Status/100 == 3:
		return nil, fmt.Errorf("%s: PHP redirects to %s", what, a.Header.Get("Location"))
	case a.Status != http.StatusOK:
		return nil, fmt.Errorf("%s: PHP answers %d %s", what, a.Status, a.code())
	case !ok:
		return nil, fmt.Errorf("%s: PHP's answer is no JSON object", what)
	}
	return o, nil
}
