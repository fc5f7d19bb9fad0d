"""Training: how the tuned weights came about, as programs. Run from the top: `python -m training.NAME`."""
