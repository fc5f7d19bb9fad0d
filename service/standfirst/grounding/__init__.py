"""Grounding: does the article back a sentence, which of its sentences do, and if not, why not.

``verdict`` joins the checks; each of the other files knows one kind of thing that a sentence can get wrong.
"""
