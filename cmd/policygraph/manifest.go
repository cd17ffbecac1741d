package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// manifestName is the file beside policies that says whose they are.
const manifestName = "manifest.csv"

// A manifestRow says whose policy a file is. Only File and Name are required.
type manifestRow struct {
	File, Name, Domain, URL, Language, Sector string
	FetchedAt                                 time.Time // zero if not said
}

var manifestColumns = []string{"file", "name", "domain", "url", "fetched_at", "language", "sector"}

// readManifest returns the rows of the folder's manifest by file name; none if
// there is no manifest.
func readManifest(folder string) (map[string]manifestRow, error) {
	path := filepath.Join(folder, manifestName)
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows, err := parseManifest(path, f)
	if err != nil {
		return nil, err
	}
	for name, row := range rows {
		if _, err := os.Stat(filepath.Join(folder, row.File)); err != nil {
			return nil, fmt.Errorf("%s: file %q is not there: remove its line or add the file", path, name)
		}
	}
	return rows, nil
}

// parseManifest reads a manifest; path is for messages.
func parseManifest(path string, r io.Reader) (map[string]manifestRow, error) {
	c := csv.NewReader(r)
	c.TrimLeadingSpace = true
	header, err := c.Read()
	if err != nil {
		return nil, fmt.Errorf("%s: no header line: write %s", path, strings.Join(manifestColumns, ","))
	}
	header[0] = strings.TrimPrefix(header[0], "\ufeff")
	column := map[string]int{}
	for i, h := range header {
		if !slices.Contains(manifestColumns, h) {
			return nil, fmt.Errorf("%s:1: unknown column %q: the columns are %s", path, h, strings.Join(manifestColumns, ","))
		}
		column[h] = i
	}
	for _, required := range []string{"file", "name"} {
		if _, ok := column[required]; !ok {
			return nil, fmt.Errorf("%s:1: the column %q is missing: the columns are %s", path, required, strings.Join(manifestColumns, ","))
		}
	}
	rows := map[string]manifestRow{}
	for {
		record, err := c.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		line, _ := c.FieldPos(0)
		field := func(name string) string {
			if i, ok := column[name]; ok {
				return strings.TrimSpace(record[i])
			}
			return ""
		}
		row, err := manifestRowOf(field)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", path, line, err)
		}
		if _, ok := rows[row.File]; ok {
			return nil, fmt.Errorf("%s:%d: column file: %q stands twice", path, line, row.File)
		}
		rows[row.File] = row
	}
}

func manifestRowOf(field func(string) string) (manifestRow, error) {
	row := manifestRow{File: field("file"), Name: field("name"), Domain: field("domain"), URL: field("url"),
		Language: field("language"), Sector: field("sector")}
	switch {
	case row.File == "":
		return row, errors.New("column file is empty")
	case row.Name == "":
		return row, errors.New("column name is empty")
	case filepath.Base(row.File) != row.File:
		return row, fmt.Errorf("column file: %q is not a file of this folder", row.File)
	}
	if row.URL != "" {
		if u, err := url.Parse(row.URL); err != nil || u.Scheme == "" || u.Host == "" {
			return row, fmt.Errorf("column url: %q is not an address such as https://example.com/privacy", row.URL)
		}
	}
	if at := field("fetched_at"); at != "" {
		t, err := parseMoment(at)
		if err != nil {
			return row, fmt.Errorf("column fetched_at: %q is neither a date (2024-08-31) nor a time (2024-08-31T09:00:00Z)", at)
		}
		row.FetchedAt = t
	}
	return row, nil
}

func parseMoment(s string) (time.Time, error) {
	if t, err := time.Parse(time.DateOnly, s); err == nil {
		return t, nil
	}
	t, err := time.Parse(time.RFC3339, s)
	return t.UTC().Truncate(time.Second), err
}
