package config

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/BurntSushi/toml"

	"github.com/platenhq/platen/salt"
)

// KeysFile is the name of the key file in the data directory.
const KeysFile = "keys.toml"

// HasKeys reports whether there is a key file in the data directory.
func HasKeys(data string) bool {
	_, err := os.Stat(filepath.Join(data, KeysFile))
	return err == nil
}

// LoadKeys reads the eight keys and salts of the data directory. When the file
// is not there it is made, with mode 0600. Keys that are missing, sample values
// or equal to each other are refused, with a sentence that says what to do.
func LoadKeys(data string) (map[string]string, error) {
	path := filepath.Join(data, KeysFile)
	keys := map[string]string{}
	_, err := toml.DecodeFile(path, &keys)
	if errors.Is(err, fs.ErrNotExist) {
		return makeKeys(data, path)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	var bad []string
	for _, e := range salt.Check(keys) {
		bad = append(bad, e.Error())
	}
	if len(bad) > 0 {
		return nil, fmt.Errorf("the keys in %s cannot be used:\n  %s\nGive each of the eight its own long random value, or delete the file to have new ones made (everybody is logged out then)", path, strings.Join(bad, "\n  "))
	}
	return keys, nil
}

// makeKeys writes a new file of keys. The file appears whole or not at all,
// whenever the process dies, and never in the place of another's.
func makeKeys(data, path string) (map[string]string, error) {
	keys, err := salt.GenerateAll(rand.Reader)
	if err != nil {
		return nil, err
	}
	if err := EnsureDir(data); err != nil {
		return nil, err
	}
	f, err := os.CreateTemp(data, KeysFile+".*") // mode 0600
	if err != nil {
		return nil, err
	}
	defer os.Remove(f.Name())
	err = writeKeys(f, keys)
	if e := f.Close(); err == nil {
		err = e
	}
	if err != nil {
		return nil, err
	}
	switch err := os.Link(f.Name(), path); {
	case errors.Is(err, fs.ErrExist): // another process was faster
		return LoadKeys(data)
	case err != nil: // no hard links here
		return keys, os.Rename(f.Name(), path)
	}
	return keys, nil
}

func writeKeys(f *os.File, keys map[string]string) error {
	fmt.Fprintln(f, "# Keys and salts of this site. Whoever has them can log in as anybody: keep them to yourself.")
	for _, name := range salt.Constants() {
		if v, ok := keys[name]; ok {
			if err := toml.NewEncoder(f).Encode(map[string]string{name: v}); err != nil {
				return err
			}
		}
	}
	return f.Sync()
}
