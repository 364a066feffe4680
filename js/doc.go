// Package js holds the browser side of a WordPress REST API, and the registry that prints it into pages.
//
// The scripts are wp.apiRequest (a jQuery.ajax for the API, handle wp-api-request) and wp.api (a Backbone client that is
// built from the API's own index, handle wp-api), with the jQuery, Underscore and Backbone they stand on. Their sources
// are in src; `go run ./js/build -install` turns them into dist, which is embedded here. [Built] tells whether that was
// done.
//
// A [Registry] knows all scripts of a site and serves their files, as WordPress's WP_Scripts does. A [Page] is what one
// response prints of them: what was enqueued, everything it depends on, in order, and data for it:
//
//	registry := js.NewRegistry(js.Options{})
//	mux.Handle("GET "+js.DefaultBase, registry.Handler())
//	…
//	page := registry.Page()
//	page.Enqueue("wp-api")
//	page.Settings(js.Settings{Root: root, Nonce: nonce})
//	tags, err := page.HTML(cspNonce)
package js
