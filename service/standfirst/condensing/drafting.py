"""Drafting: the strategies by which a writer drafts sentences of a briefing.

There is one, ``Shortening``. Grounding judges whether a draft is true.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import sentencex

from standfirst.condensing.source_sentence import SourceSentence
from standfirst_models.protocols.writer import Prompt

#: The writer: returns one text per prompt. It calls the function with the index and text of each as soon as it is
#: complete.
Write = Callable[[Sequence[Prompt], Callable[[int, str], None]], Awaitable[list[str]]]
#: The index of a prompt and the writer's answer to it.
Answer = tuple[int, str]

#: With the chat template both instructions take 64 tokens of SmolLM2: two whole blocks, which OpenVINO reads once.
_HEADLINE = (
    "Write a short newspaper headline for this text from a news article, in at most ten words. Keep names and numbers "
    "as they are, and add nothing to them. Answer with the headline only."
)
_SENTENCE = (
    "Shorten this sentence from a news article to one plain sentence of at most 15 words. Keep names and numbers "
    "as they are, leave out what matters least, and add nothing."
)
#: The token limit of a draft. English news takes about 1.4 tokens a word, more where it is full of numbers. A draft
#: that reaches the limit is cut off, and is then not shown.
_MAX_TOKENS = 44

_PREFACE = re.compile(
    r"^(?:here(?:'s| is| are)\b[^:\n]*:|sure[,!][^:\n]*:|(?:headline|summary|answer|sentence|title)\s*:)\s*",
    re.IGNORECASE,
)
_BULLET = re.compile(r"^(?:[-*•–]|\d{1,2}[.)])\s+")
_PAIRED_MARKS = (('"', '"'), ("“", "”"), ("'", "'"), ("‘", "’"), ("**", "**"), ("*", "*"))
_CUT_OFF = ("…", "...")
_SENTENCE_END = re.compile(r"[.!?][\"”’')]*$")


@dataclass(frozen=True, slots=True)
class Drafts:
    """What answers of the writer contain: drafts of sentences, sources without a usable draft, and a headline."""

    sentences: tuple[tuple[SourceSentence, str], ...]
    failed: tuple[SourceSentence, ...]
    headline: str | None


@dataclass(frozen=True, slots=True)
class Shortening:
    """The strategy that asks for a shorter form of each of ``sentences``, and for a headline to ``headed``, if any.

    A prompt holds only the sentences that its draft is about, so that the writer cannot mix in others.
    """

    sentences: Sequence[SourceSentence]
    headed: Sequence[SourceSentence]

    def prompts(self) -> list[Prompt]:
        """Return the prompts: one per sentence, and then the headline's."""
        prompts = [sentence_prompt(source.text) for source in self.sentences]
        return [*prompts, headline_prompt([source.text for source in self.headed])] if self.headed else prompts

    def parse(self, answers: Iterable[Answer]) -> Drafts:
        """Return the drafts in ``answers`` to the prompts."""
        sentences: list[tuple[SourceSentence, str]] = []
        failed: list[SourceSentence] = []
        headline: str | None = None
        for index, answer in answers:
            if index == len(self.sentences):
                headline = parse_headline(answer)
                continue
            source = self.sentences[index]
            draft = parse_sentence(answer)
            if draft is None:
                failed.append(source)
            else:
                sentences.append((source, draft))
        return Drafts(tuple(sentences), tuple(failed), headline)


def headline_prompt(sentences: Sequence[str]) -> Prompt:
    """Return the prompt that asks for a headline to ``sentences``."""
    return Prompt(_HEADLINE, " ".join(sentences), _MAX_TOKENS)


def sentence_prompt(sentence: str) -> Prompt:
    """Return the prompt that asks for ``sentence`` in fewer words."""
    return Prompt(_SENTENCE, sentence, _MAX_TOKENS)


async def stream_answers(write: Write, prompts: Sequence[Prompt]) -> AsyncGenerator[list[Answer]]:
    """Yield the writer's answers as they arrive, each once. A list holds those that arrived since the last list.

    Closing the generator cancels the writing. Raises what ``write`` raises.
    """
    if not prompts:
        return
    arrived = asyncio.Queue[Answer | None]()
    writing = asyncio.ensure_future(write(prompts, lambda index, text: arrived.put_nowait((index, text))))
    writing.add_done_callback(lambda _: arrived.put_nowait(None))
    yielded: set[int] = set()
    try:
        is_written = False
        while not is_written:
            batch = [await arrived.get()]
            while not arrived.empty():
                batch.append(arrived.get_nowait())
            is_written = None in batch
            new = [answer for answer in batch if answer is not None]
            if new:
                yielded.update(index for index, _ in new)
                yield new
        # The writer need not report every text.
        texts = await writing
        if left := [(index, text) for index, text in enumerate(texts) if index not in yielded]:
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
