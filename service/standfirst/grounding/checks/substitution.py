"""The check of substitutions: a name or number where a sentence that reads alike has another one.

A claim that follows a sentence of the article nearly word for word, and has "Leeds" for its "Bradford", is false even
where the article names Leeds elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from standfirst.grounding.case import Case, Kind, Problem, Quoted
from standfirst.language.en.analysis import Analysis
from standfirst.language.en.names import is_kin
from standfirst.language.en.spelling import locate
from standfirst.language.words import STOP_WORDS, Word

_HONORIFICS = frozenset({"mr", "mrs", "ms", "miss", "dr", "sir", "lady", "lord"})


class SubstitutionCheck:
    """Finds a name or number in whose place the sentence that the claim is worded like has another one."""

    code = "substitution"
    kinds = frozenset({Kind.CLAIM})

    def __call__(self, case: Case) -> Iterator[Problem]:
        """Yield a problem for the first such name or number.

        The sentences are compared in one way of writing, in which "Dec. 7" and "7 December" are alike.
        """
        if case.shortened is None:
            return
        for ours, theirs in _replaced(case.claim.unified_words, case.shortened.unified_words):
            span = _span_in_text(case.claim, ours)
            there = Quoted(case.shortened, _span_in_text(case.shortened, theirs))
            message = f"the article says “{there.text}”, not “{case.claim.text[slice(*span)]}”"
            yield Problem(self.code, message, span, there)
            return


def _span_in_text(sentence: Analysis, words: Sequence[Word]) -> tuple[int, int]:
    """Return the offsets in the text of neighbouring ``unified_words``, or of the quantities and dates they are in."""
    start, end = locate((words[0].start, words[-1].end), sentence.unified, sentence.text)
    spans = (*(number.span for number in sentence.quantities), *(date.span for date in sentence.dates))
    around = [(start, end), *((left, right) for left, right in spans if left < end and start < right)]
    return min(left for left, _ in around), max(right for _, right in around)


def _replaced(claim: Sequence[Word], sentence: Sequence[Word]) -> Iterator[tuple[Sequence[Word], Sequence[Word]]]:
    """Yield the names and numbers of the claim that are others in the sentence, and those others."""
    matcher = SequenceMatcher(None, [word.stem for word in sentence], [word.stem for word in claim], autojunk=False)
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
