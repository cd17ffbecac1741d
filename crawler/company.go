package crawler

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"policygraph/policy"
)

// A Company is a line of companies.csv: an organisation whose policies are
// wanted, and where to look for them.
type Company struct {
	Name     string
	Domain   string   // host name of its web site, or ""
	URLs     []string // addresses of its policies; where there are any, Domain is not searched
	Country  policy.Place
	Language string // BCP 47, or ""
	Sector   string
	LEI      string // ISO 17442, or ""
}

// ID returns the slug by which the archive tells companies apart.
func (c Company) ID() string { return policy.Slug(c.Name) }

// maxCompaniesBytes is the size of the largest list that is read.
const maxCompaniesBytes = 16 << 20

// ReadCompanies reads a list of companies: comma-separated, UTF-8, with a line
// that names the columns, in any order. The column name is required; domain,
// url (several separated by spaces), country, language, sector and lei are not,
// and columns of other names are passed over. An error says which line and
// column of the file called name is at fault, and what to do.
func ReadCompanies(r io.Reader, name string) ([]Company, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxCompaniesBytes+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	switch {
	case len(data) > maxCompaniesBytes:
		return nil, fmt.Errorf("%s: larger than %d MiB; split the list", name, maxCompaniesBytes>>20)
	case len(bytes.TrimSpace(data)) == 0:
		return nil, fmt.Errorf("%s: empty; write a first line that names the columns (name,domain,url,…) and a line for each company", name)
	case !utf8.Valid(data):
		return nil, fmt.Errorf("%s:%d: not UTF-8; save the list as CSV in UTF-8", name, firstInvalidLine(data))
	}
	t, err := newCompanyTable(data, name)
	if err != nil {
		return nil, err
	}
	return t.companies()
}

func firstInvalidLine(data []byte) int {
	line := 1
	for s := bufio.NewReader(bytes.NewReader(data)); ; line++ {
		text, err := s.ReadBytes('\n')
		if !utf8.Valid(text) || err != nil {
			return line
		}
	}
}

// companyColumns are the columns that mean something.
var companyColumns = []string{"name", "domain", "url", "country", "language", "sector", "lei"}

// A companyTable reads a list line by line.
type companyTable struct {
	file   string
	csv    *csv.Reader
	column map[string]int // index of each known column that the list has
	width  int
}

func newCompanyTable(data []byte, file string) (*companyTable, error) {
	t := &companyTable{file: file, csv: csv.NewReader(bytes.NewReader(data)), column: map[string]int{}}
	t.csv.FieldsPerRecord = -1
	header, err := t.csv.Read()
	if err != nil {
		return nil, t.syntax(err)
	}
	t.width = len(header)
	line, _ := t.csv.FieldPos(0)
	for i, h := range header {
		h = strings.ToLower(strings.TrimSpace(h))
		if _, ok := t.column[h]; ok {
			return nil, fmt.Errorf("%s:%d: column %s stands twice; keep one (several addresses go into one url column, separated by spaces)", file, line, h)
		}
		for _, known := range companyColumns {
			if h == known {
				t.column[h] = i
			}
		}
	}
	if _, ok := t.column["name"]; ok {
		return t, nil
	}
	if first := header[0]; len(header) == 1 && strings.ContainsAny(first, ";\t") {
		return nil, fmt.Errorf("%s:%d: column name is missing; separate the columns with commas", file, line)
	}
	return nil, fmt.Errorf("%s:%d: column name is missing; the first line names the columns: %s", file, line, strings.Join(companyColumns, ","))
}

func (t *companyTable) companies() ([]Company, error) {
	var out []Company
	seen := map[string]int{} // line by company ID
	for {
		record, err := t.csv.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, t.syntax(err)
		}
		line, _ := t.csv.FieldPos(0)
		if strings.Join(record, "") == "" {
			continue
		}
		if len(record) != t.width {
			return nil, fmt.Errorf("%s:%d: %d columns, the first line names %d; put a value that holds a comma in double quotes", t.file, line, len(record), t.width)
		}
		c, err := t.company(record)
		if err != nil {
			return nil, err
		}
		if first, ok := seen[c.ID()]; ok {
			return nil, t.fault(line, "name", fmt.Sprintf("%q is the company of line %d (case and legal form tell none apart); write all its addresses into one line, separated by spaces", c.Name, first))
		}
		seen[c.ID()] = line
		out = append(out, c)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s: no company below the line that names the columns; write a line for each", t.file)
	}
	return out, nil
}

// company reads one record; the first column at fault is the error.
func (t *companyTable) company(record []string) (Company, error) {
	var c Company
	for _, column := range companyColumns {
		i, ok := t.column[column]
		if !ok {
			continue
		}
		value := strings.TrimSpace(record[i])
		if value == "" && column != "name" {
			continue
		}
		if fault := c.set(column, value); fault != "" {
			line, _ := t.csv.FieldPos(i)
			return c, t.fault(line, column, fault)
		}
	}
	return c, nil
}

var (
	languageTag = regexp.MustCompile(`^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)
	leiForm     = regexp.MustCompile(`^[A-Z0-9]{18}[0-9]{2}$`)
)

// set puts a value in its place and returns what is wrong with it, or "".
func (c *Company) set(column, value string) (fault string) {
	bad := func(what string) string { return strconv.Quote(value) + " " + what }
	switch column {
	case "name":
		c.Name = value
		if c.ID() == "" {
			return bad("names no company; write its name")
		}
	case "domain":
		host, err := canonicalHost(value)
		if err != nil || strings.ContainsAny(value, "/:@?#") || !strings.Contains(host, ".") {
			return bad("is not a domain; write a host name such as example.com (a full address goes into the column url)")
		}
		c.Domain = host
	case "url":
		for _, s := range strings.Fields(value) {
			u, err := parseURL(s)
			if err != nil {
				return strconv.Quote(s) + " " + err.Error() + "; write full addresses such as https://example.com/privacy, separated by spaces"
			}
			c.URLs = append(c.URLs, u.String())
		}
	case "country":
		c.Country = policy.Place(strings.ToUpper(value))
		if !c.Country.Country() {
			return bad("is not a country; write its two letters of ISO 3166, such as FR")
		}
	case "language":
		c.Language = value
		if !languageTag.MatchString(value) {
			return bad("is not a language; write its BCP 47 tag, such as fr or pt-BR")
		}
	case "sector":
		c.Sector = value
	case "lei":
		c.LEI = strings.ToUpper(value)
		if !validLEI(c.LEI) {
			return bad("is not a legal entity identifier; write the 20 characters of ISO 17442, or leave it empty")
		}
	}
	return ""
}

// validLEI checks the form and the check digits (ISO 7064, modulo 97).
func validLEI(s string) bool {
	if !leiForm.MatchString(s) {
		return false
	}
	rest := 0
	for _, r := range s {
		if r >= 'A' {
			rest = (rest*100 + int(r-'A') + 10) % 97
		} else {
			rest = (rest*10 + int(r-'0')) % 97
		}
	}
	return rest == 1
}

func (t *companyTable) fault(line int, column, fault string) error {
	return fmt.Errorf("%s:%d: column %s: %s", t.file, line, column, fault)
}

func (t *companyTable) syntax(err error) error {
	var parse *csv.ParseError
	if errors.As(err, &parse) {
		return fmt.Errorf("%s:%d: byte %d of the line: %w; write a value that holds a double quote as \"…\"\"…\"", t.file, parse.Line, parse.Column, parse.Err)
	}
	return fmt.Errorf("%s: %w", t.file, err)
}
