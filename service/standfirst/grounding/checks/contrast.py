"""The check of contrast: a claim may not lose the half of its sentence that takes back the other half.

"Was found guilty, but the verdict was overturned" is not "was found guilty"; "was arrested and released without charge"
is not "was arrested". Two things that were done to one person may be such halves, so both stay.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from standfirst.grounding.case import Case, Kind, Problem
from standfirst.language.en.syntax import FINITE, clause_openers, has_subject, phrase

if TYPE_CHECKING:
    from spacy.tokens import Token

    from standfirst.grounding.checks.alignment import Alignment

_TURNING = frozenset({"but", "yet"})
_CONCESSIVE = frozenset({"although", "though"})
_WITHOUT = frozenset({"without", "no"})


class ContrastCheck:
    """Finds claims that lose what their sentence says against what they keep."""

    code = "contrast"
    kinds = frozenset({Kind.DRAFT, Kind.HEADLINE})

    def __call__(self, case: Case) -> Iterator[Problem]:
        """Yield a problem for the first such half that the claim loses."""
        if case.alignment is not None:
            half = next((t for t in case.alignment.lost() if _turns(case.alignment, t)), None)
            if half is not None:
                yield Problem(self.code, f"the article goes on: “{phrase(half)}”")


def _turns(alignment: Alignment, token: Token) -> bool:
    first = token.head
    if not alignment.is_kept(first):
        return False
    if token.dep_ == "advcl":
        return token.i > first.i and bool(clause_openers(token) & _CONCESSIVE)
    if token.dep_ != "conj":
        return False
    joints = {child.lower_ for child in first.children if child.dep_ == "cc" and first.i < child.i < token.i}
    if joints & _TURNING:
        return True
    if token.pos_ == "ADJ":  # "not guilty to four charges and guilty to one"
        return any(t.lemma_ == token.lemma_ and t.pos_ == "ADJ" and alignment.is_kept(t) for t in alignment.source)
    predicate = alignment.predicate()
    if predicate is None or predicate.i != first.i:
        return False
    if token.tag_ not in FINITE | {"VBN"} or has_subject(token):
        return False
    was_done_to = any(child.dep_ == "nsubjpass" for child in first.children)
    return was_done_to or any(t.dep_ == "neg" or t.lower_ in _WITHOUT for t in token.subtree)
