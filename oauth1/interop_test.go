package oauth1_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	client "github.com/dghubble/oauth1"

	"github.com/platenhq/platen/oauth1"
)

// TestInterop lets an independent client sign requests over HTTP.
func TestInterop(t *testing.T) {
	for _, compat := range []oauth1.Compat{oauth1.RFC5849, oauth1.WordPress} {
		var result error
		v := &oauth1.Verifier{Compat: compat, Now: time.Now, Replay: &oauth1.Memory{Now: time.Now}}
		// Printable secrets without reserved characters: the plugin does not
		// encode them.
		keys := oauth1.Secrets{Consumer: "consumersecret", Token: "tokensecret"}
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			s, err := v.Parse(oauth1.Request{
				Method: r.Method, Scheme: "http", Host: r.Host, URI: r.RequestURI,
				Authorization: r.Header.Get("Authorization"), ContentType: r.Header.Get("Content-Type"), Body: string(body),
			}, oauth1.Token)
			if err == nil {
				err = v.Verify(r.Context(), s, keys)
			}
			result = err
		}))
		defer server.Close()
		v.Home = server.URL

		for _, signer := range []client.Signer{
			&client.HMACSigner{ConsumerSecret: keys.Consumer},
			&client.HMAC256Signer{ConsumerSecret: keys.Consumer},
		} {
			config := &client.Config{ConsumerKey: "ck", Signer: signer, Realm: "site"}
			c := config.Client(context.Background(), client.NewToken("tk", keys.Token))
			for _, tt := range []struct{ method, path, body string }{
				{"GET", "/wp-json/wp/v2/posts?search=caf%C3%A9+x%20y&_fields=id,title", ""},
				{"GET", "/wp-json/a%20b/~me", ""},
				{"POST", "/wp-json/wp/v2/posts?context=edit", "title=a+b%26c&content=%E2%98%BA~*"},
				{"DELETE", "/wp-json/wp/v2/posts/1?force=true", ""},
				{"PATCH", "/wp-json/wp/v2/posts/1", ""},
			} {
				req, err := http.NewRequest(tt.method, server.URL+tt.path, strings.NewReader(tt.body))
				if err != nil {
					t.Fatal(err)
				}
				if tt.body != "" {
					req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				}
				res, err := c.Do(req)
				if err != nil {
					t.Fatal(err)
				}
				res.Body.Close()
				if result != nil {
					t.Errorf("%d %s %s %s: %v", compat, signer.Name(), tt.method, tt.path, result)
				}
			}
		}
	}
}
