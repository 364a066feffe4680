package platen

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/platenhq/platen/internal/config"
	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/upstream"
)

// doctor examines an installation.
type doctor struct {
	*program
	report
	cfg     config.Config
	app     *App
	set     *site.Settings
	php     *upstream.Gate // asks the PHP site, or whatever answers at its address
	log     *slog.Logger
	json    bool
	write   bool
	as      string // the user whom the doctor looks as
	cookie  string // of a login of PHP's
	samples int
	header  http.Header // of that user's calls, nil without one
}

// doctorTool is the command platen doctor.
func doctorTool(ctx context.Context, p *program, args []string) error {
	fs := flag.NewFlagSet("platen doctor", flag.ContinueOnError)
	fs.SetOutput(p.err)
	d := &doctor{program: p, log: p.logger()}
	finish := config.Flags(fs, p.getenv)
	fs.BoolVar(&d.json, "json", false, "print JSON")
	fs.BoolVar(&d.write, "write", false, "write the advice about routes into platen.toml of the data directory")
	fs.StringVar(&d.as, "as", "", "look at the site as this user too: a login is made for it, and ended")
	fs.StringVar(&d.cookie, "cookie", "", "a Cookie header of somebody logged in to the PHP site, to see whether it counts here")
	fs.IntVar(&d.samples, "samples", 5, "how many things of a kind are compared with --upstream; 0 compares nothing")
	if err := fs.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return err
		}
		return errUsage
	}
	if fs.NArg() > 0 {
		fmt.Fprintf(p.err, "platen doctor: %q is no flag\n", fs.Arg(0))
		return errUsage
	}
	var err error
	if d.cfg, err = finish(); err != nil {
		d.add(stateProblem, "configuration", err.Error(), "")
	} else if err := d.examine(ctx); err != nil {
		return err
	}
	if err := d.show(p.out, d.json); err != nil {
		return err
	}
	if d.Problems > 0 {
		return errProblems
	}
	return nil
}

// errProblems ends the program with status 1; what is wrong was said.
var errProblems = errors.New("the doctor found problems")

// examine goes through the installation. An error is the doctor's own; what is
// wrong with the installation is in the report.
func (d *doctor) examine(ctx context.Context) error {
	if d.cfg.Beside != nil {
		d.ok("wp-config.php", "%s was read", d.cfg.Beside.File)
	}
	if !d.database(ctx) {
		return nil
	}
	app, err := openExisting(ctx, d.cfg, Options{Log: d.log})
	if err != nil {
		d.add(stateProblem, "site", err.Error(), "")
		return nil
	}
	defer app.Close()
	d.app = app
	ctx = app.site.View(ctx)
	if d.set, err = app.site.Settings(ctx); err != nil {
		return err
	}
	d.keys()
	d.addresses(ctx)
	if d.php != nil {
		d.clock(ctx)
		end, err := d.login(ctx)
		if err != nil {
			return err
		}
		defer end()
		d.givenCookie()
	}
	d.authorization(ctx)
	d.uploads(ctx)
	if err := d.search(ctx); err != nil {
		return err
	}
	if app.gate == nil {
		return nil
	}
	d.counts()
	return d.compare(ctx)
}

