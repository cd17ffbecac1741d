package api

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"policygraph/graph"
	"policygraph/policy"
	"policygraph/vocab"
)

// csvHeader names the columns of WriteCSV. Lists are separated by "; ".
var csvHeader = []string{
	"company_id", "company", "recipient_id", "recipient", "data_types", "data_type_ids", "purposes", "purpose_ids",
	"places", "practices", "first_seen", "last_seen", "quote", "policy_url",
}

// exportPage is how many edges are asked for at once.
const exportPage = 500

// WriteCSV writes one row per sharing edge of the companies with the given IDs,
// or of all for none: names resolved, ready for a spreadsheet. It returns the
// number of rows.
func WriteCSV(ctx context.Context, s graph.Store, w io.Writer, companyIDs []string) (rows int, err error) {
	out := csv.NewWriter(w)
	if err := out.Write(csvHeader); err != nil {
		return 0, err
	}
	companies, err := s.Organizations(ctx, graph.OrganizationFilter{IDs: companyIDs, Company: true}, graph.Page{})
	if err != nil {
		return 0, fmt.Errorf("export: %w", err)
	}
	for _, c := range companies.Items {
		n, err := writeCompany(ctx, s, out, c)
		if err != nil {
			return rows, fmt.Errorf("export %s: %w", c.ID, err)
		}
		rows += n
	}
	out.Flush()
	return rows, out.Error()
}

// writeCompany writes the edges of one company.
func writeCompany(ctx context.Context, s graph.Store, out *csv.Writer, c graph.Organization) (rows int, err error) {
	quotes, names, urls, err := sharingDetails(ctx, s, c.ID)
	if err != nil {
		return 0, err
	}
	page := graph.Page{Limit: exportPage}
	for {
		edges, err := s.Sharing(ctx, graph.SharingQuery{Companies: []string{c.ID}}, page)
		if err != nil {
			return rows, err
		}
		for _, e := range edges.Items {
			p := quotes[e.OrganizationID]
			row := []string{
				c.ID, c.Name, e.OrganizationID, names[e.OrganizationID], labels(vocab.DataTypes(), e.DataTypes), strings.Join(e.DataTypes, "; "),
				labels(vocab.Purposes(), e.Purposes), strings.Join(e.Purposes, "; "), placesText(e.Places), strconv.Itoa(e.Practices),
				e.FirstSeen.Format(time.DateOnly), lastSeenText(e.LastSeen), p.quote, urls[p.policyID],
			}
			for i := range row {
				row[i] = plainCell(row[i])
			}
			if err := out.Write(row); err != nil {
				return rows, err
			}
			rows++
		}
		if !edges.More {
			return rows, nil
		}
		last := edges.Items[len(edges.Items)-1]
		page.After = &graph.Position{Sort: last.Sort, ID: last.ID}
	}
}

type exportQuote struct{ quote, policyID string }

// sharingDetails returns what the rows of a company need beside the edges: a
// quote for each recipient, the recipients' names and the policies' addresses.
func sharingDetails(ctx context.Context, s graph.Store, companyID string) (quotes map[string]exportQuote, names, urls map[string]string, err error) {
	f := graph.PracticeFilter{
		Company: &graph.OrganizationFilter{IDs: []string{companyID}}, Recipient: &graph.OrganizationFilter{},
		Actions: disclosing(), Stance: policy.Stated,
	}
	practices, err := s.Practices(ctx, f, graph.AsOf{}, graph.ByCompany, graph.Page{})
	if err != nil {
		return nil, nil, nil, err
	}
	quotes, names, urls = map[string]exportQuote{}, map[string]string{}, map[string]string{}
	var ids []string
	for _, p := range practices.Items {
		if _, ok := quotes[p.Recipient.Organization]; !ok {
			quotes[p.Recipient.Organization] = exportQuote{p.Evidence[0].Quote(), p.PolicyID}
			ids = append(ids, p.Recipient.Organization)
		}
	}
	if len(ids) == 0 {
		return quotes, names, urls, nil
	}
	organizations, err := s.Organizations(ctx, graph.OrganizationFilter{IDs: ids}, graph.Page{})
	if err != nil {
		return nil, nil, nil, err
	}
	for _, o := range organizations.Items {
		names[o.ID] = o.Name
	}
	policies, err := s.Policies(ctx, graph.PolicyFilter{CompanyIDs: []string{companyID}})
	for _, p := range policies {
		urls[p.ID] = p.URL
	}
	return quotes, names, urls, err
}

func labels(v *vocab.Vocabulary, ids []string) string {
	out := make([]string, len(ids))
	for i, id := range ids {
		t, _ := v.Term(id)
		out[i] = t.Label
	}
	return strings.Join(out, "; ")
}

func placesText(places []graph.PlaceOfProcessing) string {
	out := make([]string, len(places))
	for i, p := range places {
		out[i] = string(p.Place) + " " + string(p.Role)
	}
	return strings.Join(out, "; ")
}

// lastSeenText is empty while the edge stands.
func lastSeenText(t time.Time) string {
	if t.Equal(policy.Forever) {
		return ""
	}
	return t.Format(time.DateOnly)
}

// plainCell keeps a spreadsheet from taking a text from a policy for a formula.
func plainCell(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if s != "" && strings.ContainsRune("=+-@", rune(s[0])) {
		return "'" + s
	}
	return s
}
