"""The store: what is kept from one start to the next."""
