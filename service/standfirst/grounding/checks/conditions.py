"""Conditions: what an article says will be so in one case only, and a sentence must not say of every case."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from standfirst.language.words import Word

_IF = frozenset({"if", "unless", "provided"})
#: Where "if" asks or compares, and says nothing of a case: "asked if", "as if", "if any".
_NOT_AFTER = frozenset("as even ask asks asked asking wonder wonders wondered see know what only".split())
_NOT_BEFORE = frozenset("any anything anyone not only ever so".split())
#: By one of these a sentence says something for certain. "Would", "could" and "may" leave it open.
_CERTAIN = frozenset("will shall must can cannot".split())
#: By one of these it names a case, in words of its own.
_CASES = _IF | frozenset("when once without until should were depending depends whether".split())


def dropped(claim: Sequence[Word], sources: Sequence[Sequence[Word]]) -> str | None:
    """The condition on which a source says that something will be, and ``claim`` does not, in plain words; or None."""
    norms = {word.norm for word in claim}
    certain = norms & _CERTAIN
    if not certain or norms & _CASES:
        return None
    for words in sources:
        if certain & {word.norm for word in words}:
            for condition in _conditions(words):
                return f"the article says “{condition}” here"
    return None


def _conditions(words: Sequence[Word]) -> Iterator[str]:
    for before, word, after in zip([None, *words], words, words[1:], strict=False):
        asks = before is not None and before.norm in _NOT_AFTER
        if word.norm in _IF and not asks and after.norm not in _NOT_BEFORE:
            yield f"{word.text} {after.text}"
