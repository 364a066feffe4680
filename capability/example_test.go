package capability_test

import (
	"fmt"

	"github.com/platenhq/platen/capability"
)

func Example() {
	roles := capability.NewRoles(capability.DefaultRoles())
	rules := capability.New(capability.CoreConfig())

	author := capability.NewUser(3, []capability.Grant{{Name: "author", Value: true}}, roles)
	mine := capability.Post{ID: 42, Type: "post", Status: "publish", Author: 3}
	page := capability.Post{ID: 43, Type: "page", Status: "publish", Author: 1}

	ok, _ := rules.Can(nil, author, "edit_post", mine)
	fmt.Println("own post:", ok)
	ok, _ = rules.Can(nil, author, "edit_post", page)
	required, _ := rules.Map(nil, "edit_post", author.ID(), page)
	fmt.Println("page:", ok, required)
	// Output:
	// own post: true
	// page: false [edit_others_pages edit_published_pages]
}

func ExampleNewPostType() {
	yes := true
	book := capability.NewPostType("book", capability.PostTypeArgs{Singular: "book", MapMeta: &yes})
	fmt.Println(book.Caps.Get("edit_others_posts"), book.Caps.Get("create_posts"))
	// Output: edit_others_books edit_books
}
