// Package render makes the rendered fields of the API (content.rendered,
// excerpt.rendered, title.rendered, …) out of stored text: blocks, shortcodes,
// embeds, images and typography, in the order of core's filters.
//
// A Renderer holds what is the same for every request. A Run renders the posts
// of one response, so that its counters run on from post to post as they do in
// WordPress; it reads the site through a Source.
package render

import (
	"context"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/ordered"
)

// Config is what rendering knows of the site without asking the Source.
type Config struct {
	HomeURL    string // without a slash at the end
	SiteURL    string // where WordPress itself is
	UploadsURL string // "" for SiteURL + "/wp-content/uploads"
	// ReplaceInsecureHome turns http addresses of the own home into https
	// ones (wp_should_replace_insecure_home_url).
	ReplaceInsecureHome bool
	// Classic renders for a theme without theme.json and without HTML5
	// support; by default the output is that of the default block theme.
	Classic bool
	// ContentWidth is the theme's $content_width, 0 for none.
	ContentWidth int
	// Theme are the global styles that reach into the markup; nil for those
	// of the default theme (or none, with Classic).
	Theme *Theme
	// Registry adds blocks and shortcodes of plugins; nil for none.
	Registry *Registry
	// NoSmilies leaves smilies as text (the option use_smilies).
	NoSmilies bool
	// NoteUnknown remembers blocks that are not registered (Run.Unknown).
	NoteUnknown bool
}

// Shortcode makes the HTML of a shortcode. content is what it encloses, with
// enclosing telling an empty one from none.
type Shortcode func(run *Run, atts *ordered.Object, content, tag string) string

// Registry holds registered blocks and shortcodes.
type Registry struct {
	blocks     map[string]*BlockType
	shortcodes map[string]Shortcode
}

// NewRegistry returns an empty registry.
func NewRegistry() *Registry {
	return &Registry{blocks: map[string]*BlockType{}, shortcodes: map[string]Shortcode{}}
}

// RegisterBlock adds a block type, or replaces the one of that name.
func (r *Registry) RegisterBlock(t BlockType) {
	if t.Supports == nil {
		t.Supports = &ordered.Object{}
	}
	t.Attributes = t.Attributes.Clone()
	t.prepare()
	if f := t.Render; f != nil {
		t.Render = func(b *Block, content string) string {
			b.Run.note("plugin") // it may have read anything
			return f(b, content)
		}
	}
	r.blocks[t.Name] = &t
}

// HasBlock reports a registered block, core's among them.
func (r *Registry) HasBlock(name string) bool {
	return r.blocks[name] != nil || coreTypes()[name] != nil
}

// HasShortcode reports a registered shortcode, core's among them.
func (r *Registry) HasShortcode(tag string) bool {
	return r.shortcodes[tag] != nil || slices.Contains(coreTags, tag)
}

// RegisterShortcode adds a shortcode, or replaces the one of that tag.
func (r *Registry) RegisterShortcode(tag string, f Shortcode) {
	r.shortcodes[tag] = func(run *Run, atts *ordered.Object, content, tag string) string {
		run.note("plugin") // it may have read anything
		return f(run, atts, content, tag)
	}
}

// Renderer renders; it may be used by several goroutines.
type Renderer struct {
	cfg        Config
	theme      *Theme
	blocks     map[string]*BlockType
	shortcodes map[string]Shortcode
	tags       *format.Shortcodes // the shortcodes' tags
	kses       *format.Kses       // wp_kses_post
	postTags   format.KsesTags
	ownHosts   []string
}

// New returns a Renderer with core's blocks and shortcodes and those of
// cfg.Registry.
func New(cfg Config) *Renderer {
	cfg.HomeURL = strings.TrimRight(cfg.HomeURL, "/")
	cfg.SiteURL = strings.TrimRight(cfg.SiteURL, "/")
	if cfg.SiteURL == "" {
		cfg.SiteURL = cfg.HomeURL
	}
	if cfg.UploadsURL == "" {
		cfg.UploadsURL = cfg.SiteURL + "/wp-content/uploads"
	}
	cfg.UploadsURL = strings.TrimRight(cfg.UploadsURL, "/")
	r := &Renderer{cfg: cfg, theme: cfg.Theme, blocks: coreBlocks(), shortcodes: coreShortcodes()}
	if r.theme == nil {
		r.theme = defaultTheme(cfg.Classic)
	}
	if cfg.Registry != nil {
		maps.Copy(r.blocks, cfg.Registry.blocks)
		maps.Copy(r.shortcodes, cfg.Registry.shortcodes)
	}
	r.tags = shortcodeTags(r.shortcodes)
	r.kses = format.NewKses(format.KsesPost, cfg.UploadsURL)
	r.postTags = format.KsesAllowed(format.KsesPost)
	if u, err := url.Parse(cfg.HomeURL); err == nil && u.Hostname() != "" {
		r.ownHosts = []string{strings.ToLower(u.Hostname())}
	}
	return r
}

