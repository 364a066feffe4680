package format

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/platenhq/platen/internal/vectest"
)

// collated is a text as the database compares it: without case and accents.
func collated(s string) string { return lowerText(RemoveAccents(s, "")) }

type fakePost struct {
	id                 int64
	slug, status, kind string
	parent             int64
	wanted             string // slug before the trash
	oldStatus          string
}

type fakePosts struct {
	posts      []*fakePost
	permalinks string
}

// newFakePosts holds what a fresh install holds.
func newFakePosts(permalinks string) *fakePosts {
	db := &fakePosts{permalinks: permalinks}
	db.add("hello-world", "post", "publish", 0)
	db.add("sample-page", "page", "publish", 0)
	db.add("privacy-policy", "page", "draft", 0)
	return db
}

func (db *fakePosts) add(slug, kind, status string, parent int64) *fakePost {
	p := &fakePost{id: int64(len(db.posts) + 1), slug: slug, kind: kind, status: status, parent: parent}
	db.posts = append(db.posts, p)
	return p
}

func (db *fakePosts) taken(slug string, scope SlugScope) (bool, error) {
	for _, p := range db.posts {
		if p.id == scope.Except || collated(p.slug) != collated(slug) || scope.SameParent && p.parent != scope.Parent {
			continue
		}
		if scope.Types == nil {
			return true, nil
		}
		for _, kind := range scope.Types {
			if p.kind == kind {
				return true, nil
			}
		}
	}
	return false, nil
}

func (db *fakePosts) unique(slug string, p *fakePost) string {
	want := PostSlug{
		Slug: slug, ID: p.id, Status: p.status, Type: p.kind, Parent: p.parent, Permalinks: db.permalinks,
		Hierarchical: p.kind == "page" || p.kind == "wp_block_hierarchical",
	}
	if p.id != 0 {
		want.Current = p.slug
	}
	out, _ := want.Unique(db.taken)
	return out
}

type postStep struct {
	Title, Slug, Status, Type *string
	Parent                    *int64
	Update, Trash, Untrash    int
}

func isDraft(status string) bool {
	return status == "draft" || status == "pending" || status == "auto-draft"
}

// run does what wp_insert_post, wp_update_post and trashing do to slugs.
func (db *fakePosts) run(first int, titles map[*fakePost]string, s postStep) *fakePost {
	at := func(n int) *fakePost { return db.posts[first+n-1] }
	var p *fakePost
	switch {
	case s.Trash > 0:
		p = at(s.Trash)
		p.wanted, p.oldStatus, p.status = p.slug, p.status, "trash"
		p.slug = db.unique(TruncateSlug(p.slug, 191)+"__trashed", p)
		return p
	case s.Untrash > 0:
		p = at(s.Untrash)
		p.status = "draft"
		p.slug = p.wanted
		return p
	case s.Update > 0:
		p = at(s.Update)
	default:
		p = &fakePost{kind: "post", status: "publish"}
	}
	if s.Title != nil {
		titles[p] = *s.Title
	}
	if s.Type != nil {
		p.kind = *s.Type
	}
	if s.Status != nil {
		p.status = *s.Status
	}
	if s.Parent != nil && *s.Parent > 0 {
		p.parent = at(int(*s.Parent)).id
	}
	slug := p.slug
	if s.Slug != nil {
		slug = SanitizeTitle(*s.Slug, "")
	}
	if slug == "" && !isDraft(p.status) {
		slug = SanitizeTitle(titles[p], "")
	}
	slug = db.unique(slug, p)
	if p.id == 0 {
		p.id = int64(len(db.posts) + 1)
		db.posts = append(db.posts, p)
	}
	if slug == "" && !isDraft(p.status) {
		slug = db.unique(SanitizeTitle(titles[p], fmt.Sprint(p.id)), p)
	}
	p.slug = slug
	return p
}

