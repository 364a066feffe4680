// Package redistest starts a Redis of a test's own.
package redistest

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// Server is a redis-server on a socket in a temporary directory.
type Server struct {
	URL    string // unix://…
	socket string
	bin    string
	cmd    *exec.Cmd
}

// Start starts a server that ends with the test. Without redis-server the test
// is skipped on a developer's machine and fails in CI.
func Start(t testing.TB) *Server {
	t.Helper()
	bin, err := exec.LookPath("redis-server")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("redis-server is not installed (make deps)")
		}
		t.Skip("redis-server is not installed (make deps)")
	}
	dir, err := os.MkdirTemp("", "redis") // a socket's path must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	s := &Server{socket: filepath.Join(dir, "s"), bin: bin}
	s.URL = "unix://" + s.socket
	s.Run(t)
	t.Cleanup(s.Stop)
	return s
}

// Run starts the server again after Stop.
func (s *Server) Run(t testing.TB) {
	t.Helper()
	s.cmd = exec.Command(s.bin, "--port", "0", "--unixsocket", s.socket, "--save", "", "--appendonly", "no", "--dir", filepath.Dir(s.socket))
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for range 500 {
		if c, err := net.Dial("unix", s.socket); err == nil {
			c.Close()
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatal("redis-server does not come up")
}

// Stop kills the server; what it held is gone.
func (s *Server) Stop() {
	if s.cmd != nil {
		s.cmd.Process.Kill()
		s.cmd.Wait()
		s.cmd = nil
	}
	os.Remove(s.socket)
}
