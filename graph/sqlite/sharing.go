package sqlite

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"policygraph/graph"
	"policygraph/policy"
)

// Sharing implements graph.Store.
func (s *Store) Sharing(ctx context.Context, sq graph.SharingQuery, page graph.Page) (list graph.List[graph.Sharing], err error) {
	far, near := "p.recipient", "p.company_id"
	switch {
	case (len(sq.Companies) > 0) == (len(sq.Organizations) > 0):
		return list, errors.New("sharing: want either the companies that share or the organizations that are shared with")
	case len(sq.Organizations) > 0:
		far, near = near, far
	}
	err = s.viewing(ctx, "sharing", func(t tx) (err error) {
		q := &query{anchored: true}
		from, c := q.practices(sq.Filter, sq.AsOf)
		q.disclosing(&c, sq)
		found := fmt.Sprintf(`
			SELECT o.sort AS sort, %[1]s || ' ' || %[2]s AS id, p.company_id, p.recipient, json_group_array(p.id) AS practices
			FROM %[3]s CROSS JOIN organization o ON o.id = %[1]s WHERE %[4]s GROUP BY p.company_id, p.recipient`, far, near, from, c)
		practices := map[string][]int64{} // by edge
		list, err = paged(t, q, found, `SELECT sort, id, company_id, recipient, practices FROM page`, page, func(r scanner) (e graph.Sharing, err error) {
			var ids []int64
			err = r.Scan(&e.Sort, &e.ID, &e.CompanyID, &e.OrganizationID, into(&ids))
			practices[e.ID] = ids
			return e, err
		})
		if err != nil {
			return err
		}
		return t.unite(list.Items, practices)
	})
	return list, err
}

// disclosing adds the conditions that a practice makes an edge of the query.
func (q *query) disclosing(c *conditions, sq graph.SharingQuery) {
	c.add("p.recipient <> ''")
	in(q, c, "p.company_id", sq.Companies)
	in(q, c, "p.recipient", sq.Organizations)
	in(q, c, "p.stance", some(cmp.Or(sq.Filter.Stance, policy.Stated)))
	in(q, c, "p.action", disclosures())
}

func disclosures() []policy.Action {
	return slices.DeleteFunc(policy.Actions(), func(a policy.Action) bool { return !a.Discloses() })
}

// unite adds to the edges what their practices say, and when they were valid.
func (t tx) unite(edges []graph.Sharing, practices map[string][]int64) error {
	at := map[int64]*graph.Sharing{}
	var all []int64
	for i := range edges {
		ids := practices[edges[i].ID]
		edges[i].Practices = len(ids)
		for _, id := range ids {
			at[id] = &edges[i]
		}
		all = append(all, ids...)
	}
	_, err := rows(t, func(r scanner) (id int64, err error) {
		var said policy.Statement
		var life policy.Run
		from, to := run(&life)
		err = r.Scan(&id, into(&said.DataTypes), into(&said.Purposes), into(&said.Places), &said.PlaceRole, from, to)
		if err == nil {
			widen(at[id], said, life)
		}
		return id, err
	}, `
		SELECT p.id, p.data_types, p.purposes, p.places, p.place_role,
			(SELECT min(valid_from) FROM run WHERE practice_id = p.id), (SELECT max(valid_to) FROM run WHERE practice_id = p.id)
		FROM practice p WHERE p.id IN (SELECT value FROM json_each(?))`, array(all))
	for i := range edges {
		e := &edges[i]
		e.DataTypes, e.Purposes = union(e.DataTypes, cmp.Compare), union(e.Purposes, cmp.Compare)
		e.Places = union(e.Places, func(a, b graph.PlaceOfProcessing) int {
			return cmp.Or(cmp.Compare(a.Place, b.Place), cmp.Compare(a.Role, b.Role))
		})
	}
	return err
}

// widen adds what one practice says. Its life is from the beginning of its
// first run to the end of its last, or zero if it never was valid.
func widen(e *graph.Sharing, said policy.Statement, life policy.Run) {
	e.DataTypes, e.Purposes = append(e.DataTypes, said.DataTypes...), append(e.Purposes, said.Purposes...)
	for _, place := range said.Places {
		e.Places = append(e.Places, graph.PlaceOfProcessing{Place: place, Role: said.PlaceRole})
	}
	if life.From.IsZero() {
		return
	}
	if e.FirstSeen.IsZero() || life.From.Before(e.FirstSeen) {
		e.FirstSeen = life.From
	}
	if life.To.After(e.LastSeen) {
		e.LastSeen = life.To
	}
}

// union sorts items and drops repetitions.
func union[T comparable](items []T, compare func(a, b T) int) []T {
	slices.SortFunc(items, compare)
	return slices.Compact(items)
}
