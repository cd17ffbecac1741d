package extractor

import "policygraph/policy"

// quiet are the sections in which words for data and purposes mostly explain
// rights, duties and law: there a clause counts only if the company acts in it.
func quiet(section string) bool {
	switch section {
	case "rights", "contact", "changes", "definitions", "children", "security", "controller":
		return true
	}
	return false
}

// dataIn returns the types of data that the clause says are collected, used,
// stored or passed on.
func (r *relater) dataIn(c *clause, above context) []fact {
	frame := c.frame | above.frame
	explains := c.frame.has(defining) || c.word("definition")
	if c.frame.has(instructing) && !c.frame.has(collecting) || explains && !(c.frame.has(collecting) && c.word("we")) || c.frame.has(aboutChildren) {
		return nil
	}
	if quiet(c.b.section) && !(c.frame.has(processing) && c.word("we")) && !above.frame.has(collecting) {
		return nil
	}
	if !frame.has(processing) && !r.speaksOfData(c) {
		return nil
	}
	var out []fact
	for i, m := range c.mentions {
		if m.class != dataClass || m.weak && !r.strong(c, i, above) {
			continue
		}
		v := c.governor(m.first, actions)
		denied := c.denies(m, v) || v == nil && above.denied
		out = append(out, fact{m, denied, v})
	}
	return out
}

// speaksOfData reports whether the block stands where data is listed.
func (r *relater) speaksOfData(c *clause) bool {
	switch c.b.section {
	case "collection", "use", "cookies", "sharing", "sources", "retention", "basis":
		return true
	}
	n := 0
	for _, m := range c.mentions {
		if m.class == dataClass {
			n++
		}
	}
	return n > 1
}

// strong reports whether the i-th mention of the clause, a word that has other
// meanings, means its term here: another one stands beside it, or whose it is
// is said.
func (r *relater) strong(c *clause, i int, above context) bool {
	m := c.mentions[i]
	for j := i - 1; j >= 0; j-- {
		n := c.mentions[j]
		if n.class == dataClass && m.first-n.last <= 4 && c.parted(n, m) {
			return true
		}
		if n.class == wordClass && n.id == "you" && m.first-n.last <= 2 {
			return true
		}
		if m.first-n.first > 12 {
			break
		}
	}
	for j := i + 1; j < len(c.mentions); j++ {
		n := c.mentions[j]
		if n.first-m.last > 4 {
			break
		}
		if n.class == dataClass && c.parted(m, n) {
			return true
		}
	}
	return c.b.Kind == policy.ListItem && c.end-c.first <= 6 && above.frame.has(collecting)
}

// parted reports whether two mentions are items of an enumeration, and not both
// ordinary words that stand side by side: "company assets".
func (c *clause) parted(m, n mention) bool {
	return !(m.weak && n.weak) || n.first-m.last > 1 || c.b.tokens[n.first].breaks
}

// purposesIn returns why the clause says that data is processed.
func (r *relater) purposesIn(c *clause, above context) []fact {
	frame := c.frame | above.frame
	if quiet(c.b.section) && !(c.frame.has(processing) && c.word("we")) {
		return nil
	}
	if c.frame.has(instructing|defining|aboutChildren) && !c.frame.has(collecting|using) {
		return nil
	}
	if !frame.has(processing) && !lists(c.b.section) {
		return nil
	}
	var out []fact
	for _, m := range c.mentions {
		if m.class == purposeClass {
			v := c.governor(m.first, actions)
			out = append(out, fact{m, c.denies(m, v), v})
		}
	}
	return out
}

// lists reports whether the section lists purposes.
func lists(section string) bool {
	switch section {
	case "use", "collection", "cookies", "sharing", "basis", "retention", "sources":
		return true
	}
	return false
}
