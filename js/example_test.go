package js_test

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/platenhq/platen/js"
)

// A page that uses a plugin's script, which uses wp.apiRequest.
func Example() {
	registry := js.NewRegistry(js.Options{})
	if err := registry.RegisterFile("books", "books.js", []byte("wp.apiRequest( { path: 'books/v1/all' } )"), "wp-api-request"); err != nil {
		fmt.Println(err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET "+js.DefaultBase, registry.Handler())

	page := registry.Page()
	if err := page.Enqueue("books"); err != nil {
		fmt.Println(err)
	}
	if err := page.Settings(js.Settings{Root: "https://example.org/wp-json/", Nonce: "f3a1b2c4d5"}); err != nil {
		fmt.Println(err)
	}
	tags, err := page.HTML("")
	if err != nil {
		fmt.Println(err)
	}
	for _, line := range strings.Split(string(tags), "\n") {
		if strings.HasPrefix(line, "var ") {
			fmt.Println(line)
		}
	}
	// Output:
	// var wpApiSettings = {"root":"https://example.org/wp-json/","nonce":"f3a1b2c4d5","versionString":"wp/v2/"};
}
