package neo4j

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"policygraph/graph"
	"policygraph/policy"
)

// The rows that statements write: each is the properties of a node, or of a
// relationship and the IDs of its ends.

func policyRow(p policy.Policy, captures []policy.Capture) params {
	return params{
		"id": p.ID, "companyId": p.CompanyID, "kind": string(p.Kind), "url": p.URL, "aliases": plain(p.Aliases),
		"language": p.Language, "region": p.Region, "captures": captureTexts(captures),
	}
}

func versionRows(versions []graph.Version) ([]params, error) {
	rows := make([]params, len(versions))
	for i, v := range versions {
		about, err := graph.EncodeAbout(v)
		if err != nil {
			return nil, err
		}
		row := params{
			"id": v.ID, "policyId": v.PolicyID, "language": v.Language, "assessed": v.Assessed, "rules": v.Rules, "about": about,
			"effective": string(v.Effective), "controller": "", "controllerCountry": "", "contacts": []string{}, "rights": []string{},
		}
		if c := v.Controller; c != nil {
			row["controller"], row["controllerCountry"] = c.Name, string(c.Country)
		}
		row["contacts"] = each(v.Contacts, func(c policy.Contact) string { return c.Email })
		row["rights"] = each(v.Rights, func(r policy.Right) string { return r.ID })
		if v.Document != nil {
			layout, err := graph.EncodeLayout(v.Document)
			if err != nil {
				return nil, err
			}
			row["hash"], row["text"], row["layout"] = v.Hash, v.Document.Text, layout
		}
		rows[i] = row
	}
	return rows, nil
}

func spellRows(spells []policy.Spell) []params {
	return each(spells, func(s policy.Spell) params {
		return params{"version": s.VersionID, "from": stamp(s.From), "to": stamp(s.To), "standing": s.To.Equal(policy.Forever)}
	})
}

// practiceRows returns the practices that are not held: what a practice says
// never changes under its key.
func practiceRows(h graph.Held, p *graph.Plan) []params {
	held := map[string]bool{}
	for _, s := range h.Stated {
		held[s.PracticeID] = true
	}
	var rows []params
	for _, practice := range p.Practices {
		if !held[practice.Key] {
			rows = append(rows, practiceRow(practice, p.Policy))
		}
	}
	return rows
}

func practiceRow(p graph.PracticeRow, of policy.Policy) params {
	length := graph.Length(p.Retention)
	row := params{
		"key": p.Key, "policyId": of.ID, "companyId": of.CompanyID,
		"action": string(p.Action), "stance": string(p.Stance),
		"organization": p.Recipient.Organization, "category": p.Recipient.Category, "role": p.Recipient.Role, "source": p.Source,
		"dataTypes": plain(p.DataTypes), "purposes": plain(p.Purposes), "legalBases": plain(p.LegalBases),
		"places": plain(p.Places), "placeRole": string(p.PlaceRole), "safeguards": plain(p.Safeguards), "conditions": plain(p.Conditions),
		"retention": length, "retentionSort": graph.LengthSort(length), "kept": "",
		"min": "", "max": "", "criterion": "", "start": "", "scope": "",
	}
	if r := p.Retention; r != nil {
		row["min"], row["max"], row["criterion"], row["start"], row["scope"] = r.Min.String(), r.Max.String(), r.Criterion, r.Start, r.Scope
		row["kept"] = retentionID(*r)
	}
	return row
}

// retentionID identifies equal retention periods across policies.
func retentionID(r policy.Retention) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{r.Min.String(), r.Max.String(), r.Criterion, r.Start, r.Scope}, "\x00")))
	return hex.EncodeToString(sum[:])[:32]
}

// evidenceRows returns evidence with the words by which it is found.
func evidenceRows(evidence []graph.EvidenceRow) []params {
	versions := map[string][]graph.Evidence{}
	for _, e := range evidence {
		versions[e.VersionID] = append(versions[e.VersionID], e.Evidence)
	}
	searchable := map[string]graph.Searchable{}
	for _, of := range versions {
		for _, s := range graph.SearchableQuotes(of) {
			searchable[s.ID] = s
		}
	}
	rows := make([]params, len(evidence))
	for i, e := range evidence {
		rows[i] = evidenceRow(e)
		if s, ok := searchable[e.ID]; ok {
			rows[i]["words"] = graph.SearchText(s.Text)
			rows[i]["sort"] = graph.HitSort(0, s.Text)[len("0"):]
		}
	}
	return rows
}

func evidenceRow(e graph.EvidenceRow) params {
	f := e.Finding()
	var bounds []int
	for _, s := range f.Spans {
		bounds = append(bounds, s.Start, s.End)
	}
	return params{
		"id": e.ID, "practiceKey": e.PracticeID, "versionId": e.VersionID, "rank": e.Rank,
		"quote": e.Quote(), "context": plain(e.Quotes()[1:]), "bounds": bounds,
		"party": f.Party, "method": string(f.Method), "rule": f.Rule, "confidence": f.Confidence,
	}
}

func mentionRows(mentions []graph.Mention) []params {
	return each(mentions, func(m graph.Mention) params {
		return params{"version": m.VersionID, "organization": m.OrganizationID, "name": m.Name, "kind": string(m.Kind), "count": m.Count}
	})
}

