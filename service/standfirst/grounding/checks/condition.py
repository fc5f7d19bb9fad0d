"""The check of conditions: what the article says of one case only, a claim may not say of every case."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from standfirst.grounding.case import Case, Kind, Problem
from standfirst.language.words import Word

_IF = frozenset({"if", "unless", "provided"})
#: Beside one of these "if" asks or compares: "asked if", "as if", "if any".
_NOT_AFTER = frozenset("as even ask asks asked asking wonder wonders wondered see know what only".split())
_NOT_BEFORE = frozenset("any anything anyone not only ever so".split())
#: With one of these a sentence is certain. "Would", "could" and "may" leave it open.
_CERTAIN = frozenset("will shall must can cannot".split())
#: With one of these a claim names a case, in words of its own.
_CASES = _IF | frozenset("when once without until should were depending depends whether".split())


class ConditionCheck:
    """Finds claims that say for certain what the evidence says on a condition."""

    code = "condition"
    kinds = frozenset({Kind.CLAIM})

    def __call__(self, case: Case) -> Iterator[Problem]:
        """Yield a problem for the first condition that the claim leaves out."""
        norms = {word.norm for word in case.claim.words}
        certain = norms & _CERTAIN
        if not certain or norms & _CASES:
            return
        same = [sentence.words for sentence in case.evidence if certain & {word.norm for word in sentence.words}]
        condition = next((condition for words in same for condition in _conditions(words)), None)
        if condition is not None:
            yield Problem(self.code, f"the article says “{condition}” here")


def _conditions(words: Sequence[Word]) -> Iterator[str]:
    """Yield the first two words of each condition."""
    for before, word, after in zip([None, *words], words, words[1:], strict=False):
        is_question = before is not None and before.norm in _NOT_AFTER
        if word.norm in _IF and not is_question and after.norm not in _NOT_BEFORE:
            yield f"{word.text} {after.text}"
