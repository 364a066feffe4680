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
