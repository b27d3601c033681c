"""Benchmarks: ratios against a named floor in the same run, never a timed pass or fail."""
