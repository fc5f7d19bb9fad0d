"""The task that an instruction sets: a briefing, a title, an answer to a question, or something that is not done here.

A task is done only where its own words ask for it. Whatever else is asked for (a translation, tags, a poem) is known by
asking for none of these, so that no list of other tasks is needed. Requests are recognised in English.
"""

from __future__ import annotations

import re
from enum import Enum

from standfirst.api.chat.output_spec import sentences_of
from standfirst.api.chat.prompt import is_request

_I = re.IGNORECASE
_SUMMARY = re.compile(
    r"\b(?:summari[sz]e|condense|shorten|abridge|sum up|boil down)\b|"
    r"\b(?:summar(?:y|ies)|synopsis|abstract|tl;?dr|bullet[ -]?points?|bullets|takeaways?|gist|overview|briefing|"
    r"digest|highlights|(?:key|main) (?:points?|ideas?|facts?))\b|"
    r"\b\w+ (?:short |brief |concise )?sentences?\b|\b(?:shorter|briefer|more concise)\b|"
    r"\bwhat (?:is|was|does|are)\b[^?\n]{0,40}\b(?:about|say)\s*\?",
    _I,
)
_TITLE = re.compile(
    r"\b(?:generate|write|give|create|provide|make|suggest|propose|choose|return|need|want|find|compose|draft|produce|"
    r"with)\b[^.\n]{0,60}?\b(?:titles?|headlines?|subject lines?)\b",
    _I,
)
_AND_SUMMARY = re.compile(
    rf"\b(?:titles?|headlines?)\b[^.\n]{{0,30}}\b(?:and|with|then|plus)\b[^.\n]{{0,30}}(?:{_SUMMARY.pattern})", _I
)
_QUESTION = re.compile(
    r"\?\s*\Z|\A(?:and |but |so |ok |please )?(?:who|whom|whose|what|when|where|why|which|how|is|are|was|were|does|"
    r"do|did|can|could|will|would|has|have|had|should)\b",
    _I,
)
#: A request in the form of a question.
_POLITE = re.compile(r"(?:please )?(?:can|could|will|would) you (?:please )?(?!tell|say|explain|find|remind)", _I)
#: A role that is to do something with each text.
_ROLE = re.compile(
    r"\b(?:function|task|job|role|goal|responsibility|purpose) is to (?!(?:help|assist|answer|be)\b)\w+|"
    r"\byou (?!(?:are|will|must|should|can|may|have|need|help|assist|answer)\b)\w+ [^.\n]{0,40}"
    r"\b(?:texts?|articles?|messages?|input)\b",
    _I,
)


class Task(Enum):
    """What is asked for. ``OTHER`` is something that this service does not do, ``NONE`` nothing that is recognised."""

    BRIEFING = "briefing"
    TITLE = "title"
    ANSWER = "answer"
    OTHER = "other"
    NONE = "none"


def task_of(instruction: str) -> Task:
    """Return the task that the instruction next to an article sets. What is not wanted sets none."""
    wanted = "\n".join(sentences_of(instruction))
    title = _TITLE.search(wanted)
    summary = _SUMMARY.search(wanted)
    if title and (summary is None or title.start() < summary.start()) and not _AND_SUMMARY.search(wanted):
        return Task.TITLE
    if summary:
        return Task.BRIEFING
    if is_question(instruction):
        return Task.ANSWER
    return Task.OTHER if instruction.strip() else Task.NONE


def task_of_system(text: str) -> Task:
    """Return the task that a system message sets for texts that come without an instruction.

    One that describes an assistant, a tone or a form sets none.
    """
    task = task_of(text)
    if task in (Task.BRIEFING, Task.TITLE):
        return task
    asks = any(is_request(sentence) for sentence in sentences_of(text))
    return Task.OTHER if asks or _ROLE.search(text) else Task.NONE


def is_question(text: str) -> bool:
    """Return whether ``text`` is a question."""
    return _QUESTION.search(text.strip()) is not None and not _POLITE.match(text.strip())
