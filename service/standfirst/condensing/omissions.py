"""Omissions: words that a draft leaves out between words it keeps, and may not: a small one, or whose deed it is.

"Won a seat on the council" is not "won seat on the council", and "the mayor's brother was arrested" not "the mayor was
arrested". Sees words alone, as they stand beside one another in the draft and in the sentence that it shortens.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

_WORD = re.compile(r"[^\W_]+(?:[-.,'’][^\W_]+)*(?:(?<=s)['’])?")
_ARTICLES = frozenset({"a", "an", "the"})
#: Small words on which others stand. ("On Friday" may be "Friday", "all of the" is "all the", "said that" is "said".)
_SMALL = _ARTICLES | frozenset("to in at for by with from is are was were".split())
_POSSESSIVE = re.compile(r"['’]s?$")
_RELATIVE = frozenset("which who whose whom".split())
_PREPOSITIONS = frozenset("of in at for from with by on about against".split())
#: A number of people are people, and the city of Rome is Rome; the head of a firm is not the firm.
_SAME = frozenset(
    """hundreds thousands millions billions dozens scores tens lots plenty couple number range variety crowd city town
    village county state island region""".split()
)
#: What has a verb is a clause, and so is what ends in a comma: they can go from before the doer.
_VERB = re.compile(r"\b(?:is|are|was|were|has|have|had|will|would|said|says|\w+ed)\b", re.IGNORECASE)
_STOP = re.compile(r"[,;:–—]| - ")


def is_broken(draft: str, source: str) -> bool:
    """Whether ``draft``, which shortens ``source``, leaves out a small word alone, or whose deed it is.

    The cost is that of the words of both, multiplied.
    """
    kept = [match.group().casefold() for match in _WORD.finditer(draft)]
    words = list(_WORD.finditer(source))
    folded = [word.group().casefold() for word in words]
    matcher = SequenceMatcher(None, folded, kept, autojunk=False)
    held = [index for block in matcher.get_matching_blocks() for index in range(block.a, block.a + block.size)]
    if not held:
        return False
    first = next((index for index in held if folded[index] not in _ARTICLES), 0)
    return _is_part(words[:first], source[: words[first].start()]) or any(
        (change == "delete" and end - start == 1 and start < held[-1] and _is_needed(words, start, held[-1]))
        or (change == "replace" and _is_owner(folded[start:end], kept[left:right]))
        for change, start, end, left, right in matcher.get_opcodes()
    )


def _is_needed(words: Sequence[re.Match[str]], index: int, last: int) -> bool:
    """Whether a word cannot be left out alone, where words up to ``last`` are kept.

    Before a name an article can: "the Toronto Raptors". So can "which", if what it opens is the end of the draft.
    """
    word = words[index].group().casefold()
    if word in _RELATIVE:
        return _STOP.search(words[index].string, words[index].end(), words[last].start()) is not None
    return word in _SMALL and words[index + 1].group()[0].islower()


def _is_owner(left_out: Sequence[str], instead: Sequence[str]) -> bool:
    """Whether "X's Y" has become "X"."""
    possessive = _POSSESSIVE.search(left_out[0])
    return possessive is not None and len(left_out) > 1 and instead[-1] == left_out[0][: possessive.start()]


def _is_part(opening: Sequence[re.Match[str]], text: str) -> bool:
    """Whether ``opening``, left out before the first word that is kept, is "the Y of", or "Y in", that word."""
    folded = [word.group().casefold() for word in opening]
    last = max((index for index, word in enumerate(folded) if word in _PREPOSITIONS), default=0)
    if last == 0 or folded[last - 1] in _SAME or _VERB.search(text):
        return False
    return not _STOP.search(text, opening[last].end())
