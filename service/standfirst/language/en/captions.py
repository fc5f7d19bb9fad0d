"""Captions of pictures that read like sentences of a report.

A caption tells in the present tense what is seen in a moment that is over: "Lund holds the cup after beating Harwick",
"Bell looks on as the ferry leaves", "Lund hits a shot during the final".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from standfirst.language.en.syntax import FINITE, PRESENT, SUBJECTS, main_verb

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

#: What a verb has beside it if it does not tell what is seen.
_UNSEEN = frozenset({"aux", "auxpass", "ccomp", "xcomp", "neg"})


def is_caption(sentence: Doc) -> bool:
    """Return whether ``sentence`` tells what somebody who has a name does in a picture."""
    verb = main_verb(sentence)
    if verb is None or verb.tag_ not in PRESENT or verb.lemma_ in {"be", "have"}:
        return False
    if any(child.dep_ in _UNSEEN for child in verb.children):
        return False
    subject = next((child for child in verb.lefts if child.dep_ in SUBJECTS), None)
    if subject is None or subject.pos_ != "PROPN":
        return False
    is_person = subject.ent_type_ == "PERSON"
    return any(_is_moment(adjunct, is_person=is_person) for adjunct in _adjuncts(verb))


def _adjuncts(verb: Token) -> Iterator[Token]:
    """Yield what stands behind ``verb``: its clauses, and the prepositions of it and its objects."""
    for child in verb.rights:
        yield child
        if child.dep_ in {"dobj", "prep", "pobj"}:
            yield from _adjuncts(child)


def _is_moment(adjunct: Token, *, is_person: bool) -> bool:
    """Return whether ``adjunct`` says at which moment it was, or what else is seen."""
    if adjunct.dep_ == "advcl":
        opening = {child.lower_ for child in adjunct.children if child.dep_ in {"mark", "advmod", "prep"}}
        return adjunct.tag_ in FINITE and not opening.isdisjoint({"as", "while"})
    if adjunct.dep_ != "prep":
        return False
    objects = list(adjunct.rights)
    if adjunct.lower_ == "during":
        return True
    if not is_person:
        return False
    is_year = any(o.ent_type_ == "DATE" and o.text.isdigit() and len(o) == 4 for o in objects)
    return (adjunct.lower_ == "after" and any(o.tag_ == "VBG" for o in objects)) or (adjunct.lower_ == "in" and is_year)
