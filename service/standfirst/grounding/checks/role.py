"""The check of roles: who does something to whom. "The club sued the city" is not "the city sued the club"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from standfirst.grounding.case import Case, Kind, Problem

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token


class RoleCheck:
    """Finds claims in which the doer and the one to whom it is done have changed places."""

    code = "role"
    kinds = frozenset({Kind.CLAIM, Kind.DRAFT, Kind.HEADLINE})

    def __call__(self, case: Case) -> Iterator[Problem]:
        """Yield a problem for the first verb with its roles changed."""
        if case.alignment is None:
            return
        theirs = dict(_roles(case.alignment.source))
        for verb, (doer, target) in _roles(case.alignment.claim):
            there = theirs.get(verb)
            if there == (target, doer) and doer != target:
                yield Problem(self.code, f"in the article “{there[0]}” does this to “{there[1]}”")
                return


def _roles(sentence: Doc) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield each verb's lemma with those of its doer and its target, in the active and in the passive voice."""
    for verb in sentence:
        if verb.pos_ != "VERB":
            continue
        below = {child.dep_: child for child in verb.children}
        by = below.get("agent")
        agents = [child for child in by.children if child.dep_ == "pobj"] if by is not None else []
        doer: Token | None = agents[0] if agents else below.get("nsubj")
        target = below.get("nsubjpass") if agents else below.get("dobj")
        if doer is not None and target is not None:
            yield verb.lemma_.lower(), (doer.lemma_.lower(), target.lemma_.lower())
