"""The benchmarks, each a script; `make bench` runs them all."""
