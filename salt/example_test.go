package salt_test

import (
	"crypto/rand"
	"fmt"

	"github.com/platenhq/platen/salt"
)

func Example() {
	constants, err := salt.GenerateAll(rand.Reader)
	if err != nil {
		fmt.Println(err)
		return
	}
	secrets, err := salt.New(constants, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	secret, _ := secrets.Secret(salt.LoggedIn)
	fmt.Println(len(secret))

	constants["AUTH_KEY"] = salt.SamplePhrase
	for _, problem := range salt.Check(constants) {
		fmt.Println(problem)
	}
	// Output:
	// 128
	// AUTH_KEY has the value of the sample file
}
