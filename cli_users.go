package platen

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/internal/store"
)

var userTool = tooling("user", map[string]verb{
	"create": {"LOGIN EMAIL [--role ROLE] [--password PASSWORD]", []string{"role", "role (default: the site's)", "password", passwordHelp, "name", "display name"}, userCreate},
	"list":   {"[--role ROLE]", []string{"role", "only users with this role"}, userList},
	"set-password": {"USER [--password PASSWORD]", []string{"password", passwordHelp}, func(ctx context.Context, t *tool) error {
		return t.onUser(ctx, func(u *site.User) (row, error) {
			pass, made, err := t.secret()
			if err == nil {
				err = t.app.site.SetPassword(ctx, u.ID, pass)
			}
			if err == nil {
				err = t.app.site.EndAllSessions(ctx, u.ID)
			}
			out := row{"id", u.ID, "login", u.Login}
			if made {
				out = append(out, "password", pass)
			}
			return out, err
		})
	}},
	"set-role": {"USER ROLE[,ROLE…]", nil, userSetRole},
	"delete":   {"USER [--reassign USER]", []string{"reassign", "user who gets the posts (default: they are deleted)"}, userDelete},
})

// onUser runs f on the user of the only argument.
func (t *tool) onUser(ctx context.Context, f func(*site.User) (row, error)) error {
	if err := t.need(1, "the user's login, e-mail address or id"); err != nil {
		return err
	}
	u, err := t.user(ctx, t.args[0])
	if err != nil {
		return err
	}
	r, err := f(u)
	if err != nil {
		return plainError(err)
	}
	return t.show(r)
}

// roles checks the names of roles.
func (t *tool) roles(ctx context.Context, list string) ([]string, error) {
	set, err := t.app.site.Settings(ctx)
	if err != nil {
		return nil, err
	}
	names := strings.Split(list, ",")
	for _, n := range names {
		if _, ok := set.Roles.Get(n); !ok {
			return nil, fmt.Errorf("there is no role %q", n)
		}
	}
	return names, nil
}

func rolesOf(u *site.User) []string { return append([]string{}, u.Caps.Roles()...) }

func userCreate(ctx context.Context, t *tool) error {
	if err := t.need(2, "a login and an e-mail address"); err != nil {
		return err
	}
	c := site.UserChanges{Login: &t.args[0], Email: &t.args[1]}
	if r := t.get("role"); r != "" {
		names, err := t.roles(ctx, r)
		if err != nil {
			return err
		}
		c.Roles = &names
	}
	if n := t.get("name"); n != "" {
		c.DisplayName = &n
	}
	pass, made, err := t.secret()
	if err != nil {
		return err
	}
	c.Pass = &pass
	u, err := t.app.site.InsertUser(ctx, c)
	if err != nil {
		return plainError(err)
	}
	out := row{"id", u.ID, "login", u.Login, "email", u.Email, "roles", rolesOf(u)}
	if made {
		out = append(out, "password", pass)
	}
	return t.show(out)
}

func userList(ctx context.Context, t *tool) error {
	if err := t.need(0, "no arguments"); err != nil {
		return err
	}
	q := store.UserQuery{}
	if r := t.get("role"); r != "" {
		q.RolesIn = []string{r}
	}
	ids, _, err := t.app.store.UserIDs(ctx, q)
	if err != nil {
		return err
	}
	var rows []row
	for _, id := range ids {
		u, err := t.app.site.User(ctx, id)
		if err != nil {
			return err
		}
		rows = append(rows, row{"id", u.ID, "login", u.Login, "email", u.Email, "name", u.DisplayName, "roles", rolesOf(u), "registered", u.Registered})
	}
	return t.list(rows)
}

func userSetRole(ctx context.Context, t *tool) error {
	if err := t.need(2, "a user and a role"); err != nil {
		return err
	}
	u, err := t.user(ctx, t.args[0])
	if err != nil {
		return err
	}
	names, err := t.roles(ctx, t.args[1])
	if err != nil {
		return err
	}
	if err := t.app.site.SetRoles(ctx, u.ID, names...); err != nil {
		return plainError(err)
	}
	return t.show(row{"id", u.ID, "login", u.Login, "roles", names})
}

func userDelete(ctx context.Context, t *tool) error {
	return t.onUser(ctx, func(u *site.User) (row, error) {
		var heir *int64
		if name := t.get("reassign"); name != "" {
			h, err := t.user(ctx, name)
			if err != nil {
				return nil, err
			}
			if h.ID == u.ID {
				return nil, errors.New("a user cannot inherit from themselves")
			}
			heir = &h.ID
		}
		return row{"id", u.ID, "login", u.Login, "deleted", true}, t.app.site.DeleteUser(ctx, u.ID, heir)
	})
}
