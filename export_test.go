package platen

import (
	"net/http"
	"strings"

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

// Path is the file of a site on SQLite.
func (a *App) Path() string { return strings.TrimPrefix(a.cfg.DB, "sqlite:") }

// Metrics is the handler of the listener for metrics.
func (a *App) Metrics() http.Handler { return a.meters }
