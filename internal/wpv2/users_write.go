package wpv2

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
	"github.com/platenhq/platen/schema"
)

// userWrite collects what a request wants of a user.
type userWrite struct {
	site.UserChanges
}

func (c *users) mayCreate(ctx context.Context, _ *rest.Request) error {
	if !c.site.Can(ctx, "create_users") {
		return rest.Denied(ctx, "rest_cannot_create_user", "Sorry, you are not allowed to create new users.")
	}
	return nil
}

// mayUpdate lets those who may promote change roles, as long as nothing else
// is asked for.
func (c *users) mayUpdate(ctx context.Context, req *rest.Request, u *site.User) error {
	if u.ID == site.CurrentID(ctx) {
		if err := notLimited(ctx); err != nil {
			return err
		}
	}
	if len(req.List("roles")) > 0 {
		if !c.site.Can(ctx, "promote_user", u.ID) {
			return rest.Denied(ctx, "rest_cannot_edit_roles", "Sorry, you are not allowed to edit roles of this user.")
		}
		if !slices.ContainsFunc(req.Params().Keys(), func(name string) bool { return name != "id" && name != "roles" }) {
			return nil
		}
	}
	if !c.site.Can(ctx, "edit_user", u.ID) {
		return rest.Denied(ctx, "rest_cannot_edit", "Sorry, you are not allowed to edit this user.")
	}
	return nil
}

// mayGrant mirrors check_role_update: the roles exist, and nobody takes the
// right to edit users from themselves. User 0 is one to be created.
func (c *users) mayGrant(ctx context.Context, user int64, roles []string) error {
	for _, name := range roles {
		role, ok := c.settings(ctx).Roles.Get(name)
		if !ok {
			return rest.NewError(http.StatusBadRequest, "rest_user_invalid_role", "The role "+name+" does not exist.")
		}
		if user != 0 && user == site.CurrentID(ctx) && !role.Has("edit_users") {
			return rest.Denied(ctx, "rest_user_invalid_role", "Sorry, you are not allowed to give users that role.")
		}
	}
	return nil
}

func (c *users) create(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	if !emptyValue(req.Param("id")) {
		return nil, rest.NewError(http.StatusBadRequest, "rest_user_exists", "Cannot create existing user.")
	}
	if err := c.mayGrant(ctx, 0, req.Strings("roles")); err != nil {
		return nil, err
	}
	scope := rest.NewScope(ctx, req).Whole().In(schema.Edit)
	w := userWrite{}
	if err := c.fields.Read(scope, &w); err != nil {
		return nil, err
	}
	u, err := c.site.InsertUser(ctx, w.UserChanges)
	if err != nil {
		return nil, refuseUser(err)
	}
	if u, err = c.saveUserMeta(ctx, req, u); err != nil {
		return nil, err
	}
	resp := c.show(scope, u)
	resp.Status = http.StatusCreated
	return resp.SetHeader("Location", c.url(ctx, c.base+"/"+id(u.ID))), nil
}

// refuseUser answers what the site refuses about a user: without a status, as
// WordPress does. What does not fit its column WordPress drops.
func refuseUser(err error) error {
	if errors.Is(err, wp.ErrTooLong) || errors.Is(err, wp.ErrBadText) {
		e := rest.NewError(http.StatusBadRequest, "rest_invalid_param", "Invalid user parameter(s).")
		e.Err = err
		return e
	}
	return refuse(err, 0)
}

func (c *users) saveUserMeta(ctx context.Context, req *rest.Request, u *site.User) (*site.User, error) {
	if err := c.saveKept(ctx, wp.UserMeta, "user", u.ID, req); err != nil {
		return nil, err
	}
	return c.site.User(ctx, u.ID)
}

