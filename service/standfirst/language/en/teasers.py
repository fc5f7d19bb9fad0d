"""Leads that tell no news: "Helping children to school might seem the ideal job.", "Forget sit and lie down."

They say how things are in general, of nobody in particular; the news comes in a later sentence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from standfirst.language.en.syntax import PRESENT, SUBJECTS, main_verb

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_NAME = frozenset({"NNP", "NNPS"})
#: What a verb has beside it that says or plans something: "…, a study shows", "is to close".
_SAID = frozenset({"ccomp", "parataxis"})
_POSSIBLE = frozenset({"can", "could", "may", "might", "would", "ca"})
_SEEMING = frozenset({"be", "seem", "appear"})


def is_teaser(lead: Doc) -> bool:
    """Return whether ``lead`` tells nothing that happened, happens now, will happen or was said, of nobody by name.

    What "you" do or think is one, and what "it" is or seems, whatever else the sentence names.
    """
    verb = main_verb(lead)
    subject = next((child for child in verb.lefts if child.dep_ in SUBJECTS), None)
    finite = next((child for child in verb.lefts if child.dep_ in {"aux", "auxpass"}), verb)
    may_be = finite.lower_ in _POSSIBLE - {"could"} and verb.lemma_ in _SEEMING  # what could be is news
    if subject is not None and subject.lower_ == "you":
        return True
    if subject is not None and subject.lower_ == "it":
        return may_be or (finite is verb and verb.tag_ in PRESENT and verb.lemma_ in _SEEMING)
    particular = subject.subtree if may_be and subject is not None else lead
    if any(token.tag_ in _NAME or token.ent_type_ in {"PERCENT", "MONEY"} for token in particular):
        return False
    is_planned = verb.lemma_ == "be" and any(child.dep_ == "xcomp" for child in verb.children)
    if is_planned or any(map(_happens, lead)) or any(child.dep_ in _SAID for child in verb.children):
        return False
    is_order = verb.tag_ == "VB" and subject is None and finite is verb
    return may_be or finite.tag_ in PRESENT or is_order


def _happens(token: Token) -> bool:
    """Return whether ``token`` tells of a time: "closed", "has closed", "is closing", "will close"."""
    if token.dep_ in {"aux", "auxpass"} and (token.lemma_ == "have" or (token.lemma_ == "be" and _is_main(token.head))):
        return True
    return token.tag_ == "VBD" or (token.tag_ == "MD" and token.lower_ not in _POSSIBLE)


def _is_main(verb: Token) -> bool:
    return verb.dep_ == "ROOT" or (verb.dep_ == "conj" and verb.head.dep_ == "ROOT")
