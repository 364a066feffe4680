package wpv2

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
	"github.com/platenhq/platen/schema"
)

const abilitiesNamespace = "wp-abilities/v1"

// ability is something that a site can be asked to do, described so that a
// machine understands it: WP_Ability. All there are only read.
type ability struct {
	name, label, about, category string
	fields                       []abilityField
	may                          func(context.Context) bool
	value                        func(ctx context.Context, field string) (any, error)
}

// abilityField is one member of what an ability answers.
type abilityField struct {
	name, title, about string
	schema             *schema.Schema
}

func textField(name, title, about string) abilityField {
	return abilityField{name, title, about, schema.New("", "string")}
}

// abilities mirrors WP_REST_Abilities_V1_*_Controller.
type abilities struct {
	*API
	shape, sets, runs *shape
	all               []*ability
}

var abilityCategories = [][3]string{{"site", "Site", "What the site is."}, {"user", "User", "Who the user is."}}

func (a *API) abilityRoutes() []rest.Route {
	c := &abilities{API: a, shape: a.shape("abilities"), sets: a.shape("ability-categories"), runs: a.shape("ability-run")}
	c.all = []*ability{c.siteInfo(), c.userInfo(), c.environmentInfo()}
	may := a.mayForbidden("read")
	run := c.runs.get("one", c.mayRun, c.run)
	run.Methods = []string{"GET", "POST", "PUT", "PATCH", "DELETE"}
	return []rest.Route{
		c.sets.route(abilitiesNamespace, "/categories", c.sets.get("collection", may, c.listCategories)),
		c.sets.route(abilitiesNamespace, "/categories/(?P<slug>[a-z0-9]+(?:-[a-z0-9]+)*)", c.sets.get("one", may, c.getCategory)),
		c.runs.route(abilitiesNamespace, `/abilities/(?P<name>[a-zA-Z0-9\-\/]+?)/run`, run),
		c.shape.route(abilitiesNamespace, "/abilities", c.shape.get("collection", may, c.list)),
		c.shape.route(abilitiesNamespace, `/abilities/(?P<name>[a-zA-Z0-9\-\/]+)`, c.shape.get("one", may, c.get)),
	}
}

func (c *abilities) siteInfo() *ability {
	return &ability{
		name: "core/get-site-info", label: "Get Site Information", about: "What the site is called and where it is.", category: "site",
		fields: []abilityField{
			textField("name", "Site Title", "The title of the site."), textField("description", "Tagline", "What the site is about."),
			textField("url", "Site Address (URL)", "Where visitors find the site."), textField("wpurl", "WordPress Address (URL)", "Where the site's own pages and the API are."),
			textField("admin_email", "Administration Email Address", "Address of the site's administrator."), textField("charset", "Site Charset", "Encoding of its text."),
			textField("language", "Site Language", "Its language, as en-US."), textField("version", "WordPress Version", "The version of WordPress that it answers like."),
		},
		may: func(ctx context.Context) bool { return c.site.Can(ctx, "manage_options") },
		value: func(ctx context.Context, field string) (any, error) {
			set := c.settings(ctx)
			switch field {
			case "name":
				return set.Get("blogname"), nil
			case "description":
				return set.Get("blogdescription"), nil
			case "url":
				return set.Home, nil
			case "wpurl":
				return set.SiteURL, nil
			case "admin_email":
				return set.Get("admin_email"), nil
			case "charset":
				return "UTF-8", nil
			case "language":
				return strings.ReplaceAll(locale(set.Get("WPLANG")), "_", "-"), nil
			}
			return wordpressVersion, nil
		},
	}
}

const wordpressVersion = "7.1"

func locale(stored string) string {
	if stored == "" {
		return "en_US"
	}
	return stored
}

