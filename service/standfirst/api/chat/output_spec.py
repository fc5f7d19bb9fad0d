"""The output that an instruction specifies: the form of a summary, and its number of sentences, points or words.

Numerals, English number words and ranges are understood; of a range the upper end counts. Other requests (a tone,
another language, a number of characters) are not understood and therefore ignored.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from standfirst.language.en.lexicon import NUMERALS, numerals

_NUMBERS = {word: NUMERALS[word] for word in numerals(1, 12)}
_NUMBERS |= {"a": 1, "an": 1, "single": 1, "a single": 1, "couple": 2, "a couple of": 2, "few": 3, "a few": 3}
_NUMBERS |= {"several": 4}
_NUMBER = rf"(?:\d{{1,4}}|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})"
#: Words that may stand between a number and what it counts: "three short key points".
_BETWEEN = rf"(?:(?!{_NUMBER}\b)[a-z]+[ -]+){{0,2}}?"
_UNIT = (
    rf"{_BETWEEN}(?:(?P<sentence>sentences?)|(?P<point>(?:bullet[ -]?)?points?|bullets?|takeaways?|highlights|facts)"
    rf"(?![ -](?:points? )?(?:list|form|format|style|summary)\b)"
    r"|(?P<paragraph>paragraphs?))|(?P<word>words?)"
)
_COUNT = re.compile(
    rf"\b(?:(?P<low>{_NUMBER})(?: ?(?:-|–|—|to|or|and) ?))?(?P<high>{_NUMBER})[ -]+(?:{_UNIT})\b",
    re.IGNORECASE,
)
_BULLETS = re.compile(r"\b(?:bullet|bulleted|bullet[ -]?points?|key points|list of points)s?\b", re.IGNORECASE)
_PER_ITEM = re.compile(r"\b(?:each|every|per)\b", re.IGNORECASE)
#: Abbreviations and decimals end no sentence.
_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+(?=[A-Z(\"'-])|\n+")
_CONDITION = re.compile(r"\b(?:if|when|unless|where)\b", re.IGNORECASE)
_NEGATION = re.compile(r"\b(?:do not|don't|never|avoid|without|rather than|instead of)\b", re.IGNORECASE)
#: Characters on either side of a number of words that are searched for "each", "every" or "per".
_CONTEXT = 30
#: Sentences of a paragraph, if the instruction names none.
_SENTENCES_PER_PARAGRAPH = 3
#: What asks for a shorter summary than before, and its sentences.
_SHORTER = re.compile(r"\b(?:shorter|briefer|more (?:concise|briefly))\b", re.IGNORECASE)
_SENTENCES_OF_A_SHORTER_ONE = 2
#: The most sentences of a briefing, without its headline.
MAX_SENTENCES = 11
#: The limits of ``Options.max_words``.
_MIN_WORDS, _MAX_WORDS = 10, 2000


class Form(Enum):
    """The form of a summary: a whole briefing, its points only, or running text."""

    BRIEFING = "briefing"
    POINTS = "points"
    PROSE = "prose"


@dataclass(frozen=True, slots=True)
class OutputSpec:
    """The form, the number of ``sentences`` and ``paragraphs``, and the most ``words``; None is not specified.

    In a briefing the headline is not one of the ``sentences``, and the first of them is the standfirst.
    """

    form: Form = Form.BRIEFING
    sentences: int | None = None
    paragraphs: int = 1
    words: int | None = None


def parse_output_spec(instruction: str) -> OutputSpec:
    """Return what ``instruction`` specifies; of several numbers for one unit the first counts.

    A sentence or paragraph together with points is a briefing. What holds under a condition only is ignored.
    """
    instruction = "\n".join(sentence for sentence in sentences_of(instruction) if not _CONDITION.search(sentence))
    counts: dict[str, int] = {}
    for match in _COUNT.finditer(instruction):
        context = instruction[max(0, match.start() - _CONTEXT) : match.end() + _CONTEXT]
        if match.lastgroup == "word" and _PER_ITEM.search(context):
            continue  # the number limits a part, not the whole
        counts.setdefault(str(match.lastgroup), _number(match["high"]))
    words = min(counts["word"], _MAX_WORDS) if counts.get("word", 0) >= _MIN_WORDS else None
    points = counts.get("point")
    if points is not None and ("sentence" in counts or "paragraph" in counts):
        return OutputSpec(Form.BRIEFING, _bounded(1 + points), words=words)
    if not counts and _SHORTER.search(instruction):
        return OutputSpec(Form.PROSE, _SENTENCES_OF_A_SHORTER_ONE)
    if points is not None or _BULLETS.search(instruction):
        return OutputSpec(Form.POINTS, None if points is None else _bounded(points), words=words)
    if "sentence" in counts or "paragraph" in counts:
        paragraphs = _bounded(counts.get("paragraph", 1))
        per_paragraph = counts.get("sentence", _SENTENCES_PER_PARAGRAPH)
        return OutputSpec(Form.PROSE, _bounded(per_paragraph * paragraphs), paragraphs, words)
    return OutputSpec(Form.BRIEFING if words is None else Form.PROSE, None, words=words)


def sentences_of(instruction: str) -> list[str]:
    """Return the sentences of an instruction, without clauses that say what is not wanted."""
    sentences = [s for s in _SENTENCE_END.split(instruction) if not _NEGATION.match(s.lstrip(" -*"))]
    return [",".join(clause for clause in s.split(",") if not _NEGATION.search(clause)) for s in sentences]


def _number(text: str) -> int:
    return int(text) if text.isdigit() else _NUMBERS[text.lower()]


def _bounded(number: int) -> int:
    return min(max(1, number), MAX_SENTENCES)
