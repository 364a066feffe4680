package render

import (
	"strconv"

	"github.com/platenhq/platen/ordered"
)

func renderAccordion(b *Block, c string) string {
	if empty(c) {
		return c
	}
	t := newTags(c)
	if !t.nextClass("", "wp-block-accordion") {
		return c
	}
	t.setAttr("data-wp-interactive", "core/accordion")
	t.setAttr("data-wp-context", `{ "autoclose": `+jsBool(truthy(b.attr("autoclose")))+`, "accordionItems": [] }`)
	return t.String()
}

func jsBool(v bool) string { return strconv.FormatBool(v) }

func renderAccordionItem(b *Block, c string) string {
	if c == "" {
		return c
	}
	id := b.Run.uniqueID("accordion-item-")
	open := truthy(b.attr("openByDefault"))
	b.Run.setState("core/accordion", "isOpen", derived(func(c *ordered.Object) any { return c.Value("openByDefault") }))
	t := newTags(c)
	if t.nextClass("", "wp-block-accordion-item") {
		t.setAttr("data-wp-context", `{ "id": "`+id+`", "openByDefault": `+jsBool(open)+` }`)
		t.setAttr("data-wp-class--is-open", "state.isOpen")
		t.setAttr("data-wp-init", "callbacks.initAccordionItems")
		t.setAttr("data-wp-on-window--hashchange", "callbacks.hashChange")
		if t.nextClass("", "wp-block-accordion-heading__toggle") {
			t.setAttr("data-wp-on--click", "actions.toggle")
			t.setAttr("id", id)
			t.setAttr("aria-controls", id+"-panel")
			t.setAttr("data-wp-bind--aria-expanded", "state.isOpen")
			if t.nextClass("", "wp-block-accordion-panel") {
				t.setAttr("id", id+"-panel")
				t.setAttr("aria-labelledby", id)
				t.setAttr("data-wp-bind--hidden", "state.isHidden")
				t.setAttr("data-wp-on--beforematch", "actions.handleBeforeMatch")
				c = t.String()
			}
		}
	}
	if !open {
		c = lowPriorityImages(c)
	}
	return c
}

// tabsContext is the id of a group of tabs and the ids of its tabs.
func (b *Block) tabsContext() (string, []any) {
	id := ""
	if v := b.attrs.Value("anchor"); v != nil {
		id = str(v)
	} else {
		id = b.Run.uniqueID("tabs_")
	}
	list := []any{}
	for i := range b.parsed.InnerBlocks {
		panels := &b.parsed.InnerBlocks[i]
		if panels.Name != "core/tab-panels" {
			continue
		}
		n := 0
		for j := range panels.InnerBlocks {
			tab := &panels.InnerBlocks[j]
			if tab.Name != "core/tab-panel" {
				continue
			}
			tabID := "tab-" + strconv.Itoa(n)
			if a := tab.Attrs.Value("anchor"); truthy(a) {
				tabID = str(a)
			} else if !empty(id) {
				tabID = id + "-" + tabID
			}
			list = append(list, escAttr(tabID))
			n++
		}
		break
	}
	return id, list
}

func renderTabs(b *Block, c string) string {
	id := str(b.Context["core/tabs-id"])
	if empty(id) {
		return ""
	}
	t := newTags(c)
	if t.nextClass("", "wp-block-tabs") {
		active := b.attr("activeTabIndex")
		if active == nil {
			active = int64(0)
		}
		t.setAttr("data-wp-interactive", "core/tabs")
		t.setAttr("data-wp-context", `{"tabsId":`+phpJSON(id, 0)+`,"activeTabIndex":`+phpJSON(active, 0)+"}")
		t.setAttr("data-wp-init", "callbacks.onTabsInit")
		t.setAttr("data-wp-on--keydown", "actions.handleTabKeyDown")
	}
	return t.String()
}

func renderTabList(b *Block, c string) string {
	label := "Tabbed content"
	if v := b.attr("ariaLabel"); truthy(v) {
		label = stripAllTags(str(v), false)
	}
	t := newTags(c)
	if t.nextClass("", "wp-block-tab-list") {
		t.setAttr("aria-label", label)
	}
	list, _ := b.Context["core/tabs-list"].([]any)
	for i := 0; i < len(list) && t.nextNamed("BUTTON"); i++ {
		id := str(list[i])
		t.setAttr("id", "tab__"+id)
		t.setAttr("aria-controls", id)
		t.setAttr("data-wp-on--click", "actions.handleTabClick")
		t.setAttr("data-wp-on--keydown", "actions.handleTabKeyDown")
		t.setAttr("data-wp-bind--aria-selected", "state.isActiveTab")
		t.setAttr("data-wp-bind--tabindex", "state.tabIndexAttribute")
		t.setAttr("data-wp-context", `{"tabIndex":`+strconv.Itoa(i)+"}")
	}
	return t.String()
}

func renderTabPanel(b *Block, c string) string {
	tabs := str(b.Context["core/tabs-id"])
	n := b.Run.tabCounters[tabs]
	b.Run.tabCounters[tabs]++
	t := newTags(c)
	if t.nextClass("", "wp-block-tab-panel") {
		id := t.value("id")
		if empty(id) {
			id = "tab-" + strconv.Itoa(n)
			if !empty(tabs) {
				id = tabs + "-" + id
			}
			t.setAttr("id", id)
		}
		t.setAttr("aria-labelledby", "tab__"+id)
		t.setAttr("data-wp-bind--hidden", "!state.isActiveTab")
	}
	return t.String()
}
