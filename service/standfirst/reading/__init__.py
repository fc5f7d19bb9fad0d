"""Reading: a text, a page or an address becomes an article."""
