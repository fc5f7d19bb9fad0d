"""The answers of a writer: how they arrive, and the sentence or headline that one holds."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from itertools import pairwise

import sentencex

from standfirst_models.protocols.writer import Prompt

#: The writer: returns one text per prompt. It calls the function with the index and text of each as soon as it is
#: complete, and for a prompt by line also with what is written of it after each line.
Write = Callable[[Sequence[Prompt], Callable[[int, str], None]], Awaitable[list[str]]]
#: The index of a prompt and the writer's answer to it.
Answer = tuple[int, str]

_PREFACE = re.compile(
    r"^(?:here(?:'s| is| are)\b[^:\n]*:|sure[,!][^:\n]*:|(?:headline|summary|answer|sentence|title)\s*:)\s*",
    re.IGNORECASE,
)
_BULLET = re.compile(r"^(?:[-*•–]|\d{1,2}[.)])\s+")
_PAIRED_MARKS = (('"', '"'), ("“", "”"), ("'", "'"), ("‘", "’"), ("**", "**"), ("*", "*"))
_CUT_OFF = ("…", "...")
_SENTENCE_END = re.compile(r"[.!?][\"”’')]*$")


async def stream_answers(write: Write, prompts: Sequence[Prompt]) -> AsyncGenerator[list[Answer]]:
    """Yield the writer's answers as they arrive. A list holds those that arrived since the last list.

    Each is yielded once; one to a prompt by line also while it grows. Closing the generator cancels the writing. Raises
    what ``write`` raises.
    """
    if not prompts:
        return
    arrived = asyncio.Queue[Answer | None]()
    writing = asyncio.ensure_future(write(prompts, lambda index, text: arrived.put_nowait((index, text))))
    writing.add_done_callback(lambda _: arrived.put_nowait(None))
    yielded: dict[int, str] = {}
    try:
        is_written = False
        while not is_written:
            batch = [await arrived.get()]
            while not arrived.empty():
                batch.append(arrived.get_nowait())
            is_written = None in batch
            new = [answer for answer in batch if answer is not None]
            if new:
                yielded.update(new)
                yield new
        # The writer need not report every text.
        texts = await writing
        if left := [(index, text) for index, text in enumerate(texts) if yielded.get(index) != text]:
            yield left
    finally:
        writing.cancel()


def parse_headline(answer: str) -> str | None:
    """Return the headline in ``answer``, without a full stop; None if there is no complete one of 3 to 15 words."""
    line = _cleaned(answer)
    if line.endswith(_CUT_OFF):
        return None
    line = line.rstrip(".").strip()
    return line if 3 <= len(line.split()) <= 15 else None


def parse_sentence(answer: str) -> str | None:
    """Return the first sentence in ``answer``; None if it is cut off, has fewer than four words or repeats itself."""
    sentence = next(iter(sentencex.segment("en", _cleaned(answer))), "").strip()
    if sentence and sentence.split()[0].islower():  # but not "iPhones are …"
        sentence = sentence[0].upper() + sentence[1:]
    is_complete = _SENTENCE_END.search(sentence) and not sentence.endswith(_CUT_OFF)
    return sentence if is_complete and len(sentence.split()) >= 4 and not _repeats(sentence) else None


def _repeats(text: str) -> bool:
    """Return whether a pair of words occurs twice: "two planes are in hospital after two planes collided"."""
    pairs = [(a, b) for a, b in pairwise(re.findall(r"\w+", text.casefold())) if len(a) > 2 and len(b) > 3]
    return len(set(pairs)) < len(pairs)


def _cleaned(answer: str) -> str:
    """Return the first line with text, without a preface, a bullet, or marks around the whole line."""
    text = next((line.strip() for line in _PREFACE.sub("", answer.strip()).splitlines() if line.strip()), "")
    text = _BULLET.sub("", _PREFACE.sub("", text))
    for left, right in _PAIRED_MARKS:
        inner = text.removeprefix(left).removesuffix(right)
        if len(inner) == len(text) - len(left) - len(right) and left not in inner and right not in inner:
            text = inner.strip()
    return text
