"""Rejection sampling: training examples from the writer's own samples.

The method is RAFT (Dong et al. 2023, "Reward rAnked FineTuning"): the samples of ``training.samples`` are checked as
the service checks drafts, and the best that passes becomes the example for its prompt. The best is the one that carries
most of what people wrote of the article, of those that carry as much the one with a suitable length.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from random import Random

from standfirst.condensing.drafting.answers import parse_headline, parse_sentence
from standfirst.grounding.case import Kind
from standfirst.grounding.index import Grounding
from standfirst.grounding.review import Verify, review
from standfirst.language.en.names import ordinary_stems
from standfirst.language.words import Lexer, stems_of
from standfirst.reading.text import read_text
from training.samples import Samples, read_samples
from training.writer_examples import MAX_LENGTH_RATIO, MAX_WORDS, MIN_WORDS, SCARE_QUOTES, WriterExample, headline_style

#: The least support of an example. It is higher than in the service, because the verifier errs.
_MIN_SUPPORT = 0.6
#: The probability that an excerpt of the sentence is used where nothing else passed.
_EXCERPTS = 0.4
#: The best lengths in words, and the share of what people wrote that one word of difference costs.
_SENTENCE_WORDS, _HEADLINE_WORDS, _COST_OF_WORD = 13, 6, 0.01
#: The range of a headline's length in words.
_MIN_HEADLINE_WORDS, _MAX_HEADLINE_WORDS = 5, 9
#: Words of picture captions, which are no headlines.
_CAPTION = re.compile(r"\b(?:pictured?|pictures)\b", re.IGNORECASE)


def examples_from_samples(path: Path, verify: Verify, grounding: Grounding, random: Random) -> Iterator[WriterExample]:
    """Yield an example for each prompt of a file by ``training.samples`` of which an output passes."""
    lexer = Lexer()
    for samples in read_samples(path):
        texts = [text for text in _acceptable(samples, grounding) if _is_spelled(text, samples.passage, lexer)]
        excerpts = {text for text in texts if _is_excerpt(text, samples.passage, lexer)}
        if samples.kind == "sentence" and not (excerpts == set(texts) and random.random() < _EXCERPTS):
            texts = [text for text in texts if text not in excerpts]
        best = _best(samples, texts, verify, grounding, lexer)
        if best is not None:
            yield WriterExample(f"sampled {samples.kind}", samples.instruction, samples.passage, best)


def _acceptable(samples: Samples, grounding: Grounding) -> list[str]:
    """Return the outputs that have a suitable length and pass all checks of drafts."""
    if samples.kind == "headline":
        headlines = {headline_style(text): None for output in samples.outputs if (text := parse_headline(output))}
        fitting = [text for text in headlines if _MIN_HEADLINE_WORDS <= len(text.split()) <= _MAX_HEADLINE_WORDS]
        plain = [text for text in fitting if not _CAPTION.search(text) and not SCARE_QUOTES.search(text)]
        passage = read_text(samples.passage)
        index = grounding.index(passage)
        sources = [sentence.text for sentence in passage.sentences]
        return [
            text
            for text in plain
            if not index.problems(f"{text}.", Kind.DRAFT, [text]) and not index.problems(text, Kind.HEADLINE, sources)
        ]
    max_words = min(MAX_WORDS, MAX_LENGTH_RATIO * len(samples.passage.split()))
    drafts = [draft for output in samples.outputs if (draft := parse_sentence(output))]
    index = grounding.index(read_text(samples.passage))
    texts = dict.fromkeys(index.with_speaker(draft, samples.passage) for draft in drafts)
    return [
        text
        for text in texts
        if MIN_WORDS <= len(text.split()) <= max_words and not index.problems(text, Kind.DRAFT, [samples.passage])
    ]


def _best(samples: Samples, texts: list[str], verify: Verify, grounding: Grounding, lexer: Lexer) -> str | None:
    """Return the text that says most of the reference, corrected for its length, or None where none is backed well."""
    best_length = _HEADLINE_WORDS if samples.kind == "headline" else _SENTENCE_WORDS
    verdicts = asyncio.run(review(grounding.index(read_text(samples.passage)), texts, verify))
    scores = {
        text: _information(text, samples, lexer) - _COST_OF_WORD * abs(len(text.split()) - best_length)
        for text, verdict in zip(texts, verdicts, strict=True)
        if verdict.is_backed and verdict.support >= _MIN_SUPPORT
    }
    return max(scores, key=scores.__getitem__, default=None)


def _information(text: str, samples: Samples, lexer: Lexer) -> float:
    """Return the share, 0 to 1, of the content words that reference and passage have in common that ``text`` keeps."""
    reference, passage, own = (stems_of(lexer.words(each)) for each in (samples.reference, samples.passage, text))
    wanted = reference & passage
    return len(wanted & own) / len(wanted) if wanted else 0.0


def _is_excerpt(text: str, passage: str, lexer: Lexer) -> bool:
    """Whether the words of ``text`` stand in ``passage`` one after the other."""
    part, whole = (" ".join(word.norm for word in lexer.words(each)) for each in (text, passage))
    return f" {part} " in f" {whole} "


def _is_spelled(text: str, passage: str, lexer: Lexer) -> bool:
    """Whether each content word is in ``passage`` or is common. Small writers invent words such as "capseled"."""
    own = {word.norm for word in lexer.words(passage)}
    known = ordinary_stems()
    return all(not word.is_content or word.norm in own or word.stem in known for word in lexer.words(text))
