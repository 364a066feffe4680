package site

import (
	"context"
	"strings"

	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/phpserialize"
)

// MenuItem is a menu item with what it leads to: the object that
// wp_setup_nav_menu_item makes of a post.
type MenuItem struct {
	*wp.Post
	Above                     int64 // the item above, 0 for none
	ObjectID                  int64
	Object, Kind, Label       string // "page", "post_type", "Page"
	Title, URL                string
	NoURL                     bool // an archive that there is not: the address is false
	Attr, Target, Description string
	Classes                   []string
	XFN                       string
	Invalid                   bool // what it leads to is gone
}

// SetupMenuItem reads what a menu item leads to; title renders the title of a
// post.
func (s *Site) SetupMenuItem(ctx context.Context, p *wp.Post, title func(*wp.Post) string) (*MenuItem, error) {
	m, err := s.Meta(ctx, wp.PostMeta, p.ID)
	if err != nil {
		return nil, err
	}
	item := &MenuItem{
		Post: p, Above: Atoi(m.Get("_menu_item_menu_item_parent")), ObjectID: Atoi(m.Get("_menu_item_object_id")),
		Object: m.Get("_menu_item_object"), Kind: m.Get("_menu_item_type"), Title: p.Title,
		Attr: p.Excerpt, Target: m.Get("_menu_item_target"), Description: format.TrimWords(p.Content, 200, "&hellip;"),
		Classes: classesOf(m.Value("_menu_item_classes")), XFN: m.Get("_menu_item_xfn"),
	}
	switch item.Kind {
	case "post_type":
		s.leadToPost(ctx, item, title)
	case "post_type_archive":
		s.leadToArchive(ctx, item)
	case "taxonomy":
		s.leadToTerm(ctx, item)
	default:
		item.Label, item.URL = "Custom Link", m.Get("_menu_item_url")
	}
	return item, nil
}

// classesOf reads the stored classes: a list, or one text.
func classesOf(v any) []string {
	a, ok := v.(*phpserialize.Array)
	if !ok {
		text, _ := v.(string)
		return []string{text}
	}
	out := []string{}
	for _, x := range a.Values() {
		text, _ := x.(string)
		out = append(out, text)
	}
	return out
}

func (m *MenuItem) name(original string) {
	if original == "" {
		original = "#" + itoa(m.ObjectID) + " (no title)"
	}
	if m.Title == "" {
		m.Title = original
	}
}

func (s *Site) leadToPost(ctx context.Context, m *MenuItem, title func(*wp.Post) string) {
	m.Label = m.Object
	if t := s.reg.PostType(m.Object); t != nil {
		m.Label = t.Labels.Get("singular_name")
	} else {
		m.Invalid = true
	}
	p, err := s.Post(ctx, m.ObjectID)
	if err != nil {
		m.Invalid = true
		m.name("")
		return
	}
	if s.PostStatus(ctx, p) == "trash" {
		m.Invalid = true
	}
	m.URL = s.Permalink(ctx, p)
	m.name(title(p))
}

func (s *Site) leadToArchive(ctx context.Context, m *MenuItem) {
	m.Label = "Post Type Archive"
	t := s.reg.PostType(m.Object)
	if t == nil {
		m.Invalid = true
	} else if m.Title == "" {
		m.Title = t.Labels.Get("archives")
	}
	m.URL = s.ArchiveLink(ctx, t)
	m.NoURL = m.URL == ""
}

// ArchiveLink is the address of a post type's archive, "" when it has none:
// get_post_type_archive_link.
func (s *Site) ArchiveLink(ctx context.Context, t *wp.PostType) string {
	set, err := s.Settings(ctx)
	if err != nil || t == nil {
		return ""
	}
	if t.Name == "post" {
		if blog := set.Int("page_for_posts"); set.Get("show_on_front") == "page" && blog != 0 {
			if p, err := s.Post(ctx, blog); err == nil {
				return s.Permalink(ctx, p)
			}
			return ""
		}
		return set.Home
	}
	if t.HasArchive == "" {
		return ""
	}
	if set.Permalinks == "" || t.RewriteSlug == "" {
		return set.Home + "/?post_type=" + t.Name
	}
	slug := t.HasArchive
	if slug == "true" {
		slug = t.RewriteSlug
	}
	front := ""
	if t.RewriteWithFront {
		front = strings.TrimRight(permalinkFront(set.Permalinks), "/")
	}
	return set.Home + userTrailingSlash(set, front+"/"+slug)
}

