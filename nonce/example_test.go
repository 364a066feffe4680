package nonce_test

import (
	"fmt"
	"time"

	"github.com/platenhq/platen/nonce"
)

func Example() {
	m := nonce.New("the secret of scheme nonce")
	now := time.Unix(1750000000, 0)
	n := m.Create("wp_rest", 7, "session token", now)
	fmt.Println(len(n))
	fmt.Println(m.Verify(n, "wp_rest", 7, "session token", now.Add(time.Hour)).OK())
	fmt.Println(m.Verify(n, "wp_rest", 8, "session token", now).OK())
	fmt.Println(m.Verify(n, "wp_rest", 7, "session token", now.Add(24*time.Hour)).OK())
	// Output:
	// 10
	// true
	// false
	// false
}
