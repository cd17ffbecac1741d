package api

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"time"

	"policygraph/graph"
)

// A request is what the fields of one operation share: the store, and the
// loaders through which they ask it together.
type request struct {
	store graph.Store
	// wait is how long a loader waits for further keys. gqlgen resolves the items
	// of a list side by side, so that they all ask within a fraction of it.
	wait time.Duration

	mu      sync.Mutex
	loaders map[string]any
	results map[string]any
}

type requestKey struct{}

func withRequest(ctx context.Context, store graph.Store, wait time.Duration) context.Context {
	return context.WithValue(ctx, requestKey{}, &request{store: store, wait: wait, loaders: map[string]any{}, results: map[string]any{}})
}

func requestOf(ctx context.Context) *request { return ctx.Value(requestKey{}).(*request) }

func storeOf(ctx context.Context) graph.Store { return requestOf(ctx).store }

// loaderOf returns the request's loader of the given name, which tells all that
// load depends on beside the keys.
func loaderOf[K comparable, V any](ctx context.Context, name string, load func(context.Context, []K) (map[K]V, error)) *loader[K, V] {
	r := requestOf(ctx)
	r.mu.Lock()
	defer r.mu.Unlock()
	l, ok := r.loaders[name].(*loader[K, V])
	if !ok {
		l = &loader[K, V]{load: load, wait: r.wait, asked: map[K]*batch[K, V]{}}
		r.loaders[name] = l
	}
	return l
}

// once returns what compute returns, computed once in a request under the given
// name, which tells all that it depends on.
func once[T any](ctx context.Context, name string, compute func() (T, error)) (T, error) {
	r := requestOf(ctx)
	r.mu.Lock()
	result, ok := r.results[name].(func() (T, error))
	if !ok {
		result = sync.OnceValues(compute)
		r.results[name] = result
	}
	r.mu.Unlock()
	return result()
}

// A loader joins what many fields ask for at about the same time into one call,
// and asks for no key twice.
type loader[K comparable, V any] struct {
	load func(context.Context, []K) (map[K]V, error)
	wait time.Duration

	mu    sync.Mutex
	asked map[K]*batch[K, V]
	open  *batch[K, V] // takes further keys
}

// A batch is one call of a loader.
type batch[K comparable, V any] struct {
	keys   []K
	once   sync.Once
	done   chan struct{}
	values map[K]V
	err    error
}

// maxBatch is how many keys are asked for in one call.
const maxBatch = 1000

// many returns the values of the keys that have one.
func (l *loader[K, V]) many(ctx context.Context, keys []K) (map[K]V, error) {
	found := map[K]V{}
	for b := range maps.Keys(l.ask(ctx, keys)) {
		select {
		case <-b.done:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		if b.err != nil {
			return nil, b.err
		}
		for _, k := range keys {
			if v, ok := b.values[k]; ok {
				found[k] = v
			}
		}
	}
	return found, nil
}

// one returns the value of a key, and whether it has one.
func (l *loader[K, V]) one(ctx context.Context, key K) (V, bool, error) {
	values, err := l.many(ctx, []K{key})
	v, ok := values[key]
	return v, ok, err
}

// ask returns the batches that bring keys.
func (l *loader[K, V]) ask(ctx context.Context, keys []K) map[*batch[K, V]]bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	batches := map[*batch[K, V]]bool{}
	for _, k := range keys {
		b, ok := l.asked[k]
		if !ok {
			if l.open == nil {
				l.open = &batch[K, V]{done: make(chan struct{})}
				open := l.open
				time.AfterFunc(l.wait, func() { l.run(ctx, open) })
			}
			b = l.open
			b.keys = append(b.keys, k)
			l.asked[k] = b
			if len(b.keys) == maxBatch {
				l.open = nil
				go l.run(ctx, b)
			}
		}
		batches[b] = true
	}
	return batches
}

// run calls load for a batch, once.
func (l *loader[K, V]) run(ctx context.Context, b *batch[K, V]) {
	b.once.Do(func() {
		l.mu.Lock()
		if l.open == b {
			l.open = nil
		}
		l.mu.Unlock()
		defer close(b.done)
		defer func() { // nothing above this goroutine would recover
			if p := recover(); p != nil {
				b.err = fmt.Errorf("panic: %v", p)
			}
		}()
		b.values, b.err = l.load(ctx, b.keys)
	})
}

// part returns a part of the list that belongs to owner, where several owners
// may be asked at once: one alone by the page, several together whole, and then
// cut. The name tells all that ask depends on but owners and page; ask also
// returns to which owners an item belongs.
func part[K comparable, T any](ctx context.Context, name string, owner K, page graph.Page,
	ask func(ctx context.Context, owners []K, page graph.Page) (graph.List[T], func(T) []K, error),
) (graph.List[T], error) {
	if page.After != nil { // a cursor belongs to one list: nobody else asks with it
		list, _, err := ask(ctx, []K{owner}, page)
		return list, err
	}
	name = fmt.Sprintf("%s first %d total %t", name, page.Limit, page.Total)
	list, _, err := loaderOf(ctx, name, func(ctx context.Context, owners []K) (map[K]graph.List[T], error) {
		if len(owners) == 1 {
			list, _, err := ask(ctx, owners, page)
			return map[K]graph.List[T]{owners[0]: list}, err
		}
		all, ownersOf, err := ask(ctx, owners, graph.Page{})
		if err != nil {
			return nil, err
		}
		items := map[K][]T{}
		for _, item := range all.Items {
			for _, o := range ownersOf(item) {
				items[o] = append(items[o], item)
			}
		}
		lists := map[K]graph.List[T]{}
		for o, list := range items {
			lists[o] = graph.Paged(list, page, len(list))
		}
		return lists, nil
	}).one(ctx, owner)
	return list, err
}