// database says what is wrong with the database, and whether one can go on.
func (d *doctor) database(ctx context.Context) bool {
	const name = "database"
	if file, ok := strings.CutPrefix(d.cfg.DB, "sqlite:"); ok {
		file, _, _ = strings.Cut(file, "?")
		if _, err := os.Stat(file); err != nil {
			d.add(stateProblem, name, fmt.Sprintf("there is no database %s", file), "give --data, --db or --wp-config; platen init makes a new site")
			return false
		}
	}
	s, err := store.Open(ctx, d.cfg.DB, store.Options{Logger: d.log, ReadOnly: true})
	if err != nil {
		d.add(stateProblem, name, fmt.Sprintf("%s cannot be opened: %v", redactDSN(d.cfg.DB), err), "see whether the server runs, and whether user, password and database are those of wp-config.php or --db")
		return false
	}
	defer s.Close()
	g, err := s.Diagnose(ctx)
	if err != nil {
		d.add(stateProblem, name, err.Error(), "")
		return false
	}
	switch {
	case g.Engine == "MariaDB" && g.Before(10, 3), g.Engine == "MySQL" && g.Before(5, 7):
		d.add(stateProblem, name, g.Engine+" "+g.Version+" is too old", "MariaDB 10.3 or MySQL 5.7 is the oldest that Platen is made for")
	default:
		d.ok(name, "%s %s at %s", g.Engine, g.Version, redactDSN(d.cfg.DB))
	}
	if skew := time.Since(g.Clock).Abs(); skew > maxSkew {
		d.add(stateProblem, "clock of the database", fmt.Sprintf("it is %s off", skew.Round(time.Second)), "set both clocks by NTP: sessions and nonces depend on them")
	}
	switch {
	case !g.GrantsKnown:
		d.add(stateSkipped, "privileges", "the grants of the database user could not be read", "")
	case len(g.Denied) > 0:
		d.add(stateProblem, "privileges", "the database user may not "+strings.Join(g.Denied, ", "), "grant it SELECT, INSERT, UPDATE and DELETE on the database")
	default:
		d.ok("privileges", "the database user may read and write")
	}
	return d.tables(g)
}

func (d *doctor) tables(g *store.Diagnosis) bool {
	const name = "tables"
	missing, whole := 0, true
	narrow := map[string][]string{}
	for _, t := range g.Tables {
		if t.Missing {
			missing++
		}
	}
	if missing == len(g.Tables) {
		d.add(stateProblem, name, "there is no site with this table prefix", "see whether the prefix is right ($table_prefix, or ?prefix= in --db); platen init makes a new site")
		return false
	}
	for _, t := range g.Tables {
		switch {
		case t.Missing:
			whole = false
			d.add(stateProblem, name, t.Name+" is missing", "restore it from a backup")
		case len(t.MissingColumns) > 0:
			whole = false
			d.add(stateProblem, name, t.Name+" has no column "+strings.Join(t.MissingColumns, ", "), "open wp-admin/upgrade.php of the PHP site, which brings the tables up to date")
		}
		if len(t.MissingIndexes) > 0 {
			d.add(stateWarning, name, t.Name+" has no index "+strings.Join(t.MissingIndexes, ", ")+", so that some questions are slow", "add it as WordPress's schema has it")
		}
		if len(t.ExtraColumns) > 0 {
			d.add(stateWarning, name, t.Name+" has columns that WordPress does not know: "+strings.Join(t.ExtraColumns, ", "), "they are left as they are; rows that Platen adds have their defaults")
		}
		if t.Charset != "" && t.Charset != "utf8mb4" {
			narrow[t.Charset] = append(narrow[t.Charset], t.Name)
		}
	}
	for charset, tables := range narrow {
		d.add(stateWarning, "charset", charset+" in "+strings.Join(tables, ", "), "emoji and other characters beyond it are stored as references or refused, as WordPress does; utf8mb4 takes them all")
	}
	if whole {
		d.ok(name, "all %d are there with their columns", len(g.Tables))
	}
	if mode := badMode(g.SQLMode); mode != "" {
		d.add(stateWarning, "sql_mode", "the server's default has "+mode, "nothing to do: Platen and WordPress take it out for their connections")
	}
	return whole
}

// badMode names the mode that changes what statements mean.
func badMode(modes string) string {
	for _, m := range strings.Split(modes, ",") {
		if m == "ANSI_QUOTES" || m == "PIPES_AS_CONCAT" || m == "NO_BACKSLASH_ESCAPES" {
			return m
		}
	}
	return ""
}

