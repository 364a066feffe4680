package wp

import "testing"

func TestRegistry(t *testing.T) {
	post := PostType{Name: "post", Builtin: true, Public: true, Supports: []Support{{Feature: "title"}}, Caps: Caps{{"edit_posts", "edit_books"}}}
	if !post.Viewable() || !post.Supporting("title") || post.Supporting("editor") || post.Base() != "post" || post.Namespace() != "wp/v2" {
		t.Error("post type")
	}
	if post.Caps.Get("edit_posts") != "edit_books" || post.Caps.Get("read") != "read" {
		t.Error("caps")
	}
	if (&PostType{Public: true}).Viewable() || !(&PostType{PubliclyQueryable: true}).Viewable() {
		t.Error("a plugin's type is viewable when it is publicly queryable")
	}
	tax := Taxonomy{Name: "genre", RESTBase: "genres", RESTNamespace: "x/v1", PubliclyQueryable: true, Labels: Labels{{"name", "Genres", false}}}
	if tax.Base() != "genres" || tax.Namespace() != "x/v1" || !tax.Viewable() || tax.Labels.Get("name") != "Genres" || tax.Labels.Get("x") != "" {
		t.Error("taxonomy")
	}
	for _, c := range []struct {
		s    Status
		want bool
	}{{Status{Public: true, Builtin: true}, true}, {Status{Protected: true, PubliclyQueryable: true}, false}, {Status{Internal: true, Public: true, Builtin: true}, false},
		{Status{Public: true}, false}, {Status{PubliclyQueryable: true}, true}} {
		if c.s.Viewable() != c.want {
			t.Errorf("%+v", c.s)
		}
	}
	if !Autoloaded("yes") || !Autoloaded("auto") || Autoloaded("off") || Autoloaded("auto-off") || Autoloaded("no") {
		t.Error("autoload")
	}
	if PostMeta.String()+UserMeta.String()+TermMeta.String()+CommentMeta.String()+MetaKind(9).String() != "postusertermcommentunknown" {
		t.Error("kinds")
	}
}
