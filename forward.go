package platen

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/platenhq/platen/auth"
	"github.com/platenhq/platen/internal/jwtauth"
	"github.com/platenhq/platen/internal/login"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
)

const (
	forwardRoute = "/platen/v1/forward-auth"
	jwksRoute    = "/platen/v1/jwks"
	// identityLife is how long a signed identity is good: for the request it
	// travels with.
	identityLife = time.Minute
)

// forwardAuth answers the proxies of other services.
func (a *App) forwardAuth(basic *auth.Basic) http.Handler {
	var chain auth.Chain
	if a.jwt != nil {
		chain = append(chain, &auth.JWT{Tokens: a.jwt, Skip: jwtauth.Skip, Limiter: a.limits, RemoteAddr: a.remoteAddr})
	}
	if a.oauth != nil {
		chain = append(chain, a.oauth)
	}
	chain = append(chain, a.plugins.methods...)
	strict := *basic
	strict.Strict = true
	key := a.identityKey()
	return &auth.Forward{
		Auth:    append(chain, &strict, a.cookie.Page()),
		Trusted: func(r *http.Request) bool { return a.proxied(peer(r)) },
		Can:     a.site.Can,
		Roles: func(ctx context.Context) []string {
			if u := a.site.Current(ctx); u != nil {
				return u.Caps.Roles()
			}
			return nil
		},
		LoginURL: a.loginBack,
		Sign: func(ctx context.Context, id *auth.Identity, roles []string, host string) (string, error) {
			set, err := a.site.Settings(ctx)
			if err != nil {
				return "", err
			}
			now := a.site.Now()
			t := jwt.NewWithClaims(jwt.SigningMethodEdDSA, jwt.MapClaims{
				"iss": set.Home, "aud": host, "sub": strconv.FormatInt(id.UserID, 10), "login": id.Login, "roles": append([]string{}, roles...),
				"iat": now.Unix(), "exp": now.Add(identityLife).Unix(),
			})
			t.Header["kid"] = keyID(key)
			return t.SignedString(key)
		},
	}
}

// identityKey signs identities for other services. It is made out of the auth
// secret, so that every node has the same.
func (a *App) identityKey() ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(a.site.DeriveKey("forward-auth Ed25519"))
}

func keyID(key ed25519.PrivateKey) string {
	sum := sha256.Sum256(key.Public().(ed25519.PublicKey))
	return base64.RawURLEncoding.EncodeToString(sum[:9])
}

// jwks is the public half of the key, for services that check identities.
func (a *App) jwks() rest.Route {
	key := a.identityKey()
	handle := func(context.Context, *rest.Request) (*rest.Response, error) {
		return rest.OK(ordered.Of("keys", []any{ordered.Of("kty", "OKP", "crv", "Ed25519", "alg", "EdDSA", "use", "sig", "kid", keyID(key),
			"x", base64.RawURLEncoding.EncodeToString(key.Public().(ed25519.PublicKey)))})), nil
	}
	return rest.Route{Namespace: "platen/v1", Pattern: jwksRoute, Endpoints: []*rest.Endpoint{{Methods: []string{http.MethodGet}, Handle: handle}}}
}

// loginBack is the login form that leads back to an address on this site's
// host; to another host the form would not lead.
func (a *App) loginBack(ctx context.Context, back string) string {
	set, err := a.site.Settings(ctx)
	if err != nil {
		return ""
	}
	u, err := url.Parse(back)
	if err != nil || u.User != nil || !strings.EqualFold(u.Host, hostOf(set.Home)) && !strings.EqualFold(u.Host, hostOf(set.SiteURL)) {
		return login.LoginURL(set, "", false)
	}
	return login.LoginURL(set, back, false)
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}
