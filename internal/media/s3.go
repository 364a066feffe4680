package media

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// S3 keeps uploads in a bucket of an object store that speaks S3.
type S3 struct {
	client *minio.Client
	bucket string
	prefix string // "" or with a slash at its end
	public string // address of the prefix for readers, "" for none
}

// ErrS3Address: not an address of a bucket.
var ErrS3Address = errors.New("media: not an address such as s3://bucket/prefix?endpoint=https://s3.example.org")

// IsS3 reports whether an address of uploads means a bucket.
func IsS3(address string) bool { return strings.HasPrefix(address, "s3://") }

// OpenS3 returns the storage in a bucket:
// s3://BUCKET/PREFIX?endpoint=URL&region=NAME&path-style=true&public=URL.
// Without an endpoint it is Amazon's; public is where readers get the files
// from by themselves. The credentials come from the environment
// (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN), the file of
// the AWS tools, or the role of the machine. A bucket that is not there is an
// error.
func OpenS3(ctx context.Context, address string) (*S3, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "s3" || u.Host == "" || u.Fragment != "" {
		return nil, ErrS3Address
	}
	if u.User != nil {
		return nil, fmt.Errorf("media: %w: credentials come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY", ErrS3Address)
	}
	s := &S3{bucket: u.Host}
	if p := strings.Trim(u.Path, "/"); p != "" {
		if _, err := CleanName(p); err != nil {
			return nil, ErrS3Address
		}
		s.prefix = p + "/"
	}
	opt := &minio.Options{Secure: true, Creds: credentials.NewChainCredentials([]credentials.Provider{
		&credentials.EnvAWS{}, &credentials.EnvMinio{}, &credentials.FileAWSCredentials{}, &credentials.IAM{Client: http.DefaultClient},
	})}
	endpoint, err := s.options(u.Query(), opt)
	if err != nil {
		return nil, err
	}
	if s.client, err = minio.New(endpoint, opt); err != nil {
		return nil, fmt.Errorf("media: %w", err)
	}
	switch ok, err := s.client.BucketExists(ctx, s.bucket); {
	case err != nil:
		return nil, fmt.Errorf("media: the bucket %s at %s: %w", s.bucket, endpoint, err)
	case !ok:
		return nil, fmt.Errorf("media: there is no bucket %s at %s", s.bucket, endpoint)
	}
	return s, nil
}

// options reads the parameters of an address and returns host and port.
func (s *S3) options(q url.Values, opt *minio.Options) (endpoint string, err error) {
	endpoint = "s3.amazonaws.com"
	for name, values := range q {
		v := values[len(values)-1]
		switch name {
		case "endpoint":
			endpoint = v
			if e, err := url.Parse(v); err == nil && e.Host != "" && (e.Scheme == "http" || e.Scheme == "https") {
				endpoint, opt.Secure = e.Host, e.Scheme == "https"
			}
		case "region":
			opt.Region = v
		case "path-style":
			on, err := strconv.ParseBool(v)
			if err != nil {
				return "", fmt.Errorf("%w: path-style is true or false", ErrS3Address)
			}
			if opt.BucketLookup = minio.BucketLookupDNS; on {
				opt.BucketLookup = minio.BucketLookupPath
			}
		case "public":
			p, err := url.Parse(v)
			if err != nil || p.Host == "" || p.Scheme != "http" && p.Scheme != "https" || p.RawQuery != "" || p.Fragment != "" {
				return "", fmt.Errorf("%w: public is an address of the web", ErrS3Address)
			}
			s.public = strings.TrimRight(v, "/")
		default:
			return "", fmt.Errorf("%w: there is no parameter %q", ErrS3Address, name)
		}
	}
	return endpoint, nil
}

// Public is the address where readers get a file without us, "" when there is
// none.
func (s *S3) Public(name string) string {
	if s.public == "" {
		return ""
	}
	return s.public + (&url.URL{Path: "/" + name}).EscapedPath()
}

func (s *S3) key(name string) (string, error) {
	name, err := CleanName(name)
	return s.prefix + name, err
}

// failure gives an answer of the store the meaning it has for a Storage.
func failure(name string, err error) error {
	if err == nil {
		return nil
	}
	switch resp := minio.ToErrorResponse(err); {
	case resp.StatusCode == http.StatusNotFound || resp.Code == minio.NoSuchKey:
		return fmt.Errorf("media: %s: %w", name, ErrNotFound)
	case resp.StatusCode == http.StatusPreconditionFailed:
		return fmt.Errorf("media: %s: %w", name, ErrTaken)
	}
	return fmt.Errorf("media: %s: %w", name, err)
}

