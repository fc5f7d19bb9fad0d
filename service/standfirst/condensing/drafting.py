"""Drafting: what the writer is asked, and what of its answer is kept.

One prompt for each sentence of the briefing, all written as one batch: a short passage in, a sentence out.
Whether what comes back is true is not known here (``grounding``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import sentencex

from standfirst_models.protocols.writer import Prompt

#: With the chat's marks before them both take up 64 tokens of SmolLM2: two whole blocks, which OpenVINO reads once.
_HEADLINE = (
    "Write a short newspaper headline for this text from a news article, in at most ten words. Keep names and numbers "
    "as they are, and add nothing to them. Answer with the headline only."
)
_SENTENCE = (
    "Shorten this sentence from a news article to one plain sentence of at most 15 words. Keep names and numbers "
    "as they are, leave out what matters least, and add nothing."
)
#: Tokens of a draft. English news takes about 1.4 a word, and more where it is full of numbers; a draft that needs more
#: is cut off and then not shown.
_TOKENS = 44

_PREFACE = re.compile(
    r"^(?:here(?:'s| is| are)\b[^:\n]*:|sure[,!][^:\n]*:|(?:headline|summary|answer|sentence|title)\s*:)\s*",
    re.IGNORECASE,
)
_BULLET = re.compile(r"^(?:[-*•–]|\d{1,2}[.)])\s+")
_PAIRS = (('"', '"'), ("“", "”"), ("'", "'"), ("‘", "’"), ("**", "**"), ("*", "*"))
_CUT_OFF = ("…", "...")
_WHOLE = re.compile(r"[.!?][\"”’')]*$")


def headline_prompt(sentences: Sequence[str]) -> Prompt:
    """Ask for a headline to ``sentences``, the most salient ones of an article."""
    return Prompt(_HEADLINE, " ".join(sentences), _TOKENS)


def sentence_prompt(sentence: str) -> Prompt:
    """Ask for ``sentence`` in fewer words."""
    return Prompt(_SENTENCE, sentence, _TOKENS)


def headline(answer: str) -> str | None:
    """The headline in a writer's answer, without a stop at its end; None if there is no whole one of 3 to 15 words."""
    line = _cleaned(answer)
    if line.endswith(_CUT_OFF):
        return None
    line = line.rstrip(".").strip()
    return line if 3 <= len(line.split()) <= 15 else None


def sentence(answer: str) -> str | None:
    """The first whole sentence in a writer's answer; None if it has none of at least four words, or repeats itself."""
    found = next(iter(sentencex.segment("en", _cleaned(answer))), "").strip()
    is_whole = len(found.split()) >= 4 and _WHOLE.search(found) and not found.endswith(_CUT_OFF)
    return found if is_whole and not _repeats(found) else None


def _repeats(text: str) -> bool:
    """Whether two words stand together twice: "two planes are in hospital after two planes collided"."""
    pairs = [(a, b) for a, b in pairwise(re.findall(r"\w+", text.casefold())) if len(a) > 2 and len(b) > 3]
    return len(set(pairs)) < len(pairs)


def _cleaned(answer: str) -> str:
    """The first line that says something, without a preface, a bullet, or marks around the whole of it."""
    text = next((line.strip() for line in _PREFACE.sub("", answer.strip()).splitlines() if line.strip()), "")
    text = _BULLET.sub("", _PREFACE.sub("", text))
    for left, right in _PAIRS:
        inner = text.removeprefix(left).removesuffix(right)
        if len(inner) == len(text) - len(left) - len(right) and left not in inner and right not in inner:
            text = inner.strip()
    return text
