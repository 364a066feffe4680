// Package admin is the dashboard below /wp-admin/: lists of posts and pages, an
// editor, the profile with its application passwords, and room for the pages
// of plugins.
//
// It has no door of its own. The server prints a frame, names who is looking
// and gives the scripts their settings; everything that is read or written
// goes through the browser client and the public REST API. Who is not logged
// in never comes here: auth_redirect is the middleware in front.
package admin
