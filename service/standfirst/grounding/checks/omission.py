"""The check of omissions: a draft may not leave out alone a small word that others stand on.

"Won a seat on the council" is not "won seat on the council".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from standfirst.grounding.case import Case, Kind, Problem
from standfirst.grounding.checks.alignment import Alignment
from standfirst.language.en.lexicon import ARTICLES

#: Words on which others stand. ("On Friday" may be "Friday", "all of the" is "all the", "said that" is "said".)
_SMALL = ARTICLES | frozenset("to in at for by with from is are was were".split())
#: Words that open a clause. Without them the clause is a sentence of its own, and another may not follow.
_OPENING = frozenset("which who whose whom when while as because although since if after before until unless".split())
#: What separates a clause from what follows it.
CLAUSE_END = re.compile(r"[,;:–—]| - ")


class OmissionCheck:
    """Finds drafts that leave out a small word alone, or what opens a clause that they keep."""

    code = "omission"
    kinds = frozenset({Kind.DRAFT})

    def __call__(self, case: Case) -> Iterator[Problem]:
        """Yield a problem if a word is left out that the draft needs."""
        if case.shortened is not None and _is_broken(case.claim.text, case.shortened.text):
            yield Problem(self.code, "it leaves out a small word that it needs")


def _is_broken(draft: str, source: str) -> bool:
    aligned = Alignment.of(draft, source)
    last = max(aligned.kept(), default=0)
    return any(
        start < last and (_opens_clause(aligned.source, end - 1, last) or _is_needed(aligned.source, start, end))
        for start, end in aligned.left_out()
    )


def _is_needed(words: Sequence[re.Match[str]], start: int, end: int) -> bool:
    """Whether a small word is left out alone. An article may be left out before a name: "the Toronto Raptors"."""
    is_small = end - start == 1 and words[start].group().casefold() in _SMALL
    return is_small and words[end].group()[0].islower()


def _opens_clause(words: Sequence[re.Match[str]], index: int, last: int) -> bool:
    """Whether the word, left out, opens a clause that ends before the word ``last``, which is kept."""
    word = words[index]
    beyond = CLAUSE_END.search(word.string, word.end(), words[last].start())
    return word.group().casefold() in _OPENING and beyond is not None
