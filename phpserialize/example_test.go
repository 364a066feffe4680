package phpserialize_test

import (
	"fmt"

	"github.com/platenhq/platen/phpserialize"
)

func Example() {
	v, err := phpserialize.Unmarshal(`a:1:{s:13:"administrator";b:1;}`)
	if err != nil {
		fmt.Println(err)
		return
	}
	caps := v.(*phpserialize.Array)
	caps.Put("edit_books", true)
	for capability, granted := range caps.All() {
		fmt.Println(capability, granted)
	}
	text, _ := phpserialize.Marshal(caps)
	fmt.Println(text)
	// Output:
	// administrator true
	// edit_books true
	// a:2:{s:13:"administrator";b:1;s:10:"edit_books";b:1;}
}