// search looks for the index that searches are to go by.
func (d *doctor) search(ctx context.Context) error {
	mode := d.app.searchMode()
	if mode == store.SearchLike {
		return nil
	}
	st, err := d.app.store.SearchState(ctx)
	switch {
	case err != nil:
		return err
	case st.InUse:
		d.ok("search", "searches of posts go by the index (%s)", mode)
	default:
		d.add(stateWarning, "search", fmt.Sprintf("there is no complete index for --search %s, so that searches look at every text", mode), "platen search-index create makes it")
	}
	return nil
}

// addresses looks for the PHP site, and for what answers at the address of the
// site.
func (d *doctor) addresses(ctx context.Context) {
	home, err := url.Parse(d.set.Home)
	if err != nil || home.Host == "" || home.Scheme != "http" && home.Scheme != "https" {
		d.add(stateProblem, "address", fmt.Sprintf("the home address of the site, %q, is none", d.set.Home), "correct the option home, or give --url")
		return
	}
	if h, s := schemeOf(d.set.Home), schemeOf(d.set.SiteURL); h != s {
		d.add(stateWarning, "address", fmt.Sprintf("home is %s but siteurl is %s", d.set.Home, d.set.SiteURL), "give both the same scheme, or logins will not last from one to the other")
	}
	if home.Scheme == "http" && !config.Loopback(d.set.Home) {
		d.add(stateWarning, "address", d.set.Home+" is not encrypted: passwords and cookies can be read on the way", "serve the site by https")
	}
	d.php = d.app.gate
	if d.php == nil {
		if d.php, err = upstream.New(upstream.Config{URL: home.Scheme + "://" + home.Host, API: d.app.rest, Home: func(context.Context) string { return d.set.Home }, Now: time.Now, Log: d.log}); err != nil {
			return
		}
	}
	answer, err := d.php.AskPage(ctx, http.MethodGet, "/index.php?rest_route=/", nil, nil)
	where := d.asked()
	switch {
	case err != nil && d.app.gate == nil:
		d.add(stateSkipped, "address", fmt.Sprintf("nothing answers at %s yet (%v)", where, plainNetError(err)), "run the doctor again once the site is served there")
		d.php = nil
	case err != nil:
		d.add(stateProblem, "PHP", fmt.Sprintf("nothing answers at %s (%v)", where, plainNetError(err)), "see whether the web server of the PHP site runs, and give its address with --upstream")
		d.php = nil
	case answer.Status/100 == 3:
		d.add(stateProblem, "address", fmt.Sprintf("%s redirects to %s", where, answer.Header.Get("Location")), "let WordPress's home and siteurl be the address that visitors use, and see the note on X-Forwarded-Proto in docs/beside-wordpress.md")
	case answer.Status != http.StatusOK || answer.Data == nil:
		d.add(stateProblem, "address", fmt.Sprintf("%s answers %d where the index of the API should be", where, answer.Status), "open it in a browser; a plugin or the web server may be in the way")
	default:
		d.sameSite(answer)
	}
}

// asked names where the questions to PHP go.
func (d *doctor) asked() string {
	if d.app.gate != nil {
		return d.cfg.Upstream
	}
	return d.set.Home
}

// sameSite sees whether the site that answered is the one in the database.
func (d *doctor) sameSite(answer *upstream.Answer) {
	home, _ := memberText(answer.Data, "home")
	if home != "" && strings.TrimRight(home, "/") != d.set.Home {
		d.add(stateProblem, "address", fmt.Sprintf("the site at %s says it is %s, but the database here is that of %s", d.asked(), home, d.set.Home), "give the wp-config.php (or --db) of the very site that --upstream leads to, and --url if the address is set elsewhere")
		return
	}
	d.ok("address", "%s answers as %s", d.asked(), d.set.Home)
}

func schemeOf(address string) string {
	scheme, _, _ := strings.Cut(address, "://")
	return scheme
}

// plainNetError is an error of the network without the address, which was said.
func plainNetError(err error) error {
	var op *url.Error
	if errors.As(err, &op) {
		return op.Err
	}
	return err
}
