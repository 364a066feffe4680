package wpv2

import (
	"context"
	"slices"
	"strings"

	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/rest"
	"github.com/platenhq/platen/schema"
)

// collectionArgs declares what a list of users can be asked for:
// get_collection_params.
func (c *users) collectionArgs() rest.Args {
	args := append(rest.Args{contextArg(c.item)}, pagingArgs()...)
	add := func(name string, s *schema.Schema) { args = append(args, schema.Prop(name, s)) }
	texts := func(description string) *schema.Schema {
		return schema.New(description, "array").Items(schema.String(""))
	}
	var types []string
	for _, t := range c.restTypes() {
		types = append(types, t.Name)
	}
	add("exclude", idList("Without these ids."))
	add("include", idList("Only these ids."))
	add("offset", schema.Integer("How many items to pass over."))
	add("order", schema.New("Direction of the order.").Default("asc").Enum("asc", "desc").Type("string"))
	add("orderby", schema.New("What the list is ordered by.").Default("name").
		Enum("id", "include", "name", "registered_date", "slug", "include_slugs", "email", "url").Type("string"))
	add("slug", texts("Only users with these slugs."))
	add("roles", texts("Only users with one of these roles."))
	add("capabilities", texts("Only users with one of these capabilities."))
	add("who", schema.String("Only users who may write posts.").Enum("authors"))
	add("has_published_posts", schema.New("Only users with published posts, of any type or of these.", "boolean", "array").
		Items(schema.String("").EnumKeyed(types)))
	add("search_columns", schema.New("Columns that search looks at.").Default([]any{}).Type("array").
		Items(schema.New("").Enum("email", "name", "id", "username", "slug").Type("string")))
	return args
}

// query turns parameters into a query. Who may not list users sees those who
// have published.
func (c *users) query(ctx context.Context, req *rest.Request) store.UserQuery {
	q := store.UserQuery{
		Include: absolute(req.Ints("include")), Exclude: absolute(req.Ints("exclude")), Slugs: req.Strings("slug"),
		OrderBy: userOrders[req.String("orderby")], Limit: int(req.Int("per_page")),
	}
	if req.String("order") == "desc" {
		q.Order = store.Desc
	}
	q.Offset = (int(req.Int("page")) - 1) * q.Limit
	if n := req.Int("offset"); n != 0 {
		q.Offset = int(n)
	}
	listing := c.site.Can(ctx, "list_users")
	if req.String("who") == "authors" { // and roles do not count then
		q.Meta = &store.MetaQuery{Clauses: []store.MetaClause{{Key: c.site.Store().Prefix() + "user_level", Values: []string{"0"}, Compare: store.MetaNotEqual}}}
	} else {
		if !listing {
			q.HasPosts = c.restTypeNames()
		}
		q.RolesIn = c.roleQuery(ctx, req)
	}
	switch v := req.Param("has_published_posts").(type) {
	case bool:
		if v {
			q.HasPosts = c.restTypeNames()
		}
	case []any:
		if len(v) > 0 {
			q.HasPosts = req.Strings("has_published_posts")
		}
	}
	if search := req.String("search"); !emptyText(search) {
		q.Search, q.SearchColumns = strings.Trim(search, "*"), c.searchColumns(req, listing)
	}
	return q
}

func (a *API) restTypeNames() []string {
	var out []string
	for _, t := range a.restTypes() {
		out = append(out, t.Name)
	}
	return out
}

// roleQuery lists what the capabilities of a user may name: the roles asked
// for, the capabilities asked for and the roles that grant one of them.
func (c *users) roleQuery(ctx context.Context, req *rest.Request) []string {
	out, caps := req.Strings("roles"), req.Strings("capabilities")
	if len(caps) == 0 {
		return out
	}
	for _, role := range c.settings(ctx).Roles.All() {
		if slices.ContainsFunc(caps, role.Has) {
			out = append(out, role.Key)
		}
	}
	return append(out, caps...)
}

var userColumns = map[string]string{"id": "ID", "username": "user_login", "slug": "user_nicename", "email": "user_email", "name": "display_name"}

// searchColumns are where a search looks: what was asked for as far as it is
// allowed, else what WP_User_Query makes of the text.
func (c *users) searchColumns(req *rest.Request, listing bool) []string {
	allowed := []string{"ID", "user_login", "user_nicename", "display_name"}
	if listing {
		allowed = append(allowed, "user_email")
	}
	var out []string
	for _, name := range req.Strings("search_columns") {
		if column := userColumns[name]; slices.Contains(allowed, column) {
			out = append(out, column)
		}
	}
	text := strings.Trim(req.String("search"), "*")
	switch {
	case len(out) > 0:
		return out
	case !listing:
		return allowed
	case strings.Contains(text, "@"):
		return []string{"user_email"}
	case numericText(text):
		return []string{"user_login", "ID"}
	case strings.HasPrefix(text, "http://"), strings.HasPrefix(text, "https://"):
		return []string{"user_url"}
	}
	return nil
}
