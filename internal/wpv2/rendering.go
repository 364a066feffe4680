package wpv2

import (
	"context"

	"github.com/platenhq/platen/internal/render"
	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/rest"
)

// rendering is a renderer for one state of the settings.
type rendering struct {
	settings *site.Settings
	renderer *render.Renderer
}

// renderer returns the renderer for the settings as they are now.
func (a *API) renderer(ctx context.Context) *render.Renderer {
	set := a.settings(ctx)
	a.renderMu.Lock()
	defer a.renderMu.Unlock()
	if a.rendered == nil || a.rendered.settings != set {
		a.rendered = &rendering{set, render.New(render.Config{
			HomeURL: set.Home, SiteURL: set.SiteURL, UploadsURL: set.UploadsURL(),
			NoSmilies: !set.Bool("use_smilies"),
		})}
	}
	return a.rendered.renderer
}

type runKey struct{}

// run is the rendering run of a response: its counters go on from post to post.
func (a *API) run(s *rest.Scope) *render.Run {
	return s.Req.Value(runKey{}, func() any { return a.renderer(s.Ctx).Run(&source{a, s.Ctx}) }).(*render.Run)
}
