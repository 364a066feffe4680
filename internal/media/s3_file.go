package media

import (
	"context"
	"errors"
	"io"

	"github.com/minio/minio-go/v7"
)

// s3File is an object that was opened. All that is read of it is of the object
// that was there then.
type s3File struct {
	ctx             context.Context
	s               *S3
	name, key, etag string
	size            int64

	at   int64         // where the next Read begins
	body io.ReadCloser // what is left from there, nil before the first Read
	copy File          // of the whole, once something was read at a place
}

// errReplaced: another file has the name now.
var errReplaced = errors.New("media: the file was replaced while it was read")

// get asks for the object from a place on.
func (f *s3File) get(from int64) (io.ReadCloser, error) {
	opt := minio.GetObjectOptions{}
	if err := opt.SetMatchETag(f.etag); err != nil {
		return nil, err
	}
	if from > 0 {
		if err := opt.SetRange(from, 0); err != nil {
			return nil, err
		}
	}
	body, o, _, err := (&minio.Core{Client: f.s.client}).GetObject(f.ctx, f.s.bucket, f.key, opt)
	if err != nil {
		return nil, failure(f.name, err)
	}
	if o.ETag != f.etag { // the store does not know conditions
		body.Close()
		return nil, errReplaced
	}
	return body, nil
}

// Read implements io.Reader.
func (f *s3File) Read(p []byte) (int, error) {
	if f.at >= f.size {
		return 0, io.EOF
	}
	if f.copy != nil {
		n, err := f.copy.ReadAt(p, f.at)
		f.at += int64(n)
		if n > 0 {
			err = nil
		}
		return n, err
	}
	if f.body == nil {
		body, err := f.get(f.at)
		if err != nil {
			return 0, err
		}
		f.body = body
	}
	n, err := f.body.Read(p)
	f.at += int64(n)
	if errors.Is(err, io.EOF) && f.at < f.size {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// Seek implements io.Seeker.
func (f *s3File) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += f.at
	case io.SeekEnd:
		offset += f.size
	}
	if offset < 0 {
		return 0, errors.New("media: a place before the beginning")
	}
	if offset != f.at {
		f.hangUp()
		f.at = offset
	}
	return offset, nil
}

// ReadAt implements io.ReaderAt.
func (f *s3File) ReadAt(p []byte, at int64) (int, error) {
	if f.copy == nil {
		body, err := f.get(0)
		if err != nil {
			return 0, err
		}
		defer body.Close()
		c, n, err := spool(body, f.size)
		if err != nil {
			return 0, err
		}
		if n != f.size {
			c.Close()
			return 0, io.ErrUnexpectedEOF
		}
		f.hangUp()
		f.copy = c
	}
	return f.copy.ReadAt(p, at)
}

func (f *s3File) hangUp() {
	if f.body != nil {
		f.body.Close()
		f.body = nil
	}
}

// Close implements io.Closer.
func (f *s3File) Close() error {
	f.hangUp()
	if f.copy == nil {
		return nil
	}
	err := f.copy.Close()
	f.copy = nil
	return err
}
