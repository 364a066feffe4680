// Command bench measures Platen beside a bare net/http server that sends an
// equally large static body, both as processes of their own, in one run. The
// ratios are what counts; the absolute numbers are this machine's.
//
//	go run ./test/bench [-posts 10000 | -posts 200000] [-for 4s] [-c 16] [-only NAME]
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

func main() {
	posts := flag.Int("posts", 10000, "posts of 2 KB on the site")
	users := flag.Int("users", 200, "users")
	terms := flag.Int("terms", 500, "categories and tags")
	comments := flag.Int("comments", 50000, "comments")
	length := flag.Duration("for", 4*time.Second, "length of one measurement")
	conns := flag.Int("c", 16, "connections")
	only := flag.String("only", "", "only measurements whose name contains this")
	bare := flag.Int("bare", 0, "serve a static body of that many bytes (used by the bench itself)")
	flag.Parse()
	if *bare > 0 {
		serveBare(*bare)
		return
	}
	b := bench{posts: *posts, length: *length, conns: *conns, only: *only, out: os.Stdout, crowd: crowd{*users, *terms, *comments}}
	if err := b.run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

type bench struct {
	posts, conns int
	length       time.Duration
	only         string
	out          io.Writer
	dir, base    string
	client       *http.Client
	nonce        string
	crowd        crowd
	server       *process
}

// adminPassword is that of the bench's own throw-away site.
const adminPassword = "bench-Pass!word"

func (b *bench) run(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "platen-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b.dir = dir
	program := filepath.Join(dir, "platen")
	if out, err := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", program, "./cmd/platen").CombinedOutput(); err != nil {
		return fmt.Errorf("build: %w\n%s", err, out)
	}
	if err := fill(ctx, dir, b.posts, b.crowd); err != nil {
		return err
	}
	p, err := start(program, []string{"serve", "--data", dir, "--listen", "127.0.0.1:0"}, []string{"PLATEN_ADMIN_PASSWORD=" + adminPassword, "PLATEN_LOG=warn"}, `listening on (\S+)`)
	if err != nil {
		return err
	}
	defer p.stop()
	b.server, b.base = p, "http://"+p.addr
	if err := b.login(); err != nil {
		return err
	}
	fmt.Fprintf(b.out, "%d posts of 2 KB, %d comments, %d terms, %d users on SQLite, %d connections, %s each\n\n", b.posts, b.crowd.comments, b.crowd.terms, b.crowd.users, b.conns, b.length)
	fmt.Fprintf(b.out, "%-30s %8s %8s %9s %9s %8s %8s %8s %7s %7s\n", "request", "bytes", "req/s", "p50", "p99", "cpu µs", "bare/s", "bare µs", "ratio", "goal")
	ways, err := b.authMeasures()
	if err != nil {
		return err
	}
	for _, m := range slices.Concat(b.measures(), ways, b.more(), b.searchMeasures("like")) {
		if b.only != "" && !strings.Contains(m.name, b.only) {
			continue
		}
		if err := b.compare(m); err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
	}
	if err := b.logins(ctx, program); err != nil {
		return err
	}
	fmt.Fprintf(b.out, "\npeak memory of the server: %d MB (goal: under 100)\n\n", p.peakMB())
	return b.searches(ctx, program)
}

// measure is one kind of request.
type measure struct {
	name string
	goal string
	make func(i int) (*http.Request, error)
}

func (b *bench) measures() []measure {
	get := func(path string) func(int) (*http.Request, error) {
		return func(int) (*http.Request, error) { return http.NewRequest("GET", b.base+path, nil) }
	}
	authed := b.authed
	return []measure{
		{"posts?per_page=10", ">= 0.10", get("/wp-json/wp/v2/posts?per_page=10")},
		{"posts/ID, one", ">= 0.25", get(fmt.Sprintf("/wp-json/wp/v2/posts/%d", firstID))},
		{"posts/ID, all in turn", ">= 0.25", func(i int) (*http.Request, error) {
			return http.NewRequest("GET", fmt.Sprintf("%s/wp-json/wp/v2/posts/%d", b.base, firstID+i%b.posts), nil)
		}},
		{"users/me, cookie and nonce", ">= 0.40", func(int) (*http.Request, error) {
			return authed(http.NewRequest("GET", b.base+"/wp-json/wp/v2/users/me", nil))
		}},
		{"POST posts/ID", "", func(i int) (*http.Request, error) {
			body := strings.NewReader(`{"title":"Hello Moon ` + fmt.Sprint(i) + `"}`)
			r, err := authed(http.NewRequest("POST", fmt.Sprintf("%s/wp-json/wp/v2/posts/%d", b.base, firstID+i%b.posts), body))
			if err == nil {
				r.Header.Set("Content-Type", "application/json")
			}
			return r, err
		}},
	}
}

func (b *bench) compare(m measure) error {
	size, err := b.probe(m)
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	bare, err := start(self, []string{"-bare", fmt.Sprint(max(size, 1))}, nil, `listening on (\S+)`)
	if err != nil {
		return err
	}
	defer bare.stop()
	static := func(int) (*http.Request, error) { return http.NewRequest("GET", "http://"+bare.addr+"/", nil) }
	load(b.conns, b.length/4, m.make) // warm up
	load(b.conns, b.length/4, static)
	// in turns, so that a change of the machine's mood meets both
	var ours, theirs result
	for range 2 {
		ours = ours.add(b.server.load(b.conns, b.length/2, m.make))
		theirs = theirs.add(bare.load(b.conns, b.length/2, static))
	}
	if ours.failed > 0 {
		return fmt.Errorf("%d requests failed, first: %s", ours.failed, ours.failure)
	}
	fmt.Fprintf(b.out, "%-30s %8d %8.0f %9s %9s %8d %8.0f %8d %7.3f %7s\n", m.name, size, ours.rate(), ours.quantile(0.5), ours.quantile(0.99), ours.each(), theirs.rate(), theirs.each(), ours.rate()/theirs.rate(), m.goal)
	return nil
}

// probe sends one request and returns the size of its answer.
func (b *bench) probe(m measure) (int, error) {
	r, err := m.make(0)
	if err != nil {
		return 0, err
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode/100 != 2 && resp.StatusCode != http.StatusNotModified {
		err = fmt.Errorf("status %d: %.200s", resp.StatusCode, body)
	}
	return len(body), err
}

// login logs in by the form and takes a nonce.
func (b *bench) login() error {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return err
	}
	b.client = &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	form := url.Values{"log": {"admin"}, "pwd": {adminPassword}}
	resp, err := b.client.PostForm(b.base+"/wp-login.php", form)
	if err != nil {
		return err
	}
	resp.Body.Close()
	resp, err = b.client.Get(b.base + "/wp-admin/admin-ajax.php?action=rest-nonce")
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	nonce, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if !regexp.MustCompile(`^[0-9a-f]{10}$`).Match(nonce) {
		return errors.New("the login gave no nonce")
	}
	b.nonce = string(nonce)
	return nil
}
