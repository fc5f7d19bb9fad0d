"""The check of conditions: what the article says of one case only, a claim may not say of every case.

"Will pay €80m, but only if it is finished by June" is not "will pay €80m"; "all trains except on Fridays" is not "all".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from standfirst.grounding.case import Case, Kind, Problem
from standfirst.language.en.syntax import clause_openers, phrase

if TYPE_CHECKING:
    from spacy.tokens import Token

    from standfirst.grounding.checks.alignment import Alignment

#: Openers of clauses that name the only case.
_IF = frozenset("if unless once provided providing assuming supposing until till lest".split())
#: Prepositions and the like that name the case, or the exception.
_UNDER = frozenset("except barring pending without unless until conditional depending".split())
_PHRASES = (
    ("as", "long", "as"),
    ("so", "long", "as"),
    ("subject", "to"),
    ("on", "condition"),
    ("on", "the", "condition"),
    ("apart", "from"),
    ("other", "than"),
    ("with", "the", "exception"),
)
#: Auxiliaries that leave open whether it is so.
_OPEN = frozenset({"would", "could", "might"})
#: The past is certain: "was closed until Mr Lee came" closed all the same.
_PAST = "VBD"


class ConditionCheck:
    """Finds claims that say without a condition what their sentence says on one."""

    code = "condition"
    kinds = frozenset({Kind.CLAIM, Kind.DRAFT, Kind.HEADLINE})

    def __call__(self, case: Case) -> Iterator[Problem]:
        """Yield a problem for the first condition that the claim leaves out."""
        if case.alignment is not None:
            condition = next(_lost_conditions(case.alignment), None)
            if condition is not None:
                yield Problem(self.code, f"the article says “{condition}” here")


def _lost_conditions(alignment: Alignment) -> Iterator[str]:
    # "Would close" leaves open whether it will.
    is_open = any(
        child.dep_ == "aux" and child.lower_ in _OPEN for root in alignment.roots() for child in root.children
    )
    for token in alignment.governors():
        # The claim is the condition itself: "it is unclear if he drove" is not "he drove".
        opener = next((c for c in token.children if c.dep_ == "mark" and c.lower_ in _IF | {"whether"}), None)
        if opener is not None and not is_open and not alignment.is_kept(opener) and not alignment.is_kept(token.head):
            yield opener.text
    for token in alignment.lost():
        if _opens_phrase(token):
            yield phrase(token.head if token.head.i > token.i else token)
        if not alignment.is_kept(token.head) or token.head.i == token.i:
            continue
        if token.dep_ == "prep" and any(alignment.is_kept(child) for child in token.children):
            continue  # "from May to June" for "from May until June"
        is_clause = token.dep_ in {"advcl", "prep"} and (clause_openers(token) | {token.lower_}) & _IF and not is_open
        is_phrase = token.dep_ in {"prep", "mark", "acomp", "advmod", "amod"} and token.lower_ in _UNDER
        if (is_clause or is_phrase) and not _is_past_until(token) and not _says_how(token):
            yield phrase(token)


def _says_how(token: Token) -> bool:
    """Whether the token opens a manner: "champions without even kicking a ball"."""
    return token.lower_ == "without" and any(child.dep_ == "pcomp" for child in token.children)


def _opens_phrase(token: Token) -> bool:
    """Whether the token opens a condition of several words, for which the parser has no one label."""
    if token.dep_ == "acomp":
        return False  # "is subject to a tax"
    words = tuple(t.lower_ for t in token.doc[token.i : token.i + 3])
    return any(words[: len(opening)] == opening for opening in _PHRASES)


def _is_past_until(token: Token) -> bool:
    opens = clause_openers(token) | {token.lower_}
    is_past = any(t.tag_ == _PAST for t in (token.head, *token.head.children) if t.pos_ in {"VERB", "AUX"})
    return is_past and bool(opens & {"until", "till", "once"})
