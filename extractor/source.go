package extractor

import "policygraph/policy"

// gives reports whether the clause says that data comes from o: o stands behind
// a word for that ("received from"), or itself gives something to the company.
func (c *clause) gives(o party) bool {
	const before, after = 8, 12 // words
	for _, m := range c.mentions {
		if m.class != triggerClass {
			continue
		}
		switch m.id {
		case "source", "origin":
			if m.last < o.first && c.reaches(m, o, before) && (m.id == "source" || c.receives(m)) {
				return true
			}
		case "given":
			if m.first > o.last && m.first-o.last <= after && !c.wordBetween("user", o.last, m.first) {
				return true
			}
		}
	}
	return false
}

// reaches reports whether o stands at most so many words behind m, or behind
// examples of what does ("from partners such as A, B and C").
func (c *clause) reaches(m mention, o party, words int) bool {
	if o.first-m.last <= words {
		return true
	}
	such := false
	for _, n := range c.mentions {
		if n.class != triggerClass || n.first <= m.last || n.last >= o.first {
			continue
		}
		if frames[n.id].has(actions) {
			return false
		}
		such = such || n.id == "such"
	}
	return such
}

// receives reports whether a word for an origin ("from") belongs to what the
// company gets: data or a verb of collection stands before it.
func (c *clause) receives(m mention) bool {
	const reach = 8
	for i := len(c.mentions) - 1; i >= 0; i-- {
		n := c.mentions[i]
		switch {
		case n.last >= m.first:
		case m.first-n.last > reach:
			return false
		case n.class == triggerClass && frames[n.id].has(actions|cookies):
			return frames[n.id].has(collecting)
		case n.class == wordClass && n.id == "info":
			return true
		case n.class == wordClass && n.id == "party" && m.first-n.last <= 2, n.class == wordClass && n.id == "not":
			return false // "services from"
		}
	}
	return false
}

// repays reports whether, behind a social login, the company gets data.
func (r *relater) repays(c *clause, o party) bool {
	const reach = 4 // blocks
	for i := c.b.index; i < min(c.b.index+reach, len(r.blocks)) && (i == c.b.index || r.blocks[i].Kind != policy.Heading); i++ {
		b, first := &r.blocks[i], 0
		if i == c.b.index {
			first = o.last + 1
		}
		for _, m := range b.near(first, first+maxSentence) {
			if m.class == triggerClass && frames[m.id].has(sourcing|collecting) {
				return true
			}
		}
	}
	return false
}

// wordBetween reports whether a word of the meaning stands between tokens first and end.
func (c *clause) wordBetween(id string, first, end int) bool {
	return c.b.has(wordClass, id, first+1, end)
}
