"""The language of a text, by py3langid (Lui and Baldwin 2012), and the number of its words in any language."""

from __future__ import annotations

import re

#: The smallest number of letters from which a language is identified.
_MIN_LETTERS = 40
#: The number of characters that are read: enough, and the time does not grow with the text.
_SAMPLE = 4000

#: Thai, Lao, kana and Chinese characters: scripts without white space between words, with about two to a word.
_UNSPACED = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")


def count_words(text: str) -> int:
    """Return the number of words of ``text``: by white space, or half its characters in a script without it."""
    return max(len(text.split()), len(_UNSPACED.findall(text)) // 2)


def language_of(text: str) -> str | None:
    """Return the ISO 639-1 code of the language of ``text``, or None for fewer than 40 letters."""
    sample = text[:_SAMPLE]
    if sum(map(str.isalpha, sample)) < _MIN_LETTERS:
        return None
    # The model takes half a second to load, so the first text loads it.
    import py3langid

    code: str = py3langid.classify(sample)[0]
    return code
