// Command build makes the browser scripts of package js: it reads js/src and the npm packages in js/node_modules and
// writes js/dist, each script once readable (name.js) and once minified (name.min.js).
//
//	go run ./js/build            build what has changed
//	go run ./js/build -install   run `npm ci` first, if the installed packages are not those of the lock file
//	go run ./js/build -force     build in any case
//	go run ./js/build -check     only fail if something has changed
//
// It is a program of its own so that esbuild is not linked into the server.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

func main() {
	dir := flag.String("dir", "", "the js directory (default: js under the working directory, or the working directory)")
	out := flag.String("out", "", "the directory to write to (default: dist in the js directory)")
	force := flag.Bool("force", false, "build even if nothing has changed")
	check := flag.Bool("check", false, "build nothing; fail if there is something to build")
	install := flag.Bool("install", false, "install the npm packages first if need be")
	flag.Parse()
	if err := run(*dir, *out, *force, *install, *check); err != nil {
		fmt.Fprintln(os.Stderr, "js/build:", err)
		os.Exit(1)
	}
}

func run(dir, out string, force, install, check bool) error {
	dir, err := findDir(dir)
	if err != nil {
		return err
	}
	if out == "" {
		out = filepath.Join(dir, "dist")
	}
	if install {
		// The clients that the tests run have packages of their own.
		for _, d := range []string{dir, filepath.Join(dir, "..", "test", "clients"), filepath.Join(dir, "..", "test", "openapi")} {
			if err := npmInstall(d); err != nil {
				return err
			}
		}
	}
	started := time.Now()
	fingerprint, err := fingerprintInputs(dir)
	if err != nil {
		return err
	}
	if !force && upToDate(out, fingerprint) {
		return nil
	}
	if check {
		return fmt.Errorf("%s is not up to date", out)
	}
	for _, s := range scripts {
		if err := s.build(dir, out); err != nil {
			return err
		}
	}
	if err := writeLicenses(dir, out); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(out, stampFile), []byte(fingerprint+"\n"), 0o644); err != nil {
		return err
	}
	fmt.Printf("js: built %d scripts in %s\n", len(scripts), time.Since(started).Round(time.Millisecond))
	return nil
}

// findDir finds the directory that has our package.json.
func findDir(dir string) (string, error) {
	candidates := []string{dir}
	if dir == "" {
		candidates = []string{"js", ".", ".."}
	}
	for _, c := range candidates {
		data, err := os.ReadFile(filepath.Join(c, "package.json"))
		if err == nil && strings.Contains(string(data), `"@platenhq/js"`) {
			return c, nil
		}
	}
	return "", errors.New("cannot find js/package.json: run this in the root of the project")
}

// npmInstall runs `npm ci` unless the installed packages came from this very lock file.
func npmInstall(dir string) error {
	lock, err := hashFile(filepath.Join(dir, "package-lock.json"))
	if err != nil {
		return err
	}
	stamp := filepath.Join(dir, "node_modules", ".platen-lock")
	if old, err := os.ReadFile(stamp); err == nil && string(old) == lock {
		return nil
	}
	cmd := exec.Command("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("npm ci: %w", err)
	}
	return os.WriteFile(stamp, []byte(lock), 0o644)
}
