package schema_test

import (
	"fmt"

	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/schema"
)

func Example() {
	book := schema.Object("A book.").
		Prop("title", schema.String("Its title.").In(schema.View, schema.Edit).MinLength(1).Required()).
		Prop("pages", schema.Integer("How many pages it has.").In(schema.View, schema.Edit).Min(1)).
		Prop("notes", schema.String("For the editors.").In(schema.Edit)).
		NoAdditional()

	// What a form sent: all strings.
	sent := ordered.Of("title", "Emma", "pages", "512", "notes", "second print")
	if err := schema.Validate(sent, book, "book"); err != nil {
		fmt.Println(err.Code, err)
	}
	clean, _ := schema.Sanitize(sent, book, "book")
	json, _ := ordered.Append(nil, clean)
	fmt.Println(string(json))

	json, _ = ordered.Append(nil, schema.FilterByContext(clean, book, schema.View))
	fmt.Println(string(json))

	err := schema.Validate(ordered.Of("title", "Emma", "pages", "0"), book, "book")
	fmt.Println(err.Code, err)
	// Output:
	// {"title":"Emma","pages":512,"notes":"second print"}
	// {"title":"Emma","pages":512}
	// rest_out_of_bounds book[pages] must be greater than or equal to 1
}

func ExampleFields() {
	post := ordered.Of("id", int64(1), "title", ordered.Of("raw", "Hi", "rendered", "Hi"), "link", "/1")
	if fields, ok := schema.ParseFields("id,title.rendered"); ok {
		json, _ := ordered.Append(nil, fields.Filter(post))
		fmt.Println(string(json))
	}
	// Output: {"id":1,"title":{"rendered":"Hi"}}
}
