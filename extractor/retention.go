package extractor

import (
	"slices"
	"strings"

	"policygraph/policy"
)

// retention finds how long things are kept: periods and criteria in sentences
// and cells that speak of keeping or deleting.
func (p *page) retention(out *collector) {
	for i := range p.blocks {
		b := &p.blocks[i]
		if b.Kind == policy.Heading {
			continue
		}
		for _, s := range p.segments(b) {
			p.retentionIn(s, out)
		}
	}
}

// A keeping is one statement of retention within a segment.
type keeping struct {
	policy.Retention
	first, end int // tokens
	rule       string
	confidence float64
}

func (p *page) retentionIn(s segment, out *collector) {
	durations := p.durations(s.block, s.first, s.end)
	criteria := s.of(criterionClass)
	if len(durations) == 0 && len(criteria) == 0 {
		return
	}
	topic, rule := p.aboutKeeping(s)
	var found []keeping
	for k, d := range durations {
		if topic && !p.noRetention(s, d) {
			found = append(found, p.keepingFor(s, durations, k, rule))
		}
	}
	if topic {
		found = addCriteria(found, criteria, s)
	} else if k, ok := p.sessionCookie(s, criteria); ok {
		found = append(found, k)
	}
	for _, k := range found {
		p.emitRetention(s, k, out)
	}
}

// aboutKeeping reports whether the segment speaks of how long something is
// kept, and what tells it.
func (p *page) aboutKeeping(s segment) (ok bool, rule string) {
	switch {
	case s.says(keepingClass, "keep"):
		return true, "keep"
	case s.says(keepingClass, "delete"):
		return s.section != "rights" || len(s.of(rightClass)) == 0, "delete"
	case len(p.header(s, keepingClass)) > 0, p.column(s) == "retention":
		return true, "column"
	case s.cell < 0 && s.section == "retention":
		return true, "section"
	case s.cell >= 0 && s.section == "retention" && len(s.Header) == 0:
		return true, "section"
	}
	for _, lead := range p.leadIns(s.block) {
		if lead.ends(keepingClass, "keep") && s.cell < 0 {
			return true, "lead-in"
		}
	}
	if s.section == "cookies" && (s.Kind == policy.TableRow || s.Kind == policy.ListItem) {
		return true, "cookies"
	}
	return false, ""
}

// noRetention reports whether the duration is an age, a deadline or a notice.
func (p *page) noRetention(s segment, d duration) bool {
	kept := s.says(keepingClass, "keep")
	for _, m := range s.of(keepingClass) {
		switch m.id {
		case "age":
			if m.Overlaps(d.Span) || m.last == d.first-1 || m.first == d.end {
				return true
			}
		case "reply":
			if !kept && s.section != "retention" || m.last == d.first-1 || m.first == d.end {
				return true
			}
		}
	}
	return false
}

// keepingFor returns the statement that the k-th duration of the segment makes.
func (p *page) keepingFor(s segment, durations []duration, k int, rule string) keeping {
	d := durations[k]
	r := keeping{Retention: policy.Retention{Min: d.min, Max: d.max}, first: d.first, end: d.end, rule: "retention.period." + rule, confidence: 0.8}
	if rule == "section" || rule == "cookies" {
		r.confidence = 0.65
	}
	floor, limit := s.first, s.end
	if k > 0 {
		floor = durations[k-1].end
	}
	if k+1 < len(durations) {
		limit = durations[k+1].first
	}
	if m, ok := startNear(s, d, floor, limit); ok {
		r.Start = m.id
		r.first, r.end = min(r.first, m.first), max(r.end, m.last+1)
	}
	return r
}

// How many words may stand between a duration and the event that starts it:
// behind it ("3 years from …") and before it ("inactive for 3 years").
const (
	maxStartAfter  = 12
	maxStartBefore = 8
)

func startNear(s segment, d duration, floor, limit int) (mention, bool) {
	for _, m := range s.of(startClass) {
		if m.first >= d.end && m.first <= d.end+maxStartAfter && m.first < limit {
			return m, true
		}
	}
	starts := s.of(startClass)
	for _, m := range slices.Backward(starts) {
		if m.last < d.first && m.last >= d.first-maxStartBefore && m.first >= floor {
			return m, true
		}
	}
	return mention{}, false
}

