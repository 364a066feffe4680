// Command greeter is a Go service beside a WordPress site that knows who is
// logged in there. It takes platen's settings:
//
//	greeter --wp-config /var/www/html/wp-config.php
//	greeter --data ./data
package main

import (
	"context"
	"fmt"
	"html/template"
	"log"
	"net/http"
	"os"

	"github.com/platenhq/platen"
	"github.com/platenhq/platen/auth"
)

func main() {
	cfg, err := platen.Configure(os.Getenv, os.Args[1:]...)
	if err != nil {
		log.Fatal(err)
	}
	wp, err := platen.OpenAuth(context.Background(), cfg, platen.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer wp.Close()
	log.Fatal(http.ListenAndServe("127.0.0.1:9000", handler(wp))) // behind the proxy that serves the site
}

// handler is the service: a page, a form that only the page's own visitors can
// send, and an API for programs.
func handler(wp *platen.Auth) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /hello", wp.Page(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, _ := wp.User(r.Context())
		page.Execute(w, map[string]string{"Name": user.DisplayName, "Nonce": wp.Nonce(r.Context(), "wave")})
	})))
	mux.Handle("POST /wave", wp.Page(wp.Protect("wave")(wp.Require("read")(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(w, "You waved.")
	})))))
	mux.Handle("/api/me", wp.API(wp.Require("edit_posts")(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		who := auth.FromContext(r.Context())
		fmt.Fprintf(w, "%s came by %s\n", who.Login, who.Method)
	}))))
	return mux
}

var page = template.Must(template.New("").Parse(`<!doctype html>
<title>Hello</title>
{{if .Name}}<h1>Hello {{.Name}}</h1>
<form method="post" action="/wave"><input type="hidden" name="_wpnonce" value="{{.Nonce}}"><button>Wave</button></form>
{{else}}<h1>Hello stranger</h1>{{end}}
`))
