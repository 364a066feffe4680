package apppassword_test

import (
	"crypto/rand"
	"fmt"
	"time"

	"github.com/platenhq/platen/apppassword"
)

func Example() {
	now := time.Unix(1750000000, 0)
	list := apppassword.Parse("") // the user meta row, empty as yet
	list, item, plaintext, err := list.Create(rand.Reader, apppassword.New{Name: "Backup script"}, now)
	if err != nil {
		fmt.Println(err)
		return
	}
	shown := apppassword.Chunk(plaintext) // to the user, once
	meta := list.Meta()                   // to the database

	match, ok := apppassword.Parse(meta).Match(shown)
	fmt.Println(len(shown), ok, match.UUID == item.UUID, match.Name)
	// Output: 29 true true Backup script
}
