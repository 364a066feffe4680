package platen

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/platenhq/platen/internal/config"
	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/wp"
)

// copyRun is one `platen copy`.
type copyRun struct {
	*program
	from, to string
	force    bool
	skip     string
	json     bool
}

func copySite(ctx context.Context, p *program, args []string) error {
	r := copyRun{program: p}
	fs := flag.NewFlagSet("platen copy", flag.ContinueOnError)
	fs.SetOutput(p.err)
	finish := config.Flags(fs, p.getenv)
	fs.StringVar(&r.from, "from", p.getenv("PLATEN_FROM"), "database to read (default: the site's, see --db)")
	fs.StringVar(&r.to, "to", p.getenv("PLATEN_TO"), "database to write: sqlite:PATH or mysql://user:pass@host:port/db?prefix=wp_")
	fs.BoolVar(&r.force, "force", false, "replace the tables that the target has")
	fs.StringVar(&r.skip, "skip", "", "tables to leave out, comma-separated, by their full names")
	fs.BoolVar(&r.json, "json", false, "print JSON")
	if err := fs.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return err
		}
		return errUsage
	}
	cfg, err := finish()
	if err != nil {
		return err
	}
	if r.from == "" {
		r.from = cfg.DB
	}
	if r.to == "" || fs.NArg() > 0 {
		fmt.Fprintln(p.err, "platen copy --from DSN --to DSN [--force] [--skip TABLE,…] [--json]")
		return errUsage
	}
	return r.run(ctx)
}

func (r *copyRun) run(ctx context.Context) error {
	fromFile, toFile := sqliteFile(r.from), sqliteFile(r.to)
	if r.from == r.to || fromFile != "" && sameFile(fromFile, toFile) {
		return errors.New("--from and --to are the same database")
	}
	if fromFile != "" && !exists(fromFile) {
		return fmt.Errorf("there is no file %s", fromFile)
	}
	from, err := store.Open(ctx, r.from, store.Options{ReadOnly: true})
	if err != nil {
		return fmt.Errorf("the database %s cannot be opened: %w", redactDSN(r.from), err)
	}
	defer from.Close()
	fresh := toFile != "" && !exists(toFile)
	report, err := r.copy(ctx, from)
	if err != nil {
		if fresh {
			for _, tail := range []string{"", "-wal", "-shm"} {
				os.Remove(toFile + tail)
			}
		}
		return err
	}
	return r.print(report)
}

func (r *copyRun) copy(ctx context.Context, from *store.Store) (report store.CopyReport, err error) {
	to, err := store.Open(ctx, r.to, store.Options{})
	if err != nil {
		return report, fmt.Errorf("the database %s cannot be opened: %w", redactDSN(r.to), err)
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	opt := store.CopyOptions{Force: r.force}
	for name := range strings.SplitSeq(r.skip, ",") {
		if name = strings.TrimSpace(name); name != "" {
			opt.Skip = append(opt.Skip, name)
		}
	}
	bar := newBar(r.err)
	if bar != nil {
		opt.Progress = func(p store.CopyProgress) {
			bar.show(fmt.Sprintf("table %d of %d  %s  %d/%d rows", p.Number, p.Tables, p.Table, p.Rows, max(p.Rows, p.RowsOf)))
		}
	}
	report, err = store.Copy(ctx, from, to, opt)
	bar.clear()
	switch {
	case errors.Is(err, wp.ErrConflict) && !r.force:
		err = fmt.Errorf("%w\nNothing was changed; --force replaces these tables", err)
	case errors.Is(err, wp.ErrNoSchema):
		err = fmt.Errorf("%s holds no site: %w", redactDSN(r.from), err)
	case err != nil:
		err = fmt.Errorf("%w\nThe target is as it was", err)
	}
	return report, err
}

func (r *copyRun) print(report store.CopyReport) error {
	if r.json {
		if report.Notes == nil {
			report.Notes = []string{}
		}
		return json.NewEncoder(r.out).Encode(report)
	}
	w := tabwriter.NewWriter(r.out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "TABLE\tROWS\tCHECKSUM")
	rows := int64(0)
	for _, t := range report.Tables {
		fmt.Fprintf(w, "%s\t%d\t%s\n", t.Name, t.Rows, t.Checksum)
		rows += t.Rows
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, n := range report.Notes {
		fmt.Fprintln(r.out, "note:", n)
	}
	_, err := fmt.Fprintf(r.out, "Copied %d tables with %d rows; every row was read back and is the same.\n", len(report.Tables), rows)
	return err
}

// sqliteFile is the path of the file that a DSN means, "" if it means none.
func sqliteFile(dsn string) string {
	path, ok := strings.CutPrefix(dsn, "sqlite:")
	if !ok {
		return ""
	}
	path, _, _ = strings.Cut(path, "?")
	return strings.TrimPrefix(path, "//")
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func sameFile(a, b string) bool {
	fa, errA := os.Stat(a)
	fb, errB := os.Stat(b)
	if errA == nil && errB == nil {
		return os.SameFile(fa, fb)
	}
	return b != "" && filepath.Clean(a) == filepath.Clean(b)
}

// bar is a line of progress on a terminal; nil shows nothing.
type bar struct {
	w    io.Writer
	last string
}

// newBar returns nil where the output is no terminal.
func newBar(w io.Writer) *bar {
	f, ok := w.(*os.File)
	if !ok {
		return nil
	}
	if fi, err := f.Stat(); err != nil || fi.Mode()&os.ModeCharDevice == 0 {
		return nil
	}
	return &bar{w: w}
}

func (b *bar) show(text string) {
	if b != nil && text != b.last {
		fmt.Fprintf(b.w, "\r\x1b[K%s", text)
		b.last = text
	}
}

func (b *bar) clear() {
	if b != nil && b.last != "" {
		fmt.Fprint(b.w, "\r\x1b[K")
	}
}
