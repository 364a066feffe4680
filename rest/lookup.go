package rest

import "net/http"

// Lookup returns the route that would answer a call of path ("/wp/v2/posts/1")
// with a method, nil where there is none. OPTIONS is answered by every route.
func (s *Server) Lookup(method, path string) *Route {
	if method == http.MethodHead {
		method = http.MethodGet
	}
	for _, route := range s.candidates(path) {
		if !route.re.MatchString(path) {
			continue
		}
		if method == http.MethodOptions || route.answers(method) {
			return route
		}
	}
	return nil
}

func (r *Route) answers(method string) bool {
	for _, e := range r.Endpoints {
		if e.has(method) {
			return true
		}
	}
	return false
}

// Hidden reports whether the index does not show the route.
func (r *Route) Hidden() bool {
	for _, e := range r.Endpoints {
		if !e.Hidden {
			return false
		}
	}
	return true
}

// EffectiveMethod is the method that a request is answered as: that of
// ?_method= or of X-HTTP-Method-Override where one is given, else its own.
// Query is the raw query string.
func EffectiveMethod(method, query string, h http.Header) string {
	m, _ := overriddenMethod(method, ParseQuery(query), h)
	return m
}
