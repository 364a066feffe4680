package site

import (
	"context"
	"strings"

	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/phpserialize"
)

const navMenu = "nav_menu"

// MenuLocation is a place for menus that a theme has: register_nav_menu.
type MenuLocation struct{ Name, Description string }

// AddMenuLocation registers a place for menus.
func (r *Registry) AddMenuLocation(l MenuLocation) { r.locations = append(r.locations, l) }

// MenuLocations lists the registered places for menus in order; WordPress's
// default theme has none.
func (r *Registry) MenuLocations() []MenuLocation { return r.locations }

// MenuPlace is a place and the menu that stands there.
type MenuPlace struct {
	Location string
	Menu     int64
}

func (s *Site) themeMods(ctx context.Context) (*phpserialize.Array, string, error) {
	name := "theme_mods_" + s.Theme(ctx)
	raw, err := s.Option(ctx, name)
	if err != nil {
		return nil, "", err
	}
	if mods, ok := phpserialize.MaybeUnserialize(raw).(*phpserialize.Array); ok {
		return mods, name, nil
	}
	return &phpserialize.Array{}, name, nil
}

// MenuPlaces lists where menus stand: get_nav_menu_locations.
func (s *Site) MenuPlaces(ctx context.Context) ([]MenuPlace, error) {
	mods, _, err := s.themeMods(ctx)
	if err != nil {
		return nil, err
	}
	list, _ := mods.Lookup("nav_menu_locations").(*phpserialize.Array)
	if list == nil {
		return nil, nil
	}
	var out []MenuPlace
	for k, v := range list.All() {
		if menu, ok := v.(int64); ok {
			out = append(out, MenuPlace{k.String(), menu})
		}
	}
	return out, nil
}

// PlaceMenu makes locations the only places where a menu stands.
func (s *Site) PlaceMenu(ctx context.Context, menu int64, locations []string) error {
	places, err := s.MenuPlaces(ctx)
	if err != nil {
		return err
	}
	list := &phpserialize.Array{}
	for _, p := range places {
		if p.Menu != menu {
			list.Put(p.Location, p.Menu)
		}
	}
	for _, l := range locations {
		list.Put(l, menu)
	}
	return s.savePlaces(ctx, list)
}

func (s *Site) savePlaces(ctx context.Context, list *phpserialize.Array) error {
	mods, name, err := s.themeMods(ctx)
	if err != nil {
		return err
	}
	mods = mods.Clone()
	mods.Put("nav_menu_locations", list)
	text, err := phpserialize.Marshal(mods)
	if err != nil {
		return err
	}
	return s.SetOption(ctx, name, text)
}

const menuOptions = "nav_menu_options"

// AutoAddMenus lists the menus that new pages are added to.
func (s *Site) AutoAddMenus(ctx context.Context) ([]int64, error) {
	raw, err := s.Option(ctx, menuOptions)
	if err != nil {
		return nil, err
	}
	a, _ := phpserialize.MaybeUnserialize(raw).(*phpserialize.Array)
	if a == nil {
		return nil, nil
	}
	return ids(a.Lookup("auto_add")), nil
}

// SetAutoAdd says whether new pages are added to a menu.
func (s *Site) SetAutoAdd(ctx context.Context, menu int64, on bool) error {
	list, err := s.AutoAddMenus(ctx)
	if err != nil {
		return err
	}
	out := &phpserialize.Array{}
	there := false
	for _, m := range list {
		there = there || m == menu
		if m != menu || on {
			out.Append(m)
		}
	}
	if on && !there {
		out.Append(menu)
	}
	raw, err := s.Option(ctx, menuOptions)
	if err != nil {
		return err
	}
	all, _ := phpserialize.MaybeUnserialize(raw).(*phpserialize.Array)
	if all == nil {
		all = &phpserialize.Array{}
	}
	text, err := phpserialize.Marshal(all.Clone().Put("auto_add", out))
	if err != nil {
		return err
	}
	return s.SetOption(ctx, menuOptions, text)
}

