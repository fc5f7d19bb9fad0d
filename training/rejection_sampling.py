"""Rejection sampling: training examples from the writer's own samples.

The method is RAFT (Dong et al. 2023, "Reward rAnked FineTuning"): the samples of ``training.samples`` are checked as
the service checks drafts, and the best that passes becomes the example for its prompt. The best sentence says most of
what matters in the article for its words, as in the service, and nearly as much as the passage. The best headline
carries most of what people wrote of the article.
"""

from __future__ import annotations

import asyncio
import math
import re
from collections.abc import Iterator
from pathlib import Path
from random import Random

from standfirst.condensing.drafting.answers import parse_headline, parse_sentence
from standfirst.condensing.information import PRICE
from standfirst.grounding.case import Kind
from standfirst.grounding.index import Grounding
from standfirst.grounding.review import Verify, review
from standfirst.language.en.names import ordinary_stems
from standfirst.language.words import Lexer, stems_of
from standfirst.reading.text import read_text
from training.samples import Samples, read_samples
from training.writer_examples import MAX_LENGTH_RATIO, MIN_WORDS, SCARE_QUOTES, WriterExample, headline_style

#: The least support of an example. It is higher than in the service, because the verifier errs.
_MIN_SUPPORT = 0.6
#: The probability that an excerpt of the sentence is used where nothing else passed.
_EXCERPTS = 0.4
#: The most that a sentence may say less, in salience: what the briefing says elsewhere, the service does not count.
_MAX_LOSS = 0.4
#: The best length of a headline in words, and the share of what people wrote that one word of difference costs.
_HEADLINE_WORDS, _COST_OF_WORD = 6, 0.01
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
    max_words = MAX_LENGTH_RATIO * len(samples.passage.split())
    drafts = [draft for output in samples.outputs if (draft := parse_sentence(output))]
    index = grounding.index(read_text(samples.passage))
    texts = dict.fromkeys(index.with_speaker(draft, samples.passage) for draft in drafts)
    return [
        text
        for text in texts
        if MIN_WORDS <= len(text.split()) <= max_words and not index.problems(text, Kind.DRAFT, [samples.passage])
    ]


def _best(samples: Samples, texts: list[str], verify: Verify, grounding: Grounding, lexer: Lexer) -> str | None:
    """Return the text that says most for its words, or None where none is backed well.

    A sentence must say nearly as much for its words as its passage does, or the service would show the passage.
    """
    worth = _worth_of_headline if samples.kind == "headline" else _worth_of_sentence
    least = -math.inf if samples.kind == "headline" else worth(samples.passage, samples, lexer) - _MAX_LOSS
    scores = {text: score for text in texts if (score := worth(text, samples, lexer)) > least}
    texts = [*scores]
    verdicts = asyncio.run(review(grounding.index(read_text(samples.passage)), texts, verify)) if texts else []
    passing = [
        text
        for text, verdict in zip(texts, verdicts, strict=True)
        if verdict.is_backed and verdict.support >= _MIN_SUPPORT
    ]
    return max(passing, key=scores.__getitem__, default=None)


def _worth_of_sentence(text: str, samples: Samples, lexer: Lexer) -> float:
    """Return what ``text`` says of what matters in the article, less what its words cost, as the service selects."""
    said = sum(samples.worth.get(stem, 0.0) for stem in stems_of(lexer.words(text)))
    return said - PRICE * len(text.split())


def _worth_of_headline(text: str, samples: Samples, lexer: Lexer) -> float:
    """Return the share of the words that reference and passage have in common, less for an unsuitable length."""
    reference, passage, own = (stems_of(lexer.words(each)) for each in (samples.reference, samples.passage, text))
    wanted = reference & passage
    share = len(wanted & own) / len(wanted) if wanted else 0.0
    return share - _COST_OF_WORD * abs(len(text.split()) - _HEADLINE_WORDS)


def _is_excerpt(text: str, passage: str, lexer: Lexer) -> bool:
    """Whether the words of ``text`` stand in ``passage`` one after the other."""
    part, whole = (" ".join(word.norm for word in lexer.words(each)) for each in (text, passage))
    return f" {part} " in f" {whole} "


def _is_spelled(text: str, passage: str, lexer: Lexer) -> bool:
    """Whether each content word is in ``passage`` or is common. Small writers invent words such as "capseled"."""
    own = {word.norm for word in lexer.words(passage)}
    known = ordinary_stems()
    return all(not word.is_content or word.norm in own or word.stem in known for word in lexer.words(text))
