package platen

import "github.com/platenhq/platen/rest"

// REST is the REST server, for tests that dispatch without HTTP.
func (a *App) REST() *rest.Server { return a.rest }
