package format

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/platenhq/platen/internal/vectest"
)

// samePlace compares as the database does: without case and accents.
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
	if isDraft(p.status) {
		return p
	}
	// A slug that a post in the trash still holds goes to the new one.
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
	start := time.Now()
	n := 0
	slug, err := PostSlug{Slug: strings.Repeat("%e4%b8%ad", 30), Type: "post", Status: "publish"}.Unique(
		func(string, SlugScope) (bool, error) { n++; return n < 1000, nil })
	if err != nil || len(slug) > MaxSlug || !strings.HasSuffix(slug, "-1000") {
		t.Errorf("got %q (%d bytes), %v", slug, len(slug), err)
	}
	t.Logf("%v", time.Since(start))
}

var _ = json.Valid
