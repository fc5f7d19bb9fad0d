"""The check of enumerations: of people, places and firms that stand together, a claim names all or none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from standfirst.grounding.case import Case, Kind, Problem
from standfirst.language.en.syntax import NAMED

if TYPE_CHECKING:
    from spacy.tokens import Token

    from standfirst.grounding.checks.alignment import Alignment


class EnumerationCheck:
    """Finds claims that name some members of an enumeration and leave others out."""

    code = "enumeration"
    kinds = frozenset({Kind.DRAFT, Kind.HEADLINE})

    def __call__(self, case: Case) -> Iterator[Problem]:
        """Yield a problem for the first member that is left out."""
        if case.alignment is None:
            return
        for token in case.alignment.source:
            if not case.alignment.is_kept(token) and (
                _is_member(case.alignment, token) or _is_tail(case.alignment, token)
            ):
                yield Problem(self.code, f"the article also names “{token.text}” here")
                return


def _is_member(alignment: Alignment, token: Token) -> bool:
    """Whether the token is joined with names of which one is kept."""
    members = [other for other in (token, *token.conjuncts) if other.pos_ == "PROPN"]
    is_listed = token.dep_ == "conj" and token.pos_ == "PROPN" and any(other.ent_type_ in NAMED for other in members)
    return is_listed and any(alignment.is_kept(other) for other in members)


def _is_tail(alignment: Alignment, token: Token) -> bool:
    """Whether the token opens ", Sedley and Castel" behind a kept name, whatever the parser takes it for."""
    if token.pos_ != "PROPN" or not 2 <= token.i < len(alignment.source) - 2 or token.nbor(-1).text != ",":
        return False
    last = token.nbor(2)
    goes_on = token.nbor().lower_ == "and" and last.pos_ == "PROPN" and not alignment.is_kept(last)
    return goes_on and any(t.pos_ == "PROPN" and alignment.is_kept(t) for t in alignment.source[: token.i])
