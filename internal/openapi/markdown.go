package openapi

import (
	"fmt"
	"strings"

	"github.com/platenhq/platen/ordered"
)

// Markdown is a document as a page for people: one line a method of a route,
// by namespace.
func Markdown(doc *ordered.Object) string {
	var b strings.Builder
	b.WriteString("# The REST API\n\nGenerated out of the routes by `go test -run TestAPIPage . -update`; do not edit. The whole of it, with the types of every\n" +
		"parameter and answer, is `platen openapi`, or `/wp-json/platen/v1/openapi.json` of a running site (OpenAPI 3.1).\n\n" +
		"Parameters that must be there are **bold**. PUT and PATCH do what POST does. Every GET also takes `_fields`, `_embed` and\n`_envelope`.\n")
	paths, _ := doc.Value("paths").(*ordered.Object)
	bodies := member(doc, "components", "requestBodies")
	tags, _ := doc.Value("tags").([]any)
	for _, t := range tags {
		tag, _ := t.(*ordered.Object)
		fmt.Fprintf(&b, "\n## %v\n\n%v\n\n| | path | parameters | answer |\n|---|---|---|---|\n", tag.Value("name"), tag.Value("description"))
		for path, v := range paths.All() {
			item, _ := v.(*ordered.Object)
			for _, method := range []string{"get", "post", "delete"} {
				op, ok := item.Value(method).(*ordered.Object)
				if ok && op.Value("tags").([]any)[0] == tag.Value("name") {
					fmt.Fprintf(&b, "| %s | `%s` | %s | %s |\n", strings.ToUpper(method), path, parameters(op, bodies), answered(op))
				}
			}
		}
	}
	return b.String()
}

// member walks down objects.
func member(o *ordered.Object, names ...string) *ordered.Object {
	for _, n := range names {
		o, _ = o.Value(n).(*ordered.Object)
	}
	return o
}

// parameters lists what an operation takes in the query or the body.
func parameters(op, bodies *ordered.Object) string {
	var out []string
	list, _ := op.Value("parameters").([]any)
	for _, v := range list {
		p, _ := v.(*ordered.Object)
		if name, ok := p.Value("name").(string); ok {
			out = append(out, named(name, p.Value("required") == true))
		}
	}
	ref, _ := member(op, "requestBody").Value("$ref").(string)
	body := member(bodies, ref[strings.LastIndexByte(ref, '/')+1:], "content")
	if body.Has("multipart/form-data") {
		out = append(out, "a file")
	}
	s := member(body, "application/json", "schema")
	required, _ := s.Value("required").([]any)
	for name := range member(s, "properties").All() {
		must := false
		for _, r := range required {
			must = must || r == name
		}
		out = append(out, named(name, must))
	}
	return strings.Join(out, ", ")
}

func named(name string, required bool) string {
	if required {
		return "**" + name + "**"
	}
	return name
}

// answered names the schema of what an operation answers when all is well.
func answered(op *ordered.Object) string {
	responses := member(op, "responses")
	if responses.Len() == 0 {
		return ""
	}
	s := member(responses, responses.At(0).Name, "content", "application/json", "schema")
	name := func(o *ordered.Object) string {
		ref, _ := o.Value("$ref").(string)
		return ref[strings.LastIndexByte(ref, '/')+1:]
	}
	switch {
	case s.Has("$ref"):
		return name(s)
	case s.Has("items"):
		return "list of " + name(member(s, "items"))
	case s.Has("anyOf"):
		first, _ := s.Value("anyOf").([]any)[0].(*ordered.Object)
		if extra := member(first, "additionalProperties"); extra != nil {
			return name(extra) + " by name"
		}
		return name(member(first, "properties", "previous"))
	}
	return ""
}
