package api

import (
	"context"

	"policygraph/api/generated"
	"policygraph/policy"
	"policygraph/vocab"
)

// labelOf returns the name of a term, in English where there is no other. An ID
// that the vocabulary does not hold, as an older one may have, is its own name.
func labelOf(v *vocab.Vocabulary, id string, language generated.Language) string {
	t, ok := v.Term(id)
	switch {
	case !ok:
		return id
	case language == generated.LanguageFr && t.LabelFR != "":
		return t.LabelFR
	}
	return t.Label
}

func coversOf(v *vocab.Vocabulary, id string) *string {
	t, _ := v.Term(id)
	return optional(t.Covers)
}

func narrowerOf(v *vocab.Vocabulary, id string) []string {
	var below []string
	for _, t := range v.Terms() {
		for _, above := range t.Broader {
			if above == id {
				below = append(below, t.ID)
			}
		}
	}
	return below
}

func dataTypesOf(ids []string) []generated.DataType {
	out := make([]generated.DataType, len(ids))
	for i, id := range ids {
		t, _ := vocab.DataTypes().Term(id)
		out[i] = generated.DataType{ID: id, Covers: optional(t.Covers), Emitted: t.Emitted}
	}
	return out
}

func purposesOf(ids []string) []generated.Purpose {
	out := make([]generated.Purpose, len(ids))
	for i, id := range ids {
		t, _ := vocab.Purposes().Term(id)
		out[i] = generated.Purpose{ID: id, Covers: optional(t.Covers), Emitted: t.Emitted}
	}
	return out
}

func legalBasesOf(ids []string) []generated.LegalBasis {
	out := make([]generated.LegalBasis, len(ids))
	for i, id := range ids {
		out[i] = generated.LegalBasis{ID: id}
	}
	return out
}

func safeguardsOf(ids []string) []generated.Safeguard {
	out := make([]generated.Safeguard, len(ids))
	for i, id := range ids {
		out[i] = generated.Safeguard{ID: id, Covers: coversOf(vocab.Safeguards(), id)}
	}
	return out
}

func criterionOf(id string) (generated.RetentionCriterion, bool) {
	return generated.RetentionCriterion{ID: id, Covers: coversOf(vocab.RetentionCriteria(), id)}, id != ""
}

func startOf(id string) (generated.RetentionStart, bool) {
	return generated.RetentionStart{ID: id, Covers: coversOf(vocab.RetentionStarts(), id)}, id != ""
}

func categoryOf(id string) *generated.RecipientCategory {
	if id == "" {
		return nil
	}
	return &generated.RecipientCategory{ID: id, Covers: coversOf(vocab.RecipientCategories(), id)}
}

// DataTypes resolves Query.dataTypes.
func (queryResolver) DataTypes(context.Context) ([]generated.DataType, error) {
	return dataTypesOf(termIDs(vocab.DataTypes())), nil
}

// Purposes resolves Query.purposes.
func (queryResolver) Purposes(context.Context) ([]generated.Purpose, error) {
	return purposesOf(termIDs(vocab.Purposes())), nil
}

// LegalBases resolves Query.legalBases.
func (queryResolver) LegalBases(context.Context) ([]generated.LegalBasis, error) {
	return legalBasesOf(termIDs(vocab.LegalBases())), nil
}

// Safeguards resolves Query.safeguards.
func (queryResolver) Safeguards(context.Context) ([]generated.Safeguard, error) {
	return safeguardsOf(termIDs(vocab.Safeguards())), nil
}

// RecipientCategories resolves Query.recipientCategories.
func (queryResolver) RecipientCategories(context.Context) ([]generated.RecipientCategory, error) {
	var out []generated.RecipientCategory
	for _, id := range termIDs(vocab.RecipientCategories()) {
		out = append(out, *categoryOf(id))
	}
	return out, nil
}

// RetentionCriteria resolves Query.retentionCriteria.
func (queryResolver) RetentionCriteria(context.Context) ([]generated.RetentionCriterion, error) {
	var out []generated.RetentionCriterion
	for _, id := range termIDs(vocab.RetentionCriteria()) {
		t, _ := criterionOf(id)
		out = append(out, t)
	}
	return out, nil
}

