package platen

import (
	"github.com/platenhq/platen/internal/media"
	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/rest"
)

// REST is the REST server, for tests that dispatch without HTTP.
func (a *App) REST() *rest.Server { return a.rest }

// UploadsDir is the directory of the media files.
func (a *App) UploadsDir() string { return a.files.(*media.Disk).Dir() }

// Site is the site behind the handler.
func (a *App) Site() *site.Site { return a.site }
