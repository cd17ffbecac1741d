package main

import "testing"

// The answers of the demo are those that the README shows.
func TestDemo(t *testing.T) { golden(t, "demo.golden.txt", mustRun(t, "demo", "--once")) }
