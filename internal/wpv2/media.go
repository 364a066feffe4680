package wpv2

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
	"github.com/platenhq/platen/schema"
)

// mediaItems is the controller of attachments:
// WP_REST_Attachments_Controller. It is that of posts with a file behind each.
type mediaItems struct{ *posts }

func (a *API) newMedia(t *wp.PostType) *mediaItems {
	c := &mediaItems{a.newPosts(t)}
	c.fields = c.mediaFields(c.fields)
	c.item, c.answer = c.fields.ItemSchema(t.Name), c.inAnswerOrder(c.fields)
	return c
}

func (c *mediaItems) routes() []rest.Route {
	pattern := "/" + c.base
	item := pattern + `/(?P<id>[\d]+)`
	idArg := schema.Prop("id", schema.Integer("ID of the media item."))
	create := append(c.writeArgs(schema.ForCreate),
		schema.Prop("generate_sub_sizes", schema.Boolean("Whether the sizes of an image are made.").Default(true)),
		schema.Prop("convert_format", schema.Boolean("Whether images may be stored in another format.").Default(true)),
		schema.Prop("url", c.urlArg()),
	)
	update := append(rest.Args{idArg}, c.writeArgs(schema.ForEdit)...)
	remove := rest.Args{idArg, schema.Prop("force", schema.Boolean("Whether to delete for good; media items have no trash.").Default(false))}
	process := rest.Args{idArg, schema.Prop("action", schema.String("").Enum("create-image-subsizes").Required())}
	post := []string{http.MethodPost}
	route := func(pattern string, describe func(context.Context) *ordered.Object, endpoints ...*rest.Endpoint) rest.Route {
		return rest.Route{Namespace: c.typ.Namespace(), Pattern: pattern, Schema: describe, Endpoints: endpoints}
	}
	routes := []rest.Route{
		route(pattern, c.describe,
			&rest.Endpoint{Methods: []string{"GET"}, Args: c.mediaCollectionArgs(), Permission: c.mayList, Handle: c.list},
			&rest.Endpoint{Methods: post, Args: create, Permission: c.mayUpload, Handle: c.create, Accepts: []string{"multipart/form-data", "*/*"}},
		),
		route(item, c.describe,
			&rest.Endpoint{Methods: []string{"GET"}, Args: rest.Args{idArg, contextArg(c.item)}, Permission: c.mayRead, Handle: c.get},
			&rest.Endpoint{Methods: []string{"POST", "PUT", "PATCH"}, Args: update, Permission: c.mayUpdate, Handle: c.update},
			&rest.Endpoint{Methods: []string{"DELETE"}, Args: remove, Permission: c.mayDelete, Handle: c.delete},
		),
		route(item+"/post-process", nil, &rest.Endpoint{Methods: post, Args: process, Permission: c.mayUpdate, Handle: c.postProcess}),
		route(item+"/edit", nil, &rest.Endpoint{Methods: post, Args: c.editArgs(), Permission: c.mayEditImage, Handle: c.editImage}),
	}
	if c.sideloads {
		routes = append(routes, c.sideloadRoutes(item, idArg)...)
	}
	return routes
}

// mediaFamilies are the first halves of the media types that may be uploaded.
func mediaFamilies(types format.FileTypes) []string {
	var out []string
	for _, t := range types {
		family, _, _ := strings.Cut(t.MIME, "/")
		if !slices.Contains(out, family) {
			out = append(out, family)
		}
	}
	return out
}

func (c *mediaItems) mediaCollectionArgs() rest.Args {
	families := mediaFamilies(format.AllowedFileTypes(false))
	return append(c.collectionArgs(),
		schema.Prop("media_type", schema.New("").Default(nil).Description("Only media items of these kinds.").Type("array").Items(schema.New("", "string").EnumStrings(families))),
		schema.Prop("mime_type", schema.New("").Default(nil).Description("Only media items of these media types.").Type("array").Items(schema.String(""))),
	)
}

