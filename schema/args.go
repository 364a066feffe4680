package schema

import (
	"context"
	"slices"
)

// Validator decides about the value of an argument in place of Validate
// (validate_callback). ctx is that of the request.
type Validator func(ctx context.Context, value any, param string) *Error

// Sanitizer gives the value of an argument in place of Sanitize
// (sanitize_callback), or refuses it.
type Sanitizer func(ctx context.Context, value any, param string) (any, *Error)

// Validate replaces the validation of the argument as a whole; within other
// schemas it has no effect. The hook may call the function Validate itself.
func (s *Schema) Validate(hook Validator) *Schema {
	s.validator, s.noValidate = hook, hook == nil
	return s
}

// Sanitize replaces the sanitization of the argument as a whole; within other
// schemas it has no effect. nil passes the value on as it came.
func (s *Schema) Sanitize(hook Sanitizer) *Schema {
	s.sanitizer, s.noSanitize = hook, hook == nil
	return s
}

// Text makes a Sanitizer of a function on text; other values are turned into
// text as PHP does, lists and objects into none.
func Text(clean func(string) string) Sanitizer {
	return func(_ context.Context, value any, _ string) (any, *Error) {
		if isArray(value) {
			return "", nil
		}
		return clean(toString(value)), nil
	}
}

// ValidateArg validates the value of an argument of a request: by its hook, else
// by Validate.
func (s *Schema) ValidateArg(ctx context.Context, value any, param string) *Error {
	switch {
	case s.validator != nil:
		return s.validator(ctx, value, param)
	case s.noValidate:
		return nil
	}
	return Validate(value, s, param)
}

// ParsesArg reports whether sanitizing the argument validates it once more, as
// rest_parse_request_arg does for arguments that say nothing about it: not
// those of EndpointArgs, nor those with a hook. It matters for values that
// were not validated, which are null and those that another source hides.
func (s *Schema) ParsesArg() bool { return !s.endpoint && s.sanitizer == nil && !s.noSanitize }

// SanitizeArg sanitizes the value of an argument of a request: by its hook, else
// by Sanitize.
func (s *Schema) SanitizeArg(ctx context.Context, value any, param string) (any, *Error) {
	switch {
	case s.sanitizer != nil:
		return s.sanitizer(ctx, value, param)
	case s.noSanitize:
		return value, nil
	}
	return Sanitize(value, s, param)
}

// ForCreate and ForEdit say for which endpoint EndpointArgs makes arguments.
const (
	ForCreate = true
	ForEdit   = false
)

// EndpointArgs mirrors rest_get_endpoint_args_for_schema: the arguments of an
// endpoint that creates (ForCreate) or edits (ForEdit) an item of the schema,
// made of its properties. Readonly properties are left out; defaults and
// required hold on creating only. The hooks of a property become those of its
// argument. The arguments are copies: change them as an endpoint needs.
func EndpointArgs(item *Schema, create bool) Properties {
	args := make(Properties, 0, len(item.props))
	for _, p := range item.props {
		if !p.Schema.readonly {
			args = append(args, Property{p.Name, p.Schema.arg(create)})
		}
	}
	return args
}

func (s *Schema) arg(create bool) *Schema {
	a := s.Clone()
	a.order, a.endpoint = nil, true
	if create && s.def != nil {
		a.mark("default")
	} else {
		a.def = nil
	}
	if !create || !s.required && len(s.requiredList) == 0 {
		a.required, a.requiredList = false, nil
	} else { // a list of properties becomes a plain yes, as in WordPress
		a.required, a.requiredList = true, nil
		a.mark("required")
	}
	for _, key := range keywords() {
		if key != "default" && s.has(key) && (!s.other.Has(key) || s.other.Value(key) != nil) {
			a.mark(key)
		}
	}
	return a
}

// ContextParam mirrors WP_REST_Controller::get_context_param: the context
// argument of an endpoint, with the contexts that the properties of item use.
func ContextParam(description string, item *Schema) *Schema {
	s := String(description)
	var contexts []string
	for _, p := range item.props {
		for _, c := range p.Schema.context {
			if !slices.Contains(contexts, c) {
				contexts = append(contexts, c)
			}
		}
	}
	if len(contexts) == 0 {
		return s
	}
	slices.Sort(contexts)
	slices.Reverse(contexts)
	return s.EnumStrings(contexts)
}

// DefaultAdditionalToFalse mirrors rest_default_additional_properties_to_false:
// a copy of the schema in which objects that say nothing about undeclared
// properties forbid them, at every level of properties and items.
func DefaultAdditionalToFalse(s *Schema) *Schema {
	c := s.Clone()
	if c.types.has("object") {
		for i, p := range c.props {
			c.props[i].Schema = DefaultAdditionalToFalse(p.Schema)
			c.propIndex[p.Name] = c.props[i].Schema
		}
		for i := range c.patterns {
			c.patterns[i].schema = DefaultAdditionalToFalse(c.patterns[i].schema)
		}
		if !c.extra.set {
			c.NoAdditional()
		}
	}
	if c.types.has("array") && c.items != nil {
		c.items = DefaultAdditionalToFalse(c.items)
	}
	return c
}
