package main

import (
	"context"
	"fmt"
	"net/http"
	"os/exec"
	"strings"
	"time"
)

// searchMeasures are searches as the server at base has them: for two words that every post has, for one that a post has, and
// by relevance for a word that one post in twenty has in its title.
func (b *bench) searchMeasures(mode string) []measure {
	search := func(query func(i int) string) func(int) (*http.Request, error) {
		return func(i int) (*http.Request, error) {
			return http.NewRequest("GET", b.base+"/wp-json/wp/v2/posts?search="+query(i), nil)
		}
	}
	return []measure{
		{"posts, search, in all, " + mode, "", search(func(int) string { return "lantern+river" })},
		{"posts, search, in few, " + mode, "", search(func(i int) string { return fmt.Sprint(i % b.posts) })},
		{"posts, search, relevance, " + mode, "", search(func(int) string { return "velvet&search_columns=post_title&orderby=relevance" })},
	}
}

// searches measures searches by an index, on a server of its own.
func (b *bench) searches(ctx context.Context, program string) error {
	if b.only != "" && !strings.Contains("posts, search", b.only) {
		return nil
	}
	at := time.Now()
	out, err := exec.CommandContext(ctx, program, "search-index", "create", "--data", b.dir, "--search", "fulltext").CombinedOutput()
	if err != nil {
		return fmt.Errorf("search-index: %w\n%s", err, out)
	}
	took := time.Since(at)
	p, err := start(program, []string{"serve", "--data", b.dir, "--listen", "127.0.0.1:0", "--search", "fulltext"}, []string{"PLATEN_LOG=warn"}, `listening on (\S+)`)
	if err != nil {
		return err
	}
	defer p.stop()
	base := b.base
	defer func() { b.base = base }()
	b.base = "http://" + p.addr
	for _, m := range b.searchMeasures("fulltext") {
		if err := b.compare(m); err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
	}
	fmt.Fprintf(b.out, "the index of words was made in %s\n", took.Round(time.Millisecond))
	return nil
}
