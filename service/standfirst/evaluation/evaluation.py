"""The evaluation: our briefings beside their quoted-only form, the leading sentences, and what other systems wrote.

All are judged alike: by ROUGE against what people wrote, and by our own grounding. Where the two disagree, look.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import numpy as np

from standfirst.condensing.briefer import Briefer
from standfirst.domain.article import Article
from standfirst.domain.briefing import Briefing, Options
from standfirst.errors import StandfirstError
from standfirst.evaluation.measures import METRICS, Mean, mean, rouge
from standfirst.evaluation.rows import Row
from standfirst.grounding.case import Kind
from standfirst.grounding.index import GroundingIndex, Verdict
from standfirst.grounding.review import Verify, review
from standfirst.reading.summary import split_summary
from standfirst.reading.text import read_text

OURS, QUOTED, LEAD = "standfirst", "quoted only", "lead-3"
_LEAD = 3


@dataclass(frozen=True, slots=True)
class Summary:
    """What one system made of one article; ``rouge`` has the F-measures of ``METRICS``, None without a reference.

    ``support`` (0 to 1) has one entry a sentence; ``strange`` counts numbers, dates and names that the article does
    not have.
    """

    system: str
    words: int
    support: tuple[float, ...]
    backed: int
    strange: int
    rouge: tuple[float, ...] | None


@dataclass(frozen=True, slots=True)
class Evaluated:
    """One article: what each system made of it, and how our briefing came about."""

    summaries: tuple[Summary, ...]
    written: int
    quoted: int
    refused: int
    compression: float
    coverage: float
    seconds: float


@dataclass(frozen=True, slots=True)
class SystemScore:
    """A system over the articles that it summarized. Shares are from 0 to 1, ``words`` a summary's."""

    articles: int
    rouge: dict[str, Mean] | None
    words: float
    support: float
    backed: float
    strange: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Every system's score, ours first, and how our briefings came about.

    ``written`` and ``quoted`` are shares of the sentences shown, ``refused`` of the drafts made; ``compression`` is
    a briefing's words over its article's, ``coverage`` the sentences used over those read; ``skipped`` articles could
    not be condensed.
    """

    systems: dict[str, SystemScore]
    skipped: int
    written: float
    quoted: float
    refused: float
    compression: float
    coverage: float
    seconds_mean: float
    seconds_p95: float


async def evaluate(
    rows: Sequence[Row], briefer: Briefer, quoter: Briefer, verify: Verify
) -> AsyncIterator[Evaluated | None]:
    """Evaluate row after row; None for one that cannot be condensed. ``quoter`` is ``briefer`` without a writer.

    Raises what the models raise.
    """
    for row in rows:
        try:
            article = read_text(row.text, title=row.title)
            started = time.perf_counter()
            briefing, _ = await briefer.brief(article, Options())
            seconds = time.perf_counter() - started
            quoted, _ = await quoter.brief(article, Options())
        except StandfirstError:
            yield None
            continue
        found = {OURS: _body(briefing), QUOTED: _body(quoted), LEAD: [s.text for s in article.sentences[:_LEAD]]}
        found |= {name: list(split_summary(text)) for name, text in row.systems.items() if text.strip()}
        reference = split_summary(row.reference) if row.reference else None
        grounds = GroundingIndex(article)
        summaries = []
        for name, sentences in found.items():
            verdicts = await review(grounds, sentences, verify)
            summaries.append(_summary(name, sentences, verdicts, grounds, reference))
        yield _evaluated(article, briefing, tuple(summaries), seconds)


def _evaluated(article: Article, briefing: Briefing, summaries: tuple[Summary, ...], seconds: float) -> Evaluated:
    body = [*briefing.standfirst, *briefing.points]
    written = sum(sentence.origin == "written" for sentence in body)
    return Evaluated(
        summaries=summaries,
        written=written,
        quoted=len(body) - written,
        refused=len(briefing.refused),
        compression=summaries[0].words / article.words,
        coverage=briefing.coverage.sentences_used / briefing.coverage.sentences_read,
        seconds=seconds,
    )


def _body(briefing: Briefing) -> list[str]:
    return [sentence.text for sentence in (*briefing.standfirst, *briefing.points)]


def _summary(
    name: str,
    sentences: Sequence[str],
    verdicts: Sequence[Verdict],
    grounds: GroundingIndex,
    reference: Sequence[str] | None,
) -> Summary:
    return Summary(
        system=name,
        words=sum(len(sentence.split()) for sentence in sentences),
        support=tuple(verdict.support for verdict in verdicts),
        backed=sum(verdict.is_supported for verdict in verdicts),
        strange=sum(len(grounds.problems(sentence, Kind.TITLE)) for sentence in sentences),
        rouge=None if reference is None else rouge(reference, sentences),
    )


def summed(evaluated: Sequence[Evaluated | None]) -> Evaluation | None:
    """The evaluation over all articles; None where none of them could be condensed."""
    found = [one for one in evaluated if one is not None]
    if not found:
        return None
    by_system: defaultdict[str, list[Summary]] = defaultdict(list)
    for one in found:
        for summary in one.summaries:
            by_system[summary.system].append(summary)
    written, quoted = sum(one.written for one in found), sum(one.quoted for one in found)
    drafts = sum(one.written + one.refused for one in found)
    seconds = [one.seconds for one in found]
    return Evaluation(
        systems={name: _score(summaries) for name, summaries in by_system.items()},
        skipped=len(evaluated) - len(found),
        written=written / (written + quoted),
        quoted=quoted / (written + quoted),
        refused=1 - written / drafts if drafts else 0.0,
        compression=float(np.mean([one.compression for one in found])),
        coverage=float(np.mean([one.coverage for one in found])),
        seconds_mean=float(np.mean(seconds)),
        seconds_p95=float(np.percentile(seconds, 95)),
    )


def _score(summaries: Sequence[Summary]) -> SystemScore:
    support = [value for summary in summaries for value in summary.support]
    scored = [summary.rouge for summary in summaries if summary.rouge is not None]
    return SystemScore(
        articles=len(summaries),
        rouge={metric: mean([one[i] for one in scored]) for i, metric in enumerate(METRICS)} if scored else None,
        words=float(np.mean([summary.words for summary in summaries])),
        support=float(np.mean(support)),
        backed=sum(summary.backed for summary in summaries) / len(support),
        strange=sum(summary.strange for summary in summaries),
    )
