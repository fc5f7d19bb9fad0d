"""A text as it is read, with the offsets of its characters in the text as received.

Reading leaves out markup, quotation marks of mail and hyphens at line ends. Offsets of an article nevertheless refer to
the text that the caller sent.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Edit:
    """The replacement of ``text[start:end]`` by ``new``."""

    start: int
    end: int
    new: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """A text to be read. ``offsets[i]`` is the offset of its i-th character in the text as received.

    ``offsets`` is None where both texts are the same.
    """

    text: str
    offsets: tuple[int, ...] | None = None

    def edited(self, edits: Iterable[Edit]) -> View:
        """Return the view with ``edits`` applied, which are in order and do not overlap."""
        listed = list(edits)
        if not listed:
            return self
        offsets = self.offsets if self.offsets is not None else range(len(self.text))
        pieces: list[str] = []
        places: list[int] = []
        at = 0
        for edit in [*listed, Edit(len(self.text), len(self.text))]:
            pieces += self.text[at : edit.start], edit.new
            places.extend(offsets[at : edit.start])
            places.extend([offsets[edit.start]] * len(edit.new) if edit.start < len(offsets) else [])
            at = edit.end
        return View("".join(pieces), tuple(places))

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the offsets, in the text as received, of the characters ``start`` to ``end`` of this one."""
        if self.offsets is None:
            return start, end
        return self.offsets[start], self.offsets[end - 1] + 1
