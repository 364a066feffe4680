package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
)

// stampFile in dist holds the fingerprint of what dist was built from.
const stampFile = "build.stamp"

func hashFile(name string) (string, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:]), nil
}

// fingerprintInputs hashes everything that the result depends on: our sources, the files taken from npm packages, this
// program's list of scripts and the version of esbuild.
func fingerprintInputs(dir string) (string, error) {
	var lines []string
	add := func(name string) error {
		sum, err := hashFile(filepath.Join(dir, name))
		if errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%s is missing: run `npm ci` in js/, or this program with -install", name)
		}
		lines = append(lines, name+" "+sum)
		return err
	}
	err := filepath.WalkDir(filepath.Join(dir, "src"), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		return add(rel)
	})
	if err != nil {
		return "", err
	}
	lines = append(lines, "layout 2") // count up when this program writes something else from the same files
	for _, s := range scripts {
		lines = append(lines, fmt.Sprintf("%+v", s))
		if s.pkg == "" {
			continue
		}
		if err := add(s.entry); err != nil {
			return "", err
		}
		if err := add(filepath.Join("node_modules", s.pkg, "package.json")); err != nil {
			return "", err
		}
	}
	lines = append(lines, "esbuild "+esbuildVersion())
	sum := sha256.Sum256([]byte(strings.Join(lines, "\n")))
	return hex.EncodeToString(sum[:]), nil
}

// upToDate tells whether out holds every script, built from inputs of this fingerprint.
func upToDate(out, fingerprint string) bool {
	stamp, err := os.ReadFile(filepath.Join(out, stampFile))
	if err != nil || strings.TrimSpace(string(stamp)) != fingerprint {
		return false
	}
	for _, s := range scripts {
		for _, suffix := range []string{".js", ".min.js"} {
			if _, err := os.Stat(filepath.Join(out, s.name+suffix)); err != nil {
				return false
			}
		}
	}
	return true
}

func esbuildVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, dep := range info.Deps {
		if dep.Path == "github.com/evanw/esbuild" {
			return dep.Version
		}
	}
	return ""
}
