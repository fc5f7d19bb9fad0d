"""The check of negations: a claim must negate what the sentence that it is worded like negates, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from standfirst.grounding.case import Case, Kind, Problem
from standfirst.language.en.lexicon import NEGATIONS, NEGATIVE_VERBS
from standfirst.language.words import Word

#: How many content words a negation reaches to its right: "not sending *troops* to *Ukraine*".
_REACH = 3
#: With these a sentence denies something without a negation: of "all but two were saved", "two were not saved" is true.
_EXCEPTIONS = frozenset("but except excepting barring excluding apart besides only".split())


class NegationCheck:
    """Finds a negation of the claim that its sentence does not have, or one of the sentence that the claim loses.

    A claim that is worded like no sentence may deny the same in other words, so nothing is said of it.
    """

    code = "negation"
    kinds = frozenset({Kind.CLAIM})

    def __call__(self, case: Case) -> Iterator[Problem]:
        """Yield a problem for the first such negation."""
        message = None if case.shortened is None else _turned(case.claim.words, case.shortened.words)
        if case.shortened is not None and message is not None:
            is_doubt = not _EXCEPTIONS.isdisjoint(word.norm for word in case.shortened.words)
            yield Problem(self.code, message, is_doubt=is_doubt)


def _is_negator(word: Word) -> bool:
    """Whether the word negates what follows: "not", "isn't", "refused"."""
    return word.norm in NEGATIONS or word.norm in NEGATIVE_VERBS or word.norm.endswith("n't")


def _negated(words: Sequence[Word]) -> frozenset[str]:
    """Return the stems of the negated words: the first three content words behind each negator."""
    stems: set[str] = set()
    for index, word in enumerate(words):
        if _is_negator(word):
            following = (w.stem for w in words[index + 1 :] if w.is_content and not _is_negator(w))
            stems.update(stem for stem, _ in zip(following, range(_REACH), strict=False))
    return frozenset(stems)


def _turned(claim: Sequence[Word], sentence: Sequence[Word]) -> str | None:
    """Return what only the claim negates, or only the sentence, in plain words, or None."""
    said = {word.norm for word in sentence}
    # "Denied" may deny the same in other words, so it counts only where the sentence does not have it.
    ours = next((w.text for w in claim if _is_negator(w) and not (w.norm in NEGATIVE_VERBS and w.norm in said)), None)
    theirs = next((word.text for word in sentence if _is_negator(word)), None)
    if ours and not theirs:
        return f"the article does not say “{ours}” here"
    denied_there = _negated(sentence)
    if not any(_is_negator(word) for word in claim):
        first_denied = {
            next((w.stem for w in sentence[index + 1 :] if w.is_content), None)
            for index, word in enumerate(sentence)
            if _is_negator(word)
        }
        stated = {word.stem for word in sentence if word.stem not in denied_there}
        lost = {word.stem for word in claim if word.is_content} & first_denied - stated
        return f"the article says “{theirs}” here" if lost else None
    denied_here = _negated(claim)
    stems_there = {word.stem for word in sentence if word.is_content}
    if ours and denied_here & stems_there and not denied_here & denied_there:
        return f"the article does not say “{ours}” here"
    return None
