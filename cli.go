package platen

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/platenhq/platen/internal/config"
	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/password"
)

// tool is a subcommand with verbs that works on an opened site.
type tool struct {
	*program
	name  string
	json  bool
	app   *App
	flags map[string]*string
	args  []string
}

// verb is one verb of a tool: the flags it takes, and what it does.
type verb struct {
	usage string
	flags []string // name, help, name, help, …; a name that ends in ? takes no value
	run   func(context.Context, *tool) error
}

// tooling makes the run function of a command with verbs.
func tooling(name string, verbs map[string]verb) func(context.Context, *program, []string) error {
	return func(ctx context.Context, p *program, args []string) error {
		v, ok := verb{}, false
		if len(args) > 0 {
			v, ok = verbs[args[0]]
		}
		if !ok {
			fmt.Fprintf(p.err, "platen %s: one of\n", name)
			for _, n := range sorted(verbs) {
				fmt.Fprintf(p.err, "  platen %s %s %s\n", name, n, verbs[n].usage)
			}
			if len(args) > 0 && (args[0] == "-h" || args[0] == "--help" || args[0] == "help") {
				return flag.ErrHelp
			}
			return errUsage
		}
		t := &tool{program: p, name: name + " " + args[0], flags: map[string]*string{}}
		cfg, err := t.parse(v, args[1:])
		if err != nil {
			return err
		}
		if t.app, err = openExisting(ctx, cfg, Options{Log: p.logger(), Plugins: p.plugins}); err != nil {
			return err
		}
		defer t.app.Close()
		return v.run(ctx, t)
	}
}

func sorted(verbs map[string]verb) []string {
	var names []string
	for _, n := range []string{"create", "list", "set-password", "set-role", "delete", "revoke", "status", "drop"} {
		if _, ok := verbs[n]; ok {
			names = append(names, n)
		}
	}
	return names
}

// parse reads the flags, before and behind the arguments.
func (t *tool) parse(v verb, args []string) (config.Config, error) {
	fs := flag.NewFlagSet("platen "+t.name, flag.ContinueOnError)
	fs.SetOutput(t.err)
	fs.Usage = func() {
		fmt.Fprintf(t.err, "platen %s %s\n", t.name, v.usage)
		fs.PrintDefaults()
	}
	finish := config.Flags(fs, t.getenv)
	fs.BoolVar(&t.json, "json", false, "print JSON")
	for i := 0; i+1 < len(v.flags); i += 2 {
		if name, ok := strings.CutSuffix(v.flags[i], "?"); ok {
			t.flags[name] = new(string)
			fs.BoolFunc(name, v.flags[i+1], func(given string) error { *t.flags[name] = given; return nil })
			continue
		}
		t.flags[v.flags[i]] = fs.String(v.flags[i], "", v.flags[i+1])
	}
	for rest := args; ; {
		if err := fs.Parse(rest); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				return config.Config{}, err
			}
			return config.Config{}, errUsage
		}
		if rest = fs.Args(); len(rest) == 0 {
			break
		}
		t.args, rest = append(t.args, rest[0]), rest[1:]
	}
	return finish()
}

// openExisting opens a site that is there already: a tool makes none.
func openExisting(ctx context.Context, cfg config.Config, opt Options) (*App, error) {
	s, err := store.Open(ctx, cfg.DB, store.Options{Logger: opt.Log})
	if err != nil {
		return nil, fmt.Errorf("the database %s cannot be opened: %w", redactDSN(cfg.DB), err)
	}
	has, err := s.HasSchema(ctx)
	if closeErr := s.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return nil, err
	}
	if !has {
		return nil, fmt.Errorf("there is no site in %s yet; platen init makes one", redactDSN(cfg.DB))
	}
	opt.tool = true
	return Open(ctx, cfg, opt)
}

// get returns a flag of the verb.
func (t *tool) get(name string) string { return *t.flags[name] }

// need wants an exact number of arguments.
func (t *tool) need(n int, what string) error {
	if len(t.args) != n {
		fmt.Fprintf(t.err, "platen %s: give %s\n", t.name, what)
		return errUsage
	}
	return nil
}

// row is one thing to show: names and values in order.
type row []any

func (r row) MarshalJSON() ([]byte, error) {
	var b strings.Builder
	b.WriteByte('{')
	for i := 0; i+1 < len(r); i += 2 {
		if i > 0 {
			b.WriteByte(',')
		}
		name, _ := json.Marshal(r[i])
		value, err := json.Marshal(r[i+1])
		if err != nil {
			return nil, err
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return []byte(b.String()), nil
}

// show prints one thing.
func (t *tool) show(r row) error {
	if t.json {
		return json.NewEncoder(t.out).Encode(r)
	}
	for i := 0; i+1 < len(r); i += 2 {
		fmt.Fprintf(t.out, "%s: %v\n", r[i], r[i+1])
	}
	return nil
}

// list prints many.
func (t *tool) list(rows []row) error {
	if t.json {
		if rows == nil {
			rows = []row{}
		}
		return json.NewEncoder(t.out).Encode(rows)
	}
	w := tabwriter.NewWriter(t.out, 0, 4, 2, ' ', 0)
	for n, r := range rows {
		var names, values []string
		for i := 0; i+1 < len(r); i += 2 {
			names, values = append(names, fmt.Sprint(r[i])), append(values, fmt.Sprint(r[i+1]))
		}
		if n == 0 {
			fmt.Fprintln(w, strings.ToUpper(strings.Join(names, "\t")))
		}
		fmt.Fprintln(w, strings.Join(values, "\t"))
	}
	return w.Flush()
}

// user finds a user by id, login or e-mail address.
func (t *tool) user(ctx context.Context, name string) (*site.User, error) {
	s := t.app.site
	u, err := s.UserByLogin(ctx, name)
	if site.NotFound(err) && strings.Contains(name, "@") {
		u, err = s.UserByEmail(ctx, name)
	}
	if id, numErr := strconv.ParseInt(name, 10, 64); site.NotFound(err) && numErr == nil {
		u, err = s.User(ctx, id)
	}
	if site.NotFound(err) {
		return nil, fmt.Errorf("there is no user %q", name)
	}
	return u, err
}

// secret returns the password of the flag, of the first line of standard input
// when it is "-", or a new one.
func (t *tool) secret() (text string, made bool, err error) {
	switch v := t.get("password"); v {
	case "":
		text, err = password.Generate(t.app.site.Rand(), 20, password.Letters)
		return text, true, err
	case "-":
		raw, err := io.ReadAll(io.LimitReader(os.Stdin, 4096))
		line, _, _ := strings.Cut(string(raw), "\n")
		line = strings.TrimSuffix(line, "\r")
		if err == nil && line == "" {
			err = errors.New("no password came in")
		}
		return line, false, err
	default:
		return v, false, nil
	}
}

// plainError takes the markup out of a refusal of the site.
func plainError(err error) error {
	var e *site.Error
	if errors.As(err, &e) {
		return errors.New(strings.NewReplacer("<strong>", "", "</strong>", "").Replace(e.Message))
	}
	return err
}

const passwordHelp = `password; "-" reads a line of standard input; without it one is made and printed once`
