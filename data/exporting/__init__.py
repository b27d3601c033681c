"""The nightly export: what changed leaves as a batch of CSV files with a manifest."""