func TestVectorsUniquePostSlug(t *testing.T) {
	var cases []goldenCase
	vectest.Load(t, "wp_unique_post_slug", &cases)
	tally := vectest.New(t, "wp_unique_post_slug")
	for _, c := range cases {
		if c.Args.Fn != "wp_unique_post_slug" {
			var steps []postStep
			mustDecode(t, c.Input, &steps)
			db, titles := newFakePosts("/%year%/%monthnum%/%day%/%postname%/"), map[*fakePost]string{}
			first := len(db.posts)
			var got []string
			for _, s := range steps {
				slug := db.run(first, titles, s).slug
				for i, p := range db.posts[first:] {
					if slug == fmt.Sprint(p.id) && !allDigits(titles[p]) {
						slug = fmt.Sprintf("$ID%d", i+1)
					}
				}
				got = append(got, slug)
			}
			text, ok := sameJSON(t, got, c.Output)
			tally.Check(c.Name, ok, "%s\n got  %s\n want %s", c.Input, text, c.Output)
			continue
		}
		var in struct {
			Existing []struct {
				Slug, Type, Status string
				Parent             int
			}
			Call struct {
				Slug, Type, Status string
				Parent, Self       int
			}
		}
		mustDecode(t, c.Input, &in)
		db := newFakePosts(c.Args.Permalinks)
		first := len(db.posts)
		id := func(n int) int64 {
			if n == 0 {
				return 0
			}
			return int64(first + n)
		}
		for _, e := range in.Existing {
			db.add(e.Slug, e.Type, e.Status, id(e.Parent))
		}
		p := fakePost{kind: "post", status: "publish", parent: id(in.Call.Parent)}
		if in.Call.Self > 0 {
			p = *db.posts[first+in.Call.Self-1]
			p.parent = id(in.Call.Parent)
		}
		if in.Call.Type != "" {
			p.kind = in.Call.Type
		}
		if in.Call.Status != "" {
			p.status = in.Call.Status
		}
		got, want := db.unique(in.Call.Slug, &p), goldenText(t, c.Output)
		tally.Check(c.Name, got == want, "%s: got %q, want %q", c.Input, got, want)
	}
	tally.Done()
}

func TestUniqueSlugLong(t *testing.T) {
	n := 0
	slug, err := PostSlug{Slug: strings.Repeat("%e4%b8%ad", 30), Type: "post", Status: "publish"}.Unique(
		func(string, SlugScope) (bool, error) { n++; return n < 1000, nil })
	if err != nil || len(slug) > MaxSlug || !strings.HasSuffix(slug, "-1000") {
		t.Errorf("got %q (%d bytes), %v", slug, len(slug), err)
	}
}

type fakeTerm struct {
	id                    int64
	name, slug, tax, desc string
	parent                int64
}

// fakeTerms does what wp_insert_term and wp_update_term do to names and slugs.
type fakeTerms struct{ terms []*fakeTerm }

// termQuery is the view one taxonomy has.
type termQuery struct {
	db  *fakeTerms
	tax string
}

func (q termQuery) find(match func(*fakeTerm) bool) *fakeTerm {
	for _, term := range q.db.terms {
		if match(term) {
			return term
		}
	}
	return nil
}

func (q termQuery) bySlug(slug string) *fakeTerm {
	return q.find(func(x *fakeTerm) bool { return x.tax == q.tax && collated(x.slug) == collated(slug) })
}

func (q termQuery) byID(id int64) *fakeTerm {
	return q.find(func(x *fakeTerm) bool { return x.tax == q.tax && x.id == id })
}

func (q termQuery) Exists(text string) (bool, error) {
	slug := SanitizeTitle(text, "")
	return q.find(func(x *fakeTerm) bool {
		return slug != "" && collated(x.slug) == collated(slug) || collated(x.name) == collated(text)
	}) != nil, nil
}

func (q termQuery) InTaxonomy(slug string) (bool, error) { return q.bySlug(slug) != nil, nil }

func (q termQuery) Taken(slug string, except int64) (bool, error) {
	return q.find(func(x *fakeTerm) bool { return x.id != except && collated(x.slug) == collated(slug) }) != nil, nil
}

func (q termQuery) Parent(id int64) (string, int64, bool, error) {
	p := q.byID(id)
	if p == nil {
		return "", 0, false, nil
	}
	return p.slug, p.parent, true, nil
}

type termStep struct {
	Name, Slug, Description *string
	Parent                  *int64
	Tax                     string
	Update                  int
}

type termFault struct {
	code, message string
	existing      int64
}

