package rest

import "net/http"

// AddCookie adds a Set-Cookie value to the HTTP answer, also from a request
// within another (of a batch, say), whose own headers go into the body.
func (r *Request) AddCookie(value string) {
	if r.state == nil {
		r.state = &state{}
	}
	r.state.cookies = append(r.state.cookies, value)
}

// HTTPHeader returns the header of the request from the network that this one
// is or was made within; Header is the request's own. Nil without a network.
func (r *Request) HTTPHeader() http.Header {
	if r.state == nil {
		return nil
	}
	return r.state.header
}

// URI is path and query of the request that came over the network, as they were
// sent; "" when none did. Requests within it have the same.
func (r *Request) URI() string {
	if r.state == nil {
		return ""
	}
	return r.state.uri
}
