package wpv2

import (
	"context"
	"crypto/sha256"
	"io"
	"strconv"
	"strings"

	"github.com/platenhq/platen/internal/cache"
	"github.com/platenhq/platen/internal/render"
	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/rest"
)

// rendering is a renderer for one state of the settings, with what it has
// rendered. Kept is only what was made of a text and nothing else (Run.Pure),
// under a hash of that text: such an entry cannot be out of date.
type rendering struct {
	settings *site.Settings
	renderer *render.Renderer
	kept     *cache.Map[textHash, string]
}

// keepRendered is how many bytes of renderings are kept.
const keepRendered = 8 << 20

// textHash names a text and what is made of it.
type textHash [sha256.Size]byte

func hashText(kind, text string) textHash {
	h := sha256.New()
	io.WriteString(h, kind)
	io.WriteString(h, text)
	var out textHash
	h.Sum(out[:0])
	return out
}

// rendering returns the rendering for the settings as they are now.
func (a *API) rendering(ctx context.Context) *rendering {
	set := a.settings(ctx)
	a.renderMu.Lock()
	defer a.renderMu.Unlock()
	if a.rendered == nil || a.rendered.settings != set {
		a.rendered = &rendering{
			settings: set,
			renderer: render.New(render.Config{HomeURL: set.Home, SiteURL: set.SiteURL, UploadsURL: set.UploadsURL(), NoSmilies: !set.Bool("use_smilies"), NoteUnknown: a.php, Registry: a.blocks}),
			kept:     cache.NewSized[textHash, string](keepRendered, func(_ textHash, v string) uint32 { return uint32(len(v) + 128) }),
		}
	}
	return a.rendered
}

type runKey struct{}

// run is the rendering run of a response: its counters go on from post to post.
func (a *API) run(s *rest.Scope) *render.Run {
	return s.Req.Value(runKey{}, func() any { return a.newRun(s.Ctx, a.address(s)) }).(*render.Run)
}

// UnknownBlocks lists the blocks in the answer to a request that nobody
// registered here, if Config.PHP is set.
func (a *API) UnknownBlocks(req *rest.Request) []string {
	run, _ := req.Peek(runKey{}).(*render.Run)
	if run == nil {
		return nil
	}
	return run.Unknown()
}

func (a *API) newRun(ctx context.Context, address string) *render.Run {
	run := a.rendering(ctx).renderer.Run(&source{a, ctx, address})
	run.Context = ctx
	return run
}

// address is the address of a request, query and all: as it was sent, if it
// came over the network.
func (a *API) address(s *rest.Scope) string {
	if uri := s.Req.URI(); uri != "" {
		home := a.settings(s.Ctx).Home
		if scheme, rest, ok := strings.Cut(home, "://"); ok {
			host, _, _ := strings.Cut(rest, "/")
			return scheme + "://" + host + uri
		}
	}
	out := a.url(s.Ctx, s.Req.Route)
	var pairs []string
	for k, v := range s.Req.Query.All() {
		pairs = appendQuery(pairs, k, v)
	}
	if len(pairs) == 0 {
		return out
	}
	return withQueryString(out, strings.Join(pairs, "&"))
}

// NewRun starts rendering outside the API, as the caller in ctx sees the site.
func (a *API) NewRun(ctx context.Context) *render.Run {
	return a.newRun(ctx, "")
}

// keep returns what make renders of text, from memory where that is possible.
// kind tells apart what is made of the same text in several ways.
func (a *API) keep(s *rest.Scope, kind, text string, make func(*render.Run) string) string {
	kept := a.rendering(s.Ctx).kept
	key := hashText(kind, text)
	if out, ok := kept.Get(key); ok {
		return out
	}
	epoch := kept.Epoch()
	run := a.run(s)
	run.Begin()
	out := make(run)
	if run.Pure() {
		kept.Put(epoch, key, out)
	}
	return out
}

func (a *API) title(s *rest.Scope, p *wp.Post) string {
	if p.Title == "" {
		return ""
	}
	return a.keep(s, "t", p.Title, func(run *render.Run) string { return run.Title(p) })
}

func (a *API) content(s *rest.Scope, p *wp.Post) string {
	if p.Content == "" && p.Type != "attachment" {
		return ""
	}
	run := a.run(s)
	out := a.keep(s, "c"+p.Type+"\x00"+run.ContentKey(p.Content), p.Content, func(run *render.Run) string { return run.Content(p) })
	run.ContentShown(p.Content)
	return out
}

func (a *API) excerpt(s *rest.Scope, p *wp.Post, words int) string {
	text := p.Excerpt
	if trimmed(text) == "" {
		text = p.Content
	}
	kind := "e" + strconv.Itoa(words) + p.Type + "\x00"
	if text != p.Excerpt {
		kind += "a"
	}
	return a.keep(s, kind, text, func(run *render.Run) string { return run.Excerpt(p, words) })
}
