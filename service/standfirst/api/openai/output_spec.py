"""A wish: in which form, and in how many sentences, points or words an instruction asks for a summary.

Understands numerals, English number words and ranges, of which the upper end counts. What else an instruction asks for
(a tone, another language, a number of characters) is not understood, and so not followed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

_NUMBERS = {
    word: number
    for number, word in enumerate("one two three four five six seven eight nine ten eleven twelve".split(), 1)
}
_NUMBERS |= {"a": 1, "an": 1, "single": 1, "a single": 1, "couple": 2, "a couple of": 2, "few": 3, "a few": 3}
_NUMBERS |= {"several": 4}
_NUMBER = rf"(?:\d{{1,4}}|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})"
#: Words between a number and what it counts: "three short key points".
_BETWEEN = rf"(?:(?!{_NUMBER}\b)[a-z]+[ -]+){{0,2}}?"
_UNIT = (
    rf"{_BETWEEN}(?:(?P<sentence>sentences?)|(?P<point>(?:bullet[ -]?)?points?|bullets?|takeaways?|highlights|facts)"
    r"|(?P<paragraph>paragraphs?))|(?P<word>words?)"
)
_COUNT = re.compile(
    rf"\b(?:(?P<low>{_NUMBER})(?: ?(?:-|–|—|to|or|and) ?))?(?P<high>{_NUMBER})[ -]+(?:{_UNIT})\b",
    re.IGNORECASE,
)
_BULLETS = re.compile(r"\b(?:bullet|bulleted|bullet[ -]?points?|key points|list of points)s?\b", re.IGNORECASE)
_OF_EACH = re.compile(r"\b(?:each|every|per)\b", re.IGNORECASE)
#: Characters on either side of a number of words in which it may say of what it is.
_NEAR = 30
#: An article of prose has about so many sentences a paragraph.
_SENTENCES_IN_PARAGRAPH = 3
#: The most sentences that a briefing has below its headline.
MOST_SENTENCES = 11
#: What a briefing may be limited to, in words.
LEAST_WORDS, MOST_WORDS = 10, 2000


class Form(Enum):
    """How a summary looks: a whole briefing, its points alone, or running text."""

    BRIEFING = "briefing"
    POINTS = "points"
    PROSE = "prose"


@dataclass(frozen=True, slots=True)
class OutputSpec:
    """What is asked for: a form, of so many ``sentences``, ``paragraphs`` and at most ``words``; None is not said.

    Of a briefing ``sentences`` are those below the headline, of which the first is the standfirst.
    """

    form: Form = Form.BRIEFING
    sentences: int | None = None
    paragraphs: int = 1
    words: int | None = None


def read_output_spec(instruction: str) -> OutputSpec:
    """What ``instruction`` asks for; of several numbers of one thing the first counts.

    A sentence or paragraph *and* points is a briefing: that is what one is.
    """
    said: dict[str, int] = {}
    for found in _COUNT.finditer(instruction):
        near = instruction[max(0, found.start() - _NEAR) : found.end() + _NEAR]
        if found.lastgroup == "word" and _OF_EACH.search(near):
            continue  # which is not the whole
        said.setdefault(str(found.lastgroup), _number(found["high"]))
    words = min(said["word"], MOST_WORDS) if said.get("word", 0) >= LEAST_WORDS else None
    points = said.get("point")
    if points is not None and ("sentence" in said or "paragraph" in said):
        return OutputSpec(Form.BRIEFING, _bounded(1 + points), words=words)
    if points is not None or _BULLETS.search(instruction):
        return OutputSpec(Form.POINTS, None if points is None else _bounded(points), words=words)
    if "sentence" in said or "paragraph" in said:
        paragraphs = _bounded(said.get("paragraph", 1))
        each = said.get("sentence", _SENTENCES_IN_PARAGRAPH)
        return OutputSpec(Form.PROSE, _bounded(each * paragraphs), paragraphs, words)
    return OutputSpec(Form.BRIEFING if words is None else Form.PROSE, None, words=words)


def _number(said: str) -> int:
    return int(said) if said.isdigit() else _NUMBERS[said.lower()]


def _bounded(number: int) -> int:
    return min(max(1, number), MOST_SENTENCES)
