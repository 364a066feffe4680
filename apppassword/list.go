package apppassword

import (
	"io"
	"strings"
	"time"

	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/phpserialize"
)

// List is a user's application passwords as they stand in user meta. It does
// not change: the methods that alter something return a new list, to be stored
// with [List.Meta]. A nil *List is an empty list. Fields this package does not
// know, and entries that are no arrays, are kept.
type List struct{ list *phpserialize.Array }

// Parse reads the value of the meta row, "" when there is none. A value that is
// no array counts as an empty list.
func Parse(meta string) *List {
	list, _ := phpserialize.MaybeUnserialize(meta).(*phpserialize.Array)
	return &List{list: list}
}

// Meta returns the value for the meta row. An empty list is stored too, as
// WordPress never deletes the row.
func (l *List) Meta() string {
	if l == nil || l.list == nil {
		return "a:0:{}"
	}
	text, err := phpserialize.Marshal(l.list)
	if err != nil {
		return "a:0:{}"
	}
	return text
}

// Len is the number of entries.
func (l *List) Len() int {
	if l == nil {
		return 0
	}
	return l.list.Len()
}

// Item is one application password.
type Item struct {
	UUID     string
	AppID    string // UUID of the program, "" if it gave none
	Name     string
	Password string // hash
	Created  int64  // Unix time
	LastUsed int64  // Unix time, 0 if never used
	LastIP   string // "" if never used

	// Data is the whole record, with the fields of plugins. Do not change it.
	Data *phpserialize.Array
}

func view(data *phpserialize.Array) Item {
	text := func(name string) string { s, _ := data.Lookup(name).(string); return s }
	return Item{
		UUID: text("uuid"), AppID: text("app_id"), Name: text("name"), Password: text("password"),
		Created: number(data.Lookup("created")), LastUsed: number(data.Lookup("last_used")), LastIP: text("last_ip"), Data: data,
	}
}

func number(v any) int64 {
	switch t := v.(type) {
	case int64:
		return t
	case float64:
		return int64(t)
	}
	return 0
}

// All returns the entries in order.
func (l *List) All() []Item {
	if l == nil {
		return nil
	}
	items := make([]Item, 0, l.list.Len())
	for _, v := range l.list.All() {
		if data, ok := v.(*phpserialize.Array); ok {
			items = append(items, view(data))
		}
	}
	return items
}

// Get returns the entry with a UUID. The comparison is exact.
func (l *List) Get(uuid string) (Item, bool) {
	if _, data := l.find(uuid); data != nil {
		return view(data), true
	}
	return Item{}, false
}

func (l *List) find(uuid string) (phpserialize.Key, *phpserialize.Array) {
	if l != nil {
		for k, v := range l.list.All() {
			if data, ok := v.(*phpserialize.Array); ok && data.Lookup("uuid") == any(uuid) {
				return k, data
			}
		}
	}
	return phpserialize.Key{}, nil
}

// NameExists reports whether an entry has this name, without regard to the case
// of ASCII letters (application_name_exists_for_user()).
func (l *List) NameExists(name string) bool {
	for _, item := range l.All() {
		if asciiLower(item.Name) == asciiLower(name) {
			return true
		}
	}
	return false
}

func asciiLower(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}

// Match returns the first entry that a password as it was sent belongs to. It
// tries every entry until one matches, at the cost of a BLAKE2b each; only
// entries from before WordPress 6.8 take longer. An entry that lost its limits
// matches nothing; what Item.Limits says of the others the caller has to hold
// to.
func (l *List) Match(sent string) (Item, bool) {
	if l == nil {
		return Item{}, false
	}
	plain := Normalize(sent)
	for _, v := range l.list.All() {
		data, ok := v.(*phpserialize.Array)
		if !ok {
			continue
		}
		stored, _ := data.Lookup("password").(string)
		if hash, _ := unbind(stored); hash == "" || !Check(plain, hash) {
			continue
		}
		item := view(data)
		if _, err := item.Limits(); err == nil {
			return item, true
		}
	}
	return Item{}, false
}

// copied is the list as it would be after WordPress had written it once more:
// without backslashes (phpserialize.Unslash).
func (l *List) copied() *phpserialize.Array {
	if l == nil || l.list == nil {
		return &phpserialize.Array{}
	}
	out, _ := phpserialize.Unslash(l.list).(*phpserialize.Array)
	return out
}

