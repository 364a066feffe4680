package salt

import (
	"errors"
	"fmt"
	"io"
	"slices"
)

// What can be wrong with a constant; test with errors.Is.
var (
	ErrMissing   = errors.New("is missing")
	ErrSample    = errors.New("has the value of the sample file")
	ErrDuplicate = errors.New("has the same value as")
)

// ConstantError says what is wrong with one of the constants. It unwraps to
// ErrMissing, ErrSample or ErrDuplicate.
type ConstantError struct {
	Name  string // the constant, like "AUTH_KEY"
	Other string // with ErrDuplicate, the constant with the same value
	Err   error
}

// Error implements error. The value itself is never part of the text.
func (e *ConstantError) Error() string {
	if e.Other != "" {
		return fmt.Sprintf("%s %v %s", e.Name, e.Err, e.Other)
	}
	return fmt.Sprintf("%s %v", e.Name, e.Err)
}

// Unwrap returns Err.
func (e *ConstantError) Unwrap() error { return e.Err }

// Check examines the eight constants and returns what is wrong with each of
// them, in the order of [Constants]; nil when all are good. An empty value or
// "0" counts as missing, as it does in WordPress.
func Check(constants map[string]string, translations ...string) []*ConstantError {
	var found []*ConstantError
	names := append(Constants(), "SECRET_KEY", "SECRET_SALT")
	for _, name := range names[:8] {
		v := constants[name]
		switch {
		case falsy(v):
			found = append(found, &ConstantError{Name: name, Err: ErrMissing})
		case v == SamplePhrase || slices.Contains(translations, v):
			found = append(found, &ConstantError{Name: name, Err: ErrSample})
		default:
			for _, other := range names {
				if w, ok := constants[other]; ok && other != name && w == v {
					found = append(found, &ConstantError{Name: name, Other: other, Err: ErrDuplicate})
					break
				}
			}
		}
	}
	return found
}

// alphabet is what wp_generate_password( 64, true, true ) draws from.
const alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!@#$%^&*()-_ []{}<>~`+=,.;:/?|"

// KeyLength is the length of a generated key: 64 of 92 characters, about 417
// bits.
const KeyLength = 64

// Generate draws one random key or salt of WordPress's shape from random,
// which should be crypto/rand.Reader. The error is the reader's.
func Generate(random io.Reader) (string, error) {
	out := make([]byte, 0, KeyLength)
	var buf [KeyLength]byte
	for len(out) < KeyLength {
		if _, err := io.ReadFull(random, buf[:]); err != nil {
			return "", err
		}
		for _, b := range buf {
			// Bytes above the largest multiple would favour the first letters.
			if int(b) < 256/len(alphabet)*len(alphabet) && len(out) < KeyLength {
				out = append(out, alphabet[int(b)%len(alphabet)])
			}
		}
	}
	return string(out), nil
}

// GenerateAll draws all eight constants.
func GenerateAll(random io.Reader) (map[string]string, error) {
	all := make(map[string]string, 8)
	for _, name := range Constants() {
		v, err := Generate(random)
		if err != nil {
			return nil, err
		}
		all[name] = v
	}
	return all, nil
}
