package openapi

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
	"github.com/platenhq/platen/schema"
)

// route is a route while it is described.
type route struct {
	*rest.Route
	path   string
	params []pathParam
	item   any // reference to the item schema, nil without one
	many   rest.Shape
}

// pathItem describes a route; nil when all of it is hidden.
func (b *builder) pathItem(r *rest.Route) *ordered.Object {
	path, params, err := pathOf(r.Pattern)
	if err != nil {
		b.err = err
		return nil
	}
	d := &route{Route: r, path: path, params: params, item: b.itemSchema(r), many: r.Shape}
	if d.many == rest.ShapeByArgs {
		d.many = rest.ShapeOne
		for _, e := range r.Endpoints {
			if e.Has(http.MethodGet) && schema.Properties(e.Args).Get("per_page") != nil {
				d.many = rest.ShapeList
			}
		}
	}
	item := &ordered.Object{}
	if len(params) > 0 {
		item.Set("parameters", d.pathParameters())
	}
	shown := false
	for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
		for _, e := range r.Endpoints {
			if e.Hidden || !e.Has(method) {
				continue
			}
			item.Set(strings.ToLower(method), b.operation(d, e, method))
			shown = true
			break
		}
	}
	if !shown {
		return nil
	}
	return item
}

func (d *route) pathParameters() []any {
	out := make([]any, len(d.params))
	for i, p := range d.params {
		text := ""
		for _, e := range d.Endpoints {
			if a := schema.Properties(e.Args).Get(p.name); a != nil && text == "" {
				text, _ = a.Describe().Value("description").(string)
			}
		}
		if strings.ContainsAny(p.expr, "/") {
			text = strings.TrimSpace(text + " Slashes in it are written %2F.")
		}
		o := ordered.Of("name", p.name, "in", "path", "required", true, "schema", p.schema())
		if text != "" {
			o.Set("description", text)
		}
		out[i] = o
	}
	return out
}

// itemSchema returns a reference to the component of a route's item schema.
func (b *builder) itemSchema(r *rest.Route) any {
	if r.Schema == nil {
		return nil
	}
	in, ok := plain(r.Schema(b.ctx)).(*ordered.Object)
	if !ok || in.Len() == 0 {
		return nil
	}
	title, _ := in.Value("title").(string)
	s := converter{answer: true}.schema(in)
	s.Delete("title")
	admit(title, s)
	if props, ok := s.Value("properties").(*ordered.Object); ok && s.Value("type") == "object" {
		props.Set("_links", ordered.Of("$ref", "#/components/schemas/Links"))
		props.Set("_embedded", ordered.Of("type", "object", "description", "What the links lead to, where _embed asks for it.", "additionalProperties", ordered.Of("type", "array", "items", &ordered.Object{})))
	}
	raw, err := ordered.Append(nil, s)
	if err != nil {
		b.err = fmt.Errorf("openapi: the schema of %s: %w", r.Pattern, err)
		return nil
	}
	name, ok := b.names[string(raw)]
	if !ok {
		if name = pascal(title); name == "" {
			name = "Item"
		}
		for n := 2; b.schemas.Has(name) || name == "Error" || name == "Links"; n++ {
			name = fmt.Sprintf("%s%d", pascal(title), n)
		}
		b.names[string(raw)] = name
		b.schemas.Set(name, s)
	}
	return ordered.Of("$ref", "#/components/schemas/"+name)
}

// operation describes one method of a route.
func (b *builder) operation(d *route, e *rest.Endpoint, method string) *ordered.Object {
	id := b.operationID(d, method)
	o := ordered.Of("operationId", id, "summary", summary(d, method), "tags", []any{tagOf(d.Route)})
	reads := method == http.MethodGet
	var params []any
	if reads || method == http.MethodDelete {
		params = queryParams(d, e)
	}
	ref := func(kind, name string) { params = append(params, ordered.Of("$ref", "#/components/"+kind+"/"+name)) }
	if reads {
		ref("parameters", "Fields")
		if d.item != nil {
			ref("parameters", "Embed")
		}
		ref("parameters", "Envelope")
		ref("parameters", "IfNoneMatch")
	} else if d.Version != nil {
		ref("parameters", "IfMatch")
	}
	if len(params) > 0 {
		o.Set("parameters", params)
	}
	if !reads && method != http.MethodDelete {
		if body := b.requestBody(d, e, id); body != nil {
			o.Set("requestBody", body)
		}
	}
	o.Set("responses", b.responses(d, method))
	return o
}

