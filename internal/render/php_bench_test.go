package render_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/platenhq/platen/internal/render"
	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/store/storetest"
	"github.com/platenhq/platen/internal/wp"
)

// BenchmarkDump renders the posts and pages of the dumped site, the theme unit
// test data among them. With PLATEN_PHP_WORDPRESS=DIR the PHP of a WordPress
// there renders the same texts, in the same run.
func BenchmarkDump(b *testing.B) {
	s := storetest.SQLiteDump(b)
	ids, _, err := s.PostIDs(b.Context(), store.PostQuery{Types: []string{"post", "page"}, Statuses: []string{"publish"}, Limit: 10000})
	if err != nil {
		b.Fatal(err)
	}
	posts, err := s.PostsByIDs(b.Context(), ids)
	if err != nil {
		b.Fatal(err)
	}
	var texts []string
	size := 0
	for _, p := range posts {
		texts = append(texts, p.Content)
		size += len(p.Content)
	}
	b.Run("platen", func(b *testing.B) {
		r, src := render.New(render.Config{HomeURL: home}), emptySource()
		b.SetBytes(int64(size))
		for b.Loop() {
			for _, t := range texts {
				r.Run(src).Content(&wp.Post{ID: 1, Type: "post", Status: "publish", Content: t, Date: "2025-01-02 03:04:05", DateGMT: "2025-01-02 03:04:05"})
			}
		}
	})
	dir := os.Getenv("PLATEN_PHP_WORDPRESS")
	if dir == "" {
		b.Log("PLATEN_PHP_WORDPRESS names no WordPress to compare with")
		return
	}
	b.Run("php", func(b *testing.B) { benchPHP(b, dir, texts, size) })
}

// phpPasses renders every text of a JSON list a number of times and prints the
// nanoseconds of the passes after the first.
const phpPasses = `
require $argv[1] . '/wp-load.php';
$texts = json_decode(file_get_contents($argv[2]));
for ($i = 0; $i <= $argv[3]; $i++) {
	if ($i === 1) $began = hrtime(true);
	foreach ($texts as $t) apply_filters('the_content', $t);
}
echo "\nns ", hrtime(true) - $began;
`

func benchPHP(b *testing.B, dir string, texts []string, size int) {
	file := filepath.Join(b.TempDir(), "texts.json")
	raw, err := json.Marshal(texts)
	if err == nil {
		err = os.WriteFile(file, raw, 0o600)
	}
	if err != nil {
		b.Fatal(err)
	}
	const passes = 10
	cmd := exec.CommandContext(b.Context(), "php", "-d", "opcache.enable_cli=1", "-d", "display_errors=0", "-r", phpPasses, "--", dir, file, strconv.Itoa(passes))
	out, err := cmd.Output()
	_, text, ok := strings.Cut(string(out), "\nns ")
	ns, parseErr := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil || !ok || parseErr != nil {
		b.Fatal("php: ", err, parseErr, string(out[max(0, len(out)-500):]))
	}
	b.ReportMetric(ns/passes, "ns/op")
	b.ReportMetric(float64(size)*passes/ns*1e3, "MB/s")
}
