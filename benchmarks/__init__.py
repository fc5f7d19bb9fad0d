"""Benchmarks: what is claimed about speed and quality, as programs. Run from the top: `python -m benchmarks.NAME`."""