func (c *abilities) userInfo() *ability {
	return &ability{
		name: "core/get-user-info", label: "Get User Information", about: "Who the user is that asks.", category: "user",
		fields: []abilityField{
			{"id", "User ID", "Id of the user.", schema.New("", "integer")}, textField("display_name", "Display Name", "The name that others see."),
			textField("user_nicename", "User Nicename", "The name in addresses."), textField("user_login", "Username", "The name to log in with."),
			{"roles", "Roles", "The roles of the user.", schema.New("", "array").Items(schema.New("", "string"))}, textField("locale", "Language", "Language, as en_US."),
			textField("first_name", "First Name", "First name."), textField("last_name", "Last Name", "Last name."), textField("nickname", "Nickname", "Nickname."),
			textField("description", "Biographical Info", "What the user says of themselves."), textField("user_url", "Website", "Address of the user's website."),
		},
		may: func(ctx context.Context) bool { return site.CurrentID(ctx) != 0 },
		value: func(ctx context.Context, field string) (any, error) {
			u, err := c.site.User(ctx, site.CurrentID(ctx))
			if err != nil {
				return nil, err
			}
			switch field {
			case "id":
				return u.ID, nil
			case "display_name":
				return u.DisplayName, nil
			case "user_nicename":
				return u.Nicename, nil
			case "user_login":
				return u.Login, nil
			case "roles":
				return append([]string{}, u.Caps.Roles()...), nil
			case "locale":
				if own := u.Meta.Get("locale"); own != "" {
					return own, nil
				}
				return locale(c.settings(ctx).Get("WPLANG")), nil
			case "user_url":
				return u.URL, nil
			}
			return u.Meta.Get(field), nil
		},
	}
}

func (c *abilities) environmentInfo() *ability {
	env := abilityField{"environment", "Environment Type", "What the site is run for.", schema.New("", "string").Enum("production", "staging", "development", "local")}
	return &ability{
		name: "core/get-environment-info", label: "Get Environment Info", about: "What the site runs on.", category: "site",
		fields: []abilityField{env, textField("php_version", "PHP Version", "Empty: no PHP runs here."), textField("db_server_info", "Database Server Info", "The kind of database."),
			textField("wp_version", "WordPress Version", "The version of WordPress that it answers like.")},
		may: func(ctx context.Context) bool { return c.site.Can(ctx, "manage_options") },
		value: func(_ context.Context, field string) (any, error) {
			switch field {
			case "environment":
				return c.site.Environment(), nil
			case "wp_version":
				return wordpressVersion, nil
			}
			return "", nil
		},
	}
}

// input describes what an ability is given: the fields that are wanted.
func (a *ability) input() *schema.Schema {
	names := make([]string, len(a.fields))
	for i, f := range a.fields {
		names[i] = f.name
	}
	s := schema.New("", "object")
	s.Prop("fields", schema.New("", "array").Items(schema.New("", "string").EnumStrings(names)).Description("The fields that are wanted; without it all."))
	return s.NoAdditional().Default(&ordered.Object{})
}

func (a *ability) output() *schema.Schema {
	s := schema.New("", "object")
	s.Props()
	for _, f := range a.fields {
		s.Prop(f.name, f.schema.Clone().Title(f.title).Description(f.about))
	}
	return s.NoAdditional()
}

func (c *abilities) find(req *rest.Request) *ability {
	name := req.String("name")
	if i := slices.IndexFunc(c.all, func(a *ability) bool { return a.name == name }); i >= 0 {
		return c.all[i]
	}
	return nil
}

func noAbility() error {
	return rest.NewError(http.StatusNotFound, "rest_ability_not_found", "Ability not found.")
}

func (c *abilities) list(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	var found []*ability
	for _, a := range c.all {
		ns, _, _ := strings.Cut(a.name, "/")
		if want := req.String("category"); want != "" && want != a.category {
			continue
		}
		if want := req.String("namespace"); want != "" && strings.TrimSuffix(want, "/") != ns {
			continue
		}
		if a.matches(req.Param("meta")) {
			found = append(found, a)
		}
	}
	return c.pages(ctx, req, len(found), abilitiesNamespace+"/abilities", func(s *rest.Scope, i int) *rest.Response { return c.show(s, found[i]) }), nil
}

// matches compares the meta of an ability with what a request wants of it.
func (a *ability) matches(want any) bool {
	o, ok := want.(*ordered.Object)
	if !ok {
		return true
	}
	have := abilityMeta()
	for name, v := range o.All() {
		if name != "show_in_rest" && !metaMatches(have.Value(name), v) {
			return false
		}
	}
	return true
}

func metaMatches(have, want any) bool {
	w, ok := want.(*ordered.Object)
	if !ok {
		return have == want
	}
	h, _ := have.(*ordered.Object)
	if h == nil {
		return false
	}
	for name, v := range w.All() {
		if !metaMatches(h.Value(name), v) {
			return false
		}
	}
	return true
}