// limitMedia adds to a query of attachments what only they are asked for.
func (c *posts) limitMedia(ctx context.Context, req *rest.Request, q *store.PostQuery) {
	if c.typ.Name != "attachment" {
		return
	}
	if len(req.Strings("status")) == 0 {
		q.Statuses, q.Visible = []string{"inherit"}, nil
	}
	types := c.site.AllowedFileTypes(ctx)
	add := func(mime string) {
		if !slices.Contains(q.MimeTypes, mime) {
			q.MimeTypes = append(q.MimeTypes, mime)
		}
	}
	families := req.Strings("media_type")
	for _, family := range families {
		for _, t := range types {
			if f, _, _ := strings.Cut(t.MIME, "/"); f == family {
				add(t.MIME)
			}
		}
	}
	for _, mime := range req.Strings("mime_type") {
		if slices.ContainsFunc(types, func(t format.FileType) bool { return t.MIME == mime }) {
			add(mime)
		}
	}
}

// attachedTo links a media item to the post that it is attached to.
func (c *posts) attachedTo(ctx context.Context, l *rest.Links, p *wp.Post) {
	if p.Type != "attachment" || p.Parent == 0 {
		return
	}
	parent, err := c.site.Post(ctx, p.Parent)
	if err != nil {
		return
	}
	l.Add(wpRel+"attached-to", rest.Link{
		Href:       c.url(ctx, c.postRoute(c.site.Registry().PostType(parent.Type), parent.ID)),
		Embeddable: true, After: true,
		Extra: []ordered.Member{{Name: "post_type", Value: parent.Type}, {Name: "id", Value: parent.ID}},
	})
}

// mayUpload asks for the right to create media items, to attach them, and
// refuses images that nothing can be made of.
func (c *mediaItems) mayUpload(ctx context.Context, req *rest.Request) error {
	if err := c.mayCreate(ctx, req); err != nil {
		return err
	}
	if !c.site.Can(ctx, "upload_files") {
		return rest.NewError(http.StatusBadRequest, "rest_cannot_create", "Sorry, you are not allowed to upload media on this site.")
	}
	if !emptyValue(req.Param("post")) && !c.site.Can(ctx, "edit_post", req.Int("post")) {
		return rest.Denied(ctx, "rest_cannot_edit", "Sorry, you are not allowed to upload media to this post.")
	}
	files := req.Files["file"]
	if len(files) == 0 || c.sideloads && req.Param("generate_sub_sizes") == false { // the browser makes them
		return nil
	}
	claimed := files[0].Header.Get("Content-Type")
	if strings.HasPrefix(claimed, "image/") && !slices.Contains(acceptedImages, claimed) {
		return rest.NewError(http.StatusBadRequest, "rest_upload_image_type_not_supported", "The web server cannot generate responsive image sizes for this image. Convert it to JPEG or PNG before uploading.")
	}
	return nil
}

// acceptedImages are the types of images that a form may upload: those that
// can be shown at least, and those that are refused by their content.
var acceptedImages = []string{"image/jpeg", "image/png", "image/gif", "image/webp", "image/avif", "image/heic", "image/heif", "image/svg+xml"}

// mayEditImage asks for the right to upload and to change the item.
func (c *mediaItems) mayEditImage(ctx context.Context, req *rest.Request) error {
	if !c.site.Can(ctx, "upload_files") {
		return rest.Denied(ctx, "rest_cannot_edit_image", "Sorry, you are not allowed to upload media on this site.")
	}
	return c.mayUpdate(ctx, req)
}

type attachmentKey struct{ id int64 }

// attachment completes a post, once a request.
func (c *mediaItems) attachment(s *rest.Scope, p *wp.Post) *site.Attachment {
	return s.Req.Value(attachmentKey{p.ID}, func() any {
		a, err := c.site.Attachment(s.Ctx, p)
		if err != nil {
			return &site.Attachment{Post: p}
		}
		return a
	}).(*site.Attachment)
}
