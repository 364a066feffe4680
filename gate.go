package platen

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/platenhq/platen/internal/config"
	"github.com/platenhq/platen/internal/upstream"
	"github.com/platenhq/platen/js"
	"github.com/platenhq/platen/rest"
)

// openGate puts the site in front of a PHP WordPress, where one is configured.
func (a *App) openGate() error {
	if a.cfg.Upstream == "" {
		return nil
	}
	gate, err := upstream.New(upstream.Config{
		URL: a.cfg.Upstream, Reads: a.cfg.UpstreamMode == "reads", Native: config.List(a.cfg.Native), PHP: config.List(a.cfg.ToUpstream),
		API: a.rest, OwnUploads: a.files == nil || a.cfg.Beside == nil && a.cfg.Uploads == filepath.Join(a.cfg.Data, "uploads"),
		Home: func(ctx context.Context) string {
			set, err := a.site.Settings(ctx)
			if err != nil {
				return ""
			}
			return set.Home
		},
		RemoteAddr: a.remoteAddr, Secure: a.secure, Trusted: func(r *http.Request) bool { return a.proxied(peer(r)) },
		Now: time.Now, Log: a.log,
	})
	if err != nil {
		return err
	}
	a.gate = gate
	return nil
}

func (a *App) closeGate() {
	if a.gate == nil {
		return
	}
	a.gate.Close()
	a.keepCounts()
}

func (a *App) amendIndex(ctx context.Context, req *rest.Request, resp *rest.Response) {
	if a.gate != nil {
		a.gate.Amend(ctx, req, resp)
	}
}

// elsewhere hands reads over that would show blocks of a plugin of PHP's; nil
// without a PHP site.
func (a *App) elsewhere() func(http.ResponseWriter, *http.Request, *rest.Request) bool {
	if a.cfg.Upstream == "" {
		return nil
	}
	return func(w http.ResponseWriter, r *http.Request, req *rest.Request) bool {
		blocks := a.api.UnknownBlocks(req)
		return len(blocks) > 0 && a.gate.ServeUnknown(w, r, req.Route, blocks)
	}
}

// ownPage reports a path that no PHP site has: health, our scripts, and the
// doors of OAuth 1.0a.
func ownPage(path string) bool {
	return strings.HasPrefix(path, "/-/") || strings.HasPrefix(path, js.DefaultBase) || strings.HasPrefix(path, "/oauth1/")
}

const (
	countsFile  = "upstream.json" // in the data directory
	countsEvery = time.Minute
)

// counts is what the doctor reads of a server: what it handed over.
type counts struct {
	Saved  time.Time        `json:"saved"`
	Counts []upstream.Count `json:"counts"`
}

// keepCounts writes what was handed over since the start for the doctor.
func (a *App) keepCounts() {
	list := a.gate.Counts()
	if len(list) == 0 {
		return
	}
	raw, err := json.Marshal(counts{time.Now().UTC(), list})
	if err == nil {
		file := filepath.Join(a.cfg.Data, countsFile)
		if err = os.WriteFile(file+".new", raw, 0o600); err == nil {
			err = os.Rename(file+".new", file)
		}
	}
	if err != nil {
		a.log.Warn("upstream: the counts were not kept", "err", err)
	}
}

// watchGate looks at the PHP site and keeps the counts until ctx ends.
func (a *App) watchGate(ctx context.Context) {
	if a.gate == nil {
		return
	}
	a.gate.Start()
	tick := time.NewTicker(countsEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			a.keepCounts()
		}
	}
}
