"""The programs that measure speed and quality. Run from the top folder: `python -m benchmarks.NAME`."""
