"""The evaluation, with scripted models: which systems are scored, and figures that can be checked by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from standfirst.evaluation.evaluation import LEAD, OURS, QUOTED, Evaluation, aggregate, evaluate
from standfirst.evaluation.measures import METRICS
from standfirst.evaluation.rows import Row
from standfirst.grounding.index import Grounding
from tests.api.scripted_service import STORY
from tests.condensing.scripted_briefer import scripted_briefer, verify
from tests.embedded import embedded_grounding

TRUE = "Harwick council voted 14 to 3 on Tuesday to close the Old Mill bridge for nine months."
FALSE = "Leeds council voted 15 to 2 to sell the Old Mill bridge to a firm from Mars."


def evaluation(rows: Sequence[Row], answer: str) -> Evaluation | None:
    briefer, quoter = scripted_briefer(lambda _: answer), scripted_briefer(grounding=Grounding(None))

    async def evaluated() -> Evaluation | None:
        return aggregate([one async for one in evaluate(rows, briefer, quoter, verify, embedded_grounding())])

    return asyncio.run(evaluated())


def row(**fields: object) -> Row:
    return Row.model_validate({"text": STORY, "title": "Bridge to close"} | fields)


def test_drafts_that_pass_count_as_written() -> None:
    found = evaluation([row()], TRUE)
    assert found
    assert 0 < found.written < 1
    assert found.written + found.shortened + found.quoted == pytest.approx(1)


def test_drafts_that_fail_count_as_refused() -> None:
    found = evaluation([row()], FALSE)
    assert found
    assert (found.written, found.refused) == (0.0, 1.0)
    assert found.shortened + found.quoted == 1.0


def test_other_systems_are_scored_after_ours_the_quotations_and_the_lead() -> None:
    found = evaluation([row(systems={"liar": FALSE}), row()], FALSE)
    assert found
    assert list(found.systems) == [OURS, QUOTED, LEAD, "liar"]
    assert found.systems["liar"].articles == 1
    assert found.systems["liar"].backed == 0
    assert found.systems["liar"].unsupported_entities >= 3, "Leeds, 15 and Mars"
    assert found.systems[LEAD].support == found.systems[QUOTED].support == 1.0
    assert found.systems[LEAD].rouge is None
    assert found.systems[OURS].words < found.systems[QUOTED].words, "sentences are shortened where drafts fail"


def test_a_summary_equal_to_the_reference_has_the_highest_rouge() -> None:
    found = evaluation([row(reference=". ".join(STORY.split(". ")[:3]) + ".")], TRUE)
    assert found
    scores = found.systems[LEAD].rouge
    assert scores
    assert {metric: round(score.value, 6) for metric, score in scores.items()} == dict.fromkeys(METRICS, 100.0)


def test_articles_that_cannot_be_condensed_are_counted() -> None:
    found = evaluation([row(), Row.model_validate({"text": "😀"})], TRUE)
    assert found
    assert found.skipped == 1


def test_there_is_no_evaluation_if_no_article_can_be_condensed() -> None:
    assert evaluation([Row.model_validate({"text": "😀"})], TRUE) is None
