package auth_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/platenhq/platen/auth"
	"github.com/platenhq/platen/oauth1"
)

func TestBearerToken(t *testing.T) {
	for _, c := range []struct {
		header, token string
		exact, ok     bool
	}{
		{"Bearer abc", "abc", false, true}, {"bearer abc", "abc", false, true}, {"BEARER  abc ", "abc", false, true}, {"Bearer", "", false, true},
		{"Bearerabc", "", false, false}, {"Basic abc", "", false, false}, {"", "", false, false},
		{"bearer abc", "", true, false}, {"Bearerabc", "abc", true, true}, {"Bearer abc", "abc", true, true},
	} {
		if token, ok := auth.BearerToken(c.header, c.exact); token != c.token || ok != c.ok {
			t.Errorf("%q exact %v: %q %v", c.header, c.exact, token, ok)
		}
	}
}

type nobodysTokens struct{}

func (nobodysTokens) CheckToken(_ context.Context, token string) (*auth.Identity, error) {
	return nil, &auth.Error{Code: "bad", Status: 403, Reason: auth.ReasonTokenForged}
}

type nobodysCredentials struct{}

func (nobodysCredentials) OAuth1Consumer(context.Context, string) (auth.OAuth1Consumer, error) {
	return auth.OAuth1Consumer{}, oauth1.ErrConsumerNotFound
}

func (nobodysCredentials) OAuth1Token(context.Context, string) (auth.OAuth1Token, error) {
	return auth.OAuth1Token{}, oauth1.ErrTokenNotFound
}

// FuzzWays: whatever is sent, nobody gets in without credentials and nothing
// panics.
func FuzzWays(f *testing.F) {
	f.Add("Bearer x.y.z", "a=b", "")
	f.Add(`OAuth oauth_consumer_key="a", oauth_token="b", oauth_signature="c", oauth_signature_method="HMAC-SHA1", oauth_timestamp="1", oauth_nonce="x"`, "", "oauth_token=x")
	f.Add("", "oauth_token[]=1&oauth_consumer_key=%00", "a=%zz")
	now := func() time.Time { return time.Unix(1e9, 0) }
	chain := auth.Chain{&auth.JWT{Tokens: nobodysTokens{}, Limiter: &auth.Budget{Now: now}}}
	for _, compat := range []oauth1.Compat{oauth1.RFC5849, oauth1.WordPress} {
		chain = append(chain, &auth.OAuth1{Credentials: nobodysCredentials{}, Verifier: func(context.Context) *oauth1.Verifier {
			return &oauth1.Verifier{Compat: compat, Home: "http://example.com", Now: now, Replay: &oauth1.Memory{Now: now}}
		}})
	}
	f.Fuzz(func(t *testing.T, header, query, body string) {
		r := httptest.NewRequest("POST", "/wp-json/", strings.NewReader(body))
		r.URL.RawQuery = query
		r.RequestURI = "/wp-json/?" + query
		r.Header.Set("Authorization", header)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if id, err := chain.Authenticate(r); id.LoggedIn() {
			t.Fatal(id, err)
		}
		w := httptest.NewRecorder()
		(&auth.Forward{Auth: chain, Trusted: func(*http.Request) bool { return true }, Roles: func(context.Context) []string { return nil }}).ServeHTTP(w, r)
		if w.Code == http.StatusOK {
			t.Fatal("let through")
		}
	})
}
