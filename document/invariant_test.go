package document

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"unicode/utf8"

	"policygraph/policy"
)

// check returns what is wrong with d by the promises of [policy.Document].
func check(d *policy.Document) error {
	if !utf8.ValidString(d.Text) {
		return fmt.Errorf("text is not valid UTF-8")
	}
	end := 0
	for i, b := range d.Blocks {
		if err := checkSpan(d.Text, b.Span); err != nil || b.Start == b.End {
			return fmt.Errorf("block %d %v: %v", i, b.Span, err)
		}
		if b.Start < end {
			return fmt.Errorf("block %d %v begins before %d, where the last one ends", i, b.Span, end)
		}
		end = b.End
		if trim(d.Text, b.Span) != b.Span {
			return fmt.Errorf("block %d %q has white space around it", i, b.Of(d.Text))
		}
		if b.LeadIn < -1 || b.LeadIn >= i {
			return fmt.Errorf("block %d has lead-in %d", i, b.LeadIn)
		}
		last := -1
		for _, p := range b.Path {
			if p <= last || p >= i || d.Blocks[p].Kind != policy.Heading {
				return fmt.Errorf("block %d has path %v", i, b.Path)
			}
			last = p
		}
		if err := checkCells(d, b); err != nil {
			return fmt.Errorf("block %d: %v", i, err)
		}
		if leveled := b.Kind == policy.Heading || b.Kind == policy.ListItem; leveled != (b.Level > 0) || b.Kind == policy.Heading && b.Level > 6 {
			return fmt.Errorf("block %d of kind %s has level %d", i, b.Kind, b.Level)
		}
	}
	start := 0
	for _, l := range d.Links {
		if err := checkSpan(d.Text, l.Span); err != nil || l.Start == l.End || l.URL == "" || l.Start < start {
			return fmt.Errorf("link %+v after %d: %v", l, start, err)
		}
		start = l.Start
	}
	return nil
}

func checkCells(d *policy.Document, b policy.Block) error {
	end := b.Start
	for _, c := range b.Cells {
		if err := checkSpan(d.Text, c); err != nil || !b.Contains(c) || c.Start < end {
			return fmt.Errorf("cell %v in %v: %v", c, b.Span, err)
		}
		end = c.End
	}
	if tabular := b.Kind == policy.TableRow || b.Kind == policy.Definition; tabular != (len(b.Cells) > 0) {
		return fmt.Errorf("kind %s has %d cells", b.Kind, len(b.Cells))
	}
	if b.Header != nil && (b.Kind != policy.TableRow || len(b.Header) != len(b.Cells)) {
		return fmt.Errorf("%d headers of %d cells", len(b.Header), len(b.Cells))
	}
	for _, h := range b.Header {
		if err := checkSpan(d.Text, h); err != nil || h.End > b.Start {
			return fmt.Errorf("header %v of %v: %v", h, b.Span, err)
		}
	}
	return nil
}

func checkSpan(text string, s policy.Span) error {
	if s.Start < 0 || s.Start > s.End || s.End > len(text) {
		return fmt.Errorf("span %v is out of range", s)
	}
	for _, at := range []int{s.Start, s.End} {
		if at < len(text) && !utf8.RuneStart(text[at]) {
			return fmt.Errorf("span %v cuts a character", s)
		}
	}
	return nil
}

// checkAll returns what is wrong with d, read from data: by the promises of
// [policy.Document], or because another reading gives something else.
func checkAll(d *policy.Document, data []byte, mediaType string) error {
	if err := check(d); err != nil {
		return err
	}
	again, err := Parse(data, mediaType)
	if err != nil || !reflect.DeepEqual(d, again) {
		return fmt.Errorf("a second reading differs (err %v)", err)
	}
	if essence(mediaType) != HTML {
		return checkText(d, data, mediaType)
	}
	return checkPage(d)
}

// checkText checks that the text is the file, so that it reads as itself.
func checkText(d *policy.Document, data []byte, mediaType string) error {
	if d.Text != strings.ToValidUTF8(string(data), "\uFFFD") {
		return errors.New("the text is not the file")
	}
	again, err := Parse([]byte(d.Text), mediaType)
	if err != nil || !reflect.DeepEqual(d, again) {
		return fmt.Errorf("its text reads differently (err %v)", err)
	}
	return nil
}

// checkPage checks that the text of a page is its blocks: between two of them
// there is at most the marker of a list item.
func checkPage(d *policy.Document) error {
	end := 0
	for _, b := range d.Blocks {
		words := strings.FieldsFunc(d.Text[end:b.Start], func(r rune) bool { return !isWordy(r) })
		if marker := b.Kind == policy.ListItem && len(words) == 1 && len(words[0]) <= len("xxviii"); len(words) > 0 && !marker {
			return fmt.Errorf("words %q before block %v are in none", words, b.Span)
		}
		end = b.End
	}
	if gap := d.Text[end:]; strings.ContainsFunc(gap, isWordy) {
		return fmt.Errorf("text %q at the end is in no block", gap)
	}
	return nil
}
