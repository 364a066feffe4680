package wpv2

import (
	"context"
	"net/http"

	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
	"github.com/platenhq/platen/schema"
)

// row is the row behind the template that a parameter names.
func (c *templates) row(ctx context.Context, req *rest.Request, param string) (*wp.Post, error) {
	t, err := c.site.Template(ctx, req.String(param), c.typ.Name)
	switch {
	case err != nil:
		return nil, err
	case t == nil:
		return nil, rest.NewError(http.StatusNotFound, "rest_post_invalid_parent", "Invalid template parent ID.")
	case t.PostID == 0:
		return nil, rest.NewError(http.StatusBadRequest, "rest_invalid_template", "Templates based on theme files can't have revisions.")
	}
	return c.site.Post(ctx, t.PostID)
}

func (c *templates) mayVersions(ctx context.Context, req *rest.Request, param, what string) error {
	p, err := c.row(ctx, req, param)
	if err != nil {
		return err
	}
	if !c.site.CanPost(ctx, "edit_post", p) {
		return rest.Denied(ctx, "rest_cannot_read", "Sorry, you are not allowed to view "+what+" of this post.")
	}
	return nil
}

func (c *templates) mayHistory(ctx context.Context, req *rest.Request) error {
	return c.mayVersions(ctx, req, "parent", "revisions")
}

func (c *templates) mayDrafts(ctx context.Context, req *rest.Request) error {
	return c.mayVersions(ctx, req, "id", "autosaves")
}

func (c *templates) revisions(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	p, err := c.row(ctx, req, "parent")
	if err != nil {
		return nil, err
	}
	if err := orderable(req); err != nil {
		return nil, err
	}
	revs := &revisions{API: c.API, parent: c.posts}
	found, total, err := revs.find(ctx, req, p.ID)
	if err != nil {
		return nil, err
	}
	pages, err := revisionPages(req, total)
	if err != nil {
		return nil, err
	}
	items := []any{}
	if !head(req) {
		scope := rest.NewScope(ctx, req)
		for _, rev := range found {
			resp, err := c.version(scope, rev, c.history, "revisions")
			if err != nil {
				return nil, err
			}
			items = append(items, c.rest.Item(ctx, req, resp))
		}
	}
	// WordPress reads the name of the template as a number for the addresses of the other pages.
	return revs.revisionPage(ctx, req, items, total, pages), nil
}

func (c *templates) revision(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	p, err := c.row(ctx, req, "parent")
	if err != nil {
		return nil, err
	}
	rev, err := (&revisions{API: c.API, parent: c.posts}).load(ctx, req)
	if err != nil {
		return nil, err
	}
	if rev.Parent != p.ID {
		return nil, mismatch(p.ID)
	}
	return c.version(rest.NewScope(ctx, req), rev, c.history, "revisions")
}

// version shows a revision or autosave as a template.
func (c *templates) version(s *rest.Scope, rev *wp.Post, shape *shape, kind string) (*rest.Response, error) {
	if head(s.Req) {
		return rest.OK([]any{}), nil
	}
	t, err := c.site.TemplateOf(s.Ctx, rev)
	if err != nil {
		return nil, err
	}
	if t == nil {
		return nil, rest.NewError(http.StatusInternalServerError, "template_missing_theme", "No theme is defined for this template.")
	}
	data := c.data(s, t)
	data.Set("parent", rev.Parent)
	resp := rest.OK(shape.data(s, data))
	if s.WantsLinks() {
		one := c.base + "/" + t.ID()
		resp.Links = c.routeLinks(s.Ctx, "self", one+"/"+kind+"/"+id(rev.ID), "parent", one)
	}
	return resp, nil
}

func (c *templates) mayDeleteRevision(ctx context.Context, req *rest.Request) error {
	p, err := c.row(ctx, req, "parent")
	if err != nil {
		return err
	}
	if !c.site.CanPost(ctx, "delete_post", p) {
		return rest.Denied(ctx, "rest_cannot_delete", "Sorry, you are not allowed to delete revisions of this post.")
	}
	if _, err := (&revisions{API: c.API, parent: c.posts}).load(ctx, req); err != nil {
		return err
	}
	if !c.site.Can(ctx, "edit_theme_options") {
		return rest.Denied(ctx, "rest_cannot_delete", "Sorry, you are not allowed to delete this revision.")
	}
	return nil
}

func (c *templates) deleteRevision(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	rev, err := (&revisions{API: c.API, parent: c.posts}).load(ctx, req)
	if err != nil {
		return nil, err
	}
	if !req.Bool("force") {
		return nil, rest.NewError(http.StatusNotImplemented, "rest_trash_not_supported", "Revisions do not support trashing. Set 'force=true' to delete.")
	}
	previous, err := c.version(rest.NewScope(ctx, req), rev, c.history, "revisions")
	if err != nil {
		return nil, err
	}
	if _, err := c.site.DeletePost(ctx, rev.ID); err != nil {
		return nil, err
	}
	return rest.OK(ordered.Of("deleted", true, "previous", previous.Data)), nil
}

func (c *templates) autosaves(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	p, err := c.row(ctx, req, "id")
	if err != nil {
		return nil, err
	}
	items := []any{}
	if head(req) {
		return rest.OK(items), nil
	}
	found, err := c.site.Autosaves(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	scope := rest.NewScope(ctx, req)
	for _, row := range found {
		resp, err := c.version(scope, row, c.drafts, "autosaves")
		if err != nil {
			return nil, err
		}
		items = append(items, c.rest.Item(ctx, req, resp))
	}
	return rest.OK(items), nil
}

func (c *templates) autosave(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	p, err := c.row(ctx, req, "parent")
	if err != nil {
		return nil, err
	}
	draft, err := c.site.Autosave(ctx, p.ID, 0)
	if missing(err) {
		return nil, rest.NewError(http.StatusNotFound, "rest_post_no_autosave", "There is no autosave revision for this template.")
	}
	if err != nil {
		return nil, err
	}
	return c.version(rest.NewScope(ctx, req), draft, c.drafts, "autosaves")
}

func (c *templates) saveDraft(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	p, err := c.row(ctx, req, "id")
	if err != nil {
		return nil, err
	}
	t, err := c.site.TemplateOf(ctx, p)
	if err != nil {
		return nil, err
	}
	w, err := c.write(ctx, req, t)
	if err != nil {
		return nil, err
	}
	var row *wp.Post
	if p.Status == "draft" && p.Author == site.CurrentID(ctx) && c.site.LockedBy(ctx, p.ID) == 0 {
		row, err = c.site.UpdatePost(ctx, p.ID, w)
	} else {
		row, err = c.site.SaveAutosave(ctx, p, w, nil, false)
	}
	if err != nil {
		return nil, refuse(err, http.StatusInternalServerError)
	}
	return c.version(rest.NewScope(ctx, req).In(schema.Edit), row, c.drafts, "autosaves")
}
