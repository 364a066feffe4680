// Package openapi checks the description of the API with tools of others: a
// validator of OpenAPI 3.1, which also compares it with real answers, and a
// generator of clients. Run it with `make test-openapi`.
package openapi