// queryParams are the arguments of an endpoint that has no body.
func queryParams(d *route, e *rest.Endpoint) []any {
	var out []any
	for _, a := range e.Args {
		if d.inPath(a.Name) {
			continue
		}
		in, ok := plain(a.Schema.DescribeArg()).(*ordered.Object)
		if !ok {
			continue
		}
		s := converter{}.schema(in)
		p := ordered.Of("name", a.Name, "in", "query")
		if text, _ := s.Value("description").(string); text != "" {
			p.Set("description", text)
			s.Delete("description")
		}
		if in.Value("required") == true {
			p.Set("required", true)
		}
		s = inQuery(s)
		switch s.Value("type") {
		case "array":
			p.Set("style", "form")
			p.Set("explode", false)
		case "object":
			p.Set("style", "deepObject")
			p.Set("explode", true)
		}
		p.Set("schema", s)
		out = append(out, p)
	}
	return out
}

// inQuery is the form of a schema that a query string has place for: of a
// choice between a list and an object the list, of one between text and a list
// the list.
func inQuery(s *ordered.Object) *ordered.Object {
	for _, key := range []string{"oneOf", "anyOf"} {
		list, _ := s.Value(key).([]any)
		for _, v := range list {
			if o, ok := v.(*ordered.Object); ok && o.Value("type") == "array" {
				return o
			}
		}
	}
	if types, ok := s.Value("type").([]any); ok && slices.Contains(types, any("array")) && s.Has("items") {
		s = s.Clone()
		s.Set("type", "array")
	}
	return s
}

func (d *route) inPath(name string) bool {
	return slices.ContainsFunc(d.params, func(p pathParam) bool { return p.name == name })
}

// requestBody describes the arguments of an endpoint as a body: a JSON object
// or a form, which mean the same, and what else it accepts.
func (b *builder) requestBody(d *route, e *rest.Endpoint, id string) any {
	if len(e.Args) == 0 && len(e.Accepts) == 0 {
		return nil
	}
	props, required := &ordered.Object{}, []any{}
	for _, a := range e.Args {
		if d.inPath(a.Name) {
			continue
		}
		in, ok := plain(a.Schema.DescribeArg()).(*ordered.Object)
		if !ok {
			continue
		}
		if in.Value("required") == true {
			required = append(required, a.Name)
		}
		props.Set(a.Name, converter{}.schema(in))
	}
	if props.Len() == 0 && len(e.Accepts) == 0 {
		return nil
	}
	object := func(props *ordered.Object) *ordered.Object {
		s := ordered.Of("type", "object", "properties", props)
		if len(required) > 0 {
			s.Set("required", required)
		}
		return s
	}
	content := &ordered.Object{}
	for _, media := range e.Accepts {
		file := ordered.Of("type", "string", "format", "binary")
		if media == "multipart/form-data" {
			all := ordered.Of("file", file)
			for name, p := range props.All() {
				all.Set(name, p)
			}
			content.Set(media, ordered.Of("schema", object(all)))
			continue
		}
		content.Set(media, ordered.Of("schema", file))
	}
	content.Set("application/json", ordered.Of("schema", object(props)))
	content.Set("application/x-www-form-urlencoded", ordered.Of("schema", object(props)))
	body := ordered.Of("content", content)
	if len(required) > 0 {
		body.Set("required", true)
	}
	return b.sharedBody(body, id)
}

// sharedBody makes a component of a body, so that POST, PUT and PATCH share it.
func (b *builder) sharedBody(body *ordered.Object, id string) any {
	raw, err := ordered.Append(nil, body)
	if err != nil {
		b.err = err
		return nil
	}
	key := "body " + string(raw)
	name, ok := b.names[key]
	if !ok {
		name = strings.ToUpper(id[:1]) + id[1:]
		b.names[key] = name
		b.bodies.Set(name, body)
	}
	return ordered.Of("$ref", "#/components/requestBodies/"+name)
}

