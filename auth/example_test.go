package auth_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/platenhq/platen/auth"
	"github.com/platenhq/platen/authcookie"
	"github.com/platenhq/platen/nonce"
)

// A logged-in WordPress user in a Go service of one's own.
func Example() {
	cookie := &auth.Cookie{
		Names:    auth.FixedNames(authcookie.NewNames("https://example.org", "https://example.org", nil)),
		LoggedIn: authcookie.NewSigner("LOGGED_IN_KEY and LOGGED_IN_SALT"),
		Nonces:   nonce.New("NONCE_KEY and NONCE_SALT"),
		Users:    users{}, // over the site's database
		Now:      time.Now,
	}
	chain := auth.Chain{cookie, cookie.Last()}
	can := func(context.Context, string, ...any) bool { return true }

	books := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, "Hello", auth.FromContext(r.Context()).Login)
	})
	handler := auth.Middleware(chain)(auth.Require(can, "edit_posts")(books))

	rec := httptest.NewRecorder()
	handler.ServeHTTP(rec, httptest.NewRequest("GET", "/books", nil))
	fmt.Println(rec.Code, rec.Body)
	// Output: 401 {"code":"rest_forbidden","message":"Sorry, you are not allowed to do that.","data":{"status":401}}
}
