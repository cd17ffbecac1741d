package extractor

import (
	"slices"
	"strings"

	"policygraph/policy"
)

// A relater reads who does what with which data, block by block.
type relater struct {
	*page
	out      *collector
	contexts []context
	columns  map[int][]string // roles of a table's columns, by the start of its header
	bonds    bonds
}

// A context is what stands above a block and holds for it: the lead-in of a
// list or table, and the heading.
type context struct {
	frame    frame
	denied   bool
	spans    []policy.Span // what shows it
	data     []string      // what the lead-in is about
	purposes []string
	listing  bool // it speaks of parties that a list names
	// about is whom the heading or item is about; nil if nobody.
	about *party
}

// relations reads collection, use, storage, disclosure and sale.
func (p *page) relations(out *collector) {
	r := &relater{page: p, out: out, contexts: make([]context, len(p.blocks)), columns: map[int][]string{}, bonds: newBonds()}
	for i := range p.blocks {
		r.read(&p.blocks[i])
	}
}

func (r *relater) read(b *block) {
	inherited := r.inherited(b)
	if b.Kind == policy.TableRow && len(b.Cells) > 0 {
		r.row(b, inherited)
		return
	}
	r.contexts[b.index] = r.clausesIn(b, b.sentences, inherited)
}

// clausesIn reads sentences of a block, and returns what the block passes on.
func (r *relater) clausesIn(b *block, sentences []sentence, inherited context) context {
	clauses := r.clauses(b, sentences)
	own := context{about: inherited.about}
	if b.LeadIn >= 0 {
		own = inherited // an item passes on what it stands under
	}
	var last []party // whom the block spoke of last
	for i := range clauses {
		c := &clauses[i]
		f := r.facts(c, inherited, i == 0)
		if _, ok := c.refersToList(); ok {
			own.listing = true
		}
		r.emit(c, f, inherited, last)
		if len(f.parties) > 0 {
			last = f.parties
		}
		if i == len(clauses)-1 || c.frame.has(processing) && b.Kind != policy.ListItem {
			listing := own.listing
			own = r.passedOn(c, f, inherited)
			own.listing = listing
		}
		if b.Kind == policy.Heading && own.about == nil && len(f.parties) == 1 {
			own.about = &f.parties[0]
		}
	}
	return own
}

// inherited returns the context that stands above the block.
func (r *relater) inherited(b *block) context {
	var c context
	if n := len(b.Path); n > 0 {
		above := r.contexts[b.Path[n-1]]
		c.about = above.about
	}
	lead, ok := r.lead(b)
	if !ok {
		return c
	}
	if lead.about == nil {
		lead.about = c.about
	}
	return lead
}

// lead returns the context of the block that introduces b: its lead-in, or, for
// lines of text that are a list by their look only, the block before that
// announces data.
func (r *relater) lead(b *block) (context, bool) {
	if b.LeadIn >= 0 {
		return r.contexts[b.LeadIn], true
	}
	if b.index == 0 || b.Kind != policy.Paragraph {
		return context{}, false
	}
	before := &r.blocks[b.index-1]
	c := r.contexts[before.index]
	return c, before.Kind == policy.Paragraph && c.frame.has(collecting) && len(before.sentences) > 0 && r.announces(before)
}

// passedOn returns what the blocks that the clause introduces inherit.
func (r *relater) passedOn(c *clause, f facts, inherited context) context {
	own := context{frame: c.frame, spans: []policy.Span{c.quote(c.first, c.end-1)}, about: inherited.about}
	if c.b.Kind == policy.ListItem {
		own.frame |= inherited.frame
		own.denied = inherited.denied
	}
	for _, v := range c.verbs {
		own.denied = v.denied && r.announces(c.b)
	}
	for _, d := range f.data {
		if !d.denied {
			own.data = append(own.data, d.id)
		}
	}
	for _, d := range f.purposes {
		own.purposes = append(own.purposes, d.id)
	}
	if c.b.Kind == policy.ListItem && len(f.parties) == 1 && f.parties[0].head {
		own.about = &f.parties[0]
	}
	return own
}

