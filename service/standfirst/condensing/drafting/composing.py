"""The strategy of composing: a whole article in, a briefing out, line by line. It is for capable chat models.

The answer has a line for each sentence, and is not JSON: every chat model can write lines, a line can be judged as soon
as it ends, and an answer that is cut off loses its last line only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import sentencex

from standfirst.condensing.drafting.answers import parse_headline, parse_sentence
from standfirst_models.protocols.writer import Prompt

_INSTRUCTION = (
    "Write a short briefing of the news article below. Answer with these lines only, each begun with its label:\n"
    "HEADLINE: what happened, in at most ten words\n"
    "STANDFIRST: the news in one sentence of at most {standfirst} words\n"
    "POINT: one more fact that matters, in one sentence of at most {point} words\n"
    "Write {points} lines that begin with POINT, each about something else.\n"
    "Say only what the article says. Keep names, numbers and dates as they are there. Where the article says who says "
    "so, say it too. Each sentence must be clear to someone who has not read the article."
)

#: How many more points are asked for than the briefing may have: some drafts are refused.
_SPARE_POINTS = 2
#: The largest numbers of words of the standfirst and of a point that are asked for.
_STANDFIRST_WORDS, _POINT_WORDS = 30, 25
#: The tokens of a line: label, sentence and line break.
_LINE_TOKENS = 60

_LABEL = re.compile(r"^[\s>#*_\-•\d.)]*(headline|title|standfirst|points?)\b[\s*_\d]*[:：]\s*[*_]*\s*", re.IGNORECASE)
_HEADLINES = frozenset({"headline", "title"})


@dataclass(frozen=True, slots=True)
class Line:
    """What a line of an answer says: a headline, or sentences."""

    headline: str | None
    sentences: tuple[str, ...]


def compose_prompt(title: str | None, text: str, points: int) -> Prompt:
    """Return the prompt for a briefing of the article ``text`` with up to ``points`` points."""
    asked = points + _SPARE_POINTS
    instruction = _INSTRUCTION.format(standfirst=_STANDFIRST_WORDS, point=_POINT_WORDS, points=asked)
    passage = text if title is None else f"{title}\n\n{text}"
    return Prompt(instruction, passage, _LINE_TOKENS * (2 + asked), by_line=True)


def parse_line(line: str) -> Line:
    """Return what ``line`` says. A line without a label is one of sentences; one of neither says nothing."""
    label = _LABEL.match(line)
    rest = line[label.end() :] if label else line
    if label and label[1].lower() in _HEADLINES:
        return Line(parse_headline(rest), ())
    drafts = (parse_sentence(sentence) for sentence in sentencex.segment("en", rest))
    return Line(None, tuple(draft for draft in drafts if draft is not None))
