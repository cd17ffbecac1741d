package storetest

import (
	"encoding/json"
	"fmt"

	"policygraph/graph"
	"policygraph/policy"
)

// Show returns v as a line of text in which equal values look equal, whatever
// they are made of: no list and an empty one are the same, and evidence and
// periods, which encoding/json cannot see, are written out.
func Show(v any) string {
	switch v := v.(type) {
	case graph.Practice:
		r := v.Retention
		v.Retention = nil
		evidence := v.Evidence
		v.Evidence = nil
		return fmt.Sprintf("%+v %s %s", v, showRetention(r), showEvidence(evidence))
	case graph.Evidence:
		return showEvidence([]graph.Evidence{v})
	case graph.Version:
		return showVersion(v)
	case graph.PracticeFilter, graph.SharingQuery, graph.OrganizationFilter, graph.Page:
		b, err := json.Marshal(v)
		if err != nil {
			return err.Error()
		}
		return string(b)
	}
	return fmt.Sprintf("%+v", v)
}

func showRetention(r *policy.Retention) string {
	if r == nil {
		return "no retention"
	}
	return fmt.Sprintf("%+v", *r)
}

func showEvidence(all []graph.Evidence) string {
	var out []string
	for _, e := range all {
		out = append(out, fmt.Sprintf("{%s of %s in %s: %s}", e.ID, e.PracticeID, e.VersionID, showFinding(e.Evidence)))
	}
	return fmt.Sprint(out)
}

func showFinding(e policy.Evidence) string { return fmt.Sprintf("%+v %q", e.Finding(), e.Quotes()) }

func showVersion(v graph.Version) string {
	s := fmt.Sprintf("%+v rules %s spells %v effective %q", v.Version, v.Rules, v.Spells, v.Effective)
	if c := v.Controller; c != nil {
		s += fmt.Sprintf(" controller %q %q %s", c.Name, c.Country, showFinding(c.Evidence))
	}
	for _, c := range v.Contacts {
		s += fmt.Sprintf(" contact %q %s", c.Email, showFinding(c.Evidence))
	}
	for _, r := range v.Rights {
		s += fmt.Sprintf(" right %q %s", r.ID, showFinding(r.Evidence))
	}
	if d := v.Document; d != nil {
		s += fmt.Sprintf(" document %+v", *d)
	}
	return s
}
