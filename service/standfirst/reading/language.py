"""Which language a text is in, by py3langid (Lui and Baldwin 2012)."""

from __future__ import annotations

#: From fewer letters than this a language is not told but guessed.
_LEAST_LETTERS = 40
#: Enough to tell, and the time does not grow with the text.
_SAMPLE = 4000


def language_of(text: str) -> str | None:
    """The ISO 639-1 code of ``text``'s language, or None where it is too short to tell."""
    sample = text[:_SAMPLE]
    if sum(map(str.isalpha, sample)) < _LEAST_LETTERS:
        return None
    # The model takes half a second to load: not before there is something to read.
    import py3langid

    code: str = py3langid.classify(sample)[0]
    return code
