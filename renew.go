package platen

import (
	"context"

	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/rest"
)

// renewLogin signs new cookies for a user who changed their own password.
func (a *App) renewLogin(ctx context.Context, req *rest.Request, u *site.User) ([]string, error) {
	header := req.HTTPHeader()
	start := func(remember bool) (string, error) {
		se, err := a.site.StartSession(ctx, u.ID, remember, site.Client{IP: req.RemoteAddr, UserAgent: header.Get("User-Agent")})
		return se.Token, err
	}
	return a.cookie.RenewCookies(ctx, header["Cookie"], u.ID, u.Login, u.Pass, req.Secure, start)
}
