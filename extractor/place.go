package extractor

import (
	"slices"
	"strings"

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
				stated, denied := split(found[role])
				if len(stated) > 0 {
					p.emitPlaces(s, role, stated, guards, out)
				}
				if len(denied) > 0 {
					p.emitPlaces(s, role, denied, nil, out)
				}
			}
		}
	}
}

// A located is a place in the text with what tells its role.
type located struct {
	mention
	place  policy.Place
	rule   string
	denied bool
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
		l := located{mention: m, place: policy.Place(m.id), rule: rule, denied: denied(s, m)}
		if european(l.place) && outside(s, m) {
			if !l.place.Bloc() || slices.ContainsFunc(mentions, func(o mention) bool { return o.first > m.last && !european(policy.Place(o.id)) }) {
				continue // the named country follows: "outside the EU, such as India"
			}
			l.place = policy.NonEEA
		}
		out[role] = append(out[role], l)
	}
	return out
}

// denied reports whether the segment says that data does not go there: "never
// leaves the EU", "not transferred outside the EU". A word of storage or
// transfer stands between the negator and the place.
func denied(s segment, m mention) bool {
	const reach = 12
	for _, not := range s.around(wordClass, m, reach) {
		if not.id != "not" || not.first > m.last || m.first-not.last > reach {
			continue
		}
		negated := s.within(locatingClass, not.last+1, m.last+1)
		excepted := slices.ContainsFunc(s.within(wordClass, not.last+1, m.first), func(o mention) bool {
			return o.id == "except" || o.id == "unless" || o.id == "but"
		})
		if len(negated) > 0 && !excepted {
			return true
		}
	}
	return false
}

// split parts places that data goes to from those that it does not.
func split(found []located) (stated, denied []located) {
	for _, l := range found {
		if l.denied {
			denied = append(denied, l)
		} else {
			stated = append(stated, l)
		}
	}
	return stated, denied
}

// european reports whether "outside" is said of p together with the EEA.
func european(p policy.Place) bool { return p.InEEA() || p == "GB" || p == "CH" }

