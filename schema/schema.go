// Package schema is WordPress's dialect of JSON Schema: it describes values,
// validates and sanitizes what clients send, and filters answers by context
// and by _fields. It mirrors the rest_validate_…, rest_sanitize_… and
// rest_filter_… functions of WordPress 7.1, with their error codes and messages.
//
// Values are those of package ordered: nil, bool, int64, float64, string,
// []any and *ordered.Object. PHP has one array where JSON has two, so a list is
// an object to a schema of type object, and an object whose names are all
// integers is an array to a schema of type array; an empty one is both. Values
// of other Go types are taken for PHP objects: true, and of type object.
//
// A Schema is built once, by its methods or by Parse, and is then only read:
// it may be used by many goroutines at a time, and its patterns are compiled.
package schema

import (
	"slices"

	"github.com/platenhq/platen/ordered"
)

// The contexts of WordPress: which properties an answer shows.
const (
	View  = "view"
	Edit  = "edit"
	Embed = "embed"
)

// Draft4 is the value of the $schema keyword that WordPress's item schemas carry.
const Draft4 = "http://json-schema.org/draft-04/schema#"

// Schema describes a value. Its zero value allows everything. Make one with
// String, Integer, … or Parse; the methods that set a keyword change the
// schema and return it, and the order of those calls is the order in which
// Describe prints the keywords.
type Schema struct {
	order []string // keywords in the order of their first setting

	types    typeSpec
	desc     string
	title    string
	format   string
	def      any
	context  []string
	readonly bool
	enum     []any
	enumKeys []string // set where WordPress prints the enum as an object

	props     []Property
	propIndex map[string]*Schema
	patterns  []patternProperty
	extra     additional
	items     *Schema
	anyOf     []*Schema
	oneOf     []*Schema

	required     bool     // of an argument or property: draft 3
	requiredList []string // of an object: draft 4

	minimum, maximum, multipleOf       any // int64 or float64, nil for none
	exclusiveMinimum, exclusiveMaximum bool
	minLength, maxLength               limit
	minItems, maxItems                 limit
	minProperties, maxProperties       limit
	pattern                            pattern
	uniqueItems                        bool

	other *ordered.Object // keywords that are printed and do nothing else

	validator              Validator
	sanitizer              Sanitizer
	noValidate, noSanitize bool
	endpoint               bool // an argument of EndpointArgs
}

// Property is a named member of an object schema, or a named argument.
type Property struct {
	Name   string
	Schema *Schema
}

// Properties are properties or arguments in order.
type Properties []Property

// Get returns the schema called name, nil if there is none.
func (p Properties) Get(name string) *Schema {
	for i := range p {
		if p[i].Name == name {
			return p[i].Schema
		}
	}
	return nil
}

// typeSpec is the type keyword: none, one, or several.
type typeSpec struct {
	names []string
	list  bool // written as a list, if only of one
}

func (t typeSpec) set() bool            { return len(t.names) > 0 || t.list }
func (t typeSpec) has(name string) bool { return slices.Contains(t.names, name) }
func (t typeSpec) is(name string) bool  { return !t.list && len(t.names) == 1 && t.names[0] == name }

// limit is an optional count.
type limit struct {
	set bool
	n   int
}

// additional is the additionalProperties keyword: unset, a boolean or a schema.
type additional struct {
	set    bool
	allow  bool
	schema *Schema
}

type patternProperty struct {
	pattern pattern
	schema  *Schema
}

// builtin reports whether name is one of the seven types of JSON Schema.
func builtin(name string) bool {
	switch name {
	case "array", "object", "string", "number", "integer", "boolean", "null":
		return true
	}
	return false
}

// Error is why a value does not fit: WordPress's code and message, and the data
// of the WP_Error: "param" for rest_invalid_type, "position" or "positions" for
// anyOf and oneOf, nil for the others.
type Error struct {
	Code    string
	Message string
	Data    *ordered.Object
}

// Error returns the message.
func (e *Error) Error() string { return e.Message }

// Types returns the allowed types; none means any.
func (s *Schema) Types() []string { return slices.Clone(s.types.names) }

// Contexts returns the contexts that show the value; nil means all of them.
func (s *Schema) Contexts() []string { return slices.Clone(s.context) }

// InContext reports whether context shows the value: the schema has no
// contexts, or this one is among them.
func (s *Schema) InContext(context string) bool {
	return s.context == nil || slices.Contains(s.context, context)
}

// IsReadonly reports the readonly keyword.
func (s *Schema) IsReadonly() bool { return s.readonly }

// IsRequired reports whether a request must bring the argument.
func (s *Schema) IsRequired() bool { return s.required }

// DefaultValue returns the default and whether there is one; a default of null
// is one. Objects and lists in it are shared: clone them before changing them.
func (s *Schema) DefaultValue() (any, bool) { return s.def, s.has("default") }

// Properties returns the properties in order.
func (s *Schema) Properties() Properties { return slices.Clone(s.props) }

// Property returns the property called name, nil if there is none.
func (s *Schema) Property(name string) *Schema {
	if s == nil {
		return nil
	}
	return s.propIndex[name]
}

// ItemSchema returns the schema of the items of an array, nil if there is none.
func (s *Schema) ItemSchema() *Schema { return s.items }

func (s *Schema) has(keyword string) bool { return slices.Contains(s.order, keyword) }

func (s *Schema) mark(keyword string) {
	if !s.has(keyword) {
		s.order = append(s.order, keyword)
	}
}

func (s *Schema) unmark(keyword string) {
	s.order = slices.DeleteFunc(slices.Clone(s.order), func(k string) bool { return k == keyword })
}

// Clone copies the schema so that keywords set on the copy leave s alone.
// Properties and other schemas inside are shared.
func (s *Schema) Clone() *Schema {
	c := *s
	c.order = slices.Clone(s.order)
	c.props = slices.Clone(s.props)
	c.patterns = slices.Clone(s.patterns)
	c.other = s.other.Clone()
	c.propIndex = make(map[string]*Schema, len(s.props))
	for _, p := range c.props {
		c.propIndex[p.Name] = p.Schema
	}
	return &c
}
