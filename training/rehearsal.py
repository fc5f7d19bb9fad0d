"""Rehearsal: lessons from the writer's own answers, those of them that pass and say it best.

Rejection sampling, as in RAFT (Dong et al. 2023, "Reward rAnked FineTuning"): of what ``training.answers`` drew, held
against its sentence as the service holds drafts, one answer to each question is taught. So the writer learns which of
its own ways of saying it shorter are let pass.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from random import Random

from standfirst.condensing import drafting
from standfirst.grounding.case import Kind
from standfirst.grounding.checks import attribution
from standfirst.grounding.checks.names import ordinary_stems
from standfirst.grounding.index import GroundingIndex
from standfirst.grounding.review import Verify, review
from standfirst.language.words import Lexer
from standfirst.reading.text import read_text
from training.answers import Drawn, read_drawn
from training.lessons import FEWEST, MOST, QUOTED, SHARE, Lesson, without_articles

#: What is taught has more support than what is shown must have: the verifier errs too.
_SUPPORT = 0.85
#: How often a mere run of the sentence's words is taught where nothing else passed.
_RUNS = 0.4
#: The words of the best answer, and how much of its support one word more or less outweighs.
_SENTENCE_WORDS, _HEADLINE_WORDS, _WORD = 13, 6, 0.01
#: A headline of fewer words, or of more, is not taught.
_SHORTEST_HEADLINE, _LONGEST_HEADLINE = 5, 9
#: What is in a picture is no news.
_CAPTION = re.compile(r"\b(?:pictured?|pictures)\b", re.IGNORECASE)


def rehearsed_lessons(path: Path, verify: Verify, random: Random) -> Iterator[Lesson]:
    """From what ``training.answers`` wrote."""
    lexer = Lexer()
    for drawn in read_drawn(path):
        answers = [text for text in _answers(drawn) if _is_spelled(text, drawn.passage, lexer)]
        runs = {text for text in answers if _is_run(text, drawn.passage, lexer)}
        if drawn.kind == "sentence" and not (runs == set(answers) and random.random() < _RUNS):
            answers = [text for text in answers if text not in runs]
        best = _best(drawn, answers, verify)
        if best is not None:
            yield Lesson(f"rehearsed {drawn.kind}", drawn.instruction, drawn.passage, best)


def _answers(drawn: Drawn) -> list[str]:
    """The answers that the service would show if they were backed, and that say it shorter."""
    if drawn.kind == "headline":
        heads = {without_articles(text): None for answer in drawn.answers if (text := drafting.parse_headline(answer))}
        fitting = [text for text in heads if _SHORTEST_HEADLINE <= len(text.split()) <= _LONGEST_HEADLINE]
        plain = [text for text in fitting if not _CAPTION.search(text) and not QUOTED.search(text)]
        passage = read_text(drawn.passage)
        index = GroundingIndex(passage)
        sources = [sentence.text for sentence in passage.sentences]
        return [
            text
            for text in plain
            if not index.problems(f"{text}.", Kind.DRAFT, [text]) and not index.problems(text, Kind.HEADLINE, sources)
        ]
    most = min(MOST, SHARE * len(drawn.passage.split()))
    drafts = [draft for answer in drawn.answers if (draft := drafting.parse_sentence(answer))]
    found = dict.fromkeys(attribution.restored(draft, drawn.passage) for draft in drafts)
    index = GroundingIndex(read_text(drawn.passage))
    return [
        text
        for text in found
        if FEWEST <= len(text.split()) <= most and not index.problems(text, Kind.DRAFT, [drawn.passage])
    ]


def _best(drawn: Drawn, answers: list[str], verify: Verify) -> str | None:
    wanted = _HEADLINE_WORDS if drawn.kind == "headline" else _SENTENCE_WORDS
    verdicts = asyncio.run(review(GroundingIndex(read_text(drawn.passage)), answers, verify))
    worth = {
        text: verdict.support - _WORD * abs(len(text.split()) - wanted)
        for text, verdict in zip(answers, verdicts, strict=True)
        if verdict.is_supported and verdict.support >= _SUPPORT
    }
    return max(worth, key=worth.__getitem__, default=None)


def _is_run(text: str, passage: str, lexer: Lexer) -> bool:
    """Whether ``text`` is, from end to end, a run of the words of ``passage``."""
    answer, source = (" ".join(word.norm for word in lexer.words(one)) for one in (text, passage))
    return f" {answer} " in f" {source} "


def _is_spelled(text: str, passage: str, lexer: Lexer) -> bool:
    """Whether each word is one of ``passage`` or an ordinary one: small writers make up forms such as "capseled"."""
    own = {word.norm for word in lexer.words(passage)}
    known = ordinary_stems()
    return all(not word.is_content or word.norm in own or word.stem in known for word in lexer.words(text))
