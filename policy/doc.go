// Package policy is the language of the domain: documents and their blocks,
// policies and their versions in time, and the practices that a policy states,
// each with the evidence it rests on. It depends on nothing but the standard
// library; every other package speaks in its terms.
package policy
