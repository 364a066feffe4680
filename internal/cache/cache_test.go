package cache

import "testing"

func TestPutAfterClearIsDropped(t *testing.T) {
	for _, m := range []*Map[int, string]{New[int, string](10), NewLocal[int, string]()} {
		testPutAfterClear(t, m)
	}
}

func testPutAfterClear(t *testing.T, m *Map[int, string]) {
	e := m.Epoch()
	m.Clear()
	m.Put(e, 1, "old")
	if _, ok := m.Get(1); ok {
		t.Error("an entry read before Clear was kept")
	}
	m.Put(m.Epoch(), 1, "new")
	if v, _ := m.Get(1); v != "new" {
		t.Errorf("got %q", v)
	}
	m.Clear()
	if _, ok := m.Get(1); ok {
		t.Error("Clear left an entry")
	}
}
