"""The table: an evaluation as text for a terminal."""

from __future__ import annotations

from standfirst.evaluation.evaluation import Evaluation, SystemScore
from standfirst.evaluation.measures import METRICS

_HEADINGS = ("ROUGE-1", "ROUGE-2", "ROUGE-Lsum")
_METRIC_WIDTH = 20


def table(evaluation: Evaluation) -> str:
    """Return one line per system, then a summary of the service's own briefings."""
    has_rouge = any(score.rouge for score in evaluation.systems.values())
    metrics = "".join(f"{name:>{_METRIC_WIDTH}}" for name in _HEADINGS) if has_rouge else ""
    lines = [f"{'':14}{'articles':>9}{metrics}{'words':>7}{'support':>9}{'backed':>8}{'unsupported':>13}"]
    lines += [_line(name, score, has_rouge=has_rouge) for name, score in evaluation.systems.items()]
    lines += [
        "",
        f"sentences     {evaluation.written:.0%} written, {evaluation.shortened:.0%} shortened, "
        f"{evaluation.quoted:.0%} quoted; "
        f"{evaluation.refused:.0%} of the drafts refused",
        f"compression   {evaluation.compression:.0%} of the article's words, "
        f"from {evaluation.coverage:.0%} of its sentences",
        f"seconds       {evaluation.seconds_mean:.2f} mean, {evaluation.seconds_p95:.2f} at 95 %",
    ]
    if evaluation.skipped:
        lines.append(f"skipped       {evaluation.skipped} articles that could not be condensed")
    return "\n".join(lines) + "\n"


def _line(name: str, score: SystemScore, *, has_rouge: bool) -> str:
    means = [score.rouge[metric] for metric in METRICS] if score.rouge else []
    cells = "".join(f"{f'{mean.value:.1f} ({mean.low:.1f}-{mean.high:.1f})':>{_METRIC_WIDTH}}" for mean in means)
    if has_rouge:
        cells = cells or " " * (_METRIC_WIDTH * len(METRICS))
    numbers = f"{score.words:7.0f}{score.support:9.2f}{score.backed:8.0%}{score.unsupported_entities:13}"
    return f"{name:14}{score.articles:9}{cells}{numbers}"
