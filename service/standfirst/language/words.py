"""Words of a text with their offsets, normal forms and stems.

Stop words and stems are English. In other languages words match where they are written alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import Stemmer

#: An acronym with stops (U.S.), a number (1,130.5), letters with a number (MP3), or letters and apostrophes (isn't).
_WORD = re.compile(r"(?:[A-Z]\.){2,}|\d+(?:[.,]\d+)*|[^\W\d_]+\d+|[^\W\d_]+(?:['’][^\W\d_]+)*")

STOP_WORDS = frozenset(
    """a about above after again against all also although am an and any are as at be because been before being
    below between both but by can could did do does doing down during each either else ever every few for from
    further had has have having he her here hers herself him himself his how however i if in into is it its
    itself just may me might more most much must my myself of off on once only or other our ours out over own per
    said same say says shall she should since so some such than that the their theirs them themselves then there
    these they this those though through to too under until up upon us very was we were what when where whether
    which while who whom whose why will with within would yet you your yours""".split()
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word as written (``text``), its normal form, its stem, and its offsets in the text."""

    text: str
    norm: str
    stem: str
    start: int
    end: int

    @property
    def is_content(self) -> bool:
        """Whether the word is neither a function word nor a number in digits."""
        return self.norm not in STOP_WORDS and not self.is_number

    @property
    def is_possessive(self) -> bool:
        """Whether the word ends as a possessive: "Ferguson's"."""
        return self.text.endswith(("'s", "’s"))

    @property
    def is_capitalised(self) -> bool:
        """Whether the first letter is a capital."""
        return self.text[0].isupper()

    @property
    def is_number(self) -> bool:
        """Whether the word is a number in digits."""
        return self.text[0].isdigit()

    @property
    def span(self) -> tuple[int, int]:
        """The offsets of the word in its text."""
        return self.start, self.end


def stems_of(words: Iterable[Word]) -> frozenset[str]:
    """Return the stems of the content words and the numbers among ``words``."""
    return frozenset(word.stem for word in words if word.is_content or word.is_number)


def stem_pairs(words: Sequence[Word]) -> frozenset[tuple[str, str]]:
    """Return the pairs of stems of neighbouring ``words``."""
    return frozenset((first.stem, second.stem) for first, second in pairwise(words))


class Lexer:
    """Cuts texts into words. It is not safe to share between threads: the stemmer has a cache."""

    def __init__(self) -> None:
        self._stemmer = Stemmer.Stemmer("english")

    def words(self, text: str) -> tuple[Word, ...]:
        """Return the words of ``text`` in order. ``norm`` has no possessive ending and no stops of an acronym."""
        found = []
        for match in _WORD.finditer(text):
            norm = match.group().casefold().replace("’", "'")
            norm = norm.removesuffix("'s").removesuffix("'")
            if "." in norm and not norm[0].isdigit():
                norm = norm.replace(".", "")
            found.append(Word(match.group(), norm, self._stemmer.stemWord(norm), match.start(), match.end()))
        return tuple(found)
