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
#: What opens a clause: without it the clause is a sentence of its own, and another may not follow.
_OPENING = frozenset("which who whose whom when while as because although since if after before until unless".split())
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
    """Whether ``draft``, which shortens ``source``, leaves out a small word alone."""
    words, _, matcher = _compared(draft, source)
    last = max((block.a + block.size - 1 for block in matcher.get_matching_blocks() if block.size), default=0)
    return any(
        change == "delete" and start < last and (_opens(words, end - 1, last) or _is_needed(words, start, end))
        for change, start, end, _, _ in matcher.get_opcodes()
    )


def is_anothers(draft: str, source: str) -> bool:
    """Whether ``draft``, which shortens ``source``, says of one what ``source`` says of what is part of it, or its."""
    words, kept, matcher = _compared(draft, source)
    folded = [word.group().casefold() for word in words]
    held = [index for block in matcher.get_matching_blocks() for index in range(block.a, block.a + block.size)]
    first = next((index for index in held if folded[index] not in _ARTICLES), None)
    if first is None:
        return False
    return _is_part(words[:first], source[: words[first].start()]) or any(
        change == "replace" and _is_owner(folded[start:end], kept[left:right])
        for change, start, end, left, right in matcher.get_opcodes()
    )


def _compared(draft: str, source: str) -> tuple[list[re.Match[str]], list[str], SequenceMatcher[str]]:
    """The words of ``source``, those of ``draft`` in lower case, and how the ones come from the others.

    The cost is that of the words of both, multiplied.
    """
    kept = [match.group().casefold() for match in _WORD.finditer(draft)]
    words = list(_WORD.finditer(source))
    return words, kept, SequenceMatcher(None, [word.group().casefold() for word in words], kept, autojunk=False)


def _is_needed(words: Sequence[re.Match[str]], start: int, end: int) -> bool:
    """Whether a small word is left out alone; an article can be before a name: "the Toronto Raptors"."""
    is_small = end - start == 1 and words[start].group().casefold() in _SMALL
    return is_small and words[end].group()[0].islower()


def _opens(words: Sequence[re.Match[str]], index: int, last: int) -> bool:
    """Whether a word that is left out opens a clause beyond which, up to ``last``, there are words that are kept."""
    word = words[index]
    beyond = _STOP.search(word.string, word.end(), words[last].start())
    return word.group().casefold() in _OPENING and beyond is not None


def _is_owner(left_out: Sequence[str], instead: Sequence[str]) -> bool:
    """Whether "X's Y" has become "X"."""
    named = [word for word in left_out if word not in _ARTICLES]
    possessive = _POSSESSIVE.search(named[0]) if len(named) > 1 else None
    return possessive is not None and instead[-1] == named[0][: possessive.start()]


def _is_part(opening: Sequence[re.Match[str]], text: str) -> bool:
    """Whether ``opening``, left out before the first word that is kept, is "the Y of", or "Y in", that word."""
    folded = [word.group().casefold() for word in opening]
    last = max((index for index, word in enumerate(folded) if word in _PREPOSITIONS), default=0)
    if last == 0 or folded[last - 1] in _SAME or _STOP.search(text, opening[last].end()):
        return False
    # "Announced by Mayor Lee": nothing but a name or an article between. "Police in Leeds closed the" is a clause.
    is_beside = all(word.group()[0].isupper() or word.group() in _ARTICLES for word in opening[last + 1 :])
    return is_beside or not _VERB.search(text)
