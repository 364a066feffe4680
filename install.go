package platen

import (
	"context"
	"crypto/rand"

	"github.com/platenhq/platen/internal/config"
	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/password"
)

// install makes a new site in empty tables: the starter content and an
// administrator.
func (a *App) install(ctx context.Context) error {
	in := site.Install{URL: a.cfg.URL, Title: "My Site", User: a.cfg.AdminUser, Email: a.cfg.AdminEmail, Password: a.cfg.AdminPassword}
	if in.URL == "" {
		in.URL = config.ListenURL(a.cfg.Listen)
	}
	if in.Email == "" {
		in.Email = in.User + "@example.org"
	}
	if in.Password == "" {
		made, err := password.Generate(rand.Reader, 20, password.Letters)
		if err != nil {
			return err
		}
		in.Password, a.AdminPassword = made, made
	}
	return a.site.Install(ctx, in)
}
