package format

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/platenhq/platen/internal/vectest"
)

// vectorsMade is about when the vectors were: winter north of the equator.
var vectorsMade = time.Date(2026, time.November, 20, 12, 0, 0, 0, time.UTC)

func goldenZone(t *testing.T, name string, offset json.RawMessage) Zone {
	t.Helper()
	hours := 0.0
	if len(offset) > 0 {
		var err error
		if hours, err = strconv.ParseFloat(strings.Trim(string(offset), `"`), 64); err != nil {
			t.Fatal(err)
		}
	}
	z, err := NewZone(name, hours)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// dateAnswer runs one case and writes the outcome as the vectors have it.
func dateAnswer(t *testing.T, c goldenCase, z Zone) any {
	orFalse := func(s string, ok bool) any {
		if !ok {
			return false
		}
		return s
	}
	switch c.Args.Fn {
	case "get_date_from_gmt":
		return z.DateFromGMT(goldenText(t, c.Input))
	case "get_gmt_from_date":
		return z.GMTFromDate(goldenText(t, c.Input))
	case "rest_parse_date":
		if unix, ok := RESTParseDate(goldenText(t, c.Input), c.Args.ForceUTC); ok {
			return unix
		}
		return false
	case "rest_get_date_with_gmt":
		local, gmt, ok := z.RESTDate(goldenText(t, c.Input), c.Args.IsUTC)
		if !ok {
			return nil
		}
		return []string{local, gmt}
	case "mysql_to_rfc3339":
		return orFalse(z.RFC3339(goldenText(t, c.Input)))
	case "mysql2date":
		s, ok := z.Format(c.Args.Format, goldenText(t, c.Input))
		if n, err := strconv.ParseInt(s, 10, 64); ok && err == nil && (c.Args.Format == "U" || c.Args.Format == "G") {
			return n
		}
		return orFalse(s, ok)
	case "prepare_date_response":
		var in struct {
			GMT   string
			Local *string
		}
		mustDecode(t, c.Input, &in)
		if in.Local == nil {
			if in.GMT == ZeroDate {
				return nil
			}
			in.Local = &in.GMT
		}
		return orFalse(z.RFC3339(*in.Local))
	case "wp_checkdate":
		var in [3]int
		mustDecode(t, c.Input, &in)
		return CheckDate(in[0], in[1], in[2])
	case "wp_resolve_post_date":
		return orFalse(z.ResolvePostDate(goldenText(t, c.Input), c.Args.PostDateGMT, vectorsMade))
	case "human_time_diff":
		var in [2]int64
		mustDecode(t, c.Input, &in)
		if in[1] == 0 {
			in[1] = vectorsMade.Unix()
		}
		return HumanTimeDiff(in[0], in[1])
	case "wp_timezone_string":
		var in struct {
			Name   string          `json:"timezone_string"`
			Offset json.RawMessage `json:"gmt_offset"`
		}
		mustDecode(t, c.Input, &in)
		z := goldenZone(t, in.Name, in.Offset)
		return map[string]any{"wp_timezone_string": z.String(), "gmt_offset_option": z.OffsetHours(vectorsMade)}
	}
	return fmt.Errorf("unknown function %s", c.Args.Fn)
}

func mustDecode(t testing.TB, raw json.RawMessage, v any) {
	t.Helper()
	if err := json.Unmarshal(raw, v); err != nil {
		t.Fatalf("%s: %v", raw, err)
	}
}

// sameJSON compares without regard to 1 and 1.0.
func sameJSON(t testing.TB, got any, want json.RawMessage) (string, bool) {
	t.Helper()
	data, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	var a, b any
	mustDecode(t, data, &a)
	mustDecode(t, want, &b)
	return string(data), fmt.Sprintf("%#v", a) == fmt.Sprintf("%#v", b)
}

func TestVectorsRESTDates(t *testing.T) {
	var cases []goldenCase
	vectest.Load(t, "rest_dates", &cases)
	tally := vectest.New(t, "rest_dates")
	for _, c := range cases {
		if strings.HasPrefix(c.Args.Fn, "POST ") {
			continue // conversations with a server
		}
		got, ok := sameJSON(t, dateAnswer(t, c, goldenZone(t, c.Args.TimezoneString, c.Args.GMTOffset)), c.Output)
		tally.Check(c.Name, ok, "(%s) %s got %s want %s", c.Args.Fn, c.Input, got, c.Output)
	}
	tally.Done()
}

func TestZoneEdges(t *testing.T) {
	ny := goldenZone(t, "America/New_York", nil)
	for in, want := range map[string]string{
		"2024-03-10 01:59:59": "2024-03-10 06:59:59",
		"2024-03-10 02:30:00": "2024-03-10 07:30:00", // skipped
		"2024-03-10 03:00:00": "2024-03-10 07:00:00",
		"2024-11-03 00:59:59": "2024-11-03 04:59:59",
		"2024-11-03 01:30:00": "2024-11-03 05:30:00", // the first of two
		"2024-11-03 02:00:00": "2024-11-03 07:00:00",
		"nonsense":            "1970-01-01 00:00:00",
	} {
		if got := ny.GMTFromDate(in); got != want {
			t.Errorf("GMTFromDate(%q) = %q, want %q", in, got, want)
		}
	}
	for zone, want := range map[string]string{ // clocks that show 01:30 or 02:30 twice
		"Europe/Berlin": "2024-10-27 01:30:00", "Europe/London": "2024-10-27 02:30:00", "America/Los_Angeles": "2024-10-27 09:30:00",
	} {
		if got := goldenZone(t, zone, nil).GMTFromDate("2024-10-27 02:30:00"); got != want {
			t.Errorf("02:30 in %s is %s, want %s", zone, got, want)
		}
	}
	if got := goldenZone(t, "Atlantic/Azores", nil).GMTFromDate("2024-10-27 00:30:00"); got != "2024-10-27 00:30:00" {
		t.Errorf("00:30 on the Azores is %s", got)
	}
	if _, err := NewZone("Middle/Earth", 0); err == nil {
		t.Error("an unknown zone was taken")
	}
	if got := (Zone{}).String(); got != "UTC" {
		t.Errorf("zero Zone is %q", got)
	}
}

func FuzzDates(f *testing.F) {
	for _, s := range []string{"2024-01-15T10:30:00Z", "2024-01-15 10:30:00", ZeroDate, "@12", "2024-1-5 1:2:3+05:30", "-99"} {
		f.Add(s, "Y-m-d c r")
	}
	f.Fuzz(func(t *testing.T, date, layout string) {
		z := Zone{}
		local, gmt, ok := z.RESTDate(date, false)
		if ok && local != gmt {
			t.Fatalf("RESTDate(%q) = %q, %q in UTC", date, local, gmt)
		}
		z.Format(layout, date)
		z.ResolvePostDate(date, layout, vectorsMade)
		NewZone(date, 5)
		if d := z.GMTFromDate(date); z.GMTFromDate(d) != d && !strings.HasPrefix(date, "@") {
			t.Fatalf("GMTFromDate(%q) = %q is not stable", date, d)
		}
	})
}