// SaveMenu creates a menu, with id 0, or changes one: wp_update_nav_menu_object.
// The slug follows from the name. The error menu_exists has the id of the
// other menu in its data, as term_id.
func (s *Site) SaveMenu(ctx context.Context, id int64, name, description string) (*wp.Term, error) {
	if name != "" {
		other, err := s.store.TermByName(ctx, s.SaveFilters(ctx).Name(name), navMenu)
		if err != nil && !isNotFound(err) {
			return nil, err
		}
		if err == nil && other.ID != id {
			data := map[string]any{"term_id": other.ID}
			if strings.Contains(name, `\`) { // WordPress looks for it a second time, without the backslashes
				data = nil
			}
			shown := strings.NewReplacer(`\`, `\\`, `'`, `\'`, `"`, `\"`).Replace(name) // WordPress shows it slashed
			return nil, &Error{
				Code:    "menu_exists",
				Message: "The menu name <strong>" + format.EscHTML(shown) + "</strong> conflicts with another menu name. Please try another.",
				Data:    data,
			}
		}
	}
	empty, none := "", int64(0)
	c := TermChanges{Name: &name, Description: &description, Slug: &empty, Parent: &none}
	if id == 0 {
		return s.InsertTerm(ctx, navMenu, c)
	}
	return s.UpdateTerm(ctx, id, navMenu, c)
}

// DeleteMenu removes a menu with its items: wp_delete_nav_menu.
func (s *Site) DeleteMenu(ctx context.Context, t *wp.Term) error {
	items, err := s.store.ObjectsInTerms(ctx, []int64{t.TermTaxonomyID})
	if err != nil {
		return err
	}
	for _, item := range items {
		if _, err := s.DeletePost(ctx, item); err != nil && !isNotFound(err) {
			return err
		}
	}
	if err := s.DeleteTerm(ctx, t.ID, navMenu); err != nil {
		return err
	}
	places, err := s.MenuPlaces(ctx)
	if err != nil || len(places) == 0 {
		return err
	}
	list := &phpserialize.Array{}
	for _, p := range places {
		if p.Menu == t.ID {
			p.Menu = 0
		}
		list.Put(p.Location, p.Menu)
	}
	return s.savePlaces(ctx, list)
}

// Menu finds a menu by its id, or else by a slug or name that is that number:
// wp_get_nav_menu_object. nil when there is none.
func (s *Site) Menu(ctx context.Context, id int64) (*wp.Term, error) {
	if id == 0 {
		return nil, nil
	}
	t, err := s.Term(ctx, id, navMenu)
	if !isNotFound(err) {
		return t, err
	}
	for _, find := range []func(context.Context, string, string) (wp.Term, error){s.store.TermBySlug, s.store.TermByName} {
		row, err := find(ctx, itoa(id), navMenu)
		if err == nil {
			return &row, nil
		}
		if !isNotFound(err) {
			return nil, err
		}
	}
	return nil, nil
}

// MenuItemsOf lists the items of a menu in order, drafts too if asked for.
func (s *Site) MenuItemsOf(ctx context.Context, menu *wp.Term, drafts bool) ([]*wp.Post, error) {
	statuses := []string{"publish"}
	if drafts {
		statuses = append(statuses, "draft")
	}
	found, _, err := s.QueryPosts(ctx, store.PostQuery{
		Types: []string{"nav_menu_item"}, Statuses: statuses, NoCount: true,
		Tax:     &store.TaxQuery{Clauses: []store.TaxClause{{Taxonomy: navMenu, TermTaxonomyIDs: []int64{menu.TermTaxonomyID}}}},
		OrderBy: []store.PostOrder{{By: store.ByMenuOrder, Order: store.Asc}},
	})
	if err != nil {
		return nil, err
	}
	return found, s.PrimePosts(ctx, found)
}
