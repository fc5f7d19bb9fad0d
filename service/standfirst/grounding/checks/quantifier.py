"""The check of quantifiers and comparisons: "all but two of the 12" is not "all of the 12"."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile
from typing import TYPE_CHECKING

from standfirst.grounding.case import Case, Kind, Problem
from standfirst.language.en.syntax import is_finite, is_negated, phrase

if TYPE_CHECKING:
    from spacy.tokens import Token

    from standfirst.grounding.checks.alignment import Alignment

#: "Only had to prove" is not "had to prove".
_LIMITING = frozenset("only just merely solely barely rarely seldom scarcely".split())
#: "Almost drowned" is not "drowned", nor "nearly all" "all". Before a number these are hedges.
_NEARLY = frozenset("almost nearly virtually practically".split())
_DETERMINERS = frozenset("no few some most neither half".split())
#: "All flights from Leeds" are not "all flights".
_UNIVERSAL = frozenset("no all every each any nobody none everyone everybody anyone anybody nothing everything".split())
_RESTRICTING = frozenset("relcl acl prep amod".split())
_FIRST = frozenset({"first", "only"})
_COMPARATIVES = frozenset({"JJR", "RBR"})


class QuantifierCheck:
    """Finds claims that lose what says how many, or than what."""

    code = "quantifier"
    kinds = frozenset({Kind.CLAIM, Kind.DRAFT, Kind.HEADLINE})

    def __call__(self, case: Case) -> Iterator[Problem]:
        """Yield a problem for the first such word or phrase."""
        if case.alignment is None:
            return
        lost = next((t for t in case.alignment.lost() if _limits(case.alignment, t)), None)
        if lost is not None:
            text = phrase(lost) if lost.dep_ in {"prep", "acl", "relcl"} else f"{lost.text} {lost.head.text}"
            yield Problem(self.code, f"the article says “{text}” here", is_doubt=case.kind is Kind.CLAIM)


def _limits(alignment: Alignment, token: Token) -> bool:
    if not token.is_alpha:
        return False
    if token.lower_ == "than" and token.i and alignment.is_kept(token.nbor(-1)):
        return token.nbor(-1).tag_ in _COMPARATIVES or alignment.is_kept(token.head)
    limits = token.lower_ in _LIMITING or (token.lower_ in _NEARLY and token.head.pos_ != "NUM")
    if token.dep_ == "advmod" and limits:  # "only between midnight and five"
        return alignment.is_kept(token.head) or (token.head.dep_ == "prep" and alignment.is_kept(token.head.head))
    if _is_scope(alignment, token):
        return True
    if not alignment.is_kept(token.head):
        return False
    if (token.dep_ in _RESTRICTING and token.i == token.left_edge.i) or token.dep_ == "relcl":
        is_restrictive = token.left_edge.i > 0 and token.doc[token.left_edge.i - 1].text != ","
        return is_restrictive and (_is_universal(token.head) or (token.dep_ == "relcl" and _is_denied(token.head)))
    if token.dep_ == "prep":
        return token.lower_ == "than"
    is_determiner = token.dep_ in {"det", "nummod", "amod"} and token.lower_ in _DETERMINERS
    return is_determiner or token.dep_ in {"quantmod", "predet", "preconj"}


def _is_scope(alignment: Alignment, token: Token) -> bool:
    """Whether ``token`` says among what a thing is first: "the oldest bridge in the county", "the first to win"."""
    if token.dep_ not in {"prep", "acl", "relcl"} or token.left_edge.i == 0:
        return False
    # What stands right behind the noun belongs to it, whatever the parser says.
    last = token.doc[token.left_edge.i - 1]
    above = takewhile(lambda t: not is_finite(t), (token.head, *token.head.ancestors))
    nouns = {t for t in (last, *above) if t.pos_ in {"NOUN", "PROPN"}}
    return any(alignment.is_kept(noun) and _is_superlative(noun) for noun in nouns)


def _is_superlative(noun: Token) -> bool:
    adjectives = (child for child in noun.children if child.dep_ == "amod")
    return any(
        a.tag_ == "JJS" or a.lower_ in _FIRST or any(child.tag_ == "RBS" for child in a.children) for a in adjectives
    )


def _is_denied(noun: Token) -> bool:
    """Whether something is denied of ``noun``: "did not agree with politicians who had objected"."""
    verb = next((t for t in noun.ancestors if t.pos_ in {"VERB", "AUX"}), None)
    return verb is not None and verb.i < noun.i and is_negated(verb)


def _is_universal(noun: Token) -> bool:
    return any(t.lower_ in _UNIVERSAL for t in (noun, *noun.children) if t.i <= noun.i)
