package wiretest

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/tools/txtar"
)

// Conversation is one file.
type Conversation struct {
	Name    string // of the file, without .txtar
	About   string
	Steps   []Step
	Needs   []string // namespaces of the API that not every server has
	NotHave []string // what no response may contain
	Files   map[string][]byte
}

// Step is a request and what is expected of its answer.
type Step struct {
	Title, Method, Target, Who string
	Line                       int // of the request in the file
	header                     []headerLine
	body                       string
	bodyForm                   string // "", form, multipart
	want                       expectation
}

type headerLine struct{ name, value string }

type expectation struct {
	line     int
	status   int
	header   []headerCheck
	not      []string
	captures []capture
	mode     string // "" (subset), exact, text, contains, empty
	body     string
}

type headerCheck struct {
	name, value string
	how         byte // ':' equal, '~' matches, '!' absent
}

type capture struct {
	name, from string
	how        byte // '.' path, 'h' header, '~' regexp
}

// Writes tells whether the conversation may change the site: it does more than
// read, or logs in by hand.
func (c *Conversation) Writes() bool {
	for _, s := range c.Steps {
		if s.Method != "GET" && s.Method != "HEAD" && s.Method != "OPTIONS" || strings.HasPrefix(s.Target, "/wp-login.php?action=logout") {
			return true
		}
	}
	return false
}

