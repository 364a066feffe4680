package wpv2

import "testing"

func TestInitials(t *testing.T) {
	for name, want := range map[string]string{
		"Ann": "An", "Ann Lee": "AL", "Ann van Lee": "AL", "A": "A", "": "", "李小龙": "李小", "李 小龙": "李 ", "Ann ": "A",
	} {
		if got := initials(name); got != want {
			t.Errorf("%q: %q, not %q", name, got, want)
		}
	}
}

func TestNumericText(t *testing.T) {
	for text, want := range map[string]bool{
		"1": true, " 1": true, "1 ": true, "-1.5e3": true, ".5": true, "5.": true, "": false, "1a": false, "0x1": false, "e": false, "inf": false, "1_0": false, "-": false,
	} {
		if got := numericText(text); got != want {
			t.Errorf("%q: %t", text, got)
		}
	}
}
