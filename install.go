package platen

import (
	"context"
	"crypto/rand"
	"errors"

	"github.com/platenhq/platen/internal/config"
	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/password"
)

// installed reports whether there is a site in the tables. There is none when
// an earlier first start was killed between making the tables and filling them.
func (a *App) installed(ctx context.Context) (bool, error) {
	if _, err := a.store.Option(ctx, "siteurl"); !errors.Is(err, wp.ErrNotFound) {
		return true, err
	}
	users, err := a.store.CountUsers(ctx, store.UserQuery{})
	return users > 0, err
}

// install makes a new site in empty tables: the starter content and an
// administrator.
func (a *App) install(ctx context.Context) error {
	in := site.Install{URL: a.cfg.URL, Title: "My Site", User: a.cfg.AdminUser, Email: a.cfg.AdminEmail, Password: a.cfg.AdminPassword}
	if b := a.cfg.Beside; in.URL == "" && b != nil {
		if in.URL = b.HomeURL; in.URL == "" {
			in.URL = b.SiteURL
		}
	}
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
