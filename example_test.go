package platen_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"os"

	"github.com/platenhq/platen"
	"github.com/platenhq/platen/rest"
)

// A service that knows who is logged in at the WordPress site beside it.
func ExampleOpenAuth() {
	cfg, err := platen.Configure(os.Getenv, "--wp-config", "/var/www/html/wp-config.php")
	if err != nil {
		log.Fatal(err)
	}
	wp, err := platen.OpenAuth(context.Background(), cfg, platen.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer wp.Close()
	hello := func(w http.ResponseWriter, r *http.Request) {
		user, _ := wp.User(r.Context())
		fmt.Fprintln(w, "Hello", user.DisplayName)
	}
	http.Handle("/hello", wp.Page(wp.Require("edit_posts")(http.HandlerFunc(hello))))
	log.Fatal(http.ListenAndServe("127.0.0.1:9000", nil))
}

// quotes is a plugin with one route and one hook.
type quotes struct{}

func (quotes) Name() string { return "quotes" }

func (quotes) Register(r *platen.Registry) error {
	r.Route("quotes/v1", "/today", rest.Endpoint{
		Methods: []string{http.MethodGet}, Permission: platen.Anyone,
		Handle: func(context.Context, *rest.Request) (*rest.Response, error) { return rest.OK("Less is more."), nil },
	})
	r.Hooks(platen.Hooks{BeforeInsertPost: func(_ context.Context, p *platen.Post) error {
		if p.Type == "post" && p.Title == "" {
			return rest.NewError(http.StatusBadRequest, "quotes_no_title", "A post needs a title.")
		}
		return nil
	}})
	return nil
}

// A program with a plugin compiled in. It has all of platen's commands.
func ExampleMain() {
	platen.Main(quotes{})
}