func (s *Site) leadToTerm(ctx context.Context, m *MenuItem) {
	m.Label = m.Object
	if t := s.reg.Taxonomy(m.Object); t != nil {
		m.Label = t.Labels.Get("singular_name")
	} else {
		m.Invalid = true
	}
	t, err := s.Term(ctx, m.ObjectID, m.Object)
	if err != nil || m.Object == "" {
		m.Invalid = true
		m.name("")
		return
	}
	m.URL = s.TermLink(ctx, t)
	m.name(t.Name)
}

// MenuItemChanges is all that a menu item is to be: the array given to
// wp_update_nav_menu_item. ID 0 is a new one.
type MenuItemChanges struct {
	ID, Menu, Above, Position, ObjectID                         int64
	Object, Kind, Title, URL, Description, Attr, Target, Status string
	Classes, XFN                                                []string
}

// SaveMenuItem creates or changes a menu item and returns its post:
// wp_update_nav_menu_item.
func (s *Site) SaveMenuItem(ctx context.Context, c MenuItemChanges) (*wp.Post, error) {
	menu, err := s.Menu(ctx, c.Menu)
	if err != nil {
		return nil, err
	}
	if menu == nil && c.Menu != 0 {
		return nil, fail("invalid_menu_id", "Invalid menu ID.")
	}
	if c.Menu == 0 {
		c.Position = 1
	} else if c.Position == 0 {
		if c.Position, err = s.lastPosition(ctx, menu); err != nil {
			return nil, err
		}
	}
	parent, err := s.settleItem(ctx, &c)
	if err != nil {
		return nil, err
	}
	kind, status, now := "nav_menu_item", "draft", s.localNow(ctx)
	if c.Status == "publish" || c.ID != 0 && c.Status != "draft" {
		status = "publish"
	}
	post := PostChanges{
		Type: &kind, Status: &status, Title: &c.Title, Content: &c.Description, Excerpt: &c.Attr,
		Parent: &parent, MenuOrder: &c.Position, Date: &now,
	}
	var p *wp.Post
	update := c.ID != 0
	if !update {
		if p, err = s.InsertPost(ctx, post); err != nil {
			return nil, err
		}
		c.ID = p.ID
	}
	if err := s.relateItem(ctx, &c, menu, update); err != nil || !update {
		return p, err
	}
	return s.UpdatePost(ctx, c.ID, post)
}

// lastPosition is the place behind the last item of a menu, 0 in an empty one.
func (s *Site) lastPosition(ctx context.Context, menu *wp.Term) (int64, error) {
	items, err := s.MenuItemsOf(ctx, menu, true)
	if err != nil || len(items) == 0 {
		return 0, err
	}
	return int64(len(items)) + 1, nil
}

// settleItem gives an item the parent of what it leads to, and no title of its
// own where that is the same.
func (s *Site) settleItem(ctx context.Context, c *MenuItemChanges) (parent int64, err error) {
	if c.ID != 0 {
		p, err := s.Post(ctx, c.ID)
		if err != nil {
			return 0, err
		}
		parent = p.Parent
	}
	if c.Kind == "custom" {
		c.URL = trimmed(c.URL)
		return parent, nil
	}
	c.URL = ""
	original := ""
	switch c.Kind {
	case "taxonomy":
		if t, err := s.Term(ctx, c.ObjectID, c.Object); err == nil {
			parent, original = t.Parent, t.Name
		} else if !isNotFound(err) {
			return 0, err
		}
	case "post_type":
		if p, err := s.Post(ctx, c.ObjectID); err == nil {
			parent, original = p.Parent, p.Title
		} else if !isNotFound(err) {
			return 0, err
		}
	case "post_type_archive":
		if t := s.reg.PostType(c.Object); t != nil {
			original = t.Labels.Get("archives")
		}
	}
	if c.Title == original {
		c.Title = ""
	}
	if c.Title == "" && c.Description == "" {
		c.Description = " " // keeps WordPress from refusing an empty post
	}
	return parent, nil
}