func (db *fakeTerms) insert(s termStep) (*fakeTerm, *termFault) {
	x := &fakeTerm{tax: s.Tax}
	if s.Name != nil {
		x.name = *s.Name
	}
	if trimPHP(x.name) == "" {
		return nil, &termFault{"empty_term_name", "A name is required for this term.", 0}
	}
	var save SaveFilters
	x.name = save.Name(x.name)
	if s.Description != nil {
		x.desc = save.Description(*s.Description)
	}
	if s.Parent != nil {
		x.parent = *s.Parent
	}
	given := s.Slug != nil && *s.Slug != ""
	if given {
		x.slug = SanitizeTitle(*s.Slug, "")
		given = x.slug != ""
	}
	if !given {
		x.slug = SanitizeTitle(x.name, "")
	}
	q, tree := termQuery{db, s.Tax}, s.Tax == "category"
	same := q.find(func(y *fakeTerm) bool {
		return y.tax == s.Tax && lowerASCII(y.name) == lowerASCII(x.name) && (!tree || y.parent == x.parent)
	})
	if same != nil {
		bySlug := q.bySlug(x.slug)
		switch {
		case given && same.slug != x.slug && bySlug == nil:
		case !tree:
			return nil, &termFault{"term_exists", "A term with the name provided already exists in this taxonomy.", same.id}
		case (!given || same.slug == x.slug) && same.name == x.name:
			return nil, &termFault{"term_exists", "A term with the name provided already exists with this parent.", same.id}
		case bySlug != nil && bySlug.parent == x.parent:
			return nil, &termFault{"term_exists", "A term with the name provided already exists with this parent.", bySlug.id}
		}
	}
	x.slug, _ = TermSlug{Slug: x.slug, Hierarchical: tree, Parent: x.parent}.Unique(q)
	if utf8.RuneCountInString(x.name) > 200 {
		return nil, &termFault{"db_insert_error", "Could not insert term into the database.", 0}
	}
	x.id = int64(len(db.terms) + 1)
	if x.slug == "" {
		x.slug = fmt.Sprint(x.id)
	}
	db.terms = append(db.terms, x)
	return x, nil
}

func (db *fakeTerms) update(x *fakeTerm, s termStep) (*fakeTerm, *termFault) {
	y, q := *x, termQuery{db, x.tax}
	if s.Name != nil {
		y.name = SaveFilters{}.Name(*s.Name)
	}
	if trimPHP(y.name) == "" {
		return nil, &termFault{"empty_term_name", "A name is required for this term.", 0}
	}
	if s.Slug != nil {
		y.slug = SanitizeTitle(*s.Slug, "")
	}
	empty := y.slug == ""
	if empty {
		y.slug = SanitizeTitle(y.name, "")
	}
	if s.Parent != nil {
		y.parent = *s.Parent
	}
	for up := q.byID(y.parent); up != nil; up = q.byID(up.parent) {
		if up.id == x.id {
			y.parent = 0 // wp_check_term_hierarchy_for_loops
			break
		}
	}
	if other := q.bySlug(y.slug); other != nil && other.id != x.id {
		if !empty && y.parent == x.parent {
			return nil, &termFault{"duplicate_term_slug", "The slug &#8220;" + y.slug + "&#8221; is already in use by another term.", 0}
		}
		y.slug, _ = TermSlug{Slug: y.slug, ID: x.id, Hierarchical: x.tax == "category", Parent: y.parent}.Unique(q)
	}
	if y.slug == "" {
		y.slug = fmt.Sprint(x.id)
	}
	*x = y
	return x, nil
}

func TestVectorsUniqueTermSlug(t *testing.T) {
	var cases []goldenCase
	vectest.Load(t, "wp_unique_term_slug", &cases)
	tally := vectest.New(t, "wp_unique_term_slug")
	for _, c := range cases {
		var steps []termStep
		mustDecode(t, c.Input, &steps)
		db := &fakeTerms{[]*fakeTerm{{id: 1, name: "Uncategorized", slug: "uncategorized", tax: "category"}}}
		var made []*fakeTerm
		ref := func(id int64) any {
			if id == 1 {
				return "$UNCATEGORIZED"
			}
			for i, x := range made {
				if x != nil && x.id == id {
					return fmt.Sprintf("$T%d", i+1)
				}
			}
			return 0
		}
		var got []map[string]any
		for _, s := range steps {
			if s.Tax == "" {
				s.Tax = "category"
			}
			if s.Parent != nil && *s.Parent > 0 {
				s.Parent = &made[*s.Parent-1].id
			}
			var x *fakeTerm
			var fault *termFault
			if s.Update > 0 {
				x, fault = db.update(made[s.Update-1], s)
			} else {
				x, fault = db.insert(s)
				made = append(made, x)
			}
			if fault != nil {
				row := map[string]any{"error": fault.code, "message": fault.message, "existing_term": nil}
				if fault.existing > 0 {
					row["existing_term"] = ref(fault.existing)
				}
				got = append(got, row)
				continue
			}
			row := map[string]any{"name": x.name, "slug": x.slug, "description": x.desc, "parent": ref(x.parent)}
			if x.slug == fmt.Sprint(x.id) && !allDigits(x.name) {
				row["slug"] = "$ID"
			}
			got = append(got, row)
		}
		text, ok := sameJSON(t, got, c.Output)
		tally.Check(c.Name, ok, "%s\n got  %s\n want %s", c.Input, text, c.Output)
	}
	tally.Done()
}
