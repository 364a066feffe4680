package platen_test

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/platenhq/platen"
	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/vectest"
	"github.com/platenhq/platen/rest"
)

// TestVectorsRestPermissions asks each request of rest_permissions.json as
// nobody and as each of the five roles.
func TestVectorsRestPermissions(t *testing.T) {
	var file struct {
		Meta struct {
			Users map[string]int64
			Extra struct {
				UUID string
				Held int64 `json:"held_comment_by_subscriber"`
			}
		}
		Cases []permissionCase
	}
	vectest.Load(t, "rest_permissions", &file)
	m := worldMold(t, file.Meta.Users, file.Meta.Extra.UUID, file.Meta.Extra.Held)
	tally := vectest.New(t, "rest_permissions")
	app := m.cast()
	defer func() { m.drop(app) }()
	for _, c := range file.Cases {
		for _, role := range []string{"anonymous", "subscriber", "contributor", "author", "editor", "administrator"} {
			want, ok := c.Results[role]
			if !ok {
				continue
			}
			before := generation(t, app)
			resp := dispatch(t.Context(), app, file.Meta.Users[role], c.Method, c.Path, object(t, c.Params))
			got := outcomeOf(resp)
			tally.Check(c.ID+" "+role, got == want, "%s %s %s\n    got  %v\n    want %v", c.Method, c.Path, c.Params, got, want)
			if generation(t, app) != before { // as in a transaction that is rolled back
				m.drop(app)
				app = m.cast()
			}
		}
	}
	tally.Done()
}

type permissionCase struct {
	ID, Method, Path string
	Params           json.RawMessage
	Results          map[string]outcome
}

// outcome is what is compared of an answer: code and message of an error only.
type outcome struct {
	Status        int
	Code, Message string
}

func outcomeOf(resp *rest.Response) outcome {
	o := outcome{Status: max(resp.Status, 200)}
	if o.Status >= 400 {
		o.Code, _ = member(resp, "code").(string)
		o.Message, _ = member(resp, "message").(string)
	}
	return o
}

// generation counts the writes of this process.
func generation(t *testing.T, app *platen.App) uint64 {
	t.Helper()
	g, err := app.Site().Store().Generation(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return g.Own
}

// flowCase is one entry of rest_dates.json that writes a post in steps.
type flowCase struct {
	Name  string
	Input json.RawMessage
	Args  struct {
		TimezoneString string      `json:"timezone_string"`
		GMTOffset      json.Number `json:"gmt_offset"`
	}
	Output json.RawMessage
}

// TestVectorsRestDatesFlow writes posts step by step and looks at the answers
// and at the rows.
func TestVectorsRestDatesFlow(t *testing.T) {
	var cases []flowCase
	vectest.Load(t, "rest_dates", &cases)
	molds := map[string]*mold{}
	tally := vectest.New(t, "rest_dates flow")
	for i, c := range cases {
		if !strings.HasPrefix(c.Name, "flow ") {
			continue
		}
		zone := c.Args.TimezoneString + " " + c.Args.GMTOffset.String()
		if molds[zone] == nil {
			molds[zone] = newMold(t, func(ctx context.Context, st *store.Store) error {
				if err := st.SetOption(ctx, "timezone_string", c.Args.TimezoneString, "on"); err != nil {
					return err
				}
				return st.SetOption(ctx, "gmt_offset", c.Args.GMTOffset.String(), "on")
			})
		}
		flow(t, tally, molds[zone], fmt.Sprintf("%d %s", i, c.Name), c)
	}
	tally.Done()
}

func flow(t *testing.T, tally *vectest.Tally, m *mold, id string, c flowCase) {
	t.Helper()
	var steps []json.RawMessage
	var want []map[string]any
	if err := json.Unmarshal(c.Input, &steps); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(c.Output, &want); err != nil {
		t.Fatal(err)
	}
	app := m.cast()
	defer m.drop(app)
	var post int64
	for i, step := range steps {
		if i >= len(want) {
			break
		}
		route := "/wp/v2/posts"
		if post != 0 {
			route = fmt.Sprintf("/wp/v2/posts/%d", post)
		}
		resp := dispatch(t.Context(), app, 1, "POST", route, object(t, step))
		if n, ok := member(resp, "id").(float64); ok {
			post = int64(n)
		}
		got := stepOf(t, app, resp, post)
		expect := tokens(want[i], post, c.Args.TimezoneString, c.Args.GMTOffset)
		if !reflect.DeepEqual(got, expect) {
			tally.Check(id, false, "step %d %s\n    got  %v\n    want %v", i+1, step, got, expect)
			return
		}
	}
	tally.Check(id, true, "")
}

// stepOf is what is compared of a step.
func stepOf(t *testing.T, app *platen.App, resp *rest.Response, post int64) map[string]any {
	t.Helper()
	out := map[string]any{"http": float64(max(resp.Status, 200))}
	if resp.Status >= 400 {
		out["code"], out["message"] = member(resp, "code"), member(resp, "message")
		if p, ok := member(resp, "data", "params").(map[string]any); ok {
			out["params"] = p
		}
		return out
	}
	for _, name := range []string{"status", "date", "date_gmt", "slug"} {
		out[name] = member(resp, name)
	}
	row, err := app.Site().Store().Post(t.Context(), post)
	if err != nil {
		t.Fatal(err)
	}
	out["db_post_date"] = strings.Replace(row.Date, " ", "T", 1)
	out["db_post_date_gmt"] = strings.Replace(row.DateGMT, " ", "T", 1)
	out["db_post_status"], out["db_post_name"] = row.Status, row.Name
	link, _ := member(resp, "link").(string)
	out["permalink_is_plain"] = strings.Contains(link, "?p=")
	return out
}

// tokens replaces what stands for the moment of the request and the post's id.
func tokens(want map[string]any, post int64, zone string, offset json.Number) map[string]any {
	hours, _ := offset.Float64()
	loc := time.FixedZone("", int(hours*3600))
	if zone != "" {
		loc, _ = time.LoadLocation(zone)
	}
	const form = "2006-01-02T15:04:05"
	r := strings.NewReplacer("$NOW_LOCAL", fixedNow.In(loc).Format(form), "$NOW", fixedNow.Format(form), "$ID", fmt.Sprint(post))
	out := map[string]any{}
	for k, v := range want {
		if s, ok := v.(string); ok {
			v = r.Replace(s)
		}
		out[k] = v
	}
	return out
}
