"""Benchmarks that state a ratio against a ceiling measured in the same run."""
