package platen

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/platenhq/platen/internal/config"
	"github.com/platenhq/platen/js"
)

// Main is the program: it runs the subcommand of the command line on a site with
// the plugins, and ends the process.
func Main(plugins ...Plugin) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := Run(ctx, os.Args[1:], os.Stdout, os.Stderr, os.Getenv, plugins...)
	stop()
	os.Exit(code)
}

// command is one subcommand.
type command struct {
	name, summary string
	run           func(context.Context, *program, []string) error
}

// program is what a subcommand may use of the outside.
type program struct {
	out, err io.Writer
	getenv   func(string) string
	plugins  []Plugin
}

func commands() []command {
	return []command{
		{"serve", "serve the site (making it first when the database is empty)", serve},
		{"init", "make the site without serving it", initSite},
		{"user", "create, list, set-password, set-role, delete", userTool},
		{"app-password", "create, list, revoke", appPasswordTool},
		{"oauth-consumer", "create, list, revoke", oauthConsumerTool},
		{"copy", "copy a whole site between SQLite and MariaDB or MySQL", copySite},
		{"openapi", "print the description of the API (OpenAPI 3.1)", openAPITool},
		{"search-index", "create, status, drop: the index of --search fulltext", searchIndexTool},
		{"doctor", "examine an installation, and say what is wrong and what to do", doctorTool},
		{"import", "read an export of WordPress (WXR)", importFile},
		{"export", "write an export that WordPress reads (WXR)", exportFile},
		{"version", "print the version", func(_ context.Context, p *program, _ []string) error {
			fmt.Fprintln(p.out, "platen", Version)
			return nil
		}},
	}
}

// Run runs one command line and returns the exit status: 0, 1 for a failure, 2
// for a command line that makes no sense.
func Run(ctx context.Context, args []string, out, errw io.Writer, getenv func(string) string, plugins ...Plugin) int {
	p := &program{out: out, err: errw, getenv: getenv, plugins: plugins}
	all := commands()
	if len(args) == 0 || slices.Contains([]string{"help", "-h", "--help"}, args[0]) {
		p.usage(all)
		return 0
	}
	i := slices.IndexFunc(all, func(c command) bool { return c.name == args[0] })
	if i < 0 {
		fmt.Fprintf(errw, "platen: there is no command %q\n\n", args[0])
		p.usage(all)
		return 2
	}
	err := all[i].run(ctx, p, args[1:])
	switch {
	case err == nil:
		return 0
	case errors.Is(err, flag.ErrHelp):
		return 0
	case errors.Is(err, errUsage):
		return 2
	}
	fmt.Fprintln(errw, "platen:", err)
	return 1
}

var errUsage = errors.New("usage")

func (p *program) usage(all []command) {
	fmt.Fprintln(p.out, "platen is the WordPress REST API and its authentication, in Go.\n\nCommands:")
	for _, c := range all {
		fmt.Fprintf(p.out, "  %-14s %s\n", c.name, c.summary)
	}
	fmt.Fprintln(p.out, "\nSettings of every command that touches a site (each also as an environment variable):")
	config.Usage(p.out)
}

// configure parses the flags of a subcommand.
func (p *program) configure(name string, args []string) (config.Config, []string, error) {
	fs := flag.NewFlagSet("platen "+name, flag.ContinueOnError)
	fs.SetOutput(p.err)
	finish := config.Flags(fs, p.getenv)
	if err := fs.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return config.Config{}, nil, err
		}
		return config.Config{}, nil, errUsage
	}
	cfg, err := finish()
	return cfg, fs.Args(), err
}

// logger writes to standard error; PLATEN_LOG says how much: off, error, warn,
// info (default) or debug.
func (p *program) logger() *slog.Logger {
	level := slog.LevelInfo
	switch v := p.getenv("PLATEN_LOG"); v {
	case "off":
		return slog.New(slog.DiscardHandler)
	case "":
	default:
		if err := level.UnmarshalText([]byte(v)); err != nil {
			fmt.Fprintf(p.err, "platen: PLATEN_LOG: %q is no level\n", v)
		}
	}
	return slog.New(slog.NewTextHandler(p.err, &slog.HandlerOptions{Level: level}))
}

// drainFor is how long a stop waits for requests that are under way.
const drainFor = 15 * time.Second

// memoryGoal is how much memory the collector aims to stay below. It is soft:
// a site that needs more gets more. GOMEMLIMIT says otherwise.
const memoryGoal = 56 << 20

func serve(ctx context.Context, p *program, args []string) error {
	cfg, _, err := p.configure("serve", args)
	if err != nil {
		return err
	}
	if p.getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryGoal)
	}
	log := p.logger()
	app, err := Open(ctx, cfg, Options{Log: log, Plugins: p.plugins})
	if err != nil {
		return err
	}
	defer app.Close()
	if err := js.Built(); err != nil {
		log.Warn("the scripts of the dashboard are missing", "err", err)
	}
	ln, err := net.Listen("tcp", cfg.Listen)
	if err != nil {
		return err
	}
	if err := app.serveMetrics(ctx); err != nil {
		return err
	}
	app.welcome(ctx, p.out)
	fmt.Fprintln(p.out, "listening on", ln.Addr())
	stop := app.background(ctx)
	defer stop()
	srv := &http.Server{Handler: app.Handler(), ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn)}
	go app.watchGate(ctx)
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(ln) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	fmt.Fprintln(p.out, "Stopping: waiting for the requests under way.")
	wait, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainFor)
	defer cancel()
	return srv.Shutdown(wait)
}

// welcome tells a newcomer where to go.
func (a *App) welcome(ctx context.Context, w io.Writer) {
	set, err := a.site.Settings(ctx)
	if err != nil {
		return
	}
	fmt.Fprintf(w, "\nPlaten serves %s\n\n  Site       %s/\n  Dashboard  %s/wp-admin/\n  REST API   %s\n", strings.TrimSpace(set.Get("blogname")), set.Home, set.SiteURL, set.RESTRoot())
	if a.AdminPassword != "" {
		fmt.Fprintf(w, "\n  A new site was made. Log in as  %s  with the password  %s\n  (it is shown this once; change it in your profile)\n", a.cfg.AdminUser, a.AdminPassword)
	}
	fmt.Fprintln(w)
}

func initSite(ctx context.Context, p *program, args []string) error {
	cfg, _, err := p.configure("init", args)
	if err != nil {
		return err
	}
	app, err := Open(ctx, cfg, Options{Log: p.logger(), Init: true, Plugins: p.plugins})
	if err != nil {
		return err
	}
	app.welcome(ctx, p.out)
	return app.Close()
}
