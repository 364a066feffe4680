package platen

import (
	"net/http"

	"github.com/platenhq/platen/internal/login"
)

// pages adds the rooms with HTML in them.
func (a *App) pages(mux *http.ServeMux) {
	doors := login.New(login.Config{
		Site: a.site, Cookie: a.cookie, Log: a.log,
		Discreet: !a.cfg.WordPress(a.cfg.LoginOracle), BlankPage: a.cfg.Compat == "wordpress",
	})
	for _, path := range []string{"/wp-login.php", "/wp-admin/admin-ajax.php", "/wp-admin/authorize-application.php"} {
		mux.Handle(path, doors)
	}
	mux.HandleFunc("/", http.NotFound)
}
