package rest

import (
	"context"
	"errors"
	"net/http"

	"github.com/platenhq/platen/auth"
	"github.com/platenhq/platen/ordered"
)

// Error is a refusal in WordPress's shape: {code, message, data:{status}}.
// Code and Message are WordPress's where WordPress has them. Err is what the
// operator may see; it never reaches the client.
type Error struct {
	Code, Message string
	Status        int             // 0: data is null and the status 500, as a WP_Error without data
	Data          *ordered.Object // further members of data, after status
	Additional    []*Error        // further errors of the same answer
	Text          string          // data is this text, as when a database complains
	Earlier       []any           // data that the error had before: additional_data
	Header        http.Header     // of the answer, such as Retry-After
	Err           error
}

// Error implements error.
func (e *Error) Error() string {
	if e.Err != nil {
		return e.Code + ": " + e.Message + ": " + e.Err.Error()
	}
	return e.Code + ": " + e.Message
}

// Unwrap returns the error behind this one.
func (e *Error) Unwrap() error { return e.Err }

// NewError returns an Error without further data.
func NewError(status int, code, message string) *Error {
	return &Error{Code: code, Message: message, Status: status}
}

// Forbidden is what a permission check returns that has no words of its own:
// rest_forbidden, 401 for nobody and 403 for a user.
var Forbidden = errors.New("rest: forbidden")

// AuthRequired returns the status of a refusal: 403 when somebody is logged
// in, else 401, as rest_authorization_required_code.
func AuthRequired(ctx context.Context) int {
	if auth.FromContext(ctx).LoggedIn() {
		return http.StatusForbidden
	}
	return http.StatusUnauthorized
}

// Denied returns an Error with the status of AuthRequired.
func Denied(ctx context.Context, code, message string) *Error {
	return NewError(AuthRequired(ctx), code, message)
}

// object is the body of the error.
func (e *Error) object() *ordered.Object {
	o := ordered.Of("code", e.Code, "message", e.Message, "data", e.data())
	if len(e.Earlier) > 0 {
		o.Set("additional_data", e.Earlier)
	}
	if len(e.Additional) > 0 {
		list := make([]any, len(e.Additional))
		for i, a := range e.Additional {
			list[i] = a.object()
		}
		o.Set("additional_errors", list)
	}
	return o
}

func (e *Error) data() any {
	if e.Text != "" {
		return e.Text
	}
	if e.Status == 0 && e.Data == nil {
		return nil
	}
	d := ordered.NewObject(1 + e.Data.Len())
	if e.Status != 0 {
		d.Set("status", e.Status)
	}
	for k, v := range e.Data.All() {
		d.Set(k, v)
	}
	return d
}

func (e *Error) response() *Response {
	status := e.Status
	for _, a := range e.Additional {
		if a.Status != 0 {
			status = a.Status
		}
	}
	if status == 0 {
		status = http.StatusInternalServerError
	}
	return &Response{Status: status, Header: e.Header.Clone(), Data: e.object(), err: e}
}

// asError turns any error into an *Error. What is neither an *Error nor an
// *auth.Error nor Forbidden, and does not say that it comes from what the
// caller gave, is a failure of the server: the client is told no more than
// that.
func asError(ctx context.Context, err error) *Error {
	var re *Error
	if errors.As(err, &re) {
		return re
	}
	var ae *auth.Error
	if errors.As(err, &ae) {
		e := NewError(ae.Status, ae.Code, ae.Message)
		e.Header = ae.Header
		if ae.Reason != "" {
			e.Data = ordered.Of("reason", ae.Reason)
		}
		return e
	}
	if errors.Is(err, Forbidden) {
		return Denied(ctx, "rest_forbidden", "Sorry, you are not allowed to do that.")
	}
	var bad interface{ BadValue() (code, message string) }
	if errors.As(err, &bad) {
		code, message := bad.BadValue()
		return NewError(http.StatusBadRequest, code, message)
	}
	var later interface{ Refusal() (code, message string) }
	if errors.As(err, &later) {
		code, message := later.Refusal()
		return &Error{Code: code, Message: message, Status: http.StatusServiceUnavailable, Header: http.Header{"Retry-After": {"5"}}, Err: err}
	}
	return &Error{Code: "internal_error", Message: "The server could not answer this request.", Status: http.StatusInternalServerError, Err: err}
}
