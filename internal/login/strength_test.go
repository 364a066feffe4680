package login_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestStrengthMeter runs the script of the pages with just enough of a browser
// for the meter, types passwords and reads what it says.
func TestStrengthMeter(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	script, err := os.ReadFile("page/login.js")
	if err != nil {
		t.Fatal(err)
	}
	const browser = `
const typed = {};
const fields = { 'pass1': { value: '', addEventListener: (e, f) => { typed.go = f; } }, 'user_login': { value: 'eve.smith' }, 'pass-strength-result': { textContent: '' } };
globalThis.location = { hostname: 'example.org' };
globalThis.document = { body: { classList: { add() {}, remove() {} }, dataset: {} }, querySelectorAll: () => [], getElementById: (id) => fields[id] };
SCRIPT
for (const p of process.argv.slice(1)) { fields.pass1.value = p; typed.go(); console.log(fields['pass-strength-result'].textContent || 'nothing'); }
`
	passwords := []string{"", "a", "password", "Password2024", "abcdefghijkl", "aaaaaaaaaaaaaaaaaaaaaaaa", "Eve.Smith2025", "k7Hq", "correct horse battery staple", "v8#Kq2!mZx0pLw"}
	want := "nothing\nVery weak\nVery weak\nVery weak\nVery weak\nVery weak\nWeak\nWeak\nStrong\nStrong\n"
	out, err := exec.Command(node, append([]string{"-e", strings.Replace(browser, "SCRIPT", string(script), 1), "--"}, passwords...)...).CombinedOutput()
	if err != nil || string(out) != want {
		t.Errorf("%v\n%s\nwant\n%s", err, out, want)
	}
}
