"""digesting."""
