package wp

// User is one row of the users table. Roles and everything else about a user live in user meta.
type User struct {
	ID            int64
	Login         string
	Pass          string // the hash
	Nicename      string // the slug
	Email         string
	URL           string
	Registered    string // UTC, "2006-01-02 15:04:05"
	ActivationKey string
	Status        int64
	DisplayName   string
}
