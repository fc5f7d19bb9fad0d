"""Leads that tell no news: "Helping children to school might seem the ideal job.", "Forget sit and lie down."

They say how things are in general, of nobody in particular; the news comes in a later sentence.
"""

from __future__ import annotations

from spacy.tokens import Doc, Token

from standfirst.language.en.syntax import SUBJECTS

_PRESENT = frozenset({"VBZ", "VBP"})
_NAME = frozenset({"NNP", "NNPS"})
#: What a verb has beside it that says or plans something: "…, a study shows", "is to close".
_SAID = frozenset({"ccomp", "parataxis", "xcomp"})
_POSSIBLE = frozenset({"can", "could", "may", "might", "would", "ca"})


def is_teaser(lead: Doc) -> bool:
    """Return whether ``lead`` names nobody and tells nothing that happened, happens now, will happen or was said."""
    if any(token.tag_ in _NAME or token.ent_type_ in {"PERCENT", "MONEY"} or _happens(token) for token in lead):
        return False
    verb = next((token for token in lead if token.dep_ == "ROOT"), None)
    if verb is None or (verb.lemma_ == "be" and any(child.dep_ in _SAID for child in verb.children)):
        return False
    if any(child.dep_ in {"ccomp", "parataxis"} for child in verb.children):
        return False
    finite = next((child for child in verb.lefts if child.dep_ in {"aux", "auxpass"}), verb)
    if finite.tag_ == "MD":
        return verb.lemma_ in {"be", "seem"}
    is_order = verb.tag_ == "VB" and not any(child.dep_ in SUBJECTS for child in verb.children)
    return finite.tag_ in _PRESENT or is_order


def _happens(token: Token) -> bool:
    """Return whether ``token`` tells of a time: "closed", "has closed", "is closing", "will close"."""
    if token.dep_ in {"aux", "auxpass"} and token.lemma_ in {"have", "be"}:
        return True
    return token.tag_ == "VBD" or (token.tag_ == "MD" and token.lower_ not in _POSSIBLE)
