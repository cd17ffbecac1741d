package sqlite

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"policygraph/graph"
	"policygraph/policy"
	"policygraph/vocab"
)

// What an organisation o is beside what it is called.
const (
	isCompany   = `EXISTS (SELECT 1 FROM policy WHERE company_id = o.id)`
	isProcessor = `EXISTS (
		SELECT 1 FROM practice x JOIN run ON run.practice_id = x.id
		WHERE x.recipient = o.id AND x.recipient <> '' AND x.stance = 'stated' AND x.action IN ('share', 'sell', 'transfer'))`
)

// Organizations implements graph.Store.
func (s *Store) Organizations(ctx context.Context, f graph.OrganizationFilter, page graph.Page) (list graph.List[graph.Organization], err error) {
	err = s.viewing(ctx, "organisations", func(t tx) (err error) {
		q := &query{}
		found := `SELECT o.sort, o.id FROM organization o WHERE ` + q.organization(f)
		list, err = paged(t, q, found, `
			SELECT `+organizationColumns+`, `+isCompany+`, `+isProcessor+`
			FROM page JOIN organization o ON o.id = page.id`, page, func(r scanner) (o graph.Organization, err error) {
			return o, r.Scan(append(organizationFields(&o.Organization), &o.Company, &o.Processor)...)
		})
		return err
	})
	return list, err
}

// Ownerships implements graph.Store.
func (s *Store) Ownerships(ctx context.Context, ids []string) (out []policy.Ownership, err error) {
	err = s.viewing(ctx, "ownerships", func(t tx) (err error) {
		out, err = rows(t, func(r scanner) (o policy.Ownership, err error) {
			return o, r.Scan(&o.Owned, &o.Owner, &o.From, &o.To, &o.Source, &o.Verified)
		}, `
			SELECT owned, owner, valid_from, valid_to, source, verified FROM ownership
			WHERE ?1 = '[]' OR owned IN (SELECT value FROM json_each(?1)) OR owner IN (SELECT value FROM json_each(?1))
			ORDER BY owned, owner, valid_from`, array(ids))
		return err
	})
	return out, err
}

// settle derives anew the given organisations, after captures or versions have
// told other things of them.
func (t tx) settle(ids []string) error {
	slices.Sort(ids)
	ids = slices.Compact(ids)
	told, err := t.told(ids)
	if err != nil {
		return err
	}
	mentions, err := t.mentions(ids)
	if err != nil {
		return err
	}
	held, err := t.organizations(ids)
	if err != nil {
		return err
	}
	for _, id := range ids {
		o, ok := graph.OrganizationOf(id, told[id], mentions[id])
		row := encode(o)
		if !ok {
			row = ""
		}
		if row == held[id] {
			continue
		}
		if held[id] != "" {
			err = t.forgetOrganization(id)
		}
		if ok && err == nil {
			err = t.putOrganization(o)
		}
		if err != nil {
			return fmt.Errorf("organisation %q: %w", id, err)
		}
	}
	return nil
}

// organizations reads those of the organisations that are held, each encoded
// so that it can be compared.
func (t tx) organizations(ids []string) (map[string]string, error) {
	held := map[string]string{}
	_, err := rows(t, func(r scanner) (o policy.Organization, err error) {
		err = r.Scan(organizationFields(&o)...)
		held[o.ID] = encode(o)
		return o, err
	}, `SELECT `+organizationColumns+` FROM organization o WHERE o.id IN (SELECT value FROM json_each(?))`, array(ids))
	return held, err
}

// told reads what captures have told of companies.
func (t tx) told(ids []string) (map[string]*policy.Organization, error) {
	told := map[string]*policy.Organization{}
	_, err := rows(t, func(r scanner) (id string, err error) {
		var kept string
		if err := r.Scan(&id, &kept); err != nil {
			return id, err
		}
		told[id] = &policy.Organization{}
		if err := json.Unmarshal([]byte(kept), told[id]); err != nil {
			return id, fmt.Errorf("what captures told of company %q: %w", id, err)
		}
		return id, nil
	}, `SELECT id, told FROM company WHERE id IN (SELECT value FROM json_each(?))`, array(ids))
	return told, err
}

// mentions reads how versions write the names of organisations. The directory
// alone names those that it lists, so that their many mentions are not read.
func (t tx) mentions(ids []string) (map[string][]graph.Mention, error) {
	unlisted := slices.DeleteFunc(slices.Clone(ids), func(id string) bool {
		_, listed := vocab.Organizations().ByID(id)
		return listed
	})
	mentions := map[string][]graph.Mention{}
	_, err := rows(t, func(r scanner) (m graph.Mention, err error) {
		err = r.Scan(&m.OrganizationID, &m.Name, &m.Kind, &m.Count)
		mentions[m.OrganizationID] = append(mentions[m.OrganizationID], m)
		return m, err
	}, `
		SELECT organization_id, name, kind, sum(count) FROM mention
		WHERE organization_id IN (SELECT value FROM json_each(?))
		GROUP BY organization_id, name, kind ORDER BY organization_id, name, kind`, array(unlisted))
	return mentions, err
}

func (t tx) putOrganization(o policy.Organization) error {
	err := t.exec(`
		INSERT INTO organization (id, name, kind, aliases, domains, country, sector, lei, listed, sort, company_sort)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		o.ID, o.Name, o.Kind, array(o.Aliases), array(o.Domains), o.Country, o.Sector, o.LEI, o.Listed,
		policy.SortKey(o.Name), graph.CompanySort(o.Name, o.ID))
	if err != nil {
		return err
	}
	names := append([]string{o.Name}, o.Aliases...)
	err = insert(t, `INSERT OR IGNORE INTO organization_name (name, organization_id) VALUES (?, ?)`, names, func(name string) []any {
		return []any{policy.NameKey(name), o.ID}
	})
	if err != nil {
		return err
	}
	err = insert(t, `INSERT OR IGNORE INTO organization_domain (domain, organization_id) VALUES (?, ?)`, o.Domains, func(domain string) []any {
		return []any{strings.ToLower(domain), o.ID}
	})
	if err != nil {
		return err
	}
	return t.indexNames(o)
}

func (t tx) forgetOrganization(id string) error {
	for _, statement := range []string{
		`DELETE FROM organization WHERE id = ?`,
		`DELETE FROM organization_name WHERE organization_id = ?`,
		`DELETE FROM organization_domain WHERE organization_id = ?`,
	} {
		if err := t.exec(statement, id); err != nil {
			return err
		}
	}
	return t.forgetNames(id)
}
