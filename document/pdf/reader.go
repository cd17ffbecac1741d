// Package pdf turns a PDF file into the web page that would show the same text,
// for package document to read: headings, paragraphs and list items, without
// the headers and footers of the pages. Tables are read cell by cell or line by
// line, as the file holds them.
//
// PDF files are hostile until shown otherwise. PDFium reads them inside a
// WebAssembly sandbox without files, network or clock, with bounded memory, a
// new one for each file.
package pdf

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/klippa-app/go-pdfium"
	pdfium_errors "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
)

// What is read of one file at most.
const (
	maxBytes  = 16 << 20
	maxPages  = 1000
	maxText   = 4 << 20
	maxTime   = time.Minute
	maxMemory = 256 << 20 >> 16 // in pages of WebAssembly, 64 KiB each
)

// Why a file cannot be read.
var (
	ErrTooLarge  = errors.New("PDF is too large: give only the part that is the policy")
	ErrEncrypted = errors.New("PDF asks for a password: save it without one")
	ErrDamaged   = errors.New("PDF is damaged or no PDF: save it anew")
	ErrNoText    = errors.New("PDF has no text, perhaps a scan: give the text itself")
)

// A Reader reads PDF files, one at a time; more callers wait. Its sandbox is
// made when the first file comes, which takes some seconds. The zero value is
// ready for use.
type Reader struct {
	patience time.Duration // with one file, maxTime if 0
	once     sync.Once
	pool     pdfium.Pool
	err      error
}

// Close frees what the reader holds. It reads no more afterwards.
func (r *Reader) Close() error {
	r.once.Do(func() { r.err = errors.New("PDF reader is closed") })
	if r.pool == nil {
		return nil
	}
	return r.pool.Close()
}

func (r *Reader) open() error {
	r.once.Do(func() {
		r.pool, r.err = webassembly.Init(webassembly.Config{
			MaxIdle: 1, MaxTotal: 1,
			FSConfig: wazero.NewFSConfig(), // no files; nil would be all of them
			Stdout:   io.Discard, Stderr: io.Discard,
			RuntimeConfig: wazero.NewRuntimeConfig().WithMemoryLimitPages(maxMemory).WithCloseOnContextDone(true),
		})
	})
	if r.err != nil {
		return fmt.Errorf("start the PDF sandbox: %w", r.err)
	}
	return nil
}

// HTML returns the text of a PDF file as a web page in UTF-8. Its errors are
// [ErrTooLarge], [ErrEncrypted], [ErrDamaged], [ErrNoText] and those of ctx,
// which is heeded between pages. A file that takes too long is too large.
func (r *Reader) HTML(ctx context.Context, data []byte) ([]byte, error) {
	if len(data) > maxBytes {
		return nil, ErrTooLarge
	}
	if err := r.open(); err != nil {
		return nil, err
	}
	pages, err := r.read(ctx, data)
	if err != nil {
		return nil, err
	}
	parts := partsOf(pages)
	if len(parts) == 0 {
		return nil, ErrNoText
	}
	return render(parts), nil
}

// read returns the pages of a file.
func (r *Reader) read(ctx context.Context, data []byte) ([]page, error) {
	sandbox, err := r.pool.GetInstanceWithContext(ctx)
	if err != nil {
		return nil, err
	}
	killed := make(chan struct{})
	late := time.AfterFunc(cmp.Or(r.patience, maxTime), func() { // what runs inside ends in no other way
		defer close(killed)
		sandbox.Kill()
	})
	pages, err := pagesOf(ctx, sandbox, data)
	if late.Stop() {
		sandbox.Close()
		return pages, err
	}
	<-killed
	return nil, ErrTooLarge
}

func pagesOf(ctx context.Context, sandbox pdfium.Pdfium, data []byte) ([]page, error) {
	file, err := sandbox.OpenDocument(&requests.OpenDocument{File: &data})
	if err != nil {
		return nil, reason(err)
	}
	count, err := sandbox.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: file.Document})
	if err != nil {
		return nil, reason(err)
	}
	if count.PageCount > maxPages {
		return nil, ErrTooLarge
	}
	var pages []page
	size := 0
	for i := range count.PageCount {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		p, err := pageOf(sandbox, file.Document, i)
		if err != nil {
			return nil, reason(err)
		}
		for _, l := range p {
			size += len(l.text)
		}
		if size > maxText {
			return nil, ErrTooLarge
		}
		pages = append(pages, p)
	}
	return pages, nil
}

// reason tells why PDFium failed. What else goes wrong in the sandbox, such as
// the end of its memory, is the file's doing, too.
func reason(err error) error {
	if errors.Is(err, pdfium_errors.ErrPassword) || errors.Is(err, pdfium_errors.ErrSecurity) {
		return ErrEncrypted
	}
	return ErrDamaged
}

func pageOf(sandbox pdfium.Pdfium, file references.FPDF_DOCUMENT, index int) (page, error) {
	text, err := sandbox.GetPageTextStructured(&requests.GetPageTextStructured{
		Page:                   requests.Page{ByIndex: &requests.PageByIndex{Document: file, Index: index}},
		Mode:                   requests.GetPageTextStructuredModeRects,
		CollectFontInformation: true,
	})
	if err != nil {
		return nil, err
	}
	var p page
	for _, rect := range text.Rects {
		p = p.add(runOf(rect))
	}
	return p, nil
}
