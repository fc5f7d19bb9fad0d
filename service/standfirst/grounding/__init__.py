"""Grounding: which sentences of an article back a claim, how well, and what they do not back."""
