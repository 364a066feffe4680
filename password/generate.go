package password

import "io"

// The alphabets of wp_generate_password().
const (
	Letters      = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	Special      = "!@#$%^&*()"
	ExtraSpecial = "-_ []{}<>~`+=,.;:/?|"
)

// Generate draws a password of length characters from alphabet (one of the
// constants, or several concatenated; at most 256 bytes), each equally likely.
// Random should be crypto/rand.Reader; the error is its.
func Generate(random io.Reader, length int, alphabet string) (string, error) {
	if length <= 0 || alphabet == "" || len(alphabet) > 256 {
		return "", nil
	}
	limit := 256 / len(alphabet) * len(alphabet)
	out := make([]byte, 0, length)
	buf := make([]byte, min(length+length/4+1, 256))
	for len(out) < length {
		if _, err := io.ReadFull(random, buf); err != nil {
			return "", err
		}
		for _, b := range buf {
			if int(b) < limit && len(out) < length {
				out = append(out, alphabet[int(b)%len(alphabet)])
			}
		}
	}
	return string(out), nil
}
