package wpv2

import (
	"context"
	"errors"
	"net/http"

	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
	"github.com/platenhq/platen/schema"
)

// termWrite collects what a request wants of a term.
type termWrite struct {
	site.TermChanges
	locations []string // of a menu; nil when not asked for
	autoAdd   *bool    // of a menu
}

// setAny takes text, also when it is empty.
func setAny(field **string, v any) error {
	if s, ok := v.(string); ok {
		*field = &s
	}
	return nil
}

// writeArgs are the parameters of create or edit, out of the item schema.
func (c *terms) writeArgs(create bool) rest.Args { return schema.EndpointArgs(c.item, create) }

func (c *terms) mayCreate(ctx context.Context, _ *rest.Request) error {
	need := "assign_terms"
	if c.tax.Hierarchical {
		need = "edit_terms"
	}
	if !c.site.Can(ctx, c.tax.Caps.Get(need)) {
		return rest.Denied(ctx, "rest_cannot_create", "Sorry, you are not allowed to create terms in this taxonomy.")
	}
	return nil
}

func (c *terms) mayUpdate(ctx context.Context, req *rest.Request) error {
	t, err := c.load(ctx, req)
	if err != nil {
		return err
	}
	if !c.site.Can(ctx, "edit_term", t.ID) {
		return rest.Denied(ctx, "rest_cannot_update", "Sorry, you are not allowed to edit this term.")
	}
	return nil
}

// checkParent refuses a parent that cannot be one.
func (c *terms) checkParent(ctx context.Context, req *rest.Request) error {
	v := req.Param("parent")
	if v == nil {
		return nil
	}
	if !c.tax.Hierarchical {
		return rest.NewError(http.StatusBadRequest, "rest_taxonomy_not_hierarchical", "Cannot set parent term, taxonomy is not hierarchical.")
	}
	parent, _ := v.(int64)
	if parent == 0 {
		return nil
	}
	if _, err := c.site.Term(ctx, parent, c.tax.Name); missing(err) {
		return rest.NewError(http.StatusBadRequest, "rest_term_invalid", "Parent term does not exist.")
	} else if err != nil {
		return err
	}
	return nil
}

// read collects what the request wants.
func (c *terms) read(s *rest.Scope) (termWrite, error) {
	var w termWrite
	if err := c.checkParent(s.Ctx, s.Req); err != nil {
		return w, err
	}
	return w, c.fields.Read(s, &w)
}

func (c *terms) create(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	scope := rest.NewScope(ctx, req).In(schema.Edit)
	w, err := c.read(scope)
	if err != nil {
		return nil, err
	}
	var t *wp.Term
	err = c.site.Atomically(ctx, func(ctx context.Context) (err error) {
		if t, err = c.site.InsertTerm(ctx, c.tax.Name, w.TermChanges); err != nil {
			return refuseTerm(err)
		}
		return c.saveKept(ctx, wp.TermMeta, c.tax.Name, t.ID, req)
	})
	if err != nil {
		return nil, err
	}
	req.Set("context", schema.Edit)
	resp := c.show(scope, t)
	resp.Status = http.StatusCreated
	return resp.SetHeader("Location", c.url(ctx, c.base+"/"+id(t.ID))), nil
}

func (c *terms) update(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	t, err := c.load(ctx, req)
	if err != nil {
		return nil, err
	}
	scope := rest.NewScope(ctx, req).In(schema.Edit)
	w, err := c.read(scope)
	if err != nil {
		return nil, err
	}
	term := t.ID
	err = c.site.Atomically(ctx, func(ctx context.Context) (err error) {
		if t, err = c.site.UpdateTerm(ctx, term, c.tax.Name, w.TermChanges); err != nil {
			return refuseTerm(err)
		}
		return c.saveKept(ctx, wp.TermMeta, c.tax.Name, term, req)
	})
	if err != nil {
		return nil, err
	}
	req.Set("context", schema.Edit)
	return c.show(scope, t), nil
}

// refuseTerm turns an error of the site into one of the API. Errors of terms
// have no status of their own, except term_exists, whose data says which term
// it is three times over.
func refuseTerm(err error) error {
	var e *site.Error
	if !errors.As(err, &e) {
		return err
	}
	out := &rest.Error{Code: e.Code, Message: e.Message, Status: e.Status}
	if term, ok := e.Data["term_id"]; ok {
		out.Status = http.StatusBadRequest
		out.Data = ordered.Of("term_id", term)
		out.Earlier = []any{term, term}
	}
	out.Text, _ = e.Data["error"].(string)
	return out
}
