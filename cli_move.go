package platen

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/platenhq/platen/internal/config"
	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/internal/store"
)

// mover is one `platen import` or `platen export`.
type mover struct {
	*program
	name  string
	flags *flag.FlagSet
	json  bool
	app   *App
	bar   *bar
}

// open parses the flags and opens the site. It wants one argument: a file.
func (m *mover) open(ctx context.Context, args []string, usage string) (file string, err error) {
	m.flags.SetOutput(m.err)
	m.flags.Usage = func() {
		fmt.Fprintf(m.err, "platen %s %s\n", m.name, usage)
		m.flags.PrintDefaults()
	}
	finish := config.Flags(m.flags, m.getenv)
	m.flags.BoolVar(&m.json, "json", false, "print JSON")
	var rest []string
	for left := args; ; {
		if err := m.flags.Parse(left); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				return "", err
			}
			return "", errUsage
		}
		if left = m.flags.Args(); len(left) == 0 {
			break
		}
		rest, left = append(rest, left[0]), left[1:]
	}
	if len(rest) != 1 {
		fmt.Fprintf(m.err, "platen %s %s\n", m.name, usage)
		return "", errUsage
	}
	cfg, err := finish()
	if err != nil {
		return "", err
	}
	if m.app, err = openExisting(ctx, cfg, Options{Log: m.logger()}); err != nil {
		return "", err
	}
	m.bar = newBar(m.err)
	return rest[0], nil
}

// print shows a report: its JSON, or a line and the notes.
func (m *mover) print(report any, line string, notes []string) error {
	m.bar.clear()
	if m.json {
		return json.NewEncoder(m.out).Encode(report)
	}
	const shown = 50
	for i, n := range notes {
		if i == shown {
			fmt.Fprintf(m.out, "note: and %d more; --json prints all\n", len(notes)-shown)
			break
		}
		fmt.Fprintln(m.out, "note:", n)
	}
	_, err := fmt.Fprintln(m.out, line)
	return err
}

func importFile(ctx context.Context, p *program, args []string) error {
	m := &mover{program: p, name: "import", flags: flag.NewFlagSet("platen import", flag.ContinueOnError)}
	opt := site.ImportOptions{Authors: map[string]string{}}
	media, user := "", ""
	m.flags.StringVar(&media, "media", "", "folder to take the files of media items from (their paths in the uploads, or all in one folder)")
	m.flags.StringVar(&user, "user", "", "login of the user who imports (default: the first administrator)")
	m.flags.BoolVar(&opt.NoUsers, "no-users", false, "create no users: posts of unknown authors become the importing user's")
	m.flags.Func("author", "OLD=NEW: posts of the author OLD become the user NEW's (can be given often)", func(v string) error {
		from, to, ok := strings.Cut(v, "=")
		if !ok {
			return errors.New("want OLD=NEW")
		}
		opt.Authors[from] = to
		return nil
	})
	file, err := m.open(ctx, args, "FILE.xml [--media DIR] [--author OLD=NEW] [--no-users] [--user LOGIN] [--json]")
	if err != nil {
		return err
	}
	defer m.app.Close()
	opt.Open = func() (io.ReadCloser, error) { return os.Open(file) }
	if media != "" {
		if fi, err := os.Stat(media); err != nil || !fi.IsDir() {
			return fmt.Errorf("--media: %s is no folder", media)
		}
		opt.Media = os.DirFS(media)
	}
	if opt.User, err = m.administrator(ctx, user); err != nil {
		return err
	}
	opt.Progress = func(done, total int) { m.bar.show(fmt.Sprintf("%d of %d items", done, total)) }
	r, err := m.app.site.Import(ctx, opt)
	if err != nil {
		m.bar.clear()
		if r.Users+r.Terms+r.Posts+r.MenuItems == 0 {
			return fmt.Errorf("%s: %w", file, err)
		}
		return fmt.Errorf("%s: %w\nStopped after %d posts; the same command goes on from there", file, err, r.Posts)
	}
	return m.print(r, fmt.Sprintf("Imported %d posts, %d comments, %d terms, %d menu items, %d files, %d users; %d items were there already.",
		r.Posts, r.Comments, r.Terms, r.MenuItems, r.Files, r.Users, r.Existing), r.Notes)
}

// administrator is the user with a login, or the administrator with the
// smallest id.
func (m *mover) administrator(ctx context.Context, login string) (int64, error) {
	if login != "" {
		t := tool{program: m.program, app: m.app}
		u, err := t.user(ctx, login)
		if err != nil {
			return 0, err
		}
		return u.ID, nil
	}
	ids, _, err := m.app.store.UserIDs(ctx, store.UserQuery{RolesIn: []string{"administrator"}, OrderBy: store.UserByID, Limit: 1, NoCount: true})
	if err == nil && len(ids) == 0 {
		err = errors.New("there is no administrator; say with --user who imports")
	}
	if err != nil {
		return 0, err
	}
	return ids[0], nil
}

func exportFile(ctx context.Context, p *program, args []string) error {
	m := &mover{program: p, name: "export", flags: flag.NewFlagSet("platen export", flag.ContinueOnError)}
	types, force := "", false
	m.flags.StringVar(&types, "types", "", "post types to export, comma-separated, without terms and menus (default: everything)")
	m.flags.BoolVar(&force, "force", false, "write over a file that is there")
	file, err := m.open(ctx, args, "FILE.xml [--types post,page] [--force] [--json]   (- is standard output)")
	if err != nil {
		return err
	}
	defer m.app.Close()
	opt := site.ExportOptions{Generator: "Platen/" + Version, Progress: func(done, total int) { m.bar.show(fmt.Sprintf("%d of %d posts", done, total)) }}
	for name := range strings.SplitSeq(types, ",") {
		if name = strings.TrimSpace(name); name != "" {
			opt.Types = append(opt.Types, name)
		}
	}
	if file == "-" {
		_, err := m.app.site.Export(ctx, p.out, opt)
		m.bar.clear()
		return plainError(err)
	}
	if !force && exists(file) {
		return fmt.Errorf("%s is there already; --force writes over it", file)
	}
	var r site.ExportReport
	err = wholeFile(file, func(w io.Writer) error {
		var err error
		r, err = m.app.site.Export(ctx, w, opt)
		return err
	})
	if err != nil {
		m.bar.clear()
		return plainError(err)
	}
	return m.print(r, fmt.Sprintf("Exported %d posts, %d comments, %d terms, %d users.", r.Posts, r.Comments, r.Terms, r.Users), r.Notes)
}

// wholeFile writes a file so that it is there as a whole or not at all. Only
// the owner may read it: it has drafts and passwords of posts.
func wholeFile(name string, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".*")
	if err != nil {
		return err
	}
	err = write(f)
	if err == nil {
		err = f.Sync()
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		if e := os.Remove(f.Name()); e != nil && !errors.Is(e, fs.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}
	return err
}
