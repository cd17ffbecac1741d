package extractor

import "policygraph/policy"

// rights finds the rights that the text grants or explains, each where it is
// said best: under a heading about rights, else in a sentence that speaks of them.
func (p *page) rights(out *collector) {
	best := map[string]int{} // ID to index in the reading
	for i := range p.blocks {
		b := &p.blocks[i]
		for _, s := range p.segments(b) {
			for _, m := range append(s.of(rightClass), p.articles(s, rightArticles)...) {
				confidence := p.rightIn(s, m)
				if confidence == 0 {
					continue
				}
				k, known := best[m.id]
				if known && out.reading.Rights[k].Evidence.Finding().Confidence >= confidence {
					continue
				}
				e, ok := out.evidence(policy.Finding{Spans: []policy.Span{p.clip(s, m.first, m.last+1)}, Rule: "right", Confidence: confidence})
				if !ok {
					continue
				}
				right := policy.Right{ID: m.id, Evidence: e}
				if known {
					out.reading.Rights[k] = right
				} else {
					best[m.id] = len(out.reading.Rights)
					out.reading.Rights = append(out.reading.Rights, right)
				}
			}
		}
	}
}

// rightIn returns how sure it is that the mention names a right of the person; 0 if it does not.
func (p *page) rightIn(s segment, m mention) float64 {
	spoken := s.says(topicClass, "right")
	switch {
	case s.section == "rights":
		return 0.9
	case s.section == "definitions" || s.section == "security":
		return 0
	case spoken && (m.first < m.last || m.class != rightClass):
		return 0.85
	}
	switch m.id {
	case "x:OptOutOfSale":
		if m.first < m.last && !s.has(wordClass, "we", m.first-2, m.first) { // "we do not sell" is no right
			return 0.6
		}
	case "eu-gdpr:A77", "x:PostMortem", "eu-gdpr:A7-3":
		if m.first < m.last {
			return 0.6
		}
	case "eu-gdpr:A21":
		return 0.55
	}
	if spoken {
		return 0.5
	}
	return 0
}
