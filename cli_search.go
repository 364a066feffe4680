package platen

import (
	"context"

	"github.com/platenhq/platen/internal/store"
)

// searchMode is how posts are searched.
func (a *App) searchMode() store.SearchMode {
	if a.cfg.Search == "" { // a configuration that nobody completed
		return store.SearchLike
	}
	return store.SearchMode(a.cfg.Search)
}

var searchIndexTool = tooling("search-index", map[string]verb{
	"create": {"[--search fulltext|trigram]", nil, func(ctx context.Context, t *tool) error {
		mode := t.app.searchMode()
		if mode == store.SearchLike {
			mode = store.SearchFulltext
		}
		if err := t.need(0, "no argument"); err != nil {
			return err
		}
		if err := t.app.store.CreateSearchIndex(ctx, mode); err != nil {
			return err
		}
		return t.showSearch(ctx)
	}},
	"status": {"", nil, func(ctx context.Context, t *tool) error {
		if err := t.need(0, "no argument"); err != nil {
			return err
		}
		return t.showSearch(ctx)
	}},
	"drop": {"", nil, func(ctx context.Context, t *tool) error {
		if err := t.need(0, "no argument"); err != nil {
			return err
		}
		if err := t.app.store.DropSearchIndex(ctx); err != nil {
			return err
		}
		return t.showSearch(ctx)
	}},
})

// showSearch prints what index there is: none, fulltext, trigram, or unknown
// for one that this program would not make so.
func (t *tool) showSearch(ctx context.Context) error {
	st, err := t.app.store.SearchState(ctx)
	if err != nil {
		return err
	}
	index := string(st.Mode)
	switch st.Mode {
	case store.SearchLike:
		index = "none"
	case "":
		index = "unknown"
	}
	return t.show(row{"search", string(t.app.searchMode()), "index", index, "complete", st.Complete})
}
