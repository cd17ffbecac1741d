package api

import (
	"encoding/base64"
	"strings"
	"unicode/utf8"
)

// Kinds of nodes, as they stand in IDs.
const (
	organizationKind = "Organization"
	policyKind       = "Policy"
	versionKind      = "Version"
	practiceKind     = "Practice"
	evidenceKind     = "Evidence"
)

// nodeID returns the ID by which clients know an object.
func nodeID(kind, key string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(kind + ":" + key))
}

// parseNodeID returns what nodeID made an ID of; ok is false for anything else.
func parseNodeID(id string) (kind, key string, ok bool) {
	b, err := base64.RawURLEncoding.DecodeString(id)
	if err != nil {
		return "", "", false
	}
	kind, key, ok = strings.Cut(string(b), ":")
	return kind, key, ok && key != "" && utf8.Valid(b) && nodeID(kind, key) == id
}

// organizationKey returns the key of an organisation's ID that stands in an argument.
func organizationKey(id string) (string, error) {
	kind, key, ok := parseNodeID(id)
	if !ok || kind != organizationKind {
		return "", badInput("%q is not the ID of an organisation", clip(id))
	}
	return key, nil
}
