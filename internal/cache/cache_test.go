package cache

import "testing"

func TestPutAfterClearIsDropped(t *testing.T) {
	m := New[int, string](10)
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
