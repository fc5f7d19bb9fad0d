"""Training on an accelerator: examples made ready on a CPU, and one script that trains a reader on them."""
