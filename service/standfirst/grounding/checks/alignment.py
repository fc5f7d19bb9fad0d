"""The alignment of a draft with the sentence that it shortens, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

_WORD = re.compile(r"[^\W_]+(?:[-.,'’][^\W_]+)*(?:(?<=s)['’])?")


@dataclass(frozen=True, slots=True)
class Alignment:
    """The words of ``source``, those of a draft of it, case-folded, and how the draft's come from the source's."""

    source: list[re.Match[str]]
    draft: list[str]
    matcher: SequenceMatcher[str]

    @classmethod
    def of(cls, draft: str, source: str) -> Alignment:
        """Align ``draft`` with ``source``. The cost is that of the words of both, multiplied."""
        kept = [match.group().casefold() for match in _WORD.finditer(draft)]
        words = list(_WORD.finditer(source))
        folded = [word.group().casefold() for word in words]
        return cls(words, kept, SequenceMatcher(None, folded, kept, autojunk=False))

    def kept(self) -> list[int]:
        """Return the indices of the words of the source that the draft keeps, in order."""
        return [i for block in self.matcher.get_matching_blocks() for i in range(block.a, block.a + block.size)]

    def left_out(self) -> Iterator[tuple[int, int]]:
        """Yield each run of words of the source that the draft leaves out, from the first to behind the last."""
        return ((start, end) for change, start, end, _, _ in self.matcher.get_opcodes() if change == "delete")
