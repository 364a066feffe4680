package platenv1

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/platenhq/platen/auth"
	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
	"github.com/platenhq/platen/schema"
)

func (a *API) sessionRoutes() []rest.Route {
	user := prop("user", schema.Integer("Whose sessions; without it the caller's own.").Min(1))
	return []rest.Route{
		{Pattern: "/sessions", Endpoints: []*rest.Endpoint{
			{Methods: []string{http.MethodGet}, Args: rest.Args{user}, Permission: a.mayEnd, Handle: a.listSessions},
			{Methods: []string{http.MethodDelete}, Args: rest.Args{user, prop("all", schema.Boolean("End the caller's own session too.").Default(false))}, Permission: a.mayEnd, Handle: a.endSessions},
		}},
		{Pattern: `/sessions/(?P<id>[a-z0-9-]{8,64})`, Endpoints: []*rest.Endpoint{
			{Methods: []string{http.MethodDelete}, Args: rest.Args{user}, Permission: a.mayEnd, Handle: a.endSession},
		}},
	}
}

// whose is the user a request is about.
func whose(ctx context.Context, req *rest.Request) int64 {
	if id := req.Int("user"); id != 0 {
		return id
	}
	return auth.UserID(ctx)
}

// mayEnd lets users see and end their own sessions, and those of the users
// they may edit.
func (a *API) mayEnd(ctx context.Context, req *rest.Request) error {
	if err := loggedIn(ctx, req); err != nil {
		return err
	}
	user := whose(ctx, req)
	if user == auth.UserID(ctx) {
		return nil
	}
	if !a.site.Can(ctx, "edit_users") {
		return rest.Forbidden
	}
	if _, err := a.site.User(ctx, user); err != nil {
		return rest.NewError(http.StatusNotFound, "rest_user_invalid_id", "Invalid user ID.")
	}
	if !a.site.Can(ctx, "edit_user", user) {
		return rest.Forbidden
	}
	return nil
}

// session is a login in either form.
type session struct {
	id, kind, ip, agent  string
	login, used, expires int64
	current              bool
	verifier             string // of a cookie session
}

// sessions lists the sessions of a user, the newest first. The id of a cookie
// session is a hash of its key, so that lists tell nothing about cookies.
func (a *API) sessions(ctx context.Context, user int64) ([]session, error) {
	list, err := a.site.Sessions(ctx, user)
	if err != nil {
		return nil, err
	}
	me := auth.FromContext(ctx)
	own := me.LoggedIn() && me.UserID == user
	var out []session
	for _, s := range list.All(a.site.Now()) {
		out = append(out, session{
			id: sessionID(s.Verifier), kind: "cookie", ip: s.IP, agent: s.UserAgent, login: s.Login, expires: s.Expiration,
			current: own && me.Method == auth.MethodCookie && s.Same(me.Session), verifier: s.Verifier,
		})
	}
	if a.cfg.JWT {
		u, err := a.site.User(ctx, user)
		if err != nil {
			return nil, err
		}
		for _, t := range a.site.TokenLogins(u) {
			out = append(out, session{
				id: t.ID, kind: "jwt", ip: t.IP, agent: t.UserAgent, login: t.Created, used: t.Used, expires: t.Expiration,
				current: own && me.Method == auth.MethodJWT && me.Credential == t.ID,
			})
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].login > out[j].login })
	return out, nil
}

func sessionID(verifier string) string {
	sum := sha256.Sum256([]byte("platen session " + verifier))
	return hex.EncodeToString(sum[:16])
}

func (s session) object() *ordered.Object {
	return ordered.Of("id", s.id, "type", s.kind, "device", Device(s.agent), "user_agent", s.agent, "ip", s.ip,
		"login", stamp(s.login), "last_used", stamp(s.used), "expiration", stamp(s.expires), "current", s.current)
}

// stamp is a time as application passwords show it, null for none.
func stamp(unix int64) any {
	if unix == 0 {
		return nil
	}
	return time.Unix(unix, 0).UTC().Format("2006-01-02T15:04:05")
}

func (a *API) listSessions(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	list, err := a.sessions(ctx, whose(ctx, req))
	if err != nil {
		return nil, refuse(err)
	}
	out := make([]any, 0, len(list))
	for _, s := range list {
		out = append(out, s.object())
	}
	return rest.OK(out), nil
}

func (a *API) endSession(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	user := whose(ctx, req)
	list, err := a.sessions(ctx, user)
	if err != nil {
		return nil, refuse(err)
	}
	for _, s := range list {
		if s.id != strings.ToLower(req.String("id")) {
			continue
		}
		if s.kind == "cookie" {
			err = a.site.EndSessionOf(ctx, user, s.verifier)
		} else {
			err = a.site.ChangeTokenLogins(ctx, user, func(list []site.TokenLogin) []site.TokenLogin {
				return slices.DeleteFunc(list, func(t site.TokenLogin) bool { return t.ID == s.id })
			})
		}
		if err != nil {
			return nil, refuse(err)
		}
		return deleted(s.object()), nil
	}
	return nil, notFound
}

// endSessions ends all sessions but the one the request came with, or all.
func (a *API) endSessions(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	user := whose(ctx, req)
	list, err := a.sessions(ctx, user)
	if err != nil {
		return nil, refuse(err)
	}
	me, cookie, token := auth.FromContext(ctx), "", ""
	if me.UserID == user && !req.Bool("all") {
		switch me.Method {
		case auth.MethodCookie:
			cookie = me.Session
		case auth.MethodJWT:
			token = me.Credential
		}
	}
	if cookie != "" {
		err = a.site.EndOtherSessions(ctx, user, cookie)
	} else {
		err = a.site.EndAllButToken(ctx, user, token)
	}
	if err != nil {
		return nil, refuse(err)
	}
	ended := 0
	for _, s := range list {
		if !s.current || cookie == "" && token == "" {
			ended++
		}
	}
	return rest.OK(ordered.Of("deleted", true, "count", ended)), nil
}

// Device says in a few words what a User-Agent header stands for.
func Device(agent string) string {
	pick := func(table [][2]string) string {
		for _, row := range table {
			if strings.Contains(agent, row[0]) {
				return row[1]
			}
		}
		return ""
	}
	browser := pick([][2]string{
		{"Edg", "Edge"}, {"OPR/", "Opera"}, {"Firefox/", "Firefox"}, {"FxiOS", "Firefox"}, {"CriOS", "Chrome"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"},
		{"curl/", "curl"}, {"Go-http-client", "Go program"}, {"python", "Python program"}, {"node", "Node.js program"}, {"wp-android", "WordPress app"}, {"wp-iphone", "WordPress app"},
	})
	system := pick([][2]string{
		{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"Windows", "Windows"}, {"Mac OS X", "macOS"}, {"CrOS", "ChromeOS"}, {"Linux", "Linux"},
	})
	switch {
	case browser == "" && system == "":
		return "Unknown device"
	case browser == "":
		return system
	case system == "":
		return browser
	}
	return browser + " on " + system
}
