package capability_test

import (
	"bytes"
	"encoding/json"
	"strconv"
	"testing"

	"github.com/platenhq/platen/capability"
)

// memory is a site in maps.
type memory struct {
	posts    map[int64]capability.Post
	trashed  map[int64]string
	comments map[int64]capability.Comment
	terms    map[int64]capability.Term
	users    map[int64]*capability.User
	options  map[string]string
	err      error // every lookup fails with it
}

var _ capability.Objects = (*memory)(nil)

func (m *memory) Post(id int64) (capability.Post, bool, error) {
	p, ok := m.posts[id]
	return p, ok, m.err
}
func (m *memory) TrashedStatus(post int64) (string, error) { return m.trashed[post], m.err }
func (m *memory) Comment(id int64) (capability.Comment, bool, error) {
	c, ok := m.comments[id]
	return c, ok, m.err
}
func (m *memory) Term(id int64) (capability.Term, bool, error) {
	term, ok := m.terms[id]
	return term, ok, m.err
}
func (m *memory) User(id int64) (*capability.User, bool, error) {
	u, ok := m.users[id]
	return u, ok, m.err
}
func (m *memory) Option(name string) (string, error) { return m.options[name], m.err }

func newMemory() *memory {
	return &memory{
		posts: map[int64]capability.Post{}, trashed: map[int64]string{},
		comments: map[int64]capability.Comment{}, terms: map[int64]capability.Term{},
		users: map[int64]*capability.User{}, options: map[string]string{},
	}
}

// vectorSite is the site that the vectors of map_meta_cap were made on.
type vectorSite struct {
	*memory
	ids   map[string]int64 // fixture name → id
	names map[string]int64 // user name → id
}

// missing is the id of the users and objects that do not exist.
const missing = 9999

type fixture struct {
	Object, Type, Status, Author, Post, Taxonomy string
	Parent                                       *string
	ID                                           int64
	Meta                                         map[string]string
}

func newVectorSite(t *testing.T, file *mapFile) *vectorSite {
	t.Helper()
	s := &vectorSite{memory: newMemory(), ids: map[string]int64{}, names: map[string]int64{
		"anonymous": 0, "none": 0, "nonexistent": missing,
		"administrator": 1, "editor": 2, "author": 3, "contributor": 4, "subscriber": 5, "no_role": 6,
	}}
	fixtures := map[string]fixture{}
	for name, raw := range file.Meta.Fixtures {
		var f fixture
		if bytes.Contains(raw, []byte(`"post": null`)) {
			raw = bytes.Replace(raw, []byte(`"post": null`), []byte(`"post": ""`), 1)
		}
		// An empty PHP array of meta is a list.
		if err := json.Unmarshal(bytes.Replace(raw, []byte(`"meta": []`), []byte(`"meta": {}`), 1), &f); err != nil {
			t.Fatal(name, err)
		}
		fixtures[name] = f
		s.ids[name] = f.ID
	}
	roles := capability.NewRoles(capability.DefaultRoles())
	for name, id := range s.names {
		if id == 0 || id == missing {
			continue
		}
		var own []capability.Grant
		if _, ok := roles.Get(name); ok {
			own = []capability.Grant{{Name: name, Value: true}}
		}
		s.users[id] = capability.NewUser(id, own, roles)
	}
	for _, f := range fixtures {
		s.add(f)
	}
	for name, v := range file.Meta.Options {
		if id, ok := s.ids[v]; ok {
			v = strconv.FormatInt(id, 10)
		}
		s.options[name] = v
	}
	return s
}

func (s *vectorSite) add(f fixture) {
	switch f.Object {
	case "post":
		p := capability.Post{ID: f.ID, Type: f.Type, Status: f.Status, Author: s.names[f.Author]}
		if f.Parent != nil {
			p.Parent = s.ids[*f.Parent]
		}
		s.posts[f.ID] = p
		s.trashed[f.ID] = f.Meta["_wp_trash_meta_status"]
	case "comment":
		c := capability.Comment{ID: f.ID, Post: missing}
		if f.Post != "" {
			c.Post = s.ids[f.Post]
		}
		s.comments[f.ID] = c
	case "term":
		s.terms[f.ID] = capability.Term{ID: f.ID, Taxonomy: f.Taxonomy}
	}
}

func (s *vectorSite) userID(name string) int64 {
	if id, ok := s.names[name]; ok {
		return id
	}
	return missing
}

// arguments turns fixture names into ids and {"meta_key": …} into a string.
func (s *vectorSite) arguments(t *testing.T, raw []json.RawMessage) []any {
	t.Helper()
	var args []any
	for _, r := range raw {
		var name string
		var key struct {
			MetaKey string `json:"meta_key"`
		}
		if json.Unmarshal(r, &name) != nil {
			if err := json.Unmarshal(r, &key); err != nil {
				t.Fatal(err)
			}
			args = append(args, key.MetaKey)
			continue
		}
		id, ok := s.ids[name]
		if !ok {
			id = 123456 // "missing object"
		}
		args = append(args, id)
	}
	return args
}

// orderedKeys decodes the keys of a JSON object in order.
type orderedKeys []string

func (k *orderedKeys) UnmarshalJSON(data []byte) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	if _, err := dec.Token(); err != nil {
		return err
	}
	for dec.More() {
		tok, err := dec.Token()
		if err != nil {
			return err
		}
		*k = append(*k, tok.(string))
		var skip json.RawMessage
		if err := dec.Decode(&skip); err != nil {
			return err
		}
	}
	return nil
}
