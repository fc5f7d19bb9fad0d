"""The shorter forms of a sentence: what is left of it without some of its removable parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from standfirst.language.en.parts import PartKind, removable_parts, without

if TYPE_CHECKING:
    from spacy.tokens import Doc

#: What is left out in turn, each time all kinds of parts up to this one. What places an event in time goes last.
_LEVELS = (
    PartKind.RELATIVE,
    PartKind.CLAUSE,
    PartKind.OPENING,
    PartKind.CIRCUMSTANCE,
    PartKind.ADJUNCT,
    PartKind.PREDICATE,
    PartKind.MODIFIER,
)
#: A form of fewer words tells too little.
_MIN_WORDS = 6


def shorter_forms(sentence: Doc) -> tuple[str, ...]:
    """Return the shorter forms of ``sentence``, the longest first. Each is a sentence that is as true as the whole."""
    parts = removable_parts(sentence)
    forms: dict[str, None] = {}
    for level in _LEVELS:
        form = without(sentence, [part for part in parts if part.kind <= level])
        if _MIN_WORDS <= len(form.split()) < len(sentence.text.split()):
            forms[form] = None
    return tuple(forms)
