// Package openapi describes a REST server as OpenAPI 3.1, and as the page
// docs/api.md. Everything it says comes out of the routes, the arguments and
// the item schemas that the server itself validates and answers with.
package openapi

import (
	"context"
	"fmt"
	"net/http"

	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
)

// Config is what a description needs beside the routes.
type Config struct {
	Routes  []*rest.Route
	Title   string // of the API
	Version string // of the program
	URL     string // of the API's root, without a slash at the end
	Cookie  string // name of the cookie of a logged-in user
}

// builder collects a document.
type builder struct {
	cfg     Config
	ctx     context.Context
	schemas *ordered.Object
	names   map[string]string // JSON of a schema → its component
	bodies  *ordered.Object
	ids     map[string]bool
	err     error
}

// Document returns the OpenAPI document of the routes. ctx says who asks:
// item schemas may say more to those who may more. The error names a route
// that cannot be described.
func Document(ctx context.Context, cfg Config) (*ordered.Object, error) {
	b := &builder{cfg: cfg, ctx: ctx, schemas: &ordered.Object{}, names: map[string]string{}, bodies: &ordered.Object{}, ids: map[string]bool{}}
	paths := &ordered.Object{}
	var tags []any
	tagged := map[string]bool{}
	for _, r := range cfg.Routes {
		item := b.pathItem(r)
		if item == nil {
			continue
		}
		path, _, err := pathOf(r.Pattern)
		if err != nil {
			return nil, err
		}
		if paths.Has(path) {
			return nil, fmt.Errorf("openapi: two routes are %s", path)
		}
		paths.Set(path, item)
		if tag := tagOf(r); !tagged[tag] {
			tagged[tag] = true
			tags = append(tags, ordered.Of("name", tag, "description", namespaceText(tag)))
		}
	}
	if b.err != nil {
		return nil, b.err
	}
	b.schemas.Set("Error", errorSchema())
	b.schemas.Set("Links", linksSchema())
	return ordered.Of(
		"openapi", "3.1.0",
		"info", b.info(),
		"servers", []any{ordered.Of("url", cfg.URL)},
		"security", security(),
		"tags", tags,
		"paths", paths,
		"components", ordered.Of(
			"schemas", b.schemas,
			"requestBodies", b.bodies,
			"parameters", sharedParameters(),
			"headers", sharedHeaders(),
			"responses", sharedResponses(),
			"securitySchemes", b.securitySchemes(),
		),
	), nil
}

func (b *builder) info() *ordered.Object {
	text := "The REST API of this site. It is WordPress's: the same routes, parameters, answers and errors, so that what speaks to WordPress speaks to it." +
		" PUT and PATCH do what POST does. Dates without a zone are in the site's time, or in UTC where the name ends in _gmt."
	return ordered.Of("title", b.cfg.Title, "version", b.cfg.Version, "description", text,
		"license", ordered.Of("name", "see the project's LICENSE"))
}

func tagOf(r *rest.Route) string {
	if r.Namespace == "" {
		return "index"
	}
	return r.Namespace
}

func namespaceText(tag string) string {
	texts := map[string]string{
		"index":              "What the API offers, and many requests in one.",
		"wp/v2":              "The content of the site.",
		"oembed/1.0":         "What other sites need to embed a page of this one.",
		"jwt-auth/v1":        "JSON Web Tokens for logins.",
		"platen/v1":          "What Platen has beyond WordPress.",
		"wp-block-editor/v1": "What the block editor asks for.",
		"wp-site-health/v1":  "Checks of the site.",
		"wp-abilities/v1":    "What the site can do, and doing it.",
	}
	if t := texts[tag]; t != "" {
		return t
	}
	return "The namespace " + tag + "."
}

// security lists the ways in; the empty one is nobody.
func security() []any {
	none := []any{}
	return []any{
		&ordered.Object{},
		ordered.Of("cookie", none, "nonce", none),
		ordered.Of("applicationPassword", none),
		ordered.Of("token", none),
		ordered.Of("oauth1", none),
	}
}

func (b *builder) securitySchemes() *ordered.Object {
	cookie := b.cfg.Cookie
	if cookie == "" {
		cookie = "wordpress_logged_in"
	}
	return ordered.Of(
		"cookie", ordered.Of("type", "apiKey", "in", "cookie", "name", cookie, "description", "The login cookie of /wp-login.php. It counts only together with a nonce."),
		"nonce", ordered.Of("type", "apiKey", "in", "header", "name", "X-WP-Nonce", "description", "A nonce of the action wp_rest, for instance from /wp-admin/admin-ajax.php?action=rest-nonce. A fresh one is in the header of each answer."),
		"applicationPassword", ordered.Of("type", "http", "scheme", "basic", "description", "User name and application password."),
		"token", ordered.Of("type", "http", "scheme", "bearer", "bearerFormat", "JWT", "description", "A token of POST /jwt-auth/v1/token."),
		"oauth1", ordered.Of("type", "http", "scheme", "OAuth", "description", "A request signed as RFC 5849 says. Temporary credentials: /oauth1/request, authorization: /oauth1/authorize, tokens: /oauth1/access."),
	)
}

