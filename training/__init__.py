"""The programs that trained the weights. Run from the top folder: `python -m training.NAME`."""
