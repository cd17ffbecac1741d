package crawler

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"policygraph/document"
	"policygraph/policy"
)

// ImportOTA imports a versions repository of Open Terms Archive: path is a git
// repository, or a bundle of one, in which each file "Service/Terms type.md"
// has had the text of a document at the author date of each commit. The service
// is the company, the type of terms tells the kind, and the path is the
// document's address, as the archive keeps no other. It needs the program git.
//
// Importing again changes nothing, so that an import that was stopped is gone on
// with by starting it again. The summary counts also where there is an error.
func (a *Archive) ImportOTA(ctx context.Context, path string, o ImportOptions) (ImportSummary, error) {
	i, err := a.newImporter(o)
	if err != nil {
		return ImportSummary{}, importFault(ctx, path, err)
	}
	repository, err := openRepository(ctx, path)
	if err != nil {
		return i.summary, importFault(ctx, path, err)
	}
	defer repository.close()
	revisions, err := repository.revisions(ctx)
	if err != nil {
		return i.summary, importFault(ctx, path, err)
	}
	err = i.terms(ctx, repository, i.wanted(revisions))
	return i.summary, importFault(ctx, path, err)
}

// A term is a revision of a document that is wanted.
type term struct {
	revision
	company Company
	kind    policy.Kind
}

// wanted returns the revisions of documents that are wanted, each document's by time.
func (i *importer) wanted(revisions []revision) []term {
	var out []term
	for _, r := range revisions {
		service, kind, ok := parseTermsPath(r.path)
		if !ok {
			continue
		}
		c, ok := i.companyNamed(service)
		if !ok || kind == "" {
			i.summary.Unwanted++
			continue
		}
		out = append(out, term{r, c, kind})
	}
	slices.SortStableFunc(out, func(a, b term) int {
		return cmp.Or(cmp.Compare(a.path, b.path), a.at.Compare(b.at))
	})
	return out
}

// parseTermsPath reads "Service/Terms type.md", also with " #part" after the
// type. The kind is "" where the type is none that says something about data.
func parseTermsPath(path string) (service string, kind policy.Kind, ok bool) {
	service, file, _ := strings.Cut(path, "/")
	terms, isText := strings.CutSuffix(file, ".md")
	if !isText || strings.Contains(file, "/") || !utf8.ValidString(path) || strings.ContainsFunc(path, unicode.IsControl) {
		return "", "", false
	}
	terms, _, _ = strings.Cut(terms, " #")
	kind, _ = kindOfTitle(terms)
	return service, kind, policy.Slug(service) != ""
}

// terms imports documents one after the other.
func (i *importer) terms(ctx context.Context, repository *repository, terms []term) error {
	if len(terms) == 0 && i.summary.Unwanted == 0 {
		return errors.New(`holds no file "Service/Terms type.md"; give a versions repository of Open Terms Archive`)
	}
	blobs, err := repository.blobs(ctx)
	if err != nil {
		return err
	}
	defer blobs.close()
	for n, t := range terms {
		if err := i.term(ctx, blobs, t); err != nil {
			return fmt.Errorf("commit %s: %s: %w", t.commit, t.path, err)
		}
		i.progress(int64(n+1), int64(len(terms)))
	}
	return ctx.Err()
}

func (i *importer) term(ctx context.Context, blobs *gitBlobs, t term) error {
	text, err := blobs.read(t.blob, document.MaxBytes)
	if err != nil {
		return err
	}
	if text == nil {
		i.passOver(t.path, fail(TooLarge, fmt.Sprintf("more than %d bytes", document.MaxBytes)))
		return nil
	}
	d, err := document.Parse(text, document.Markdown)
	if err != nil {
		i.passOver(t.path, fail(NoText, err.Error()))
		return nil
	}
	return i.keep(ctx, t.company, t.path, outcome{
		at: t.at, contentType: document.Markdown, raw: text, text: newReading(d, t.kind, "", i.EffectiveDate),
	})
}
