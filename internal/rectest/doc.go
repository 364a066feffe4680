// Package rectest replays the recordings in testdata/wordpress71/recordings
// against a server over HTTP and compares its answers with those that
// WordPress 7.1 gave. It is the Go twin of the recorder's own --check and
// shares no code with the server: it knows requests, answers and the rules for
// what is volatile in them, and nothing else.
//
// A recording is a file of entries: a request (who makes it, method, path,
// headers, body) and the answer. Files named mut-*.json hold sequences of
// writes; every sequence starts from the dumped site, so a Runner needs Restore
// or Fresh to run them.
//
//	site, files, err := rectest.Load(rectest.Dir())
//	r := &rectest.Runner{Site: site, Target: rectest.Target{URL: srv.URL, Host: "127.0.0.1:8071"}, Restore: putDumpBack}
//	r.Test(t, files) // a subtest per file, "recordings NAME: passed/total" logged
//
// Environment:
//
//	PLATEN_RECORDINGS  directory of other recordings of the same format
//	PLATEN_DIFFS       diff lines shown per failing entry; setting it also lifts the bound on entries shown
//	PLATEN_ENTRY       only entries of read-only files whose name contains this text
//	PLATEN_REPORT      file that receives every verdict as JSON, in the shape of the recorder's --report
package rectest
