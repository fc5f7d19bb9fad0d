"""Captions of pictures that read like sentences of a report.

A caption tells in the present tense what is seen in a moment that is over: "Lund holds the cup after beating Harwick",
"Bell looks on as the ferry leaves", "Lund hits a shot during the final", "Lund poses with her son".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from standfirst.language.en.lexicon import WEEKDAYS
from standfirst.language.en.syntax import FINITE, PRESENT, SUBJECTS, main_verb

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

#: "Is", "has", and what is to come: "faces charges after the raid", "goes on trial on Monday".
_OTHERS = frozenset("be have face go".split())
#: What a verb has beside it if it does not tell what is seen.
_UNSEEN = frozenset({"aux", "auxpass", "ccomp", "xcomp", "neg"})


def is_caption(sentence: Doc) -> bool:
    """Return whether ``sentence`` tells what somebody who has a name does in a picture."""
    verb = main_verb(sentence)
    if verb.tag_ not in PRESENT or verb.lemma_ in _OTHERS:
        return False
    if any(child.dep_ in _UNSEEN for child in verb.children):
        return False
    subject = next((child for child in verb.lefts if child.dep_ in SUBJECTS), None)
    if subject is None or subject.pos_ != "PROPN":
        return False
    is_person = subject.ent_type_ == "PERSON"
    is_pose = verb.lemma_ == "pose" and all(child.dep_ != "dobj" for child in verb.children)  # not "poses a threat"
    return (is_person and is_pose) or any(_is_moment(adjunct, is_person=is_person) for adjunct in _adjuncts(verb))


def _adjuncts(verb: Token) -> Iterator[Token]:
    """Yield what stands behind ``verb``: its clauses, and the prepositions of it and its objects."""
    for child in verb.rights:
        yield child
        if child.dep_ in {"dobj", "prep", "pobj"}:
            yield from _adjuncts(child)


def _is_moment(adjunct: Token, *, is_person: bool) -> bool:
    """Return whether ``adjunct`` says at which moment it was, or what else is seen.

    "Six weeks after the flood" counts from a moment of the story.
    """
    opening = {adjunct.lower_, *(c.lower_ for c in adjunct.children if c.dep_ in {"mark", "advmod", "prep"})}
    if adjunct.dep_ == "advcl" and adjunct.tag_ in FINITE and not opening.isdisjoint({"as", "while"}):
        return True
    if adjunct.dep_ == "prep" and adjunct.lower_ == "during":
        return True
    if not is_person or adjunct.dep_ not in {"advcl", "prep"}:
        return False
    is_counted = any(t.dep_ == "npadvmod" for t in adjunct.children)
    is_year = any(t.ent_type_ == "DATE" and t.text.isdigit() and len(t) == 4 for t in adjunct.rights)
    is_day = any(t.lower_ in WEEKDAYS for t in adjunct.subtree)
    return ("after" in opening and not is_counted) or (
        adjunct.dep_ == "prep" and (is_day or ("in" in opening and is_year))
    )
