package limits

import (
	"errors"
	"log/slog"
	"time"

	"github.com/redis/rueidis"

	"github.com/platenhq/platen/auth"
)

// errURL does not repeat the address, which may hold a password.
var errURL = errors.New("redis: the address is none such as redis://user:password@host:6379/0, rediss://host or unix:///path/of/the/socket")

func options(url string) (rueidis.ClientOption, error) {
	opt, err := rueidis.ParseURL(url)
	if err != nil {
		return opt, errURL
	}
	opt.DisableCache = true
	opt.ClientName = "platen"
	opt.Dialer.Timeout = time.Second
	opt.ConnWriteTimeout = 2 * time.Second
	return opt, nil
}

// CheckURL reports whether an address is one of a Redis server.
func CheckURL(url string) error {
	_, err := options(url)
	return err
}

// New returns a limiter over the Redis server at url, which need not be there
// yet. Local has the rates, and counts without Redis. Key is to be set before
// the first attempt. The error is that of CheckURL.
func New(url string, local *auth.Budget, log *slog.Logger) (*Redis, error) {
	if err := CheckURL(url); err != nil {
		return nil, err
	}
	return &Redis{Connect: func() (rueidis.Client, error) { return Dial(url) }, Local: local, Now: local.Now, Log: log}, nil
}

// Dial connects to a Redis server.
func Dial(url string) (rueidis.Client, error) {
	opt, err := options(url)
	if err != nil {
		return nil, err
	}
	return rueidis.NewClient(opt)
}
