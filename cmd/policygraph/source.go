package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"policygraph/crawler"
	"policygraph/policy"
)

// An input is one policy text to be ingested.
type input struct {
	name    string // for messages
	read    func(context.Context) (*policy.Document, error)
	company policy.Organization // without a name where the text has to tell
	policy  policy.Policy       // without ID and company
	at      []time.Time         // when it was what the policy said; none where the text has to tell
	modTime time.Time           // of the file, the last resort
}

// extensions are the files of a folder that are policies.
var extensions = []string{".html", ".htm", ".xhtml", ".md", ".markdown", ".txt", ".pdf"}

// fileInputs returns the policies that paths name: files, or those of folders,
// sorted. A path that cannot be read is an error of its own; the others stand.
func (p *program) fileInputs(paths []string) (inputs []input, errs []error) {
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		files := []string{path}
		folder := filepath.Dir(path)
		if info.IsDir() {
			folder = path
			if files, err = policyFiles(folder); err != nil {
				errs = append(errs, err)
				continue
			}
		}
		manifest, err := readManifest(folder)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		for _, file := range files {
			in, err := p.fileInput(file, manifest)
			if err != nil {
				errs = append(errs, err)
				continue
			}
			inputs = append(inputs, in)
		}
	}
	return inputs, errs
}

func policyFiles(folder string) ([]string, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	var files []string
	for _, e := range entries {
		if !e.IsDir() && slices.Contains(extensions, strings.ToLower(filepath.Ext(e.Name()))) {
			files = append(files, filepath.Join(folder, e.Name()))
		}
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("%s: no policies in this folder (files %s)", folder, strings.Join(extensions, ", "))
	}
	return files, nil
}

func (p *program) fileInput(file string, manifest map[string]manifestRow) (input, error) {
	info, err := os.Stat(file)
	if err != nil {
		return input{}, err
	}
	in := input{
		name:    file,
		read:    func(ctx context.Context) (*policy.Document, error) { return p.readDocument(ctx, file) },
		policy:  policy.Policy{Kind: policy.PrivacyPolicy, URL: baseName(file)},
		modTime: info.ModTime().UTC().Truncate(time.Second),
	}
	row, ok := manifest[filepath.Base(file)]
	if !ok {
		return in, nil
	}
	in.company = companyOf(row.Name, row.Domain, row.Sector)
	in.policy.Language = row.Language
	if row.URL != "" {
		in.policy.URL = row.URL
	}
	if !row.FetchedAt.IsZero() {
		in.at = []time.Time{row.FetchedAt}
	}
	return in, nil
}

// archiveInputs returns what the crawler kept, in its order.
func (p *program) archiveInputs(ctx context.Context, a *crawler.Archive) ([]input, error) {
	var out []input
	for c, err := range a.Captures(ctx) {
		if err != nil {
			return nil, err
		}
		company := companyOf(c.Company.Name, c.Company.Domain, c.Company.Sector)
		company.Country, company.LEI = c.Company.Country, c.Company.LEI
		at := []time.Time{c.FetchedAt.Truncate(time.Second)}
		if seen := c.LastSeenAt.Truncate(time.Second); seen.After(at[0]) {
			at = append(at, seen)
		}
		out = append(out, input{
			name: c.URL,
			read: func(ctx context.Context) (*policy.Document, error) {
				data, err := a.Raw(c.RawSHA256)
				if err != nil {
					return nil, err
				}
				doc, err := p.parseDocument(ctx, data, c.MediaType)
				if err != nil {
					return nil, fmt.Errorf("%s: %w", c.URL, err)
				}
				return doc, nil
			},
			company: company,
			policy:  policy.Policy{Kind: c.Kind, URL: c.URL, Language: c.Language, Region: c.Region},
			at:      at,
		})
	}
	return out, nil
}

// archiveExists reports whether the folder holds a crawl.
func archiveExists(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "crawl.db"))
	return !errors.Is(err, fs.ErrNotExist)
}