// Put implements Storage. What has no known size goes through a temporary file.
func (s *S3) Put(ctx context.Context, name string, src io.Reader, replace bool) error {
	key, err := s.key(name)
	if err != nil {
		return err
	}
	r, size, done, err := sized(src)
	if err != nil {
		return err
	}
	defer done()
	opt := minio.PutObjectOptions{ContentType: "application/octet-stream", CacheControl: cacheControl}
	if t, ok := contentType(name); ok {
		opt.ContentType = t
	}
	if !replace {
		// Stores that do not know conditions pass over it: look, too.
		if _, err := s.Stat(ctx, name); err == nil {
			return fmt.Errorf("media: %s: %w", name, ErrTaken)
		} else if !errors.Is(err, ErrNotFound) {
			return err
		}
		opt.SetMatchETagExcept("*")
	}
	_, err = s.client.PutObject(ctx, s.bucket, key, reader{ctx, r}, size, opt)
	return failure(name, err)
}

// mostSpooled is how much of a source of unknown size is taken, in bytes.
const mostSpooled = 5 << 30

// sized finds out how much is left in a source.
func sized(src io.Reader) (r io.Reader, size int64, done func(), err error) {
	done = func() {}
	switch v := src.(type) {
	case interface{ Len() int }:
		return src, int64(v.Len()), done, nil
	case io.Seeker:
		at, err := v.Seek(0, io.SeekCurrent)
		if err != nil {
			return nil, 0, done, err
		}
		end, err := v.Seek(0, io.SeekEnd)
		if err == nil {
			_, err = v.Seek(at, io.SeekStart)
		}
		return src, end - at, done, err
	}
	f, n, err := spool(src, mostSpooled)
	if err != nil {
		return nil, 0, done, err
	}
	return f, n, func() { f.Close() }, nil
}

// Stat implements Storage.
func (s *S3) Stat(ctx context.Context, name string) (Info, error) {
	key, err := s.key(name)
	if err != nil {
		return Info{}, err
	}
	o, err := s.client.StatObject(ctx, s.bucket, key, minio.StatObjectOptions{})
	if err != nil {
		return Info{}, failure(name, err)
	}
	return Info{o.Size, o.LastModified}, nil
}

// Remove implements Storage.
func (s *S3) Remove(ctx context.Context, name string) error {
	key, err := s.key(name)
	if err != nil {
		return err
	}
	err = failure(name, s.client.RemoveObject(ctx, s.bucket, key, minio.RemoveObjectOptions{}))
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}

// List implements Storage.
func (s *S3) List(ctx context.Context, dir string) ([]string, error) {
	prefix := s.prefix
	if dir != "" {
		key, err := s.key(dir)
		if err != nil {
			return nil, err
		}
		prefix = key + "/"
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // ends the listing
	var out []string
	for o := range s.client.ListObjects(ctx, s.bucket, minio.ListObjectsOptions{Prefix: prefix}) {
		if o.Err != nil {
			return nil, failure(dir, o.Err)
		}
		if name := path.Base(o.Key); o.Key != prefix && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out, nil
}

// Open implements Storage. What is read in order comes from the store as it is
// read; who reads here and there is given a copy.
func (s *S3) Open(ctx context.Context, name string) (File, Info, error) {
	key, err := s.key(name)
	if err != nil {
		return nil, Info{}, err
	}
	o, err := s.client.StatObject(ctx, s.bucket, key, minio.StatObjectOptions{})
	if err != nil {
		return nil, Info{}, failure(name, err)
	}
	f := &s3File{ctx: ctx, s: s, name: name, key: key, etag: o.ETag, size: o.Size}
	return f, Info{o.Size, o.LastModified}, nil
}

// Bytes is how much is kept, in bytes.
func (s *S3) Bytes(ctx context.Context) (n int64, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // ends the listing
	for o := range s.client.ListObjects(ctx, s.bucket, minio.ListObjectsOptions{Prefix: s.prefix, Recursive: true}) {
		if o.Err != nil {
			return 0, failure("", o.Err)
		}
		n += o.Size
	}
	return n, nil
}