// pages answers one page of a list that is in memory.
func (c *abilities) pages(ctx context.Context, req *rest.Request, total int, route string, show func(*rest.Scope, int) *rest.Response) *rest.Response {
	items := []any{}
	scope := rest.NewScope(ctx, req)
	from := int(req.Int("page")-1) * int(req.Int("per_page"))
	for i := from; i < total && i < from+int(req.Int("per_page")) && !head(req); i++ {
		items = append(items, c.rest.Item(ctx, req, show(scope, i)))
	}
	return c.page(ctx, req, items, total, route)
}

func abilityMeta() *ordered.Object {
	return ordered.Of("annotations", ordered.Of("readonly", true, "destructive", false, "idempotent", true), "public", true, "show_in_rest", true)
}

func (c *abilities) show(s *rest.Scope, a *ability) *rest.Response {
	resp := rest.OK(c.shape.data(s, ordered.Of("name", a.name, "label", a.label, "description", a.about, "category", a.category,
		"input_schema", a.input().Describe(), "output_schema", a.output().Describe(), "meta", abilityMeta())))
	if s.WantsLinks() {
		one := abilitiesNamespace + "/abilities/" + a.name
		resp.Links = c.routeLinks(s.Ctx, "self", one, "collection", abilitiesNamespace+"/abilities", "wp:action-run", one+"/run")
	}
	return resp
}

func (c *abilities) get(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	a := c.find(req)
	if a == nil {
		return nil, noAbility()
	}
	return c.show(rest.NewScope(ctx, req), a), nil
}

func (c *abilities) listCategories(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	return c.pages(ctx, req, len(abilityCategories), abilitiesNamespace+"/categories", func(s *rest.Scope, i int) *rest.Response {
		return c.showCategory(s, abilityCategories[i])
	}), nil
}

func (c *abilities) getCategory(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	for _, set := range abilityCategories {
		if set[0] == req.String("slug") {
			return c.showCategory(rest.NewScope(ctx, req), set), nil
		}
	}
	return nil, rest.NewError(http.StatusNotFound, "rest_ability_category_not_found", "Ability category not found.")
}

func (c *abilities) showCategory(s *rest.Scope, set [3]string) *rest.Response {
	resp := rest.OK(c.sets.data(s, ordered.Of("slug", set[0], "label", set[1], "description", set[2], "meta", []any{})))
	if s.WantsLinks() {
		resp.Links = c.routeLinks(s.Ctx, "self", abilitiesNamespace+"/categories/"+set[0], "collection", abilitiesNamespace+"/categories")
		resp.Links.Add("abilities", rest.Link{Href: withQuery(c.url(s.Ctx, abilitiesNamespace+"/abilities"), "category", set[0])})
	}
	return resp
}

// runInput is what an ability is given: ?input= for the methods that have no
// body. Without any it is the empty object.
func runInput(req *rest.Request) any {
	if v := req.Query.Value("input"); v != nil {
		return v
	}
	return &ordered.Object{}
}

func (c *abilities) mayRun(ctx context.Context, req *rest.Request) error {
	a := c.find(req)
	if a == nil {
		return noAbility()
	}
	if req.Method != http.MethodGet {
		return rest.NewError(http.StatusMethodNotAllowed, "rest_ability_invalid_method", "Read-only abilities require GET method.")
	}
	if err := schema.Validate(runInput(req), a.input(), "input"); err != nil {
		return rest.NewError(http.StatusBadRequest, "ability_invalid_input", `Ability "`+a.name+`" has invalid input. Reason: `+err.Message)
	}
	if !a.may(ctx) {
		return rest.Denied(ctx, "rest_ability_cannot_execute", "Sorry, you are not allowed to execute this ability.")
	}
	return nil
}

func (c *abilities) run(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	a := c.find(req)
	if a == nil {
		return nil, noAbility()
	}
	clean, serr := schema.Sanitize(runInput(req), a.input(), "input")
	if serr != nil {
		return nil, rest.NewError(http.StatusBadRequest, "ability_invalid_input", serr.Message)
	}
	var wanted []any
	if o, ok := clean.(*ordered.Object); ok {
		wanted, _ = o.Value("fields").([]any)
	}
	out := &ordered.Object{}
	for _, f := range a.fields {
		if len(wanted) > 0 && !slices.Contains(wanted, any(f.name)) {
			continue
		}
		v, err := a.value(ctx, f.name)
		if err != nil {
			return nil, err
		}
		out.Set(f.name, v)
	}
	return rest.OK(out), nil
}
