"""Reading: from a text, a page or an address to an article."""
