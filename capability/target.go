package capability

import (
	"reflect"
	"strconv"
)

// target is the object a question is about, taken from the arguments once.
type target struct {
	given   bool
	id      int64
	post    *Post
	comment *Comment
	term    *Term
	editor  *Editor
	key     string
}

// parseTarget reads the arguments of a question. Something that is no object
// becomes id 0, which nothing has.
func parseTarget(args []any) target {
	var t target
	if len(args) > 0 && args[0] != nil {
		t.given = true
		t.setObject(args[0])
	}
	if len(args) > 1 {
		if key, ok := args[1].(string); ok && Truthy(key) {
			t.key = key
		}
	}
	return t
}

func (t *target) setObject(arg any) {
	switch v := arg.(type) {
	case int:
		t.id = int64(v)
	case int64:
		t.id = v
	case string:
		t.id, _ = strconv.ParseInt(v, 10, 64)
	case Post:
		t.id, t.post = v.ID, &v
	case *Post:
		if v != nil {
			t.id, t.post = v.ID, v
		}
	case Comment:
		t.id, t.comment = v.ID, &v
	case *Comment:
		if v != nil {
			t.id, t.comment = v.ID, v
		}
	case Term:
		t.id, t.term = v.ID, &v
	case *Term:
		if v != nil {
			t.id, t.term = v.ID, v
		}
	case *User:
		t.id = v.ID()
	case Editor:
		t.editor = &v
	default:
		t.setNumber(reflect.ValueOf(arg))
	}
}

func (t *target) setNumber(v reflect.Value) {
	switch {
	case v.CanInt():
		t.id = v.Int()
	case v.CanUint() && v.Uint() <= 1<<63-1:
		t.id = int64(v.Uint())
	case v.Kind() == reflect.String:
		t.id, _ = strconv.ParseInt(v.String(), 10, 64)
	}
}
