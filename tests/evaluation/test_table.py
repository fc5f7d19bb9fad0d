"""The table: its lines and columns."""

from __future__ import annotations

from dataclasses import replace

from standfirst.evaluation.evaluation import Evaluation, SystemScore
from standfirst.evaluation.measures import METRICS, Mean
from standfirst.evaluation.table import table

SCORED = SystemScore(2, {metric: Mean(40.0, 38.5, 41.5) for metric in METRICS}, 80.0, 0.9, 0.95, 3)
EVALUATION = Evaluation(
    {"standfirst": SCORED, "other": replace(SCORED, rouge=None)}, 0, 0.5, 0.2, 0.3, 0.2, 0.3, 0.4, 1.5, 2.5
)


def test_every_system_has_a_line_as_wide_as_the_heading() -> None:
    heading, ours, other, *_ = table(EVALUATION).splitlines()
    assert "ROUGE-2" in heading
    assert "40.0 (38.5-41.5)" in ours
    assert "(" not in other
    assert len(heading) == len(ours) == len(other)


def test_rouge_has_no_columns_without_a_reference() -> None:
    without = table(replace(EVALUATION, systems={"other": replace(SCORED, rouge=None)}))
    assert "ROUGE" not in without


def test_skipped_articles_are_named_only_if_there_are_any() -> None:
    assert "skipped" not in table(EVALUATION)
    assert "skipped       4" in table(replace(EVALUATION, skipped=4))