// unchangeable mirrors the checks of update_item before anything is written.
func (c *users) unchangeable(ctx context.Context, req *rest.Request, u *site.User) error {
	if email := req.String("email"); !emptyText(email) {
		owner, err := c.site.UserByEmail(ctx, email)
		if err != nil && !missing(err) {
			return err
		}
		if owner != nil && owner.ID != u.ID {
			return rest.NewError(http.StatusBadRequest, "rest_user_invalid_email", "Invalid email address.")
		}
	}
	if name := req.String("username"); !emptyText(name) && name != u.Login {
		return rest.NewError(http.StatusBadRequest, "rest_user_invalid_argument", "Username is not editable.")
	}
	if slug := req.String("slug"); !emptyText(slug) && slug != u.Nicename {
		_, err := c.site.Store().UserByNicename(ctx, slug)
		if err == nil {
			return rest.NewError(http.StatusBadRequest, "rest_user_invalid_slug", "Invalid slug.")
		}
		if !missing(err) {
			return err
		}
	}
	return c.mayGrant(ctx, u.ID, req.Strings("roles"))
}

func (c *users) update(ctx context.Context, req *rest.Request, u *site.User) (*rest.Response, error) {
	if err := c.unchangeable(ctx, req, u); err != nil {
		return nil, err
	}
	scope := rest.NewScope(ctx, req).Whole().In(schema.Edit)
	w := userWrite{}
	if err := c.fields.Read(scope, &w); err != nil {
		return nil, err
	}
	u, err := c.site.UpdateUser(ctx, u.ID, w.UserChanges)
	if err != nil {
		return nil, refuseUser(err)
	}
	if w.Pass != nil && u.ID == site.CurrentID(ctx) {
		if err := c.stayLoggedIn(ctx, req, u); err != nil {
			return nil, err
		}
	}
	if u, err = c.saveUserMeta(ctx, req, u); err != nil {
		return nil, err
	}
	return c.show(scope, u), nil
}

// stayLoggedIn renews the cookies of a user whose own new password has made
// the old ones worthless.
func (c *users) stayLoggedIn(ctx context.Context, req *rest.Request, u *site.User) error {
	if c.renewLogin == nil {
		return nil
	}
	cookies, err := c.renewLogin(ctx, req, u)
	for _, cookie := range cookies {
		req.AddCookie(cookie)
	}
	return err
}

// checkReassign mirrors check_reassign: a number, or false for nobody.
func checkReassign(_ context.Context, v any, _ string) (any, *schema.Error) {
	switch t := v.(type) {
	case int64, float64:
		return v, nil
	case string:
		if numericText(t) {
			return v, nil
		}
	}
	if emptyValue(v) || v == "false" {
		return false, nil
	}
	return nil, badUserParam("rest_invalid_param", "Invalid user parameter(s).")
}

func (c *users) mayDelete(ctx context.Context, _ *rest.Request, u *site.User) error {
	if !c.site.Can(ctx, "delete_user", u.ID) {
		return rest.Denied(ctx, "rest_user_cannot_delete", "Sorry, you are not allowed to delete this user.")
	}
	return nil
}

func (c *users) delete(ctx context.Context, req *rest.Request, u *site.User) (*rest.Response, error) {
	var heir *int64
	if v := req.Param("reassign"); v != false {
		n := schema.Absint(v)
		heir = &n
	}
	if !req.Bool("force") {
		return nil, rest.NewError(http.StatusNotImplemented, "rest_trash_not_supported", "Users do not support trashing. Set 'force=true' to delete.")
	}
	if heir != nil && *heir != 0 {
		if _, err := c.site.User(ctx, *heir); missing(err) || *heir == u.ID {
			return nil, rest.NewError(http.StatusBadRequest, "rest_user_invalid_reassign", "Invalid user ID for reassignment.")
		} else if err != nil {
			return nil, err
		}
	}
	previous := c.show(rest.NewScope(ctx, req).Whole().In(schema.Edit), u)
	if err := c.site.DeleteUser(ctx, u.ID, heir); err != nil {
		return nil, err
	}
	return rest.OK(ordered.Of("deleted", true, "previous", previous.Data)), nil
}
