package crash

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestDrain presses Ctrl-C while a request is under way: it is answered, what
// it wrote is there, and nobody else comes in meanwhile.
func TestDrain(t *testing.T) {
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		t.Run(signal.String(), func(t *testing.T) {
			data := t.TempDir()
			p := start(t, data)
			slow := slowly(t, p.login(), `{"title": "slow", "status": "publish"}`)
			if err := p.cmd.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			refused(t, p)
			select {
			case <-p.done:
				t.Fatalf("it did not wait (%v)", p.err)
			default:
			}
			answer := slow()
			if answer.StatusCode != http.StatusCreated {
				t.Errorf("status %d", answer.StatusCode)
			}
			began := time.Now()
			p.ended()
			if took := time.Since(began); took > 5*time.Second {
				t.Errorf("the end took %v", took)
			}
			db := open(t, data)
			sound(t, db)
			if titles := column(t, db, "SELECT post_title FROM wp_posts WHERE post_title = 'slow'"); len(titles) != 1 {
				t.Errorf("%d posts are there", len(titles))
			}
		})
	}
}

// slowly sends all of a request but its last byte, which the function it
// returns sends.
func slowly(t *testing.T, c *client, body string) func() *http.Response {
	t.Helper()
	base, err := url.Parse(c.base)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", base.Host)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	var cookies []string
	for _, k := range c.http.Jar.Cookies(base) {
		cookies = append(cookies, k.Name+"="+k.Value)
	}
	_, err = fmt.Fprintf(conn, "POST /wp-json/wp/v2/posts HTTP/1.1\r\nHost: %s\r\nCookie: %s\r\nX-WP-Nonce: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
		base.Host, strings.Join(cookies, "; "), c.nonce, len(body), body[:len(body)-1])
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(200 * time.Millisecond) // until the server waits for the rest
	return func() *http.Response {
		t.Helper()
		if _, err := io.WriteString(conn, body[len(body)-1:]); err != nil {
			t.Fatal(err)
		}
		res, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadAll(res.Body); err != nil {
			t.Error(err)
		}
		return res
	}
}

// refused waits until the server takes no more connections.
func refused(t *testing.T, p *process) {
	t.Helper()
	for range 100 {
		conn, err := net.Dial("tcp", strings.TrimPrefix(p.base, "http://"))
		if err != nil {
			return
		}
		conn.Close()
		time.Sleep(20 * time.Millisecond)
	}
	t.Error("the server still takes connections")
}
