package extractor

// relations reads who does what with which data.
func (p *page) relations(out *collector) {}
