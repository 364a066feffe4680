package authcookie_test

import (
	"fmt"
	"time"

	"github.com/platenhq/platen/authcookie"
)

func Example() {
	now := time.Unix(1750000000, 0)
	signer := authcookie.NewSigner("the secret of scheme logged_in")
	const passHash = "$wp$2y$10$rmPK3CEN4Ck2RaxWPYRHZOM6I/LdcO5Gi03OX/n9EhF6JTCJ9TZTC"

	// Log in: a session in user meta and a cookie.
	expiration, _ := authcookie.Expiry(now, false)
	sessions := authcookie.ParseSessions("").Update("token", authcookie.NewSession(expiration, "203.0.113.7", "Browser", now, nil), now)
	value := signer.Generate("alice", passHash, expiration, "token")

	// A later request.
	lookup := func(login string) (authcookie.User, bool, error) {
		return authcookie.User{ID: 7, PassHash: passHash, Sessions: sessions}, login == "alice", nil
	}
	result, err := signer.Validate(value, now.Add(time.Hour), false, lookup)
	fmt.Println(result.User.ID, err)

	// Log out: the cookie is good no longer.
	sessions = sessions.Destroy("token", now)
	_, err = signer.Validate(value, now.Add(time.Hour), false, lookup)
	fmt.Println(err)
	// Output:
	// 7 <nil>
	// authcookie: no such session
}
