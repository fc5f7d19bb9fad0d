"""The check of enumerations: of people, places and counted things that stand together, a claim has all or none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from standfirst.grounding.case import Case, Kind, Problem
from standfirst.language.en.syntax import NAMED, RELATIVES, TIMES

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

    from standfirst.grounding.checks.alignment import Alignment

_JOINTS = frozenset({"and", "or", "&"})


class EnumerationCheck:
    """Finds claims that have some members of an enumeration and leave others out."""

    code = "enumeration"
    kinds = frozenset({Kind.DRAFT, Kind.HEADLINE})

    def __call__(self, case: Case) -> Iterator[Problem]:
        """Yield a problem for the first member that is left out."""
        if case.alignment is None:
            return
        alignment = case.alignment
        listed = (t for names in _lists(alignment.source) if any(map(alignment.is_kept, names)) for t in names)
        joined = (t for t in alignment.source if _is_member(alignment, t) or _is_counted(alignment, t))
        lost = next((t for t in (*listed, *joined) if not alignment.is_kept(t)), None)
        if lost is not None:
            yield Problem(self.code, f"the article also names “{lost.text}” here")


def _lists(sentence: Doc) -> Iterator[list[Token]]:
    """Yield the last words of names that only commas, ages, asides and "and" part, however they are parsed."""
    names: list[Token] = []
    is_joined = is_aside = False
    for token in sentence:
        if token.text == "," and names:  # "Orme, which has 3,000 readers, Sedley and Castel"
            is_aside = token.i + 1 < len(sentence) and token.nbor().tag_ in RELATIVES
        elif is_aside and not token.is_sent_end:
            continue
        elif token.pos_ == "PROPN" and token.ent_type_ not in TIMES:
            if names and names[-1].i == token.i - 1:
                names.pop()
            names.append(token)
        elif names and token.lower_ in _JOINTS:
            is_joined = True
        elif not names or token.pos_ != "NUM":
            if names and _is_singular(token):
                names.pop()
            if len(names) > 1 and is_joined:
                yield names
            names, is_joined, is_aside = [], False, False


def _is_singular(verb: Token) -> bool:
    """Whether ``verb`` has one subject: in "met Real and Owen is glad" Owen is no member of a list."""
    return verb.tag_ == "VBZ" or verb.lower_ == "was"


def _is_member(alignment: Alignment, token: Token) -> bool:
    """Whether the token is joined with names of which one is kept."""
    if token.i + 1 < len(token.doc) and _is_singular(token.nbor()):
        return False
    members = [other for other in (token, *token.conjuncts) if other.pos_ == "PROPN"]
    is_listed = token.dep_ == "conj" and token.pos_ == "PROPN" and any(other.ent_type_ in NAMED for other in members)
    return is_listed and any(alignment.is_kept(other) for other in members)


def _is_counted(alignment: Alignment, token: Token) -> bool:
    """Whether the token counts more things beside counted ones: "two counts of fraud and one of forgery"."""
    is_joined = token.pos_ == "NUM" and token.dep_ in {"conj", "appos"} and token.head.dep_ in {"dobj", "pobj", "appos"}
    first = token.head.head if token.head.pos_ == "NUM" else token.head
    return is_joined and alignment.is_kept(first) and any(child.dep_ == "nummod" for child in first.children)
