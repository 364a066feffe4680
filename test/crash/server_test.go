// Package crash holds the tests that stop a real server at bad moments: kill -9
// while it writes, Ctrl-C while a request is under way, and starts on what such
// ends, or bad keys, left behind.
package crash

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

const (
	user     = "admin"
	password = "a long enough password"
)

// build compiles the program once for all tests.
var build = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "platen-crash-")
	if err != nil {
		return "", err
	}
	file := filepath.Join(dir, "platen")
	if out, err := exec.Command("go", "build", "-o", file, "../../cmd/platen").CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return file, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if file, err := build(); err == nil {
		os.RemoveAll(filepath.Dir(file))
	}
	os.Exit(code)
}

// process is one run of the program.
type process struct {
	t    *testing.T
	cmd  *exec.Cmd
	base string
	done chan struct{} // closed when it ended
	err  error         // how it ended

	mu       sync.Mutex
	out, log bytes.Buffer
}

// tail writes to a buffer that is read while the program runs.
type tail struct {
	p *process
	b *bytes.Buffer
}

func (w tail) Write(b []byte) (int, error) {
	w.p.mu.Lock()
	defer w.p.mu.Unlock()
	return w.b.Write(b)
}

func (p *process) output() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out.String() + p.log.String()
}

// port finds a free address.
func port(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// launch starts the program on a data directory and does not wait for it.
func launch(t *testing.T, data, address string) *process {
	t.Helper()
	file, err := build()
	if err != nil {
		t.Fatal(err)
	}
	p := &process{t: t, base: "http://" + address, done: make(chan struct{})}
	p.cmd = exec.Command(file, "serve", "--listen", address, "--url", p.base, "--data", data)
	p.cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + data, "PLATEN_LOG=warn", "PLATEN_ADMIN_USER=" + user, "PLATEN_ADMIN_PASSWORD=" + password}
	p.cmd.Stdout, p.cmd.Stderr = tail{p, &p.out}, tail{p, &p.log}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		p.err = p.cmd.Wait()
		close(p.done)
	}()
	t.Cleanup(func() {
		p.kill()
		if t.Failed() {
			t.Logf("output of the server:\n%s", p.output())
		}
	})
	return p
}

// start starts the program and waits until it serves.
func start(t *testing.T, data string) *process {
	t.Helper()
	return startAt(t, data, port(t))
}

func startAt(t *testing.T, data, address string) *process {
	t.Helper()
	p := launch(t, data, address)
	deadline := time.After(60 * time.Second)
	for {
		if res, err := http.Get(p.base + "/-/readyz"); err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return p
			}
		}
		select {
		case <-p.done:
			t.Fatalf("the server ended (%v):\n%s", p.err, p.output())
		case <-deadline:
			t.Fatalf("the server does not answer:\n%s", p.output())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// kill is kill -9.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	<-p.done
}

// stop is Ctrl-C; the program must end well.
func (p *process) stop() {
	p.t.Helper()
	if err := p.cmd.Process.Signal(os.Interrupt); err != nil {
		p.t.Fatal(err)
	}
	p.ended()
}

// ended waits for a good end.
func (p *process) ended() {
	p.t.Helper()
	select {
	case <-p.done:
		if p.err != nil {
			p.t.Errorf("the server ended with %v:\n%s", p.err, p.output())
		}
	case <-time.After(30 * time.Second):
		p.t.Fatalf("the server does not end:\n%s", p.output())
	}
}

// client is a logged-in browser.
type client struct {
	http  *http.Client
	base  string
	nonce string
}

// login logs in by the form and fetches a nonce.
func (p *process) login() *client {
	p.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		p.t.Fatal(err)
	}
	c := &client{http: &http.Client{Jar: jar, Timeout: 30 * time.Second}, base: p.base}
	form := url.Values{"log": {user}, "pwd": {password}, "rememberme": {"forever"}}
	res, err := c.http.PostForm(p.base+"/wp-login.php", form)
	if err != nil {
		p.t.Fatal(err)
	}
	res.Body.Close()
	c.renew(p)
	return c
}

func (c *client) renew(p *process) {
	p.t.Helper()
	res, err := c.http.Get(c.base + "/wp-admin/admin-ajax.php?action=rest-nonce")
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK || len(text) != 10 {
		p.t.Fatalf("no nonce: %d %q %v", res.StatusCode, text, err)
	}
	c.nonce = string(text)
}

// reply is what an answer says of a post.
type reply struct {
	Status int    `json:"-"`
	ID     int64  `json:"id"`
	Code   string `json:"code"`
}

// call sends JSON to the API.
func (c *client) call(method, route string, body any) (reply, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return reply{}, err
	}
	req, err := http.NewRequest(method, c.base+"/wp-json"+route, bytes.NewReader(text))
	if err != nil {
		return reply{}, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-WP-Nonce", c.nonce)
	res, err := c.http.Do(req)
	if err != nil {
		return reply{}, err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		return reply{}, err // not a whole answer
	}
	r := reply{Status: res.StatusCode}
	return r, json.Unmarshal(raw, &r)
}
