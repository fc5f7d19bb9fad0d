"""The check of contrast: a claim may not lose the half of its sentence that takes back the other half.

"Was found guilty, but the verdict was overturned" is not "was found guilty"; "was arrested and released without charge"
is not "was arrested". Two things that were done to one person may be such halves, so both stay, and what was done to
each of two people.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from standfirst.grounding.case import Case, Kind, Problem
from standfirst.language.en.asides import is_comment
from standfirst.language.en.people import is_person_noun
from standfirst.language.en.syntax import (
    FINITE,
    SUBJECTS,
    clause_openers,
    has_subject,
    is_negated,
    is_sequel,
    phrase,
    refers_back,
)

if TYPE_CHECKING:
    from spacy.tokens import Token

    from standfirst.grounding.checks.alignment import Alignment

_TURNING = frozenset({"but", "yet"})
_CONCESSIVE = frozenset("although though albeit however nevertheless nonetheless".split())
_WITHOUT = frozenset({"without", "no"})
#: "First said that".
_AT_FIRST = frozenset("first initially originally".split())
_AMOUNTS = frozenset("DATE TIME PERCENT MONEY QUANTITY CARDINAL ORDINAL".split())


class ContrastCheck:
    """Finds claims that lose what their sentence says against what they keep."""

    code = "contrast"
    kinds = frozenset({Kind.CLAIM, Kind.DRAFT, Kind.HEADLINE})

    def __call__(self, case: Case) -> Iterator[Problem]:
        """Yield a problem for the first such half that the claim loses."""
        if case.alignment is not None:
            half = next((t for t in case.alignment.lost() if _turns(case.alignment, t)), None)
            if half is not None:
                yield Problem(self.code, f"the article goes on: “{phrase(half)}”", is_doubt=case.kind is Kind.CLAIM)


def _turns(alignment: Alignment, token: Token) -> bool:
    first = token.head
    if not alignment.is_kept(first):
        return _refers_back(alignment, token)
    if token.dep_ == "conj":
        return _is_other_half(alignment, token)
    is_after = token.i > first.i
    if token.lower_ in _CONCESSIVE or (token.lower_ in _TURNING and token.dep_ == "cc"):
        return is_after
    if token.dep_ == "advmod":
        return token.lower_ in _AT_FIRST and first.pos_ == "VERB"
    if token.dep_ in {"prep", "advcl"} and is_negated(first):  # "did not resign because of the letter"
        return is_after and (clause_openers(token) | {token.lower_}) & {"because"} != frozenset()
    if token.dep_ in {"advcl", "dep"}:
        return is_after and (bool(clause_openers(token) & _CONCESSIVE) or is_sequel(token))
    if token.dep_ == "relcl":
        return token.i > first.i + 1 and token.doc[token.left_edge.i - 1].text == "," and is_comment(token)
    # "Won by 300 votes, a result that was annulled": the parser has no relation for a noun beside a clause.
    is_aside = token.dep_ in {"npadvmod", "dep"} and token.pos_ == "NOUN" and token.ent_type_ not in _AMOUNTS
    is_aside = is_aside and is_after and first.pos_ in {"VERB", "AUX"}
    return is_aside and token.doc[token.left_edge.i - 1].text == ","


def _is_other_half(alignment: Alignment, second: Token) -> bool:
    """Whether ``second``, which is joined to a word that is kept, may take back what that word says."""
    first = second.head
    joints = {child.lower_ for child in first.children if child.dep_ == "cc" and first.i < child.i < second.i}
    is_verb = second.pos_ in {"VERB", "AUX"}
    if joints & _TURNING or (is_verb and (is_sequel(second) or refers_back(second))):
        return True
    if second.pos_ == "ADJ":  # "not guilty to four charges and guilty to one"
        return any(t.lemma_ == second.lemma_ and t.pos_ == "ADJ" and alignment.is_kept(t) for t in alignment.source)
    predicate = alignment.predicate()
    if predicate is None or predicate.i != first.i:
        return False
    was_done_to = any(child.dep_ == "nsubjpass" for child in first.children)
    if second.tag_ not in FINITE | {"VBN"} or has_subject(second):
        return was_done_to and any(child.dep_ == "nsubjpass" and _is_person(child) for child in second.children)
    return was_done_to or any(t.dep_ == "neg" or t.lower_ in _WITHOUT for t in second.subtree)


def _is_person(token: Token) -> bool:
    return token.ent_type_ == "PERSON" or is_person_noun(token)


def _refers_back(alignment: Alignment, token: Token) -> bool:
    """Whether ``token`` is the "this" or "nevertheless" of a lost clause beside the one that is kept."""
    predicate = alignment.predicate()
    if predicate is None:
        return False
    if token.lower_ in _CONCESSIVE:  # "Cleared of fraud, she was nevertheless banned"
        return token.dep_ == "advmod" and predicate.head.i == token.head.i
    if token.tag_ != "DT" or token.lower_ not in {"this", "that"}:
        return False
    is_pronoun = token.dep_ in {*SUBJECTS, "dobj"} and token.i > predicate.i
    return is_pronoun and (token.head.dep_ == "ROOT" or token.head.head.i == predicate.i)
