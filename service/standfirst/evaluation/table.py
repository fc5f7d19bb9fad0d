"""The table: an evaluation as it is shown on a terminal."""

from __future__ import annotations

from standfirst.evaluation.evaluation import Evaluation, SystemScore
from standfirst.evaluation.measures import METRICS

_HEADINGS = ("ROUGE-1", "ROUGE-2", "ROUGE-Lsum")


def table(evaluation: Evaluation) -> str:
    """One row a system, then how our briefings came about."""
    with_reference = any(score.rouge for score in evaluation.systems.values())
    names = _HEADINGS if with_reference else ()
    heading = f"{'':14}{'articles':>9}" + "".join(f"{name:>20}" for name in names)
    lines = [f"{heading}{'words':>7}{'support':>9}{'backed':>8}{'strange':>9}"]
    lines += [_line(name, score, with_reference=with_reference) for name, score in evaluation.systems.items()]
    lines += [
        "",
        f"sentences     {evaluation.written:.0%} written, {evaluation.quoted:.0%} quoted; "
        f"{evaluation.refused:.0%} of the drafts refused",
        f"compression   {evaluation.compression:.0%} of the article's words, "
        f"from {evaluation.coverage:.0%} of its sentences",
        f"seconds       {evaluation.seconds_mean:.2f} mean, {evaluation.seconds_p95:.2f} at 95 %",
    ]
    if evaluation.skipped:
        lines.append(f"skipped       {evaluation.skipped} articles that could not be condensed")
    return "\n".join(lines) + "\n"


def _line(name: str, score: SystemScore, *, with_reference: bool) -> str:
    cells = ""
    if with_reference:
        found = [score.rouge[metric] for metric in METRICS] if score.rouge else []
        cells = "".join(f"{f'{one.value:.1f} ({one.low:.1f}-{one.high:.1f})':>20}" for one in found) or " " * 60
    return (
        f"{name:14}{score.articles:9}{cells}{score.words:7.0f}{score.support:9.2f}{score.backed:8.0%}{score.strange:9}"
    )
