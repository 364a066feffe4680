package oauth1

import "strings"

// Error is what a client is told. Code and Message are the plugin's, Status is
// the HTTP status. Errors that carry details unwrap to one of the values below,
// so test with errors.Is.
type Error struct {
	Code    string
	Message string
	Status  int
	Err     error // the general error this one is a case of, or nil
}

func (e *Error) Error() string { return e.Message }

// Unwrap returns the general error.
func (e *Error) Unwrap() error { return e.Err }

// The errors of this package and, so that all are in one place, those of the
// steps around it: looking up consumers and tokens, and handing out tokens.
var (
	// ErrNoOAuth says that a request does not use OAuth at all: on a resource,
	// let another method have it; on the token endpoints, answer with it.
	ErrNoOAuth          = &Error{Code: "json_oauth1_missing_parameter", Message: "No OAuth parameters supplied", Status: 400}
	ErrMissingParameter = &Error{Code: "json_oauth1_missing_parameter", Message: "Missing OAuth parameter", Status: 401}

	ErrSignatureMismatch = &Error{Code: "json_oauth1_signature_mismatch", Message: "OAuth signature does not match", Status: 401}
	ErrSignatureMethod   = &Error{Code: "json_oauth1_invalid_signature_method", Message: "Signature method is invalid", Status: 401}
	ErrHTTPMethod        = &Error{Code: "rest_oauth1_unknown_http_method", Message: "Unknown http method", Status: 401}
	ErrTimestamp         = &Error{Code: "json_oauth1_invalid_timestamp", Message: "Invalid timestamp", Status: 401}
	ErrNonceUsed         = &Error{Code: "json_oauth1_nonce_already_used", Message: "Invalid nonce - nonce has already been used", Status: 401}

	ErrConsumerNotFound    = &Error{Code: "json_consumer_notfound", Message: "Consumer Key is invalid", Status: 401}
	ErrConsumerMismatch    = &Error{Code: "json_oauth1_consumer_mismatch", Message: "Token is not registered for the given consumer", Status: 401}
	ErrTokenNotFound       = &Error{Code: "json_oauth1_invalid_token", Message: "Access token does not exist", Status: 401}
	ErrRequestToken        = &Error{Code: "json_oauth1_invalid_token", Message: "Invalid token", Status: 400}
	ErrRequestTokenExpired = &Error{Code: "json_oauth1_expired_token", Message: "OAuth request token has expired", Status: 401}
	ErrUnauthorizedToken   = &Error{Code: "json_oauth1_unauthorized_token", Message: "OAuth token has not been authorized", Status: 401}
	ErrVerifier            = &Error{Code: "json_oauth1_invalid_verifier", Message: "OAuth verifier does not match", Status: 400}
	ErrCallback            = &Error{Code: "json_oauth1_invalid_callback", Message: "Callback URL is invalid", Status: 400}

	// The plugin has no code for these: RFC 5849 section 3.2 asks for 400.

	// ErrMalformed is a request that cannot be read unambiguously.
	ErrMalformed = &Error{Code: "oauth1_malformed_request", Message: "Malformed OAuth request", Status: 400}
	// ErrDuplicate is a protocol parameter that was sent more than once.
	ErrDuplicate = &Error{Code: "oauth1_duplicate_parameter", Message: "Duplicate OAuth parameter", Status: 400}
	// ErrVersion is an oauth_version other than 1.0.
	ErrVersion = &Error{Code: "oauth1_unsupported_version", Message: "Unsupported OAuth version", Status: 400}
)

func missing(names []string, status int) error {
	word := "parameter "
	if len(names) > 1 {
		word = "parameters "
	}
	return &Error{
		Code:    ErrMissingParameter.Code,
		Message: "Missing OAuth " + word + strings.Join(names, ", "),
		Status:  status,
		Err:     ErrMissingParameter,
	}
}

// detail makes a case of a general error, with the detail behind its message.
func detail(general *Error, text string) error {
	return &Error{Code: general.Code, Message: general.Message + ": " + text, Status: general.Status, Err: general}
}
