"""Digesting: from articles and their briefings to a digest of stories."""
