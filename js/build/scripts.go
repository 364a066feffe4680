package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// script is one file of js/dist. It is either bundled from our own source, or taken over from an npm package.
type script struct {
	name  string // in dist, without .js
	entry string // below js/
	pkg   string // the npm package it comes from; empty for our own
	about string // who owns the npm package
}

var scripts = []script{
	{name: "jquery", entry: "node_modules/jquery/dist/jquery.js", pkg: "jquery", about: "(c) OpenJS Foundation and other contributors"},
	{name: "underscore", entry: "node_modules/underscore/underscore-umd.js", pkg: "underscore",
		about: "(c) Jeremy Ashkenas, Julian Gonggrijp, and DocumentCloud and Investigative Reporters & Editors"},
	{name: "backbone", entry: "node_modules/backbone/backbone.js", pkg: "backbone", about: "(c) Jeremy Ashkenas and DocumentCloud"},
	{name: "wp-api-request", entry: "src/wp-api-request/index.js"},
	{name: "wp-api", entry: "src/wp-api/index.js"},
}

// target is the oldest JavaScript that the scripts are written in: what browsers of 2018 understand.
const target = api.ES2018

// build writes name.js and name.min.js to out. A warning of esbuild is an error here.
func (s script) build(dir, out string) error {
	banner, err := s.banner(dir)
	if err != nil {
		return err
	}
	for _, minify := range []bool{false, true} {
		suffix := ".js"
		if minify {
			suffix = ".min.js"
		}
		options := api.BuildOptions{
			EntryPoints:       []string{filepath.Join(dir, s.entry)},
			Outfile:           filepath.Join(out, s.name+suffix),
			Write:             true,
			Target:            target,
			Charset:           api.CharsetUTF8,
			LegalComments:     api.LegalCommentsNone,
			Banner:            map[string]string{"js": banner},
			MinifyWhitespace:  minify,
			MinifyIdentifiers: minify,
			MinifySyntax:      minify,
			LogLevel:          api.LogLevelWarning,
		}
		if s.pkg == "" {
			options.Bundle, options.Format = true, api.FormatIIFE
		}
		result := api.Build(options)
		if n := len(result.Errors) + len(result.Warnings); n > 0 {
			return fmt.Errorf("%s: %d errors or warnings, see above", s.name, n)
		}
	}
	return nil
}

// banner is the comment at the top of a file: whose it is and under which licence.
func (s script) banner(dir string) (string, error) {
	if s.pkg == "" {
		return fmt.Sprintf("/*! %s | Platen | MIT licence */", s.name), nil
	}
	data, err := os.ReadFile(filepath.Join(dir, "node_modules", s.pkg, "package.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("npm package %s is not installed: run `npm ci` in js/, or this program with -install", s.pkg)
	}
	if err != nil {
		return "", err
	}
	var about struct{ Version, License string }
	if err := json.Unmarshal(data, &about); err != nil {
		return "", fmt.Errorf("package.json of %s: %w", s.pkg, err)
	}
	return fmt.Sprintf("/*! %s %s | %s | %s licence, see licenses.txt */", s.pkg, about.Version, s.about, about.License), nil
}

// licensesFile in dist holds the licences of the npm packages, which have to go along with every copy of them.
const licensesFile = "licenses.txt"

func writeLicenses(dir, out string) error {
	var text strings.Builder
	for _, s := range scripts {
		if s.pkg == "" {
			continue
		}
		names, err := filepath.Glob(filepath.Join(dir, "node_modules", s.pkg, "LICENSE*"))
		if err != nil || len(names) != 1 {
			return fmt.Errorf("npm package %s: expected one licence file, found %d", s.pkg, len(names))
		}
		licence, err := os.ReadFile(names[0])
		if err != nil {
			return err
		}
		fmt.Fprintf(&text, "%s\n\n%s\n\n", s.pkg, strings.TrimSpace(string(licence)))
	}
	return os.WriteFile(filepath.Join(out, licensesFile), []byte(text.String()), 0o644)
}
