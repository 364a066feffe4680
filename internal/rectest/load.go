package rectest

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"time"
	_ "time/tzdata" // the site's time zone, also where the machine has no zone files
)

// Site is what site.json says of the dumped site: who its users are and what
// its answers call it.
type Site struct {
	Path        string // the site.json that was read
	BaseURL     string // the site's own URL, without a slash at its end
	Home        string
	CookieHash  string
	DumpDate    string // YYYY-MM-DD
	Location    *time.Location
	Passwords   map[string]string
	Apps        map[string][]App // application passwords by login
	appUUIDs    map[string]bool
	dumpYM, day string
}

// App is one application password of a user.
type App struct {
	UUID, Password, Chunked string
}

// File is one recordings file. A read-only file has one group without a name.
type File struct {
	Name     string // without .json
	Area     string
	Mutating bool
	Groups   []Group
}

// Group is a sequence of entries that share one start and one set of variables.
type Group struct {
	Name    string
	Entries []*Entry
}

// Entry is one recorded request and answer.
type Entry struct {
	Name, Who, Method, Path string

	raw, response *object
}

// Len is the number of entries in the file.
func (f *File) Len() int {
	n := 0
	for _, g := range f.Groups {
		n += len(g.Entries)
	}
	return n
}

// Dir is the directory of the recordings: PLATEN_RECORDINGS, or the project's
// own testdata/wordpress71.
func Dir() string {
	if dir := os.Getenv("PLATEN_RECORDINGS"); dir != "" {
		return dir
	}
	return projectData()
}

// projectData is testdata/wordpress71 beside the nearest go.mod above the
// working directory.
func projectData() string {
	dir, err := os.Getwd()
	for err == nil {
		if _, e := os.Stat(filepath.Join(dir, "go.mod")); e == nil {
			break
		}
		if parent := filepath.Dir(dir); parent != dir {
			dir = parent
		} else {
			break
		}
	}
	return filepath.Join(dir, "testdata", "wordpress71")
}

// Load reads site.json and every recordings file of dir. The recordings lie in
// dir/recordings or in dir itself; site.json in dir, in its parent, or else
// it is the project's. Read-only files come first, each kind by name.
func Load(dir string) (*Site, []*File, error) {
	recs := filepath.Join(dir, "recordings")
	if st, err := os.Stat(recs); err != nil || !st.IsDir() {
		recs = dir
	}
	site, err := loadSite(filepath.Join(recs, "site.json"), filepath.Join(recs, "..", "site.json"),
		filepath.Join(dir, "..", "site.json"), filepath.Join(projectData(), "site.json"))
	if err != nil {
		return nil, nil, err
	}
	paths, err := filepath.Glob(filepath.Join(recs, "*.json"))
	if err != nil {
		return nil, nil, err
	}
	var files []*File
	for _, p := range paths {
		f, err := loadFile(p)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", p, err)
		}
		if f != nil {
			files = append(files, f)
		}
	}
	if len(files) == 0 {
		return nil, nil, fmt.Errorf("rectest: no recordings in %s", recs)
	}
	sort.SliceStable(files, func(i, j int) bool {
		a, b := strings.HasPrefix(files[i].Name, "mut-"), strings.HasPrefix(files[j].Name, "mut-")
		return a != b && b || a == b && files[i].Name < files[j].Name
	})
	return site, files, nil
}

func loadSite(candidates ...string) (*Site, error) {
	for _, p := range candidates {
		data, err := os.ReadFile(p)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		v, err := decode(data)
		o, _ := v.(*object)
		if err != nil || o == nil {
			return nil, fmt.Errorf("%s: not a JSON object", p)
		}
		return newSite(p, o), nil
	}
	return nil, fmt.Errorf("rectest: no site.json for the recordings")
}

func newSite(path string, o *object) *Site {
	s := &Site{
		Path: path, BaseURL: strings.TrimRight(o.str("base_url"), "/"), Home: o.str("home"),
		CookieHash: o.obj("cookie").str("COOKIEHASH"), DumpDate: o.str("dump_date"),
		Passwords: map[string]string{}, Apps: map[string][]App{}, appUUIDs: map[string]bool{},
	}
	if s.DumpDate == "" {
		s.DumpDate = "2026-11-23"
	}
	s.day = strings.ReplaceAll(s.DumpDate, "-", "/")
	s.dumpYM = s.day[:min(7, len(s.day))]
	var err error
	if s.Location, err = time.LoadLocation(o.str("timezone_string")); err != nil || o.str("timezone_string") == "" {
		s.Location = time.FixedZone("", -5*3600)
	}
	for _, x := range o.list("users") {
		u, _ := x.(*object)
		login := u.str("login")
		s.Passwords[login] = u.str("password")
		for _, x := range u.list("application_passwords") {
			a, _ := x.(*object)
			s.Apps[login] = append(s.Apps[login], App{UUID: a.str("uuid"), Password: a.str("password"), Chunked: a.str("password_chunked")})
			s.appUUIDs[a.str("uuid")] = true
			s.appUUIDs[a.str("app_id")] = true
		}
	}
	return s
}

// loadFile returns nil for a JSON file that is no recording.
func loadFile(path string) (*File, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	v, err := decode(data)
	if err != nil {
		return nil, err
	}
	o, _ := v.(*object)
	mutating, ok := o.get("mutating")
	if !ok {
		return nil, nil
	}
	f := &File{Name: strings.TrimSuffix(filepath.Base(path), ".json"), Area: o.str("area"), Mutating: mutating == true}
	if !f.Mutating {
		f.Groups = []Group{{Entries: entries(o)}}
		return f, nil
	}
	for _, x := range o.list("sequences") {
		q, _ := x.(*object)
		f.Groups = append(f.Groups, Group{Name: q.str("name"), Entries: entries(q)})
	}
	return f, nil
}

func entries(o *object) []*Entry {
	var out []*Entry
	for _, x := range o.list("entries") {
		e, ok := x.(*object)
		if !ok {
			continue
		}
		entry := &Entry{Name: e.str("name"), Who: e.str("who"), Method: e.str("method"), Path: e.str("path"), raw: e, response: e.obj("response")}
		if entry.Who == "" {
			entry.Who = "none"
		}
		if entry.response == nil {
			entry.response = newObject()
		}
		out = append(out, entry)
	}
	return slices.Clip(out)
}
