"""Omissions: words that a draft leaves out between words it keeps, and may not: an article, or whose deed it is.

"Won a seat on the council" is not "won seat on the council", and "the mayor's brother was arrested" not "the mayor was
arrested". Sees words alone, as they stand beside one another in the draft and in the sentence that it shortens.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

_WORD = re.compile(r"[^\W_]+(?:[-.,'’][^\W_]+)*(?:(?<=s)['’])?")
_ARTICLES = frozenset({"a", "an", "the"})
_POSSESSIVE = re.compile(r"['’]s?$")
#: A number of people are people, and the city of Rome is Rome; the head of a firm is not the firm.
_SAME = frozenset(
    """hundreds thousands millions billions dozens scores tens lots plenty couple number range variety crowd city town
    village county state island region""".split()
)


def is_broken(draft: str, source: str) -> bool:
    """Whether ``draft``, which shortens ``source``, leaves out an article alone, or a doer of whom it keeps the owner.

    The cost is that of the words of both, multiplied.
    """
    kept = _WORD.findall(draft)
    words = _WORD.findall(source)
    folded = [word.casefold() for word in words]
    changes = SequenceMatcher(None, folded, [word.casefold() for word in kept], autojunk=False).get_opcodes()
    return any(
        (change == "delete" and _is_article(words, start, end))
        or (change != "equal" and _is_doer(folded[start:end], [word.casefold() for word in kept[left:right]], start))
        for change, start, end, left, right in changes
    )


def _is_article(words: Sequence[str], start: int, end: int) -> bool:
    """Whether an article alone is left out; a name may do without: "the Toronto Raptors"."""
    return end - start == 1 and words[start].casefold() in _ARTICLES and end < len(words) and words[end].islower()


def _is_doer(left_out: Sequence[str], instead: Sequence[str], start: int) -> bool:
    """Whether "X's Y" has become "X", or "the Y of X" at the beginning of the sentence has."""
    if len(left_out) < 2:
        return False
    if _POSSESSIVE.search(left_out[0]) and instead:
        return instead[-1] == _POSSESSIVE.sub("", left_out[0])
    last = max((index for index, word in enumerate(left_out) if word == "of"), default=0)
    is_of = last > 0 and _ARTICLES.issuperset(left_out[last + 1 :]) and left_out[last - 1] not in _SAME
    return is_of and start <= 1 and _ARTICLES.issuperset(instead)
