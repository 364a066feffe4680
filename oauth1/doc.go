// Package oauth1 is the server side of OAuth 1.0a (RFC 5849): it finds the
// protocol parameters of a request, builds the signature base string, and
// verifies signature, timestamp and nonce. It holds no credentials and speaks to
// no network or database.
//
// Verification has two halves, because the secrets can only be looked up once it
// is known who claims to call:
//
//	signed, err := verifier.Parse(request, oauth1.Token)
//	// look up consumer signed.ConsumerKey and token signed.Token
//	err = verifier.Verify(ctx, signed, oauth1.Secrets{Consumer: …, Token: …})
//
// Signatures are HMAC-SHA1 and HMAC-SHA256. PLAINTEXT sends the secrets
// themselves and is refused unless Verifier.UnsafeAllowPlaintext is set;
// RSA-SHA1 is not offered.
//
// # Compatibility
//
// The OAuth 1.0a Server plugin of WordPress (0.4.4) departs from RFC 5849 in what
// it signs: it sees parameters as PHP does (the last of several values, nested
// arrays, dots in names turned into underscores), decodes names and values
// twice, leaves out the form body of anything but POST, takes host and scheme
// from the site's home URL, and does not encode the secrets. With the Compat
// value WordPress the base string is the plugin's, so that clients written
// against it keep working; with RFC5849 it is the RFC's. For ordinary requests
// the two are equal.
//
// Two holes of the plugin stay closed in either mode: a nonce is remembered for
// the whole window, not only the last one of each second, and a request with
// more parameters than PHP would read is refused instead of being signed in
// part.
//
// What neither covers: a body that is not a form. A JSON body is not signed;
// only TLS protects it.
package oauth1
