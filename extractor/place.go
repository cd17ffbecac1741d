package extractor

import (
	"slices"

	"policygraph/policy"
)

// places finds where data is stored and where it may be sent, and how
// transfers abroad are protected.
func (p *page) places(out *collector) {
	for i := range p.blocks {
		b := &p.blocks[i]
		if b.Kind == policy.Heading {
			continue
		}
		for _, s := range p.segments(b) {
			found := p.placesIn(s)
			guards := p.safeguardsIn(s)
			if len(found[policy.Transfer]) == 0 && len(guards) > 0 {
				p.emitPlaces(s, policy.Transfer, nil, guards, out)
			}
			for _, role := range []policy.PlaceRole{policy.Storage, policy.Transfer} {
				if len(found[role]) > 0 {
					p.emitPlaces(s, role, found[role], guards, out)
				}
			}
		}
	}
}

// A located is a place in the text with what tells its role.
type located struct {
	mention
	place policy.Place
	rule  string
}

// placesIn returns the places of a segment by role.
func (p *page) placesIn(s segment) map[policy.PlaceRole][]located {
	if s.section == "rights" || s.section == "definitions" || s.section == "basis" || s.section == "children" {
		return nil
	}
	out := map[policy.PlaceRole][]located{}
	mentions := s.of(placeClass)
	for _, m := range mentions {
		role, rule := p.placeRole(s, m)
		if role == "" {
			continue
		}
		l := located{m, policy.Place(m.id), rule}
		if outside(s, m) {
			if !l.place.InEEA() || slices.ContainsFunc(mentions, func(o mention) bool { return !policy.Place(o.id).InEEA() && o.first > m.last }) {
				continue
			}
			l.place = policy.NonEEA
			if role == policy.Storage && s.says(locatingClass, "transfer") {
				role = policy.Transfer
			}
		}
		out[role] = append(out[role], l)
	}
	return out
}

// outside reports whether the words before a place put it outside: "outside of
// the EU", also for the second of "outside the EU or EEA".
func outside(s segment, m mention) bool {
	for _, o := range s.of(locatingClass) {
		if o.id == "outside" && o.last < m.first && m.first-o.last <= 8 {
			between := true
			for _, other := range s.of(placeClass) {
				if other.first > o.last && other.last < m.first && !policy.Place(other.id).InEEA() {
					between = false
				}
			}
			return between
		}
	}
	return false
}

// maxCueDistance is how many words may stand between a place and what tells its role.
const maxCueDistance = 25

// placeRole returns the role that the nearest words of storage or transfer
// give to a place; "" where law, residence or an address is spoken of.
func (p *page) placeRole(s segment, m mention) (policy.PlaceRole, string) {
	cue, distance := "", maxCueDistance+1
	for _, c := range s.of(locatingClass) {
		d := c.first - m.last
		if c.last < m.first {
			d = m.first - c.last
		}
		kind := c.id
		if kind == "outside" {
			kind = "transfer"
		}
		if kind == "transfer" && s.says(locatingClass, "storage") && !s.says(locatingClass, "outside") {
			d += 3 // "hosted on servers located in" is storage
		}
		if d < distance {
			cue, distance = kind, d
		}
	}
	switch cue {
	case "storage":
		return policy.Storage, "place.storage"
	case "transfer":
		return policy.Transfer, "place.transfer"
	case "law":
		return "", ""
	}
	for _, h := range p.header(s, locatingClass) {
		if h.id == "storage" {
			return policy.Storage, "place.column"
		}
		if h.id == "transfer" {
			return policy.Transfer, "place.column"
		}
	}
	if p.recipientAddress(s) {
		return policy.Transfer, "place.address"
	}
	return "", ""
}

// recipientAddress reports whether the segment names a party in a place where
// recipients are listed: its address tells where data goes.
func (p *page) recipientAddress(s segment) bool {
	switch s.section {
	case "sharing", "transfer", "cookies":
	default:
		return false
	}
	if len(s.of(organizationClass)) > 0 {
		return true
	}
	return s.cell > 0 || s.Kind == policy.ListItem && p.hasLegalForm(s)
}

func (p *page) emitPlaces(s segment, role policy.PlaceRole, found []located, guards []mention, out *collector) {
	st := policy.Statement{Action: policy.Transfers, Stance: policy.Stated}
	rule, confidence := "safeguard", 0.8
	first, end := s.end, s.first
	for _, l := range found {
		st.Places = append(st.Places, l.place)
		first, end = min(first, l.first), max(end, l.last+1)
		rule, confidence = l.rule, 0.7
	}
	if len(found) > 0 {
		st.PlaceRole = role
	}
	if role == policy.Storage {
		st.Action = policy.Store
	} else {
		for _, g := range guards {
			st.Safeguards = append(st.Safeguards, g.id)
			first, end = min(first, g.first), max(end, g.last+1)
		}
	}
	out.practice(st, policy.Finding{Spans: []policy.Span{p.clip(s, first, end)}, Rule: rule, Confidence: confidence})
}

// safeguardsIn returns how the segment says that transfers are protected.
// Words that also mean other protection need a transfer near by.
func (p *page) safeguardsIn(s segment) []mention {
	if s.section == "rights" && !s.says(locatingClass, "transfer") || s.section == "definitions" {
		return nil
	}
	abroad := s.section == "transfer" || s.says(locatingClass, "outside") ||
		s.says(locatingClass, "transfer") && len(s.of(placeClass)) > 0
	if !abroad && s.index > 0 {
		before := &p.blocks[s.index-1]
		abroad = before.has(locatingClass, "outside", 0, len(before.tokens)) && before.Kind != policy.Heading
	}
	var out []mention
	for _, m := range s.of(safeguardClass) {
		if abroad || m.id != "x:OtherSafeguard" && m.id != "eu-gdpr:A49" && m.id != "eu-gdpr:A45-3" {
			out = append(out, m)
		}
	}
	return out
}