// Run renders the posts of one response.
type Run struct {
	*Renderer
	Source

	// Passwords opens password-protected posts: the password the reader gave.
	Password string
	// Context is the request's, for the code of plugins.
	Context context.Context

	ids         map[string]int // counters by prefix
	uniqueIDs   int
	consulted   map[string]bool
	post        *wp.Post // the post being rendered ($post)
	inContent   int      // depth of the_content
	depth       int
	patterns    int            // synced patterns shown so far
	refs        map[int64]bool // synced patterns being rendered
	navs        map[int64]bool
	contents    map[int64]bool
	state       map[string]*ordered.Object // interactivity state by namespace
	interactive *Block
	tabCounters map[string]int
	lightboxes  []string
	contexts    []contextFilter
	lightbox    bool
	comments    int // listed so far, for even and odd
	threads     int
	lateAutop   bool     // see filterContent
	hasSubmenus bool     // a navigation had submenus
	prioritized bool     // an image has fetchpriority high
	supports    []*Block // the blocks whose callbacks run
	unknown     []string // names of blocks that are not registered
}

// contextFilter changes the context of blocks while a block renders its inner
// blocks itself.
type contextFilter func(context map[string]any, name string)

// Run starts rendering one response.
func (r *Renderer) Run(src Source) *Run {
	return &Run{Renderer: r, Source: src, ids: map[string]int{}, consulted: map[string]bool{},
		refs: map[int64]bool{}, navs: map[int64]bool{}, contents: map[int64]bool{}, state: map[string]*ordered.Object{}, tabCounters: map[string]int{}}
}

// Begin forgets what was consulted so far, so that Consulted speaks of what is
// rendered next.
func (run *Run) Begin() { clear(run.consulted) }

// Pure reports whether everything since Begin was made of the given text and
// the Renderer's configuration alone: such a result may be kept under a hash
// of its text.
func (run *Run) Pure() bool { return len(run.consulted) == 0 }

// Consulted lists what else than the text was read since Begin, sorted:
// "post:7", "attachment:9", "option:date_format", "query", "counter" (a number
// that depends on what was rendered before), "post" (the post's own fields),
// "user", "time", "request", "random",
// "plugin" (the code of a plugin ran).
func (run *Run) Consulted() []string { return slices.Sorted(maps.Keys(run.consulted)) }

// Unknown lists the blocks that were shown as they are stored because nobody
// registered them; always empty unless Config.NoteUnknown is set.
func (run *Run) Unknown() []string { return run.unknown }

func (run *Run) note(what string) { run.consulted[what] = true }

// uniqueID is wp_unique_id: one counter for all prefixes.
func (run *Run) uniqueID(prefix string) string {
	run.note("counter")
	run.uniqueIDs++
	return prefix + strconv.Itoa(run.uniqueIDs)
}

// uniquePrefixedID is wp_unique_prefixed_id: a counter for each prefix.
func (run *Run) uniquePrefixedID(prefix string) string {
	return prefix + strconv.Itoa(run.count("id:"+prefix))
}

// count raises a counter.
func (run *Run) count(name string) int {
	run.note("counter")
	run.ids[name]++
	return run.ids[name]
}

// getPost reads a post through the source.
func (run *Run) getPost(id int64) *wp.Post {
	if id <= 0 {
		return nil
	}
	if run.post != nil && run.post.ID == id {
		return run.post
	}
	run.note("post:" + strconv.FormatInt(id, 10))
	return run.Source.Post(id)
}

func (run *Run) option(name string) string {
	run.note("option:" + name)
	return run.Source.Option(name)
}

// thePost is the post being rendered, or nil.
func (run *Run) thePost() *wp.Post {
	run.note("post")
	return run.post
}

// Shown is the post being rendered, for the code of plugins; nil when there is
// none.
func (run *Run) Shown() *wp.Post { return run.thePost() }

// Ctx is the context of the request.
func (run *Run) Ctx() context.Context {
	if run.Context == nil {
		return context.Background()
	}
	return run.Context
}

// withPost renders with another post as the present one.
func (run *Run) withPost(p *wp.Post, f func()) {
	before := run.post
	run.post = p
	defer func() { run.post = before }()
	f()
}
