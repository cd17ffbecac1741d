package crawler

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

// ImportWARC imports the policies of a WARC file (1.0 or 1.1, plain or .gz):
// each response with status 200 whose text reads like a policy is one, at the
// date of its record and under the address that was asked for. Other records are
// passed over. A file that ends early or is damaged is an error that names the
// record; what stands before it is imported.
//
// Importing again changes nothing, so that an import that was stopped is gone on
// with by starting it again. The summary counts also where there is an error.
func (a *Archive) ImportWARC(ctx context.Context, path string, o ImportOptions) (ImportSummary, error) {
	i, err := a.newImporter(o)
	if err != nil {
		return ImportSummary{}, importFault(ctx, path, err)
	}
	f, err := os.Open(path)
	if err != nil {
		return i.summary, importFault(ctx, path, errors.Unwrap(err))
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return i.summary, importFault(ctx, path, errors.Unwrap(err))
	}
	err = i.records(ctx, &countingReader{r: f}, info.Size())
	return i.summary, importFault(ctx, path, err)
}

// A countingReader knows how much was read.
type countingReader struct {
	r io.Reader
	n int64
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// records imports the records of a file one after the other.
func (i *importer) records(ctx context.Context, file *countingReader, size int64) error {
	w, err := newWARCReader(file)
	if err != nil {
		return err
	}
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		r, err := w.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = i.record(ctx, r)
		}
		if err != nil {
			return fmt.Errorf("record %d%s: %w", w.count, strings.TrimRight(" "+w.record.target, " "), err)
		}
		i.progress(file.n, size)
	}
}

// record imports a record if it is the response of a policy. Records of other
// types and of addresses that no crawl could ask for are none of anybody's.
func (i *importer) record(ctx context.Context, r *warcRecord) error {
	if r.kind != "response" || !strings.HasPrefix(r.target, "http") || !strings.HasPrefix(r.mediaType, "application/http") {
		return nil
	}
	u, err := parseURL(r.target)
	if err != nil {
		return nil
	}
	c, ok := i.companyAt(u.Hostname())
	if !ok {
		i.summary.Unwanted++
		return nil
	}
	answer, err := r.response()
	var o outcome
	if err == nil {
		answer.url = u
		o, err = readPolicy(answer, page{}, i.EffectiveDate)
	}
	if err == nil && o.status != OK {
		err = fail(o.status, o.reason)
	}
	var f *failure
	if errors.As(err, &f) {
		i.passOver(r.target, f)
		return nil
	}
	if err != nil {
		return err
	}
	if o.at, err = time.Parse(time.RFC3339, r.date); err != nil {
		return fmt.Errorf("WARC-Date %q is no date such as 2026-01-31T12:00:00Z", r.date)
	}
	return i.keep(ctx, c, u.String(), o)
}

// The limits of a WARC file's headers.
const (
	maxWARCLine   = 64 << 10
	maxWARCFields = 100
)

// A warcReader reads the records of a WARC file in their order.
type warcReader struct {
	r      *bufio.Reader
	count  int        // records so far, the one at hand included
	record warcRecord // the one at hand
}

// A warcRecord is a record of which only what an import asks for is kept.
type warcRecord struct {
	kind, target, date, mediaType string
	block                         io.LimitedReader
}

func newWARCReader(r io.Reader) (*warcReader, error) {
	file := bufio.NewReaderSize(r, maxWARCLine)
	if magic, err := file.Peek(2); err == nil && bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(file) // of all members, one after the other
		if err != nil {
			return nil, err
		}
		file = bufio.NewReaderSize(z, maxWARCLine)
	}
	return &warcReader{r: file}, nil
}

// next returns the next record, which is good until the one after is asked for.
// At the end the error is io.EOF.
func (w *warcReader) next() (*warcRecord, error) {
	if err := w.skip(); err != nil {
		return nil, err
	}
	line, err := w.line()
	for err == nil && line == "" {
		line, err = w.line()
	}
	if errors.Is(err, io.EOF) && w.count > 0 {
		return nil, io.EOF
	}
	w.count++
	w.record = warcRecord{}
	if err != nil {
		return nil, cutOff(err)
	}
	if line != "WARC/1.0" && line != "WARC/1.1" {
		return nil, fmt.Errorf("begins with %.40q instead of WARC/1.0 or WARC/1.1; give a WARC file, plain or .gz", line)
	}
	if err := w.header(); err != nil {
		return nil, cutOff(err)
	}
	return &w.record, nil
}

// skip reads what is left of the record at hand.
func (w *warcReader) skip() error {
	if _, err := io.Copy(io.Discard, &w.record.block); err != nil {
		return cutOff(err)
	}
	if w.record.block.N > 0 {
		return cutOff(io.EOF)
	}
	return nil
}

// cutOff tells what it means that there is nothing more to read.
func cutOff(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("the file ends in the middle of the record")
	}
	return err
}

// line returns the next line without its end.
func (w *warcReader) line() (string, error) {
	line, err := w.r.ReadSlice('\n')
	switch {
	case errors.Is(err, bufio.ErrBufferFull):
		return "", fmt.Errorf("has a line of more than %d bytes in its header", maxWARCLine)
	case errors.Is(err, io.EOF) && len(line) > 0:
		return "", io.ErrUnexpectedEOF
	}
	return strings.TrimRight(string(line), "\r\n"), err
}

// header reads the named fields of a record up to its block.
func (w *warcReader) header() error {
	length := ""
	for n := 0; ; n++ {
		line, err := w.line()
		if err != nil {
			return err
		}
		if line == "" {
			break
		}
		if n == maxWARCFields {
			return fmt.Errorf("has more than %d header fields", maxWARCFields)
		}
		name, value, _ := strings.Cut(line, ":")
		value = strings.TrimSpace(value)
		switch strings.ToLower(name) {
		case "warc-type":
			w.record.kind = strings.ToLower(value)
		case "warc-target-uri":
			w.record.target = strings.Trim(value, "<>") // as some programs write it
		case "warc-date":
			w.record.date = value
		case "content-type":
			w.record.mediaType = strings.ToLower(value)
		case "content-length":
			length = value
		}
	}
	size, err := strconv.ParseInt(length, 10, 64)
	if err != nil || size < 0 {
		return fmt.Errorf("Content-Length %q is no number of bytes", length)
	}
	w.record.block = io.LimitedReader{R: w.r, N: size}
	return nil
}

// response reads the record's HTTP response within the limits of a crawl. The
// error is a *failure.
func (r *warcRecord) response() (*response, error) {
	limited := io.LimitReader(&r.block, maxHeaderBytes+maxBodyBytes+1)
	resp, err := http.ReadResponse(bufio.NewReader(limited), nil)
	if err != nil {
		return nil, fail(Failed, "no HTTP response: "+err.Error())
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return &response{status: resp.StatusCode, header: resp.Header}, nil
	}
	body, err := readBody(resp)
	if err != nil {
		return nil, err
	}
	return &response{status: resp.StatusCode, header: resp.Header, body: body}, nil
}