// announces reports whether the block ends by announcing what follows it: a
// denial that does not is no denial of the table below.
func (r *relater) announces(b *block) bool {
	if strings.HasSuffix(strings.TrimRight(b.Of(r.Text), " \t\r\n*_"), ":") {
		return true
	}
	last := b.sentences[len(b.sentences)-1]
	return b.has(wordClass, "listed", last.first, last.end)
}

// A fact is a term with the words that name it and its polarity.
type fact struct {
	mention
	denied bool
	verb   *verb // that governs it, or nil
}

// facts are what a clause names.
type facts struct {
	data, purposes, categories []fact
	parties                    []party
}

// facts returns what the clause names in a context that makes it count.
func (r *relater) facts(c *clause, above context, first bool) facts {
	var f facts
	f.data = r.dataIn(c, above)
	f.purposes = r.purposesIn(c, above)
	f.categories = r.categoriesIn(c, above)
	f.parties = r.partiesIn(c, above, first)
	inName := func(d fact) bool {
		return slices.ContainsFunc(f.parties, func(o party) bool { return o.Contains(d.Span) }) // the "Pixel" of "Meta Pixel"
	}
	f.data, f.categories = slices.DeleteFunc(f.data, inName), slices.DeleteFunc(f.categories, inName)
	return f
}

func terms(facts []fact, denied bool) []string {
	var out []string
	for _, f := range facts {
		if f.denied == denied {
			out = append(out, f.id)
		}
	}
	return out
}

// emit records the practices that the clause states.
func (r *relater) emit(c *clause, f facts, above context, last []party) {
	if c.b.Kind != policy.Heading || c.word("we") {
		r.own(c, f, above)
		r.categories(c, f, above)
	}
	r.flows(c, f, above, last)
	r.sale(c, above)
}

// categories records which kinds of recipients get data, or do not.
func (r *relater) categories(c *clause, f facts, above context) {
	data, purposes := terms(f.data, false), terms(f.purposes, false)
	for _, k := range f.categories {
		s := policy.Statement{Action: policy.Share, Stance: stance(k.denied), Recipient: policy.Recipient{Category: k.id}, Conditions: c.conditions()}
		if !k.denied {
			s.DataTypes, s.Purposes = data, purposes
			if above.frame.has(sharing) {
				s.DataTypes = append(s.DataTypes[:len(s.DataTypes):len(s.DataTypes)], above.data...)
			}
		}
		r.say(c, s, "share.category", 0.7, "", k.mention, above)
	}
}

// own records what the company itself does.
func (r *relater) own(c *clause, f facts, above context) {
	byAction := func(denied bool, action policy.Action) {
		data := terms(f.data, denied)
		s := policy.Statement{Action: action, Stance: stance(denied), DataTypes: data}
		if !denied {
			s.Purposes = terms(f.purposes, false)
		}
		if len(s.DataTypes)+len(s.Purposes) == 0 {
			return
		}
		at := f.data
		if len(at) == 0 {
			at = f.purposes
		}
		m := at[0].mention
		m.last = at[len(at)-1].last
		r.say(c, s, string(action), 0.75, "", m, above)
	}
	action := policy.Collect
	if c.frame.has(using) && !c.frame.has(collecting) || len(f.data) == 0 {
		action = policy.Use
	}
	byAction(false, action)
	denied := policy.Collect
	for _, d := range f.data {
		if d.denied && d.verb != nil && d.verb.frame.has(sharing|selling) {
			denied = policy.Share
		}
	}
	byAction(true, denied)
}

// say records a practice with the words of the clause around m as its quote.
func (r *relater) say(c *clause, s policy.Statement, rule string, confidence float64, name string, m mention, above context, more ...policy.Span) {
	spans := append([]policy.Span{c.quote(m.first, m.last)}, above.spans...)
	r.out.practice(s, policy.Finding{Spans: append(spans, more...), Party: name, Rule: rule, Confidence: confidence})
}

func stance(denied bool) policy.Stance {
	if denied {
		return policy.Denied
	}
	return policy.Stated
}
