package format

import "strings"

// emailLocal are the bytes of an address before the @ besides letters and digits.
const emailLocal = "!#$%&'*+/=?^_`{|}~.-"

func emailLocalByte(c byte) bool { return isAlnum(c) || strings.IndexByte(emailLocal, c) >= 0 }

func hostByte(c byte) bool { return isAlnum(c) || c == '-' }

// minEmail is the length of the shortest address WordPress takes.
const minEmail = 6

// IsEmail reports whether WordPress takes an address: is_email. It knows no
// quoted local parts and no international domains, and like WordPress it lets
// one line feed end the local part.
func IsEmail(email string) bool {
	local, domain, ok := splitEmail(email)
	if !ok {
		return false
	}
	local = strings.TrimSuffix(local, "\n")
	if local == "" || keepBytes(local, emailLocalByte) != local {
		return false
	}
	if strings.Contains(domain, "..") || strings.Trim(domain, phpSpace+".") != domain {
		return false
	}
	subs := strings.Split(domain, ".")
	for _, sub := range subs {
		if sub == "" || strings.Trim(sub, phpSpace+"-") != sub || keepBytes(sub, hostByte) != sub {
			return false
		}
	}
	return len(subs) >= 2
}

// splitEmail cuts an address at its first @, which must not come first. One
// that starts with an @ is cut there all the same when it has a second.
func splitEmail(email string) (local, domain string, ok bool) {
	if len(email) < minEmail || strings.IndexByte(email[1:], '@') < 0 {
		return "", "", false
	}
	return strings.Cut(email, "@")
}

// SanitizeEmail drops from an address what may not stand in one, and returns
// "" when no address is left: sanitize_email.
func SanitizeEmail(email string) string {
	local, domain, ok := splitEmail(email)
	if !ok {
		return ""
	}
	local = keepBytes(local, emailLocalByte)
	if local == "" {
		return ""
	}
	domain = strings.Trim(dropDots(domain), phpSpace+".")
	subs := strings.Split(domain, ".")
	if len(subs) < 2 {
		return ""
	}
	kept := subs[:0]
	for _, sub := range subs {
		if sub = keepBytes(strings.Trim(sub, phpSpace+"-"), hostByte); sub != "" {
			kept = append(kept, sub)
		}
	}
	if len(kept) < 2 {
		return ""
	}
	return local + "@" + strings.Join(kept, ".")
}

// dropDots removes runs of two or more dots.
func dropDots(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		j := i
		for j < len(s) && s[j] == '.' {
			j++
		}
		if j-i >= 2 {
			i = j
			continue
		}
		b.WriteByte(s[i])
		i++
	}
	return b.String()
}
