"""Which language a text is in, by py3langid (Lui and Baldwin 2012), and how many words it has in any of them."""

from __future__ import annotations

import re

#: From fewer letters than this a language is not told but guessed.
_LEAST_LETTERS = 40
#: Enough to tell, and the time does not grow with the text.
_SAMPLE = 4000

#: Thai, Lao, kana and Chinese characters: scripts without white space between words, which have about two each.
_UNSPACED = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")


def count_words(text: str) -> int:
    """How many words ``text`` has, by white space, or by half its characters where its script has none."""
    return max(len(text.split()), len(_UNSPACED.findall(text)) // 2)


def language_of(text: str) -> str | None:
    """The ISO 639-1 code of ``text``'s language, or None where it is too short to tell."""
    sample = text[:_SAMPLE]
    if sum(map(str.isalpha, sample)) < _LEAST_LETTERS:
        return None
    # The model takes half a second to load: not before there is something to read.
    import py3langid

    code: str = py3langid.classify(sample)[0]
    return code