// runRows returns, by practice, its runs as lists of equal length, and by
// themselves the beginning of the first and both ends of the last.
func runRows(runs []graph.RunRow) map[string]params {
	type lists struct {
		from, to, sort []string
		sinceFirst     bool
	}
	all := map[string]*lists{}
	for _, r := range runs {
		l := all[r.PracticeID]
		if l == nil {
			l = &lists{sinceFirst: r.SinceFirst}
			all[r.PracticeID] = l
		}
		l.from, l.to, l.sort = append(l.from, stamp(r.From)), append(l.to, stamp(r.To)), append(l.sort, graph.ValidFromSort(r.From))
	}
	rows := map[string]params{}
	for key, l := range all {
		rows[key] = params{
			"runFrom": l.from, "runTo": l.to, "runSort": l.sort, "sinceFirst": l.sinceFirst,
			"firstSeen": l.from[0], "validFrom": l.from[len(l.from)-1], "validTo": l.to[len(l.to)-1],
		}
	}
	return rows
}

// noRuns is what stands in the place of runs where a practice never stood.
func noRuns() params {
	none := []string{}
	return params{"runFrom": none, "runTo": none, "runSort": none, "sinceFirst": false, "firstSeen": "", "validFrom": "", "validTo": ""}
}

// organizationRow returns what is derived of an organisation; what captures
// told of it stands beside that on its node.
func organizationRow(o policy.Organization) params {
	names := append([]string{o.Name}, o.Aliases...)
	return params{
		"id": o.ID, "name": o.Name, "kind": string(o.Kind), "aliases": plain(o.Aliases), "domains": plain(o.Domains),
		"country": string(o.Country), "sector": o.Sector, "lei": o.LEI, "listed": o.Listed,
		"sort": policy.SortKey(o.Name), "companySort": graph.CompanySort(o.Name, o.ID),
		"nameKeys": each(names, policy.NameKey), "domainKeys": each(o.Domains, strings.ToLower), "words": each(graph.SearchableNames(o), func(s graph.Searchable) string {
			return graph.SearchText(s.Text)
		}),
	}
}

func organizationOf(r record) policy.Organization {
	return policy.Organization{
		ID: r.text("id"), Name: r.text("name"), Kind: policy.OrganizationKind(r.text("kind")),
		Aliases: texts[string](r, "aliases"), Domains: texts[string](r, "domains"),
		Country: policy.Place(r.text("country")), Sector: r.text("sector"), LEI: r.text("lei"), Listed: r.flag("listed"),
	}
}

func policyOf(r record) policy.Policy {
	return policy.Policy{
		ID: r.text("id"), CompanyID: r.text("companyId"), Kind: policy.Kind(r.text("kind")), URL: r.text("url"),
		Aliases: texts[string](r, "aliases"), Language: r.text("language"), Region: r.text("region"),
	}
}

// versionOf reads a version with its document, if the record has one.
func versionOf(r record) (graph.Version, error) {
	v := graph.Version{
		Version: policy.Version{
			ID: r.text("id"), PolicyID: r.text("policyId"), Hash: r.text("hash"), Language: r.text("language"), Assessed: r.flag("assessed"),
		},
		Rules: r.text("rules"),
	}
	if err := graph.DecodeAbout(&v, r.text("about")); err != nil {
		return v, err
	}
	if layout := r.text("layout"); layout != "" {
		d, err := graph.DecodeLayout(r.text("text"), layout)
		if err != nil {
			return v, err
		}
		v.Document = d
	}
	return v, nil
}

func statementOf(r record) policy.Statement {
	s := policy.Statement{
		Action: policy.Action(r.text("action")), Stance: policy.Stance(r.text("stance")),
		Recipient: policy.Recipient{Organization: r.text("organization"), Category: r.text("category"), Role: r.text("role")},
		Source:    r.text("source"), DataTypes: texts[string](r, "dataTypes"), Purposes: texts[string](r, "purposes"),
		LegalBases: texts[string](r, "legalBases"), Places: texts[policy.Place](r, "places"), PlaceRole: policy.PlaceRole(r.text("placeRole")),
		Safeguards: texts[string](r, "safeguards"), Conditions: texts[policy.Condition](r, "conditions"),
	}
	if r.text("kept") != "" {
		s.Retention = &policy.Retention{
			Min: r.period("min"), Max: r.period("max"), Criterion: r.text("criterion"), Start: r.text("start"), Scope: r.text("scope"),
		}
	}
	return s
}

func evidenceOf(r record) (graph.Evidence, error) {
	f := policy.Finding{Party: r.text("party"), Method: policy.Method(r.text("method")), Rule: r.text("rule"), Confidence: r.float("confidence")}
	for pair := range slices.Chunk(r.numbers("bounds"), 2) {
		f.Spans = append(f.Spans, policy.Span{Start: pair[0], End: pair[len(pair)-1]})
	}
	e, err := policy.RestoreEvidence(f, append([]string{r.text("quote")}, texts[string](r, "context")...))
	return graph.Evidence{Evidence: e, ID: r.text("id"), PracticeID: r.text("practiceKey"), VersionID: r.text("versionId")}, err
}
