"""The evaluation: the service's briefings next to other summaries of the same articles.

Every summary is scored by ROUGE against a reference that people wrote, and by grounding.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import dataclass

import numpy as np

from standfirst.condensing.briefer import Briefer
from standfirst.domain.article import Article
from standfirst.domain.briefing import Briefing, Options
from standfirst.errors import StandfirstError
from standfirst.evaluation.measures import METRICS, Mean, mean, rouge
from standfirst.evaluation.rows import Row
from standfirst.grounding.case import Kind
from standfirst.grounding.index import Grounding, GroundingIndex
from standfirst.grounding.review import Verify, review
from standfirst.reading.summary import split_summary
from standfirst.reading.text import read_text
from standfirst.settings import Settings
from standfirst.wiring import running_engines
from standfirst_models.protocols.writer import Prompt

#: The systems of every evaluation: the briefing, the briefing without a writer, and the article's first sentences.
OURS, QUOTED, LEAD = "standfirst", "quoted only", "lead-3"
_LEAD_SENTENCES = 3


@dataclass(frozen=True, slots=True)
class SummaryScore:
    """The scores of one system's summary of one article.

    ``support`` has one value per sentence, from 0 to 1, and ``backed`` is the number of backed sentences.
    ``unsupported_entities`` is the number of numbers, dates and names that the article does not contain. ``rouge``
    holds the F-measures of ``METRICS``; it is None without a reference.
    """

    system: str
    words: int
    support: tuple[float, ...]
    backed: int
    unsupported_entities: int
    rouge: tuple[float, ...] | None


@dataclass(frozen=True, slots=True)
class ArticleEvaluation:
    """The scores of every system on one article, and how the service's briefing of it was made."""

    summaries: tuple[SummaryScore, ...]
    written: int
    shortened: int
    quoted: int
    refused: int
    compression: float
    coverage: float
    seconds: float


@dataclass(frozen=True, slots=True)
class SystemScore:
    """The scores of a system over the articles that it summarized.

    ``words`` is a mean per summary, ``support`` a mean per sentence and ``backed`` a share of the sentences.
    """

    articles: int
    rouge: dict[str, Mean] | None
    words: float
    support: float
    backed: float
    unsupported_entities: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The score of every system, the service's first, and how its briefings were made.

    ``skipped`` is the number of articles that could not be condensed. ``written``, ``shortened`` and ``quoted`` are
    shares of the sentences shown, ``refused`` is a share of the drafts. ``compression`` is the briefing's words over
    the article's, and ``coverage`` the sentences used over those read.
    """

    systems: dict[str, SystemScore]
    skipped: int
    written: float
    shortened: float
    quoted: float
    refused: float
    compression: float
    coverage: float
    seconds_mean: float
    seconds_p95: float


async def evaluate_service(
    rows: Sequence[Row], settings: Settings, *, progress: bool
) -> AsyncGenerator[ArticleEvaluation | None]:
    """Evaluate ``rows`` with the models that ``settings`` name, as ``evaluate`` does.

    ``progress`` shows downloads on standard error. Raises ``ModelError``.
    """
    async with running_engines(settings, progress=progress) as engines:
        briefer = engines.briefer(patient=False)
        quoter = Briefer(engines.encode, _write_nothing, engines.verify, engines.stamp, Grounding(None), engines.ranker)
        async for evaluated in evaluate(rows, briefer, quoter, engines.verify, engines.grounding):
            yield evaluated


async def _write_nothing(prompts: Sequence[Prompt], _: object) -> list[str]:
    return [""] * len(prompts)


async def evaluate(
    rows: Sequence[Row], briefer: Briefer, quoter: Briefer, verify: Verify, grounding: Grounding
) -> AsyncIterator[ArticleEvaluation | None]:
    """Yield the evaluation of every row; None if its article cannot be condensed.

    ``quoter`` is ``briefer`` without a writer. Raises what the models raise.
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
        summary_of = {OURS: _body(briefing), QUOTED: _body(quoted)}
        summary_of[LEAD] = [sentence.text for sentence in article.sentences[:_LEAD_SENTENCES]]
        summary_of |= {name: list(split_summary(text)) for name, text in row.systems.items() if text.strip()}
        reference = split_summary(row.reference) if row.reference else None
        index = grounding.index(article)
        summaries = [
            await _score_summary(name, sentences, index, verify, reference) for name, sentences in summary_of.items()
        ]
        yield _evaluation_of(article, briefing, summaries, seconds)


def _body(briefing: Briefing) -> list[str]:
    return [sentence.text for sentence in (*briefing.standfirst, *briefing.points)]


async def _score_summary(
    system: str, sentences: Sequence[str], index: GroundingIndex, verify: Verify, reference: Sequence[str] | None
) -> SummaryScore:
    verdicts = await review(index, sentences, verify)
    return SummaryScore(
        system=system,
        words=sum(len(sentence.split()) for sentence in sentences),
        support=tuple(verdict.support for verdict in verdicts),
        backed=sum(verdict.is_backed for verdict in verdicts),
        unsupported_entities=sum(len(index.problems(sentence, Kind.TITLE)) for sentence in sentences),
        rouge=None if reference is None else rouge(reference, sentences),
    )


def _evaluation_of(
    article: Article, briefing: Briefing, summaries: Sequence[SummaryScore], seconds: float
) -> ArticleEvaluation:
    body = [*briefing.standfirst, *briefing.points]
    origins = Counter(sentence.origin for sentence in body)
    return ArticleEvaluation(
        summaries=tuple(summaries),
        written=origins["written"],
        shortened=origins["shortened"],
        quoted=origins["quoted"],
        refused=len(briefing.refused),
        compression=summaries[0].words / article.words,
        coverage=briefing.coverage.sentences_used / briefing.coverage.sentences_read,
        seconds=seconds,
    )


def aggregate(evaluated: Sequence[ArticleEvaluation | None]) -> Evaluation | None:
    """Return the evaluation over all articles; None if none of them could be condensed."""
    articles = [one for one in evaluated if one is not None]
    if not articles:
        return None
    summaries_of: defaultdict[str, list[SummaryScore]] = defaultdict(list)
    for article in articles:
        for summary in article.summaries:
            summaries_of[summary.system].append(summary)
    written, shortened, quoted = (
        sum(counts) for counts in zip(*((one.written, one.shortened, one.quoted) for one in articles), strict=True)
    )
    shown = written + shortened + quoted
    drafts = sum(one.written + one.refused for one in articles)
    seconds = [one.seconds for one in articles]
    return Evaluation(
        systems={name: _score_system(summaries) for name, summaries in summaries_of.items()},
        skipped=len(evaluated) - len(articles),
        written=written / shown,
        shortened=shortened / shown,
        quoted=quoted / shown,
        refused=1 - written / drafts if drafts else 0.0,
        compression=float(np.mean([one.compression for one in articles])),
        coverage=float(np.mean([one.coverage for one in articles])),
        seconds_mean=float(np.mean(seconds)),
        seconds_p95=float(np.percentile(seconds, 95)),
    )


def _score_system(summaries: Sequence[SummaryScore]) -> SystemScore:
    support = [value for summary in summaries for value in summary.support]
    scored = [summary.rouge for summary in summaries if summary.rouge is not None]
    return SystemScore(
        articles=len(summaries),
        rouge={metric: mean([one[i] for one in scored]) for i, metric in enumerate(METRICS)} if scored else None,
        words=float(np.mean([summary.words for summary in summaries])),
        support=float(np.mean(support)),
        backed=sum(summary.backed for summary in summaries) / len(support),
        unsupported_entities=sum(summary.unsupported_entities for summary in summaries),
    )