// addCriteria joins criteria to the period that they stand with ("10 years, as
// the law requires"), or adds them as statements of their own.
func addCriteria(found []keeping, criteria []mention, s segment) []keeping {
	periods := len(found)
	for _, m := range criteria {
		joined := false
		if periods > 0 {
			k := nearest(found[:periods], m)
			switch m.id {
			case "x:LegalObligation", "x:AccountLifetime", "x:ContractDuration", "x:LimitationPeriod", "x:Indefinite":
				if found[k].Criterion == "" {
					found[k].Criterion = m.id
				}
				joined = true
			case "x:AsNecessary":
				joined = m.first >= found[k].first && m.last < found[k].end
			}
		}
		if joined || slices.ContainsFunc(found, func(k keeping) bool { return k.Criterion == m.id }) {
			continue
		}
		if m.id == "x:Session" && !s.says(dataClass, "x:CookieIdentifier") && s.section != "cookies" && m.first == m.last {
			continue
		}
		found = append(found, keeping{Retention: policy.Retention{Criterion: m.id}, first: m.first, end: m.last + 1,
			rule: "retention.criterion", confidence: 0.65})
	}
	return found
}

// nearest returns the index of the statement nearest to m.
func nearest(found []keeping, m mention) int {
	best, distance := 0, 1<<30
	for i, k := range found {
		d := max(k.first-m.last, m.first-k.end, 0)
		if d < distance {
			best, distance = i, d
		}
	}
	return best
}

// sessionCookie recognises "session cookies" where nothing is said of keeping.
func (p *page) sessionCookie(s segment, criteria []mention) (keeping, bool) {
	for _, m := range criteria {
		if m.id == "x:Session" && m.first < m.last && (s.section == "cookies" || s.says(dataClass, "x:CookieIdentifier")) {
			return keeping{Retention: policy.Retention{Criterion: m.id}, first: m.first, end: m.last + 1, rule: "retention.session", confidence: 0.6}, true
		}
	}
	return keeping{}, false
}

func (p *page) emitRetention(s segment, k keeping, out *collector) {
	st := policy.Statement{Action: policy.Retain, Stance: policy.Stated}
	r := k.Retention
	spans := []policy.Span{p.clip(s, k.first, k.end)}
	if s.cell >= 0 {
		row := s.row()
		st.DataTypes, st.Purposes = ids(sure(row.of(dataClass))), ids(row.of(purposeClass))
		r.Scope = scopeText(s.Cells[0].Of(p.Text))
		if row.Span.End-row.Span.Start <= maxClip {
			spans = []policy.Span{row.Span}
		}
		if s.cell < len(s.Header) {
			spans = append(spans, s.Header[s.cell])
		}
	} else {
		before := sure(s.within(dataClass, s.first, k.first))
		if all := sure(s.of(dataClass)); len(before) == 0 && len(all) <= 3 {
			before = all
		}
		st.DataTypes = ids(before)
		r.Scope = p.scopeOf(s, k)
		if s.LeadIn >= 0 {
			spans = append(spans, p.blocks[s.LeadIn].Span)
		}
	}
	st.Retention = &r
	out.practice(st, policy.Finding{Spans: spans, Rule: k.rule, Confidence: k.confidence})
}

// sure returns the mentions without those that only a context makes sure.
func sure(mentions []mention) []mention {
	return slices.DeleteFunc(mentions, func(m mention) bool { return m.weak })
}

// scopeOf returns what the statement is said of: the words before the verb of
// keeping, or those behind it where the company is the subject.
func (p *page) scopeOf(s segment, k keeping) string {
	for _, m := range s.of(keepingClass) {
		if m.id != "keep" || m.last >= k.first {
			continue
		}
		if m.first == s.first+1 && s.has(wordClass, "we", s.first, m.first) && k.first > m.last+1 {
			return scopeText(policy.Span{Start: s.tokens[m.last+1].Start, End: s.tokens[k.first-1].End}.Of(p.Text))
		}
		if m.first > s.first {
			return scopeText(policy.Span{Start: s.tokens[s.first].Start, End: s.tokens[m.first-1].End}.Of(p.Text))
		}
	}
	if k.first > s.first {
		return scopeText(policy.Span{Start: s.tokens[s.first].Start, End: s.tokens[k.first-1].End}.Of(p.Text))
	}
	return ""
}

// maxScope bounds the words of a scope.
const maxScope = 8

func scopeText(text string) string {
	words := strings.Fields(strings.Map(func(r rune) rune {
		if strings.ContainsRune("*_|[]<>#\\", r) {
			return ' '
		}
		return r
	}, text))
	return strings.TrimRight(strings.Join(words[:min(len(words), maxScope)], " "), ":,;. ")
}
