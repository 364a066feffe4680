// Package phpserialize reads and writes the text form of PHP's serialize()
// and unserialize(), the way WordPress keeps arrays and objects in its tables
// (options, post meta, user meta).
//
// It is meant for data that belongs to someone else: what is read and written
// back unchanged comes out byte for byte as it was. The order of keys stays,
// objects keep their class and their properties (also private ones, with the
// NUL bytes in their names), references stay references, and values that only
// a PHP class can make sense of (the C: form and enum cases) are carried
// along verbatim. Nothing is ever executed or instantiated.
//
// PHP values appear as these Go values:
//
//	null      nil
//	bool      bool
//	int       int64
//	float     float64
//	string    string, bytes of any encoding
//	array     *Array, ordered, keys int or string
//	object    *Object
//	C: form   *Custom
//	enum case *Enum
//	reference *Ref, only inside containers; accessors look through it
//
// [IsSerialized], [MaybeSerialize] and [MaybeUnserialize] mirror WordPress's
// is_serialized(), maybe_serialize() and maybe_unserialize(), faults included,
// because what one side stores the other has to read.
package phpserialize