// outside reports whether the words before a place put it outside: "outside of
// the EU", also for the second of "outside the EU or EEA".
func outside(s segment, m mention) bool {
	for _, o := range s.around(locatingClass, m, maxCueDistance) {
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
	if p.inName(s.block, m) || p.inSeat(s, m) {
		return "", ""
	}
	cue := p.cue(s, m)
	if cue == "transfer" && p.origin(s, m) {
		return "", ""
	}
	switch cue {
	case "storage":
		return policy.Storage, "place.storage"
	case "transfer", "located", "outside":
		return policy.Transfer, "place.transfer"
	case "law", "address":
		return "", ""
	}
	switch p.column(s) {
	case "location":
		return policy.Storage, "place.column"
	case "country":
		return policy.Transfer, "place.column"
	}
	if p.recipientAddress(s) && !p.ownAddress(s, m) {
		return policy.Transfer, "place.address"
	}
	return "", ""
}

// origin reports whether data is said to come from the place: "transferred from the
// EU or Switzerland to …".
func (p *page) origin(s segment, m mention) bool {
	const reach = 10
	for i := m.first - 1; i >= max(s.first, m.first-reach); i-- {
		switch strings.ToLower(p.word(s.block, i)) {
		case "from", "depuis", "provenance":
			return p.transferredBefore(s, i)
		case "to", "into", "vers", "au", "aux", "à", "outside", "hors":
			return false
		}
	}
	return false
}

// transferredBefore reports whether a word of transfer stands shortly before token
// i: what is "accessed from India" goes there.
func (p *page) transferredBefore(s segment, i int) bool {
	const reach = 8
	for j := max(s.first, i-reach); j < i; j++ {
		if w := strings.ToLower(p.word(s.block, j)); strings.HasPrefix(w, "transf") || strings.HasPrefix(w, "export") {
			return true
		}
	}
	return false
}

// inSeat reports whether the place belongs to the address beside the company's name.
func (p *page) inSeat(s segment, m mention) bool {
	const town = 30 // bytes of what stands between a town and its country
	seat := p.self.seat
	return s.Span.Overlaps(seat) && (s.has(partyClass, "address", s.first, m.first) || m.Start >= seat.Start && m.Start <= seat.End+town)
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
	for _, c := range s.around(locatingClass, m, maxCueDistance) {
		if c.id == "located" || c.id == "outside" {
			look(c, c.id, farther)
		} else {
			look(c, c.id, 0)
		}
	}
	for _, c := range s.around(partyClass, m, maxCueDistance) {
		if c.id == "address" {
			look(c, c.id, 0)
		}
	}
	return best
}

// maxAddress is how many words of an address stand between a name and its country.
const maxAddress = 12

// ownAddress reports whether the place stands in the company's own address.
func (p *page) ownAddress(s segment, m mention) bool {
	if p.self.seat.Overlaps(m.Span) {
		return true
	}
	for _, n := range s.namesNear(m.first) {
		if p.self.is(party{name: n.Of(p.Text)}) && s.first <= n.first && n.end <= m.first && m.first-n.end <= maxAddress {
			return true
		}
	}
	return false
}

// maxPlaceName is how many words a name has at most in which a place is no place.
const maxPlaceName = 6

// inName reports whether the place is part of the name of an organisation:
// "Epassi Finland Oy".
func (p *page) inName(b *block, m mention) bool {
	for _, n := range b.namesNear(m.first) {
		if n.first <= m.first && m.last < n.end && n.end-n.first <= maxPlaceName {
			return true
		}
	}
	if before := m.first - 1; before >= 0 && strings.Contains(p.Text[b.tokens[before].End:m.Start], "(") && strings.HasPrefix(p.Text[m.End:], ") ") &&
		b.tokens[before].upper && m.last+1 < len(b.tokens) && b.tokens[m.last+1].upper {
		return true // "PayPal (Europe) S.à r.l."
	}
	if m.first > 0 && !b.tokens[m.first].breaks && b.tokens[m.first-1].upper && !p.common(b, m.first-1) && !small(strings.ToLower(p.word(b, m.first-1))) {
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
	for _, m := range s.of(organizationClass) {
		if !s.has(genericClass, "street", m.first-2, m.last+3) {
			return true
		}
	}
	return p.hasLegalForm(s)
}

func (p *page) emitPlaces(s segment, role policy.PlaceRole, found []located, guards []mention, out *collector) {
	st := policy.Statement{Action: policy.Transfers, Stance: policy.Stated}
	rule, confidence := "safeguard", 0.8
	first, end := s.end, s.first
	for _, l := range found {
		st.Places = append(st.Places, l.place)
		first, end = min(first, l.first), max(end, l.last+1)
		rule, confidence, st.Stance = l.rule, 0.7, stance(l.denied)
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
		abroad = before.ends(locatingClass, "outside") && before.Kind != policy.Heading
	}
	var out []mention
	mentions := s.of(safeguardClass)
	named := slices.ContainsFunc(mentions, func(m mention) bool { return m.id == "eu-gdpr:A46-2-c" || m.id == "eu-gdpr:A46-2-b" })
	for _, m := range mentions {
		if m.id == "x:OtherSafeguard" && named || m.id == "eu-gdpr:A45-3" && withoutAdequacy(s, m) {
			continue // "appropriate safeguards, such as model clauses"
		}
		if abroad || m.id != "x:OtherSafeguard" && m.id != "eu-gdpr:A49" && m.id != "eu-gdpr:A45-3" {
			out = append(out, m)
		}
	}
	return out
}

// withoutAdequacy reports whether the words before m say that a country has no
// adequate level of protection.
func withoutAdequacy(s segment, m mention) bool {
	const reach = 6
	return s.has(wordClass, "not", max(s.first, m.first-reach), m.first)
}
