"""The check of substitutions: a name or number where a sentence that reads alike has another one.

A claim that follows a sentence of the article nearly word for word, and has "Leeds" for its "Bradford", is false even
where the article names Leeds elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from standfirst.grounding.case import Case, Kind, Problem
from standfirst.language.en.analysis import Analysis
from standfirst.language.en.names import is_kin
from standfirst.language.en.spelling import locate
from standfirst.language.words import STOP_WORDS, Word

#: The share of the claim's words that a sentence must have in the same order to read alike.
_ALIKE = 0.7
_HONORIFICS = frozenset({"mr", "mrs", "ms", "miss", "dr", "sir", "lady", "lord"})


class SubstitutionCheck:
    """Finds a name or number in whose place a sentence of the evidence that reads alike has another one."""

    code = "substitution"
    kinds = frozenset({Kind.CLAIM})

    def __call__(self, case: Case) -> Iterator[Problem]:
        """Yield a problem for the first such name or number.

        The sentences are compared in one way of writing, in which "Dec. 7" and "7 December" are alike.
        """
        for sentence in case.evidence:
            for ours, theirs in _replaced(case.claim.unified_words, sentence.unified_words):
                span, there_span = _span_in_text(case.claim, ours), _span_in_text(sentence, theirs)
                here, there = case.claim.text[slice(*span)], sentence.text[slice(*there_span)]
                yield Problem(self.code, f"the article says “{there}”, not “{here}”", span, there)
                return


def _span_in_text(sentence: Analysis, words: Sequence[Word]) -> tuple[int, int]:
    """Return the offsets in the text of neighbouring ``unified_words``, or of the quantities and dates they are in."""
    start, end = locate((words[0].start, words[-1].end), sentence.unified, sentence.text)
    spans = [(start, end), *(number.span for number in sentence.quantities), *(date.span for date in sentence.dates)]
    around = [(left, right) for left, right in spans if left < end and start < right]
    return min(left for left, _ in around), max(right for _, right in around)


def _replaced(claim: Sequence[Word], sentence: Sequence[Word]) -> Iterator[tuple[Sequence[Word], Sequence[Word]]]:
    """Yield the names and numbers of the claim that are others in the sentence, and those others."""
    stems = [word.stem for word in claim]
    matcher = SequenceMatcher(None, [word.stem for word in sentence], stems, autojunk=False)
    if sum(block.size for block in matcher.get_matching_blocks()) < _ALIKE * len(stems):
        return
    for change, i, i_end, j, j_end in matcher.get_opcodes():
        if change == "replace" and _differ(sentence[i:i_end], claim[j:j_end], sentence):
            yield claim[j:j_end], sentence[i:i_end]


def _differ(theirs: Sequence[Word], ours: Sequence[Word], sentence: Sequence[Word]) -> bool:
    """Whether both are runs of names, or both are numbers, that have nothing in common."""
    if all(word.is_number for word in (*theirs, *ours)):
        return len(theirs) == len(ours) and [word.norm for word in theirs] != [word.norm for word in ours]
    if not all(_is_name(word) for word in (*theirs, *ours)):
        return False
    norms = {word.norm for word in sentence}
    if "".join(word.norm[0] for word in theirs).startswith(ours[0].norm) or theirs[0].norm in _HONORIFICS:
        return False  # "JFK" of "John F Kennedy", "Mehmet" of "Dr"
    return not any(word.norm in norms or any(is_kin(word.norm, other.norm) for other in theirs) for word in ours)


def _is_name(word: Word) -> bool:
    return word.is_capitalised and word.norm not in STOP_WORDS
