package wp

import "errors"

// The errors that cross storeys. Test with errors.Is; they are often wrapped with what was being looked for.
var (
	// ErrNotFound: the row that was asked for is not there.
	ErrNotFound = errors.New("wp: not found")
	// ErrConflict: a unique key is already taken.
	ErrConflict = errors.New("wp: conflict with an existing row")
	// ErrReadOnly: the database refuses writes.
	ErrReadOnly error = &refusal{"wp: database is read-only", "database_read_only", "This site can only be read at the moment."}
	// ErrBusy: the database stayed locked, or a transaction kept losing against others.
	ErrBusy = errors.New("wp: database is busy")
	// ErrUnavailable: the database cannot be reached, or the connection to it broke.
	ErrUnavailable error = &refusal{"wp: database does not answer", "database_unavailable", "The database does not answer. Please try again in a moment."}
	// ErrNoSchema: the database is reachable but WordPress's tables are not in it.
	ErrNoSchema = errors.New("wp: no WordPress tables in the database")
	// ErrTooLong: a value does not fit its column.
	ErrTooLong error = badValue("wp: value does not fit its column")
	// ErrBadText: a value is not UTF-8, or has characters the table's charset cannot hold.
	ErrBadText error = badValue("wp: text cannot be stored")
)

// refusal is a failure that is nobody's mistake here; code and message are for
// those who asked.
type refusal struct{ text, code, message string }

// Error implements error.
func (r *refusal) Error() string { return r.text }

// Refusal tells rooms that do not know this package what to answer.
func (r *refusal) Refusal() (code, message string) { return r.code, r.message }

// badValue is an error about a value that the caller gave. The REST server
// answers it as such wherever nothing more is said about it.
type badValue string

func (e badValue) Error() string { return string(e) }

// BadValue is the code and the message for the caller.
func (e badValue) BadValue() (code, message string) {
	return "rest_invalid_text", "A text is too long for its place, or has characters that cannot be stored."
}
