package oauth1_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/platenhq/platen/oauth1"
)

func Example() {
	now := func() time.Time { return time.Unix(137131202, 0) }
	verifier := &oauth1.Verifier{Now: now, Replay: &oauth1.Memory{Now: now}}

	// From an *http.Request: r.Method, r.Host, r.RequestURI and the headers.
	request := oauth1.Request{
		Method: "GET", Scheme: "http", Host: "photos.example.net", URI: "/photos?file=vacation.jpg&size=original",
		Authorization: `OAuth realm="Photos", oauth_consumer_key="dpf43f3p2l4k3l03", oauth_token="nnch734d00sl2jdk", ` +
			`oauth_signature_method="HMAC-SHA1", oauth_timestamp="137131202", oauth_nonce="chapoH", ` +
			`oauth_signature="MdpQcU8iPSUjWoN%2FUDMsK2sui9I%3D"`,
	}
	signed, err := verifier.Parse(request, oauth1.Token)
	if err != nil {
		fmt.Println(err)
		return
	}
	// Here the secrets of signed.ConsumerKey and signed.Token are looked up.
	secrets := oauth1.Secrets{Consumer: "kd94hf93k423kf44", Token: "pfkkdhi9sl3r4s00"}
	fmt.Println(verifier.Verify(context.Background(), signed, secrets))

	err = verifier.Verify(context.Background(), signed, secrets)
	var e *oauth1.Error
	if errors.As(err, &e) {
		fmt.Println(e.Status, e.Code)
	}
	// Output:
	// <nil>
	// 401 json_oauth1_nonce_already_used
}
