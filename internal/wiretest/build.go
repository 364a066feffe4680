package wiretest

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/textproto"
	"net/url"
	"strings"

	"github.com/platenhq/platen/internal/rectest"
)

// build makes the request of a step, variables replaced.
func (c *Conversation) build(s *rectest.Session, step *Step) (rectest.Request, error) {
	req := rectest.Request{Method: step.Method}
	var err error
	if req.Target, err = s.Expand(step.Target); err != nil {
		return req, err
	}
	if req.Who, err = s.Expand(step.Who); err != nil {
		return req, err
	}
	hasType := false
	for _, h := range step.header {
		v, err := s.Expand(h.value)
		if err != nil {
			return req, err
		}
		req.Header = append(req.Header, rectest.Field{Name: h.name, Value: v})
		hasType = hasType || strings.EqualFold(h.name, "Content-Type")
	}
	body, err := s.Expand(step.body)
	if err != nil || body == "" {
		return req, err
	}
	contentType := "application/json"
	switch step.bodyForm {
	case "form":
		req.Body, contentType = form(body), "application/x-www-form-urlencoded"
	case "multipart":
		if req.Body, contentType, err = c.multipart(body); err != nil {
			return req, err
		}
	default:
		req.Body = []byte(body)
	}
	if !hasType {
		req.Header = append(req.Header, rectest.Field{Name: "Content-Type", Value: contentType})
	}
	return req, nil
}

func form(body string) []byte {
	var out []string
	for _, l := range strings.Split(body, "\n") {
		k, v, _ := strings.Cut(l, "=")
		out = append(out, url.QueryEscape(k)+"="+url.QueryEscape(v))
	}
	return []byte(strings.Join(out, "&"))
}

func (c *Conversation) multipart(body string) ([]byte, string, error) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, l := range strings.Split(body, "\n") {
		k, v, _ := strings.Cut(l, "=")
		file, isFile := strings.CutPrefix(v, "<")
		if !isFile {
			if err := w.WriteField(k, v); err != nil {
				return nil, "", err
			}
			continue
		}
		name, kind, _ := strings.Cut(file, " ")
		data, ok := c.Files[name]
		if !ok {
			return nil, "", fmt.Errorf("no section \"file %s\"", name)
		}
		part, err := w.CreatePart(textproto.MIMEHeader{
			"Content-Disposition": {fmt.Sprintf(`form-data; name="%s"; filename="%s"`, k, name)}, "Content-Type": {kind}})
		if err != nil {
			return nil, "", err
		}
		if _, err := part.Write(data); err != nil {
			return nil, "", err
		}
	}
	err := w.Close()
	return b.Bytes(), w.FormDataContentType(), err
}