func sharedParameters() *ordered.Object {
	query := func(name, text string, schema *ordered.Object) *ordered.Object {
		return ordered.Of("name", name, "in", "query", "description", text, "schema", schema)
	}
	fields := query("_fields", "Only these fields (title, title.rendered, _links, …), with commas between.", ordered.Of("type", "array", "items", ordered.Of("type", "string")))
	embed := query("_embed", "Adds what the links of these relations lead to; without a value, of all.", ordered.Of("type", "array", "items", ordered.Of("type", "string")))
	for _, p := range []*ordered.Object{fields, embed} {
		p.Set("style", "form")
		p.Set("explode", false)
	}
	return ordered.Of(
		"Fields", fields,
		"Embed", embed,
		"Envelope", query("_envelope", "Puts status and headers into the body.", ordered.Of("type", "boolean")),
		"IfNoneMatch", ordered.Of("name", "If-None-Match", "in", "header", "description", "ETags of what the caller has: 304 when it is one of them.", "schema", ordered.Of("type", "string")),
		"IfMatch", ordered.Of("name", "If-Match", "in", "header", "description", "The ETag of what the caller has read: 412, and nothing is written, when it was changed since.", "schema", ordered.Of("type", "string")),
	)
}

func sharedHeaders() *ordered.Object {
	header := func(text, typ string) *ordered.Object {
		return ordered.Of("description", text, "schema", ordered.Of("type", typ))
	}
	return ordered.Of(
		"Total", header("How many items there are in all.", "integer"),
		"TotalPages", header("How many pages there are.", "integer"),
		"Link", header("Links with rel prev and next, among others.", "string"),
		"ETag", header("A strong tag of this answer, for If-None-Match and If-Match.", "string"),
		"Location", header("The address of what was made.", "string"),
	)
}

func sharedResponses() *ordered.Object {
	failed := func(text string) *ordered.Object {
		return ordered.Of("description", text, "content", jsonContent(ordered.Of("$ref", "#/components/schemas/Error")))
	}
	return ordered.Of(
		"Failed", failed("The request was refused, or failed."),
		"NotModified", ordered.Of("description", "What the caller has is what there is."),
		"Changed", failed("It was changed since; nothing was written."),
	)
}

func jsonContent(schema any) *ordered.Object {
	return ordered.Of("application/json", ordered.Of("schema", schema))
}

// errorSchema is a WP_Error on the wire.
func errorSchema() *ordered.Object {
	return ordered.Of("type", "object", "required", []any{"code", "message"}, "properties", ordered.Of(
		"code", ordered.Of("type", "string", "description", "What went wrong, for programs: rest_invalid_param."),
		"message", ordered.Of("type", "string", "description", "What went wrong, for people."),
		"data", ordered.Of("description", "The status, and what there is to say beside it.", "anyOf", []any{
			ordered.Of("type", "object", "properties", ordered.Of(
				"status", ordered.Of("type", "integer"),
				"params", ordered.Of("description", "Parameters that are missing, or what is wrong with each."),
				"details", ordered.Of("description", "The errors of each parameter."),
			)),
			ordered.Of("type", []any{"null", "string", "array"}),
		}),
		"additional_errors", ordered.Of("type", "array", "items", ordered.Of("$ref", "#/components/schemas/Error")),
		"additional_data", ordered.Of("type", "array", "items", &ordered.Object{}),
	), "examples", []any{ordered.Of("code", "rest_post_invalid_id", "message", "Invalid post ID.", "data", ordered.Of("status", http.StatusNotFound))}, "description", "Every refusal has this shape.")
}

func linksSchema() *ordered.Object {
	link := ordered.Of("type", "object", "required", []any{"href"}, "properties", ordered.Of(
		"href", ordered.Of("type", "string"),
		"embeddable", ordered.Of("type", "boolean"),
		"targetHints", ordered.Of("type", "object", "properties", ordered.Of("allow", ordered.Of("type", "array", "items", ordered.Of("type", "string")))),
	))
	curie := ordered.Of("type", "object", "properties", ordered.Of("name", ordered.Of("type", "string"), "href", ordered.Of("type", "string"), "templated", ordered.Of("type", "boolean")))
	return ordered.Of("type", "object", "description", "Links to what belongs to the item, by relation.",
		"properties", ordered.Of("curies", ordered.Of("type", "array", "items", curie)),
		"additionalProperties", ordered.Of("type", "array", "items", link))
}