// Complete gives entries without a UUID one drawn from random, as reading the
// list does in WordPress, and reports whether there were any; the list is then
// to be stored. The error is the reader's.
func (l *List) Complete(random io.Reader) (*List, bool, error) {
	var without []phpserialize.Key
	if l != nil {
		for k, v := range l.list.All() {
			if data, ok := v.(*phpserialize.Array); ok && data.Lookup("uuid") == nil {
				without = append(without, k)
			}
		}
	}
	if len(without) == 0 {
		return l, false, nil
	}
	out := l.copied()
	for _, k := range without {
		uuid, err := NewUUID(random)
		if err != nil {
			return l, false, err
		}
		v, _ := out.Get(k)
		if data, ok := v.(*phpserialize.Array); ok {
			data.Put("uuid", uuid)
		}
	}
	return &List{list: out}, true, nil
}

// New describes an application password to add.
type New struct {
	Name      string // shown to the user; made plain text first
	AppID     string
	UUID      string // of NewUUID
	Plaintext string // of Generate
	Limits    Limits
	Hash      string // of Plaintext, as it is stored; "" for Hash(Plaintext)
}

// Add appends an entry (create_new_application_password()). The name loses its
// HTML and superfluous white space; when nothing remains the error is
// ErrEmptyName.
func (l *List) Add(n New, now time.Time) (*List, Item, error) {
	name := format.SanitizeTextField(n.Name)
	if empty(n.Name) || empty(name) {
		return l, Item{}, ErrEmptyName
	}
	if empty(n.AppID) {
		n.AppID = ""
	}
	hash := n.Hash
	if hash == "" {
		hash = Hash(n.Plaintext)
	}
	data := &phpserialize.Array{}
	data.Put("uuid", n.UUID).Put("app_id", n.AppID).Put("name", name).Put("password", hash)
	data.Put("created", now.Unix()).Put("last_used", nil).Put("last_ip", nil)
	n.Limits.tidy().put(data)
	out := l.copied()
	out.Append(data)
	return &List{list: out}, view(data), nil
}

// Create is Add with a fresh password and UUID drawn from random. The plaintext
// is shown to the user once and kept nowhere. The error is ErrEmptyName or the
// reader's.
func (l *List) Create(random io.Reader, n New, now time.Time) (next *List, item Item, plaintext string, err error) {
	if n.Plaintext, err = Generate(random); err != nil {
		return l, Item{}, "", err
	}
	if n.UUID, err = NewUUID(random); err != nil {
		return l, Item{}, "", err
	}
	if next, item, err = l.Add(n, now); err != nil {
		return l, Item{}, "", err
	}
	return next, item, n.Plaintext, nil
}

// empty is PHP's empty() of a string.
func empty(s string) bool { return s == "" || s == "0" }

// Rename changes the name of an entry (update_application_password()). A name
// of which nothing remains, or that is the present one, changes nothing, and
// nothing need be stored then. The error is ErrNotFound.
func (l *List) Rename(uuid, name string) (next *List, changed bool, err error) {
	_, data := l.find(uuid)
	if data == nil {
		return l, false, ErrNotFound
	}
	name = format.SanitizeTextField(name)
	if empty(name) || data.Lookup("name") == any(name) {
		return l, false, nil
	}
	return l.with(uuid, func(data *phpserialize.Array) { data.Put("name", name) }), true, nil
}

// recordEvery is how often the use of a password is recorded.
const recordEvery = 24 * 60 * 60

// RecordUse notes time and address of a use (record_application_password_usage()),
// unless one was noted less than 24 hours before; then nothing need be stored.
// The error is ErrNotFound.
func (l *List) RecordUse(uuid, ip string, now time.Time) (next *List, changed bool, err error) {
	_, data := l.find(uuid)
	if data == nil {
		return l, false, ErrNotFound
	}
	if number(data.Lookup("last_used"))+recordEvery > now.Unix() {
		return l, false, nil
	}
	return l.with(uuid, func(data *phpserialize.Array) {
		data.Put("last_used", now.Unix()).Put("last_ip", ip)
	}), true, nil
}

// with copies the list and changes one entry of the copy.
func (l *List) with(uuid string, change func(*phpserialize.Array)) *List {
	key, _ := l.find(uuid)
	out := l.copied()
	v, _ := out.Get(key)
	if data, ok := v.(*phpserialize.Array); ok {
		change(data)
	}
	return &List{list: out}
}

// Delete removes an entry (delete_application_password()); the others keep
// their indexes. The error is ErrNotFound.
func (l *List) Delete(uuid string) (*List, error) {
	key, data := l.find(uuid)
	if data == nil {
		return l, ErrNotFound
	}
	out := l.copied()
	out.Delete(key)
	return &List{list: out}, nil
}

// DeleteAll removes all entries and reports how many there were; with none
// nothing need be stored.
func (l *List) DeleteAll() (*List, int) {
	return &List{list: &phpserialize.Array{}}, l.Len()
}