// Load reads the conversations of a directory, by name.
func Load(dir string) ([]*Conversation, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.txtar"))
	if err != nil {
		return nil, err
	}
	if len(paths) == 0 {
		return nil, fmt.Errorf("wiretest: no conversations in %s", dir)
	}
	var out []*Conversation
	for _, p := range paths {
		data, err := os.ReadFile(p)
		if err != nil {
			return nil, err
		}
		c, err := Parse(strings.TrimSuffix(filepath.Base(p), ".txtar"), data)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

// Parse reads one conversation. Errors name the file and the line.
func Parse(name string, data []byte) (*Conversation, error) {
	a := txtar.Parse(data)
	c := &Conversation{Name: name, About: strings.TrimSpace(string(a.Comment)), Files: map[string][]byte{}}
	line := 1 + strings.Count(string(a.Comment), "\n")
	open := false // a request waits for its response
	for _, f := range a.Files {
		p := &sectionParser{file: name, line: line}
		kind, title, _ := strings.Cut(f.Name, ":")
		var err error
		switch {
		case kind == "request" && !open:
			step := Step{Title: strings.TrimSpace(title), Line: line + 1}
			err = p.request(&step, string(f.Data))
			c.Steps = append(c.Steps, step)
			open = true
		case f.Name == "response" && open:
			err = p.response(&c.Steps[len(c.Steps)-1].want, string(f.Data))
			open = false
		case f.Name == "needs":
			c.Needs = strings.Fields(string(f.Data))
		case f.Name == "must not contain":
			for _, l := range strings.Split(string(f.Data), "\n") {
				if l = strings.TrimSpace(l); l != "" {
					c.NotHave = append(c.NotHave, l)
				}
			}
		case strings.HasPrefix(f.Name, "file "):
			c.Files[f.Name[len("file "):]], err = base64.StdEncoding.DecodeString(strings.Join(strings.Fields(string(f.Data)), ""))
			if err != nil {
				err = p.errorf("%v", err)
			}
		default:
			err = p.errorf("section %q does not belong here", f.Name)
		}
		if err != nil {
			return nil, err
		}
		line += 1 + strings.Count(string(f.Data), "\n")
	}
	if open || len(c.Steps) == 0 {
		return nil, fmt.Errorf("%s.txtar: a conversation is requests, each with its response", name)
	}
	return c, nil
}

// sectionParser walks the head of a section; line is the line it is at.
type sectionParser struct {
	file string
	line int
}

func (p *sectionParser) errorf(format string, args ...any) error {
	return fmt.Errorf("%s.txtar:%d: %s", p.file, p.line, fmt.Sprintf(format, args...))
}

// head hands the lines up to the first empty one to f, the first of them as
// first, and returns what follows.
func (p *sectionParser) head(text string, first, f func(line string) error) (string, error) {
	for n := 0; text != ""; n++ {
		var line string
		line, text, _ = strings.Cut(text, "\n")
		p.line++
		if n > 0 && line == "" {
			return strings.TrimSuffix(text, "\n"), nil
		}
		do := f
		if n == 0 {
			do = first
		}
		if err := do(line); err != nil {
			return "", err
		}
	}
	return "", nil
}

var (
	requestLine = regexp.MustCompile(`^([A-Z]+) (\S+)(?: as (\S+))?$`)
	headerRE    = regexp.MustCompile(`^([A-Za-z0-9_-]+):(?: (.*))?$`)
	checkRE     = regexp.MustCompile(`^([A-Za-z0-9_-]+) ?([:~])(?: (.*))?$`)
	absentRE    = regexp.MustCompile(`^!([A-Za-z0-9_-]+)$`)
	captureRE   = regexp.MustCompile(`^\$(\w+) = (?:(header) |(~) )?(.+)$`)
)

func (p *sectionParser) request(s *Step, text string) (err error) {
	s.body, err = p.head(text, func(line string) error {
		m := requestLine.FindStringSubmatch(line)
		if m == nil {
			return p.errorf("want METHOD TARGET [as WHO], not %q", line)
		}
		s.Method, s.Target, s.Who = m[1], m[2], m[3]
		return nil
	}, func(line string) error {
		if line == "@form" || line == "@multipart" {
			s.bodyForm = line[1:]
			return nil
		}
		m := headerRE.FindStringSubmatch(line)
		if m == nil {
			return p.errorf("no header line: %q", line)
		}
		s.header = append(s.header, headerLine{m[1], m[2]})
		return nil
	})
	if err == nil && s.Method == "" {
		err = p.errorf("empty request")
	}
	return err
}

func (p *sectionParser) response(e *expectation, text string) (err error) {
	e.line = p.line + 1
	e.body, err = p.head(text, func(line string) (err error) {
		if e.status, err = strconv.Atoi(line); err != nil || e.status < 100 || e.status > 999 {
			return p.errorf("want a status, not %q", line)
		}
		return nil
	}, func(line string) error { return p.expect(e, line) })
	switch {
	case err != nil:
	case e.status == 0:
		err = p.errorf("empty response")
	case e.mode == "empty" && e.body != "":
		err = p.errorf("@empty with a body")
	case (e.mode == "exact" || e.mode == "contains") && e.body == "":
		err = p.errorf("@%s without a body", e.mode)
	}
	return err
}

func (p *sectionParser) expect(e *expectation, line string) error {
	switch line {
	case "@exact", "@text", "@contains", "@empty":
		e.mode = line[1:]
		return nil
	}
	if t, ok := strings.CutPrefix(line, "@not "); ok {
		e.not = append(e.not, t)
		return nil
	}
	if m := absentRE.FindStringSubmatch(line); m != nil {
		e.header = append(e.header, headerCheck{m[1], "", '!'})
		return nil
	}
	if m := captureRE.FindStringSubmatch(line); m != nil {
		c := capture{m[1], m[4], '.'}
		if m[2] != "" {
			c.how = 'h'
		} else if m[3] != "" {
			c.how = '~'
			if re, err := regexp.Compile(c.from); err != nil || re.NumSubexp() < 1 {
				return p.errorf("want a regexp with a group: %q", c.from)
			}
		}
		e.captures = append(e.captures, c)
		return nil
	}
	if m := checkRE.FindStringSubmatch(line); m != nil {
		e.header = append(e.header, headerCheck{m[1], m[3], m[2][0]})
		return nil
	}
	return p.errorf("not understood: %q", line)
}