// relateItem puts an item into its menu and writes its meta.
func (s *Site) relateItem(ctx context.Context, c *MenuItemChanges, menu *wp.Term, update bool) error {
	if menu != nil {
		there := false
		if update {
			terms, err := s.PostTerms(ctx, c.ID, navMenu)
			if err != nil {
				return err
			}
			for i := range terms {
				there = there || terms[i].ID == menu.ID
			}
		}
		if !there {
			if err := s.SetPostTerms(ctx, c.ID, navMenu, []int64{menu.ID}); err != nil {
				return err
			}
		}
	}
	if c.Kind == "custom" {
		c.ObjectID, c.Object = c.ID, "custom"
	}
	if c.Above == c.ID {
		c.Above = 0
	}
	classes := &phpserialize.Array{}
	for _, class := range strings.Split(strings.Join(c.Classes, " "), " ") {
		classes.Append(format.SanitizeHTMLClass(class, ""))
	}
	list, err := phpserialize.Marshal(classes)
	if err != nil {
		return err
	}
	xfn := strings.Split(strings.Join(c.XFN, " "), " ")
	for i := range xfn {
		xfn[i] = format.SanitizeHTMLClass(xfn[i], "")
	}
	for _, m := range []struct{ key, value string }{
		{"type", format.SanitizeKey(c.Kind)}, {"menu_item_parent", itoa(c.Above)}, {"object_id", itoa(c.ObjectID)}, {"object", format.SanitizeKey(c.Object)},
		{"target", format.SanitizeKey(c.Target)}, {"classes", list}, {"xfn", strings.Join(xfn, " ")}, {"url", format.SanitizeURL(c.URL)},
	} {
		if err := s.SetMeta(ctx, wp.PostMeta, c.ID, "_menu_item_"+m.key, m.value); err != nil {
			return err
		}
	}
	if menu == nil {
		return s.SetMeta(ctx, wp.PostMeta, c.ID, "_menu_item_orphaned", itoa(s.now().Unix()))
	}
	have, err := s.Meta(ctx, wp.PostMeta, c.ID)
	if _, orphaned := have.Lookup("_menu_item_orphaned"); err != nil || !orphaned {
		return err
	}
	return s.DeleteMeta(ctx, wp.PostMeta, c.ID, "_menu_item_orphaned")
}

// autoAddPage adds a page that was just published to the menus that take all
// new pages: _wp_auto_add_pages_to_menu.
func (s *Site) autoAddPage(ctx context.Context, p *wp.Post, from string) {
	if p.Status != "publish" || from == "publish" || p.Type != "page" || p.Parent != 0 {
		return
	}
	menus, err := s.AutoAddMenus(ctx)
	if err != nil {
		s.log.ErrorContext(ctx, "menus that take new pages", "err", err)
	}
	for _, id := range menus {
		if err := s.addToMenu(ctx, id, p); err != nil {
			s.log.ErrorContext(ctx, "new page for a menu", "menu", id, "page", p.ID, "err", err)
		}
	}
}

func (s *Site) addToMenu(ctx context.Context, id int64, p *wp.Post) error {
	menu, err := s.Menu(ctx, id)
	if err != nil || menu == nil {
		return err
	}
	items, err := s.MenuItemsOf(ctx, menu, true)
	if err != nil {
		return err
	}
	for _, item := range items {
		m, err := s.Meta(ctx, wp.PostMeta, item.ID)
		if err != nil || Atoi(m.Get("_menu_item_object_id")) == p.ID {
			return err
		}
	}
	_, err = s.SaveMenuItem(ctx, MenuItemChanges{Menu: id, ObjectID: p.ID, Object: p.Type, Kind: "post_type", Status: "publish"})
	return err
}
