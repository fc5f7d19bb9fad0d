"""The language of a text, by py3langid (Lui and Baldwin 2012)."""

from __future__ import annotations

#: The smallest number of letters from which a language is identified.
_MIN_LETTERS = 40
#: The number of characters that are read: enough, and the time does not grow with the text.
_SAMPLE = 1500


def language_of(text: str) -> str | None:
    """Return the ISO 639-1 code of the language of ``text``, or None for fewer than 40 letters."""
    sample = text[:_SAMPLE]
    if sum(map(str.isalpha, sample)) < _MIN_LETTERS:
        return None
    # The model takes half a second to load, so the first text loads it.
    import py3langid

    code: str = py3langid.classify(sample)[0]
    return code
