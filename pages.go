package platen

import "net/http"

// pages adds the rooms with HTML in them.
func (a *App) pages(mux *http.ServeMux) {
	mux.HandleFunc("/", http.NotFound)
}
