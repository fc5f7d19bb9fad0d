"""The check of enumerations: of people, places and counted things that stand together, a claim has all or none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from standfirst.grounding.case import Case, Kind, Problem
from standfirst.language.en.syntax import NAMED

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

    from standfirst.grounding.checks.alignment import Alignment

_JOINTS = frozenset({"and", "or", "&"})
_TIMES = frozenset({"DATE", "TIME"})


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
        finders = (_is_member, _is_tail, _is_counted)
        joined = (t for t in alignment.source if any(find(alignment, t) for find in finders))
        lost = next((t for t in (*listed, *joined) if not alignment.is_kept(t)), None)
        if lost is not None:
            yield Problem(self.code, f"the article also names “{lost.text}” here")


def _lists(sentence: Doc) -> Iterator[list[Token]]:
    """Yield the last words of names that only commas, ages and "and" separate, whatever the parser makes of them."""
    names: list[Token] = []
    is_joined = False
    for token in sentence:
        if token.pos_ == "PROPN" and token.ent_type_ not in _TIMES:
            if names and names[-1].i == token.i - 1:
                names.pop()
            names.append(token)
        elif names and token.lower_ in _JOINTS:
            is_joined = True
        elif not names or (token.text != "," and token.pos_ != "NUM"):
            if len(names) > 1 and is_joined:
                yield names
            names, is_joined = [], False


def _is_member(alignment: Alignment, token: Token) -> bool:
    """Whether the token is joined with names of which one is kept."""
    members = [other for other in (token, *token.conjuncts) if other.pos_ == "PROPN"]
    is_listed = token.dep_ == "conj" and token.pos_ == "PROPN" and any(other.ent_type_ in NAMED for other in members)
    return is_listed and any(alignment.is_kept(other) for other in members)


def _is_tail(alignment: Alignment, token: Token) -> bool:
    """Whether the token opens ", Sedley and Castel" behind a kept name and an aside of it."""
    if token.pos_ != "PROPN" or not 2 <= token.i < len(alignment.source) - 2 or token.nbor(-1).text != ",":
        return False
    goes_on = token.nbor().lower_ in _JOINTS and token.nbor(2).pos_ == "PROPN"
    return goes_on and any(t.pos_ == "PROPN" and alignment.is_kept(t) for t in alignment.source[: token.i])


def _is_counted(alignment: Alignment, token: Token) -> bool:
    """Whether the token counts more things beside counted ones: "two counts of fraud and one of forgery"."""
    is_joined = token.pos_ == "NUM" and token.dep_ in {"conj", "appos"} and token.head.dep_ in {"dobj", "pobj", "appos"}
    first = token.head.head if token.head.pos_ == "NUM" else token.head
    return is_joined and alignment.is_kept(first) and any(child.dep_ == "nummod" for child in first.children)
