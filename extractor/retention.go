package extractor

import (
	"slices"
	"strings"

	"policygraph/policy"
)

// retention finds how long things are kept: periods and criteria in sentences
// and cells that speak of keeping or deleting.
func (p *page) retention(out *collector) {
	scopes := map[string]string{} // of rules without a period: prose that repeats one says the same of the same
	for i := range p.blocks {
		b := &p.blocks[i]
		if b.Kind == policy.Heading {
			continue
		}
		for _, s := range p.segments(b) {
			p.retentionIn(s, scopes, out)
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

func (p *page) retentionIn(s segment, scopes map[string]string, out *collector) {
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
		found = addCriteria(found, p.ruling(s, criteria, rule), s)
	} else if k, ok := p.sessionCookie(s, criteria); ok {
		found = append(found, k)
	}
	for _, k := range found {
		p.emitRetention(s, k, scopes, out)
	}
}

// aboutKeeping reports whether the segment speaks of how long something is
// kept, and what tells it.
func (p *page) aboutKeeping(s segment) (ok bool, rule string) {
	switch {
	case s.says(keepingClass, "keep"):
		return true, "keep"
	case s.says(keepingClass, "delete"):
		return s.section != "rights" || len(s.of(rightClass)) == 0 || s.weDelete(), "delete"
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
	if p.unfinished(s) {
		return true, "section"
	}
	if s.section == "cookies" && (s.Kind == policy.TableRow || s.Kind == policy.ListItem) {
		return true, "cookies"
	}
	return false, ""
}

// unfinished reports whether the segment begins a paragraph that goes on with an
// unfinished one that speaks of keeping: lines of a page cut into paragraphs, a
// title that is not marked as one.
func (p *page) unfinished(s segment) bool {
	if s.Kind != policy.Paragraph || s.first > 0 || s.index == 0 {
		return false
	}
	above := &p.blocks[s.index-1]
	text := strings.TrimRight(above.Of(p.Text), " \t\r\n*_")
	return above.Kind == policy.Paragraph && above.ends(keepingClass, "keep") && !strings.ContainsAny(text[max(0, len(text)-1):], ".!?;")
}

// weDelete reports whether the company is who deletes: "we delete", not "ask us to delete".
func (s segment) weDelete() bool {
	const reach = 3
	for _, k := range s.of(keepingClass) {
		if k.id == "delete" && s.has(wordClass, "we", max(s.first, k.first-reach), k.first) && !s.says(triggerClass, "instruction") {
			return true
		}
	}
	return false
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
	var before, after mention
	for _, m := range s.of(startClass) {
		switch {
		case m.last < d.first && m.last >= d.first-maxStartBefore && m.first >= floor:
			before = m
		case m.first < d.end || m.first > d.end+maxStartAfter || m.first >= limit:
		case after.last == 0:
			after = m
		case after.id == "x:Collection" && m.id == "x:LastContact":
			after = m // "from its collection or your last contact"
		}
	}
	// "inactive for 3 years, we delete your account"
	if after.last == 0 || before.id == "x:LastContact" && s.tokens[d.end].breaks {
		after = before
	}
	return after, after.id != ""
}

// ruling returns the criteria that say how long the company keeps something. A
// law or a claim is as often a reason to collect or share, and what users may
// ask for is no rule of the company.
func (p *page) ruling(s segment, criteria []mention, rule string) []mention {
	return slices.DeleteFunc(criteria, func(m mention) bool {
		reason := m.id == "x:LegalObligation" || m.id == "x:LimitationPeriod"
		switch {
		case rule == "section" && (reason || m.id == "x:ConsentWithdrawal"):
			return true
		case s.cell < 0 && (reason || m.id == "x:ConsentWithdrawal" || m.id == "x:AsNecessary") && s.has(triggerClass, "instruction", s.first, m.first):
			return true
		}
		return reason && rule == "keep" && !p.keepsOnly(s, m)
	})
}

// keepsOnly reports whether a verb of keeping leads to mention m that does not
// stand in a row with verbs of other processing ("collect, store and share").
func (p *page) keepsOnly(s segment, m mention) bool {
	others := slices.DeleteFunc(s.of(triggerClass), func(t mention) bool {
		return !frames[t.id].has(actions&^storing) || s.covered(keepingClass, t.first)
	})
	for _, k := range s.of(keepingClass) {
		if k.id == "keep" && !slices.ContainsFunc(others, func(t mention) bool {
			shared := frames[t.id].has(sharing) && t.first > k.last && t.last < m.first
			return p.inRow(s, t, k) || shared && len(s.within(criterionClass, k.last+1, t.first)) == 0
		}) {
			return true
		}
	}
	return false
}

// inRow reports whether a comma or a conjunction coordinates two verbs of the segment.
func (p *page) inRow(s segment, a, b mention) bool {
	if b.first < a.first {
		a, b = b, a
	}
	if b.first-a.last > coordinated || a.End > b.Start {
		return false
	}
	return strings.ContainsAny(p.Text[a.End:b.Start], ",/") || s.has(genericClass, "and", a.last+1, b.first)
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

func (p *page) emitRetention(s segment, k keeping, scopes map[string]string, out *collector) {
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
	if s.cell < 0 && r.Min.IsZero() && r.Max.IsZero() {
		said := r.Criterion + "\t" + strings.Join(st.DataTypes, " ") + "\t" + strings.Join(st.Purposes, " ")
		if scope, ok := scopes[said]; ok {
			r.Scope = scope
		}
		scopes[said] = r.Scope
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
