"""The torch runtime: models of transformers, on a processor or a GPU."""
