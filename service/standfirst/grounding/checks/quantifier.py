"""The check of quantifiers and comparisons: "all but two of the 12" is not "all of the 12"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from standfirst.grounding.case import Case, Kind, Problem
from standfirst.language.en.syntax import phrase

if TYPE_CHECKING:
    from spacy.tokens import Token

    from standfirst.grounding.checks.alignment import Alignment

#: "Only had to prove" is not "had to prove".
_LIMITING = frozenset("only just merely solely barely".split())
_DETERMINERS = frozenset("no few some most neither half".split())


class QuantifierCheck:
    """Finds claims that lose what says how many, or than what."""

    code = "quantifier"
    kinds = frozenset({Kind.DRAFT, Kind.HEADLINE})

    def __call__(self, case: Case) -> Iterator[Problem]:
        """Yield a problem for the first such word or phrase."""
        if case.alignment is None:
            return
        lost = next((t for t in case.alignment.lost() if _limits(case.alignment, t)), None)
        if lost is not None:
            text = phrase(lost) if lost.dep_ == "prep" else f"{lost.text} {lost.head.text}"
            yield Problem(self.code, f"the article says “{text}” here")


def _limits(alignment: Alignment, token: Token) -> bool:
    if not alignment.is_kept(token.head) or not token.is_alpha:
        return False
    if token.dep_ == "prep":
        return token.lower_ == "than"
    if token.dep_ == "advmod":
        return token.lower_ in _LIMITING
    is_determiner = token.dep_ in {"det", "nummod", "amod"} and token.lower_ in _DETERMINERS
    return is_determiner or token.dep_ in {"quantmod", "predet", "preconj"}