type dataTypeResolver struct{}

func (dataTypeResolver) Label(_ context.Context, t *generated.DataType, language generated.Language) (string, error) {
	return labelOf(vocab.DataTypes(), t.ID, language), nil
}

func (dataTypeResolver) Broader(_ context.Context, t *generated.DataType) ([]generated.DataType, error) {
	term, _ := vocab.DataTypes().Term(t.ID)
	return dataTypesOf(term.Broader), nil
}

func (dataTypeResolver) Narrower(_ context.Context, t *generated.DataType) ([]generated.DataType, error) {
	return dataTypesOf(narrowerOf(vocab.DataTypes(), t.ID)), nil
}

type purposeResolver struct{}

func (purposeResolver) Label(_ context.Context, t *generated.Purpose, language generated.Language) (string, error) {
	return labelOf(vocab.Purposes(), t.ID, language), nil
}

func (purposeResolver) Broader(_ context.Context, t *generated.Purpose) ([]generated.Purpose, error) {
	term, _ := vocab.Purposes().Term(t.ID)
	return purposesOf(term.Broader), nil
}

func (purposeResolver) Narrower(_ context.Context, t *generated.Purpose) ([]generated.Purpose, error) {
	return purposesOf(narrowerOf(vocab.Purposes(), t.ID)), nil
}

type legalBasisResolver struct{}

func (legalBasisResolver) Label(_ context.Context, t *generated.LegalBasis, language generated.Language) (string, error) {
	return labelOf(vocab.LegalBases(), t.ID, language), nil
}

type recipientCategoryResolver struct{}

func (recipientCategoryResolver) Label(_ context.Context, t *generated.RecipientCategory, language generated.Language) (string, error) {
	return labelOf(vocab.RecipientCategories(), t.ID, language), nil
}

type safeguardResolver struct{}

func (safeguardResolver) Label(_ context.Context, t *generated.Safeguard, language generated.Language) (string, error) {
	return labelOf(vocab.Safeguards(), t.ID, language), nil
}

type rightResolver struct{}

func (rightResolver) Label(_ context.Context, t *generated.Right, language generated.Language) (string, error) {
	return labelOf(vocab.Rights(), t.ID, language), nil
}

type retentionCriterionResolver struct{}

func (retentionCriterionResolver) Label(_ context.Context, t *generated.RetentionCriterion, language generated.Language) (string, error) {
	return labelOf(vocab.RetentionCriteria(), t.ID, language), nil
}

type retentionStartResolver struct{}

func (retentionStartResolver) Label(_ context.Context, t *generated.RetentionStart, language generated.Language) (string, error) {
	return labelOf(vocab.RetentionStarts(), t.ID, language), nil
}

func placeOf(p policy.Place) *generated.Place {
	return &generated.Place{Code: string(p), Bloc: p.Bloc()}
}

func optionalPlace(p policy.Place) *generated.Place {
	if p == "" {
		return nil
	}
	return placeOf(p)
}

// Countries resolves Query.countries.
func (queryResolver) Countries(context.Context) ([]generated.Place, error) {
	var out []generated.Place
	for _, c := range vocab.Countries() {
		out = append(out, *placeOf(c.Place))
	}
	return out, nil
}

type placeResolver struct{}

func (placeResolver) Name(_ context.Context, p *generated.Place, language generated.Language) (string, error) {
	c, ok := vocab.CountryOf(policy.Place(p.Code))
	switch {
	case !ok:
		return p.Code, nil
	case language == generated.LanguageFr && c.NameFR != "":
		return c.NameFR, nil
	}
	return c.Name, nil
}

func (placeResolver) PartOf(_ context.Context, p *generated.Place) ([]generated.Place, error) {
	out := []generated.Place{}
	for _, bloc := range policy.Place(p.Code).PartOf() {
		out = append(out, *placeOf(bloc))
	}
	return out, nil
}
