// Package abuse is a suite of hostile requests for any WordPress REST server:
//
//	go test ./test/abuse                                       our own, in safe mode
//	go test ./test/abuse -args -target http://host -user admin -password secret
//
// The user must be an administrator; the suite makes a subscriber of its own and
// deletes it in the end. Each case is named and says what a safe server answers;
// what a server does not have (tokens, OAuth) is skipped. Point it at your own
// servers only: it tries wrong passwords, and a limit may keep the address out
// for a while.
package abuse
