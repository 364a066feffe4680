// Package wiretest runs HTTP conversations written down in testdata/wire/*.txtar
// against a server: ours on either database, or a real WordPress on the dumped
// site. A file is one conversation. It reads from top to bottom:
//
//	An editor writes a draft; a visitor does not see it.
//
//	-- request: the draft --
//	POST /wp-json/wp/v2/posts as cookie+nonce:site_editor
//
//	{"title": "Hello", "status": "draft"}
//	-- response --
//	201
//	Location ~ /wp/v2/posts/\d+$
//	$id = id
//
//	{"id": "<int>", "status": "draft", "title": {"raw": "Hello"}}
//	-- request: a visitor --
//	GET /wp-json/wp/v2/posts/${id}
//	-- response --
//	401
//	!X-WP-Nonce
//
//	{"code": "rest_forbidden", "data": {"status": 401}}
//	-- must not contain --
//	user_pass
//
// # Files
//
// The text before the first section says what the conversation shows. Then
// "request: TITLE" (the title may be left out) and "response" take turns.
// "must not contain" has one text a line; none may occur in any response of
// the file, headers or body. "needs" names namespaces that not every server has,
// jwt-auth/v1 and platen/v1: a foreign server without them is not asked.
//
// # Requests
//
// The first line is METHOD TARGET, and "as WHO" where somebody in particular
// asks. WHO is a word of the recordings: cookie+nonce:LOGIN, cookie:LOGIN (no
// nonce), cookie+badnonce:LOGIN, cookie+noncequery:LOGIN, app:LOGIN,
// app-chunked:LOGIN, badapp:LOGIN, mainpw:LOGIN. Or basic:USER:PASSWORD. Or
// browser, browser:NAME: a jar that begins empty and keeps the cookies of its
// answers, to log in and out by hand. Redirects are not followed.
//
// Header lines "Name: value" follow; the value - keeps back a header that WHO
// or the body would bring. After an empty line comes the body, without the line
// feed at its end; its Content-Type is application/json unless a header says
// otherwise. These lines among the headers change how the body is read:
//
//	@form        name=value lines, sent as a form
//	@multipart   name=value lines, sent as multipart/form-data; name=<FILE TYPE
//	             sends the section "file FILE" of the same conversation, base64
//	             decoded, as a file of that name and type
//
// # Responses
//
// The first line is the status. Then, in any order:
//
//	Name: value          a header line is value, or all lines of it, joined by ", ", are
//	Name ~ regexp        a header line matches
//	!Name                there is no such header
//	@not TEXT            neither headers nor body contain TEXT
//	$name = a.0.b        keep a value of the JSON body for ${name}; a.0.b are members and positions
//	$name = header NAME  … or of a header
//	$name = ~ regexp     … or what the first group of regexp finds in the body
//	@exact               the body is this JSON: the same members, nothing more
//	@text                the body is this text
//	@contains            the body contains each of these lines
//	@empty               there is no body
//
// After an empty line comes the body. Without a directive it is a JSON subset:
// every member given must be there with that value, others may be; arrays have
// as many items as given. In both JSON forms these strings stand for more:
//
//	"<any>" "<string>" "<int>" "<number>" "<bool>" "<array>" "<object>"   a value of that kind
//	"<~regexp>"                  a string that matches
//	{"a": "<absent>"}            no member a
//	["x", "<more>"]              any number of further items
//	{"<each>": V}                an array each of whose items matches V
//	{"<some>": V}                an array with at least one item that matches V
//	{"<none>": V}                an array without an item that matches V
//	{"<count>": 3}               an array of 3 items
//
// # Variables
//
// ${name} is replaced everywhere. Besides what was captured there are ${HOME},
// ${COOKIEHASH}, ${pw:LOGIN}, ${app:LOGIN}, ${chunked:LOGIN}, ${uuid:LOGIN} (app2
// and uuid2: the second one), ${nonce:LOGIN}, ${loggedin:LOGIN}; and
// ${loggedin:LOGIN|HOW}, a spoilt cookie: tamper-hmac, tamper-token, expired,
// later, short, rawpipe, user=OTHER.
//
// # Running
//
//	go test ./internal/wiretest -target http://127.0.0.1:8071 -restore 'sh reset.sh'
//
// The dump is put back before a conversation if an earlier one wrote anything.
package wiretest
