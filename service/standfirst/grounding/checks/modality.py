"""The check of modality: what is only planned, tried, feared or charged, a claim may not call a fact.

"Plans to close the port" is not "closes the port", and "accused of taking bribes" is not "took bribes": in its sentence
the claim's main verb depends on a word that the claim has lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile
from typing import TYPE_CHECKING

from standfirst.grounding.case import Case, Kind, Problem
from standfirst.language.en.syntax import clause_openers, has_subject

if TYPE_CHECKING:
    from spacy.tokens import Token

#: "Had called off the strike" says that something came after; "called off the strike" does not.
_MODALS = frozenset("would could may might should must can had".split())
_WEAKEST = frozenset("may might could".split())
#: What stands behind one of these has happened, whatever is only planned of what it goes with.
_GIVEN = frozenset("after since because as while".split())


class ModalityCheck:
    """Finds claims whose main verb is an infinitive or a gerund in their sentence, under a word that is lost."""

    code = "modality"
    kinds = frozenset({Kind.CLAIM, Kind.DRAFT, Kind.HEADLINE})

    def __call__(self, case: Case) -> Iterator[Problem]:
        """Yield a problem for the word that the claim has lost."""
        if case.alignment is None:
            return
        for token in takewhile(lambda t: not _is_given(t), case.alignment.governors()):
            is_open = token.dep_ in {"xcomp", "pcomp"} or (token.dep_ == "acl" and token.tag_ == "VB")
            if is_open and not case.alignment.is_kept(token.head):
                governor = token.head.head if token.head.dep_ == "prep" else token.head  # "accused" of "accused of"
                yield Problem(self.code, f"the article says “{governor.text}” here", is_doubt=case.kind is Kind.CLAIM)
                return
        for token in case.alignment.lost():
            if token.lower_ not in _MODALS or token.dep_ != "aux" or not case.alignment.is_kept(token.head):
                continue
            verb = next(t for t in case.alignment.claim if case.alignment.pairs.get(t.i) == token.head.i)
            if token.lower_ == "had" and verb.tag_ == "VBG":
                continue  # "denied telling", of "denied that he had told", has no tense to lose
            # "May play if he is fit" says less than "would".
            is_weaker = any(child.dep_ == "aux" and child.lower_ in _WEAKEST for child in verb.children)
            is_doubt = is_weaker and case.kind is Kind.CLAIM
            yield Problem(self.code, f"the article says “{token.text}” here", is_doubt=is_doubt)
            return


def _is_given(verb: Token) -> bool:
    """Whether ``verb`` says what has happened: "plans to sue after residents complained", "after posting pictures"."""
    if verb.dep_ == "pcomp":
        return verb.head.lower_ in _GIVEN and verb.head.dep_ == "prep"
    openers = clause_openers(verb)
    return verb.dep_ == "advcl" and has_subject(verb) and bool(openers) and openers <= _GIVEN  # not "as if"
