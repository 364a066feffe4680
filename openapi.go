package platen

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/platenhq/platen/internal/config"
	"github.com/platenhq/platen/internal/openapi"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
)

// openAPIRoute is where the description of the API is served.
const openAPIRoute = `/platen/v1/openapi\.json`

// OpenAPI describes the API of the site as OpenAPI 3.1, as anybody may see it.
func (a *App) OpenAPI(ctx context.Context) (*ordered.Object, error) {
	cfg, err := a.described(ctx)
	if err != nil {
		return nil, err
	}
	return openapi.Document(ctx, cfg)
}

func (a *App) described(ctx context.Context) (openapi.Config, error) {
	set, err := a.site.Settings(ctx)
	if err != nil {
		return openapi.Config{}, err
	}
	return openapi.Config{
		Routes: a.rest.Routes(), Title: strings.TrimSpace(set.Get("blogname")), Version: Version,
		URL: strings.TrimSuffix(set.RESTRoot(), "/"), Cookie: set.CookieNames().LoggedIn,
	}, nil
}

// openAPI is the route of the description, which is made once for each name
// and address that the site has had.
func (a *App) openAPI() rest.Route {
	var mu sync.Mutex
	var made openapi.Config
	var body []byte
	handle := func(ctx context.Context, _ *rest.Request) (*rest.Response, error) {
		cfg, err := a.described(ctx)
		if err != nil {
			return nil, err
		}
		mu.Lock()
		defer mu.Unlock()
		if body == nil || made.Title != cfg.Title || made.URL != cfg.URL {
			doc, err := openapi.Document(ctx, cfg)
			if err != nil {
				return nil, err
			}
			if body, err = ordered.Append(nil, doc); err != nil {
				return nil, err
			}
			made = cfg
		}
		return &rest.Response{Data: ordered.Raw(body)}, nil
	}
	quiet := a.cfg.Compat == "wordpress"
	return rest.Route{
		Namespace: "platen/v1", Pattern: openAPIRoute, Quiet: quiet,
		Endpoints: []*rest.Endpoint{{Methods: []string{http.MethodGet}, Handle: handle, Hidden: quiet}},
	}
}

// openAPITool prints the description of the API. Where there is no site yet,
// it is that of a new one, which is not kept.
func openAPITool(ctx context.Context, p *program, args []string) error {
	cfg, rest, err := p.configure("openapi", args)
	if err != nil {
		return err
	}
	if len(rest) > 0 {
		fmt.Fprintln(p.err, "platen openapi takes no arguments")
		return errUsage
	}
	if path, ok := strings.CutPrefix(cfg.DB, "sqlite:"); ok {
		if _, err := os.Stat(path); os.IsNotExist(err) {
			dir, err := os.MkdirTemp("", "platen-openapi-")
			if err != nil {
				return err
			}
			defer os.RemoveAll(dir)
			cfg.Data, cfg.DB, cfg.Uploads = dir, "sqlite:"+filepath.Join(dir, "platen.db"), filepath.Join(dir, "uploads")
			if cfg.URL == "" {
				cfg.URL = config.ListenURL(cfg.Listen)
			}
		}
	}
	app, err := Open(ctx, cfg, Options{Log: p.logger(), tool: true})
	if err != nil {
		return err
	}
	defer app.Close()
	doc, err := app.OpenAPI(ctx)
	if err != nil {
		return err
	}
	raw, err := ordered.Append(nil, doc)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.out, "%s\n", raw)
	return err
}