// responses describes what a method answers.
func (b *builder) responses(d *route, method string) *ordered.Object {
	ref := func(kind, name string) *ordered.Object {
		return ordered.Of("$ref", "#/components/"+kind+"/"+name)
	}
	body := d.answer(method)
	ok := ordered.Of("description", "What was asked for.")
	headers := &ordered.Object{}
	status := "200"
	switch {
	case method == http.MethodGet:
		headers.Set("ETag", ref("headers", "ETag"))
		if d.many == rest.ShapeList {
			headers.Set("X-WP-Total", ref("headers", "Total"))
			headers.Set("X-WP-TotalPages", ref("headers", "TotalPages"))
			headers.Set("Link", ref("headers", "Link"))
		}
	case method == http.MethodPost && d.many == rest.ShapeList && d.item != nil:
		status = "201"
		headers.Set("Location", ref("headers", "Location"))
		ok.Set("description", "It was made.")
	case d.path == "/batch/v1":
		status = "207"
	}
	if headers.Len() > 0 {
		ok.Set("headers", headers)
	}
	ok.Set("content", jsonContent(body))
	out := ordered.Of(status, ok)
	if method == http.MethodGet {
		out.Set("304", ref("responses", "NotModified"))
	} else if d.Version != nil {
		out.Set("412", ref("responses", "Changed"))
	}
	out.Set("default", ref("responses", "Failed"))
	return out
}

// answer is the schema of what a method answers.
func (d *route) answer(method string) any {
	if d.item == nil {
		return &ordered.Object{}
	}
	list := ordered.Of("type", "array", "items", d.item)
	switch {
	case method == http.MethodGet && d.many == rest.ShapeList:
		return list
	case method == http.MethodGet && d.many == rest.ShapeMap:
		// PHP's empty map is an empty list
		return ordered.Of("anyOf", []any{ordered.Of("type", "object", "additionalProperties", d.item), ordered.Of("type", "array", "maxItems", 0)})
	case method == http.MethodDelete && d.many == rest.ShapeList:
		return &ordered.Object{}
	case method == http.MethodDelete:
		gone := ordered.Of("type", "object", "required", []any{"deleted"}, "properties", ordered.Of("deleted", ordered.Of("type", "boolean"), "previous", d.item))
		return ordered.Of("anyOf", []any{gone, d.item})
	}
	return d.item
}

// operationID names an operation: listPosts, createPosts, getPostsById.
func (b *builder) operationID(d *route, method string) string {
	verb := map[string]string{"GET": "get", "POST": "update", "PUT": "put", "PATCH": "patch", "DELETE": "delete"}[method]
	only := len(d.Endpoints) == 1 && !d.Endpoints[0].Has(http.MethodGet)
	switch {
	case method == http.MethodGet && d.many == rest.ShapeList:
		verb = "list"
	case method == http.MethodPost && d.many == rest.ShapeList:
		verb = "create"
	case method == http.MethodPost && only:
		verb = "post"
	}
	name := strings.TrimPrefix(d.path, "/"+d.Namespace)
	if d.Namespace != "wp/v2" && d.Namespace != "" {
		first, _, _ := strings.Cut(d.Namespace, "/")
		name = first + name
	}
	var words, by []string
	for _, s := range strings.Split(name, "/") {
		if p, ok := strings.CutPrefix(s, "{"); ok {
			by = append(by, pascal(strings.TrimSuffix(p, "}")))
			continue
		}
		words = append(words, pascal(s))
	}
	id := verb + strings.Join(words, "")
	if len(by) > 0 {
		id += "By" + strings.Join(by, "And")
	}
	if id == verb {
		id += "Index"
	}
	for base, n := id, 2; b.ids[id]; n++ {
		id = fmt.Sprintf("%s%d", base, n)
	}
	b.ids[id] = true
	return id
}

// summary says what an operation does.
func summary(d *route, method string) string {
	what := d.path
	if d.Namespace != "" {
		what = strings.TrimPrefix(what, "/"+d.Namespace)
	}
	what = strings.NewReplacer("{", "", "}", "", "/", " ", "-", " ", "_", " ").Replace(what)
	if what = strings.TrimSpace(what); what == "" {
		what = "index"
	}
	verb := map[string]string{"GET": "Read", "POST": "Change", "PUT": "Change", "PATCH": "Change", "DELETE": "Delete"}[method]
	switch {
	case method == http.MethodGet && d.many != rest.ShapeOne:
		verb = "List"
	case method == http.MethodPost && d.many == rest.ShapeList:
		verb = "Create in"
	case method == http.MethodPost && d.item == nil:
		verb = "Do"
	}
	return verb + ": " + what
}

// pascal joins the words of a name: "nav_menu_item" is NavMenuItem.
func pascal(name string) string {
	var b strings.Builder
	for _, w := range strings.FieldsFunc(name, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9')
	}) {
		b.WriteString(strings.ToUpper(w[:1]) + w[1:])
	}
	return b.String()
}
