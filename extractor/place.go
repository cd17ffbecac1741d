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
		if european(l.place) && outside(s, m) {
			if !l.place.InEEA() || slices.ContainsFunc(mentions, func(o mention) bool { return o.first > m.last && !european(policy.Place(o.id)) }) {
				continue // the named country follows: "outside the EU, such as India"
			}
			l.place = policy.NonEEA
		}
		out[role] = append(out[role], l)
	}
	return out
}

// european reports whether "outside" is said of p together with the EEA.
func european(p policy.Place) bool { return p.InEEA() || p == "GB" || p == "CH" }

// outside reports whether the words before a place put it outside: "outside of
// the EU", also for the second of "outside the EU or EEA".
func outside(s segment, m mention) bool {
	for _, o := range s.of(locatingClass) {
		if o.id == "outside" && o.last < m.first && m.first-o.last <= 8 {
			between := true
			for _, other := range s.of(placeClass) {
				if other.first > o.last && other.last < m.first && !european(policy.Place(other.id)) {
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
	if p.inName(s.block, m) {
		return "", ""
	}
	switch p.cue(s, m) {
	case "storage":
		return policy.Storage, "place.storage"
	case "transfer", "located", "outside":
		return policy.Transfer, "place.transfer"
	case "law", "address":
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

// cue returns what the words nearest to a place speak of: storage, transfer,
// law or an address. "Located" and "outside" count only where nothing else does.
func (p *page) cue(s segment, m mention) string {
	const farther = maxCueDistance // than any other word
	best, distance := "", 2*maxCueDistance
	look := func(c mention, kind string, handicap int) {
		d := max(c.first-m.last, m.first-c.last) + handicap
		if d < distance && d-handicap <= maxCueDistance {
			best, distance = kind, d
		}
	}
	for _, c := range s.of(locatingClass) {
		if c.id == "located" || c.id == "outside" {
			look(c, c.id, farther)
		} else {
			look(c, c.id, 0)
		}
	}
	for _, c := range s.of(partyClass) {
		if c.id == "address" {
			look(c, c.id, 0)
		}
	}
	return best
}

// inName reports whether the place is part of the name of an organisation:
// "Epassi Finland Oy".
func (p *page) inName(b *block, m mention) bool {
	if m.first > 0 && !b.tokens[m.first].breaks && b.tokens[m.first-1].upper && !p.common(b, m.first-1) {
		return true
	}
	return m.last+1 < len(b.tokens) && !b.tokens[m.last+1].breaks && p.formAt(b, m.last+1)
}

// recipientAddress reports whether the segment names a party in a place where
// recipients are listed: its address tells where data goes.
func (p *page) recipientAddress(s segment) bool {
	switch s.section {
	case "contact", "controller", "rights", "changes":
		return false
	case "sharing", "transfer", "cookies":
		if s.cell > 0 {
			return true
		}
	}
	return len(s.of(organizationClass)) > 0 || p.hasLegalForm(s)
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
