package site

import (
	"context"

	"github.com/platenhq/platen/password"
)

// The db_version of the WordPress releases that changed how something is kept
// in the tables. A WordPress raises the option when it first runs on a
// database, so the PHP beside is at least that new.
const (
	versionNewAutoload = 58975 // 6.7; 6.6 reads on and off, too, but has 6.5's number
	versionNewHashes   = 60421 // 6.8
)

// olderThan reports whether the WordPress of these tables is older than a
// version; one without a db_version is not.
func (set *Settings) olderThan(version int64) bool {
	v := set.Int("db_version")
	return v > 0 && v < version
}

// Portable reports whether passwords and keys must be hashed as WordPress did
// before 6.8 (phpass), because the PHP beside cannot check other hashes.
func (set *Settings) Portable() bool { return set.olderThan(versionNewHashes) }

func (s *Site) portable(ctx context.Context) (bool, error) {
	set, err := s.Settings(ctx)
	if err != nil {
		return false, err
	}
	return set.Portable(), nil
}

// autoload is how a new option is marked: "on" and "off" were "yes" and "no"
// before WordPress 6.6, which would not load an option with another mark.
func (set *Settings) autoload(load bool) string {
	switch old := set.olderThan(versionNewAutoload); {
	case old && load:
		return "yes"
	case old:
		return "no"
	case load:
		return "auto"
	}
	return "off"
}

// fastHash hashes a random key or application password for storage:
// wp_fast_hash, or what WordPress used before 6.8.
func (s *Site) fastHash(ctx context.Context, key string) (string, error) {
	old, err := s.portable(ctx)
	if err != nil {
		return "", err
	}
	if old {
		return password.HashPortable(s.rand, key)
	}
	return password.FastHash(key), nil
}

// needsRehash reports whether a good password's hash is to be replaced. Before
// 6.8 WordPress did so with MD5 only.
func (s *Site) needsRehash(ctx context.Context, hash string) (bool, error) {
	old, err := s.portable(ctx)
	if err != nil {
		return false, err
	}
	if old {
		return len(hash) <= 32, nil
	}
	return s.hasher().NeedsRehash(hash), nil
}
