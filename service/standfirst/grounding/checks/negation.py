"""The check of negations: a claim must negate what the sentence that it is worded like negates, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from standfirst.grounding.case import Case, Kind, Problem
from standfirst.language.en.lexicon import NEGATIONS, NEGATIVE_VERBS
from standfirst.language.words import Word

if TYPE_CHECKING:
    from spacy.tokens import Token

    from standfirst.grounding.checks.alignment import Alignment

#: How many content words a negation reaches to its right: "not sending *troops* to *Ukraine*".
_REACH = 3
#: With these a sentence denies something without a negation. So it does with "but" behind a word of the second line.
_EXCEPTIONS = frozenset("except excepting barring excluding apart besides only".split())
_ALL = frozenset("all any every everyone everybody everything none nobody nothing".split())


class NegationCheck:
    """Finds a negation of the claim that its sentence does not have, or one of the sentence that the claim loses.

    A claim that is worded like no sentence may deny the same in other words, so nothing is said of it.
    """

    code = "negation"
    kinds = frozenset({Kind.CLAIM})

    def __call__(self, case: Case) -> Iterator[Problem]:
        """Yield a problem for the first such negation."""
        if case.shortened is None:
            return
        sentence = case.shortened.words
        if (lost := _lost(case.claim.words, sentence, case.alignment)) is not None:
            yield Problem(self.code, f"the article says “{lost}” here")
        elif (added := _added(case.claim.words, sentence)) is not None:
            yield Problem(self.code, f"the article does not say “{added}” here", is_doubt=_has_exception(sentence))


def _is_negator(word: Word) -> bool:
    """Whether the word negates what follows: "not", "isn't", "refused"."""
    return word.norm in NEGATIONS or word.norm in NEGATIVE_VERBS or word.norm.endswith("n't")


def _negators(words: Sequence[Word]) -> list[int]:
    """Return the indices of the words that negate what follows them, as "yet" does in "has yet to approve"."""
    is_yet = [first.norm == "yet" and second.norm == "to" for first, second in pairwise(words)]
    return [i for i, word in enumerate(words) if _is_negator(word) or (i < len(is_yet) and is_yet[i])]


def _negated(words: Sequence[Word]) -> frozenset[str]:
    """Return the stems of the negated words: the first three content words behind each negator."""
    stems: set[str] = set()
    for index in _negators(words):
        following = (w.stem for w in words[index + 1 :] if w.is_content and not _is_negator(w))
        stems.update(stem for stem, _ in zip(following, range(_REACH), strict=False))
    return frozenset(stems)


def _added(claim: Sequence[Word], sentence: Sequence[Word]) -> str | None:
    """Return the first word by which the claim denies what the sentence does not deny, or None."""
    said = {word.norm for word in sentence}
    # "Denied" may deny the same in other words, so it counts only where the sentence does not have it.
    ours = next((w.text for w in claim if _is_negator(w) and not (w.norm in NEGATIVE_VERBS and w.norm in said)), None)
    if ours is None or not any(map(_is_negator, sentence)):
        return ours
    denied = _negated(claim)
    stems_there = {word.stem for word in sentence if word.is_content}
    return ours if denied & stems_there and not denied & _negated(sentence) else None


def _lost(claim: Sequence[Word], sentence: Sequence[Word], alignment: Alignment | None) -> str | None:
    """Return the first negation of the sentence if the claim denies nothing, and states what the sentence denies."""
    theirs = _negators(sentence)
    if not theirs or _negators(claim):
        return None
    if alignment is not None:
        # "Met" of "did not meet": the tree knows what is denied, in whatever form.
        token = next((t for t in alignment.lost() if t.dep_ == "neg" and _is_stated(alignment, t.head)), None)
        if token is not None:
            return token.text
    denied = {next((w.stem for w in sentence[index + 1 :] if w.is_content), None) for index in theirs}
    stated = {word.stem for word in sentence} - _negated(sentence)
    return sentence[theirs[0]].text if {word.stem for word in claim if word.is_content} & denied - stated else None


def _is_stated(alignment: Alignment, denied: Token) -> bool:
    """Whether the claim has what is denied, or what the denied adverb belongs to: "may no longer charge"."""
    return any(map(alignment.is_kept, (denied, denied.head) if denied.dep_ == "advmod" else (denied,)))


def _has_exception(sentence: Sequence[Word]) -> bool:
    """Whether the sentence excepts something: of "all but two were saved", "two were not saved" is true."""
    excepts = any(word.norm in _EXCEPTIONS for word in sentence)
    return excepts or any(first.norm in _ALL and second.norm == "but" for first, second in pairwise(sentence))
