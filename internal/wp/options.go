package wp

// Option is one row of the options table. Value is the raw stored text; a serialised value is still serialised.
type Option struct {
	ID       int64
	Name     string
	Value    string
	Autoload string // "on", "off", "auto", "auto-on", "auto-off", or the older "yes" and "no"
}

// Autoloaded reports whether an autoload value means "load with every request" (wp_autoload_values_to_autoload).
func Autoloaded(autoload string) bool {
	switch autoload {
	case "yes", "on", "auto-on", "auto":
		return true
	}
	return false
}
