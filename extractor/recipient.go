package extractor

import (
	"slices"

	"policygraph/policy"
)

// categoriesIn returns the kinds of recipients that the clause says get data,
// or do not.
func (r *relater) categoriesIn(c *clause, above context) []fact {
	frame := c.frame | above.frame
	if quiet(c.b.section) && !c.frame.has(sharing) {
		return nil
	}
	spoken := frame.has(sharing|storing) || c.b.section == "sharing" || c.frame.has(using|naming) && c.word("we")
	var out []fact
	for i, m := range c.mentions {
		if m.class != categoryClass || m.weak && !r.beside(c, i) || m.id == "x:Authorities" && !frame.has(sharing) || c.tellsUs(i) || !spoken && !c.collects(m) {
			continue
		}
		v := c.governor(m.first, sharing|selling|using)
		denied := c.denies(m, v) || v == nil && above.denied
		out = append(out, fact{m, denied, v})
	}
	return out
}

// collects reports whether who stands at m is said to collect: "advertisers
// collect your address".
func (c *clause) collects(m mention) bool {
	const reach = 4
	return slices.ContainsFunc(c.verbs, func(v verb) bool {
		return v.frame.has(collecting|using) && v.first > m.last && v.first-m.last <= reach
	})
}

// tellsUs reports whether the i-th mention stands behind words for where data
// comes from, "we receive information from our partners", and behind none of
// disclosure since.
func (c *clause) tellsUs(i int) bool {
	const reach = 15
	if c.mentions[i].id == "x:OtherUsers" {
		return false
	}
	for _, m := range slices.Backward(c.mentions[:i]) {
		if m.class != triggerClass || m.last >= c.mentions[i].first {
			continue
		}
		switch f := frames[m.id]; {
		case f.has(sourcing):
			return (m.id == "source" || m.id == "origin") && c.mentions[i].first-m.last <= reach
		case f.has(sharing | selling):
			return false
		}
	}
	return false
}

// beside reports whether the word before or behind the i-th mention says that
// it is the company's, or another category stands beside it.
func (r *relater) beside(c *clause, i int) bool {
	m := c.mentions[i]
	for j := max(0, i-4); j < min(len(c.mentions), i+5); j++ {
		n := c.mentions[j]
		near := n.last < m.first && m.first-n.last <= 2 || n.first > m.last && n.first-m.last <= 3
		if near && (n.class == categoryClass || n.class == wordClass && n.id == "we") {
			return true
		}
	}
	return false
}

// sale records that data is sold, or that it is not.
func (r *relater) sale(c *clause, above context) {
	for i := range c.verbs {
		v := &c.verbs[i]
		if !v.frame.has(selling) {
			continue
		}
		if !v.denied && !c.sells(*v) {
			continue
		}
		s := policy.Statement{Action: policy.Sell, Stance: stance(v.denied), DataTypes: nil, Conditions: c.conditions()}
		r.say(c, s, "sell", 0.8, "", v.mention, above)
		return
	}
}

// sells reports whether the clause says that the company sells data: not that a
// law would call it so, that it may be sold itself, or how to object.
func (c *clause) sells(v verb) bool {
	const reach = 6
	if !c.word("we") || c.word("not") || c.word("merger") || c.b.section == "rights" || c.frame.has(instructing|optingOut|defining) {
		return false
	}
	return slices.ContainsFunc(c.mentions, func(m mention) bool {
		return (m.class == dataClass || m.class == wordClass && m.id == "info") && max(m.first-v.last, v.first-m.last) <= reach
	})
}
