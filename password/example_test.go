package password_test

import (
	"fmt"

	"github.com/platenhq/platen/password"
)

func Example() {
	stored := "5f4dcc3b5aa765d61d8327deb882cf99" // MD5, from a very old site
	if password.Check("password", stored) && password.NeedsRehash(stored) {
		h := password.Hasher{Cost: 4} // low, for a quick example
		stored, _ = h.Hash("password")
	}
	fmt.Println(stored[:10], password.Check("password", stored))
	// Output: $wp$2y$04$ true
}

func ExampleFastHash() {
	hash := password.FastHash("kvEoJH1Bj8oCxFGnfBmKQNcR")
	fmt.Println(hash)
	fmt.Println(password.VerifyFast("kvEoJH1Bj8oCxFGnfBmKQNcR", hash))
	// Output:
	// $generic$ypzLKJbG1hc0bVyveV7WSobmj1Timld-THnuRxwn
	// true
}
