"""The shorter forms of a sentence: what is left of it without some of its removable parts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from standfirst.language.en.parts import Part, removable_parts, without

if TYPE_CHECKING:
    from spacy.tokens import Doc

#: A form of fewer words tells too little.
_MIN_WORDS = 6


def shorter_forms(sentence: Doc, worth: Callable[[str], float]) -> tuple[str, ...]:
    """Return the shorter forms of ``sentence``, the longest first. Each is a sentence that is as true as the whole.

    ``worth`` is how much a text says of what matters. The parts that lose least of it for each word go first.
    """
    whole = sentence.text
    full = worth(whole)

    def loss(part: Part) -> tuple[float, int]:
        form = without(sentence, [part])
        saved = max(1, len(whole.split()) - len(form.split()))
        return (full - worth(form)) / saved, part.kind

    parts = sorted(removable_parts(sentence), key=loss)
    forms: dict[str, None] = {}
    for count in range(1, len(parts) + 1):
        form = without(sentence, parts[:count])
        if _MIN_WORDS <= len(form.split()) < len(whole.split()):
            forms[form] = None
    return tuple(forms)
