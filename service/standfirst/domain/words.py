"""The number of words of a text in any script. Limits, lengths and figures of the service count words with it."""

from __future__ import annotations

import re

#: Scripts without white space between words: Chinese characters and kana, with about two to a word, and Thai, Lao,
#: Khmer and Burmese, whose words have about four letters and marks.
_TWO_TO_A_WORD = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff]")
_FOUR_TO_A_WORD = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
_UNSPACED = re.compile(f"{_TWO_TO_A_WORD.pattern}|{_FOUR_TO_A_WORD.pattern}")


def count_words(text: str) -> int:
    """Return the number of words of ``text``: by white space, and by characters in scripts without it."""
    if text.isascii() or _UNSPACED.search(text) is None:
        return len(text.split())
    twos, fours = len(_TWO_TO_A_WORD.findall(text)), len(_FOUR_TO_A_WORD.findall(text))
    spaced = [word for word in _UNSPACED.sub(" ", text).split() if any(map(str.isalnum, word))]
    return len(spaced) + (twos + 1) // 2 + (fours + 3) // 4
