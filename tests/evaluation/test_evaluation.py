"""Evaluating: figures that can be checked by hand, on scripted models."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from standfirst.condensing.briefer import Briefer
from standfirst.domain.briefing import ModelStamp
from standfirst.errors import InvalidRequest
from standfirst.evaluation.evaluation import LEAD, OURS, QUOTED, Evaluation, evaluate, summed
from standfirst.evaluation.measures import METRICS, mean, rouge
from standfirst.evaluation.rows import Row, read_rows
from standfirst.evaluation.table import table
from standfirst_models.protocols.verifier import Finding, Pair
from standfirst_models.protocols.writer import Prompt
from standfirst_models.scripted import ScriptedEncoder, ScriptedVerifier
from tests.api.scripted_service import STORY

TRUE = "Harwick council voted 14 to 3 to close the Old Mill bridge to all traffic for nine months."
FALSE = "Leeds council voted 15 to 2 to sell the Old Mill bridge to a firm from Mars."


async def verify(pairs: Sequence[Pair]) -> list[Finding]:
    return ScriptedVerifier().verify(pairs, lambda: False)


def briefer(answer: str) -> Briefer:
    encoder = ScriptedEncoder()

    async def encode(texts: Sequence[str]) -> NDArray[np.float32]:
        return encoder.encode(texts, lambda: False)

    async def write(prompts: Sequence[Prompt], _: object) -> list[str]:
        return [answer] * len(prompts)

    return Briefer(encode, write, verify, ModelStamp("scripted", "scripted", "1", "none"))


def evaluated(rows: Sequence[Row], answer: str) -> Evaluation | None:
    async def collected() -> Evaluation | None:
        return summed([one async for one in evaluate(rows, briefer(answer), briefer(""), verify)])

    return asyncio.run(collected())


def row(**others: object) -> Row:
    return Row.model_validate({"text": STORY, "title": "Bridge to close"} | others)


def test_drafts_that_pass_are_written_and_those_that_do_not_are_refused() -> None:
    passing, failing = evaluated([row()], TRUE), evaluated([row()], FALSE)
    assert passing
    assert 0 < passing.written < 1
    assert passing.written + passing.quoted == 1
    assert failing
    assert (failing.written, failing.quoted, failing.refused) == (0.0, 1.0, 1.0)


def test_systems_are_judged_beside_ours_the_quoted_form_and_the_leading_sentences() -> None:
    found = evaluated([row(systems={"liar": FALSE}), row()], FALSE)
    assert found
    assert list(found.systems) == [OURS, QUOTED, LEAD, "liar"]
    assert found.systems["liar"].articles == 1
    assert found.systems["liar"].backed == 0
    assert found.systems["liar"].strange >= 3, "Leeds, 15 and Mars"
    assert found.systems[LEAD].support == found.systems[QUOTED].support == 1.0
    assert found.systems[LEAD].rouge is None
    assert found.systems[OURS].words == found.systems[QUOTED].words


def test_a_reference_that_is_the_lead_gives_the_lead_all_points() -> None:
    found = evaluated([row(reference=". ".join(STORY.split(". ")[:3]) + ".")], TRUE)
    assert found
    scores = found.systems[LEAD].rouge
    assert scores
    assert {metric: round(score.value, 6) for metric, score in scores.items()} == dict.fromkeys(METRICS, 100.0)


def test_what_cannot_be_condensed_is_counted_and_not_hidden() -> None:
    found = evaluated([row(), Row.model_validate({"text": "😀"})], TRUE)
    assert found
    assert found.skipped == 1
    assert "skipped       1" in table(found)
    assert evaluated([Row.model_validate({"text": "😀"})], TRUE) is None


def test_the_table_has_a_line_for_each_system() -> None:
    found = evaluated([row(reference=TRUE, systems={"liar": FALSE})], TRUE)
    assert found
    lines = table(found).splitlines()
    assert [line[:14].strip() for line in lines[1:5]] == [OURS, QUOTED, LEAD, "liar"]
    assert "ROUGE-2" in lines[0]


@given(st.lists(st.floats(0, 100), min_size=1, max_size=50))
def test_a_mean_lies_in_its_interval(values: list[float]) -> None:
    found = mean(values)
    assert min(values) - 1e-9 <= found.low <= found.high <= max(values) + 1e-9
    assert found == mean(values)


def test_rouge_is_that_of_the_paper_on_a_pair_counted_by_hand() -> None:
    # Five of six words and three of five pairs are shared.
    one, two, _ = rouge(["the cat sat on the mat"], ["the cat lay on the mat"])
    assert one == pytest.approx(100 * 5 / 6)
    assert two == pytest.approx(100 * 3 / 5)


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("", "holds no rows"),
        ("\n \n", "holds no rows"),
        ("{", "line 1: JSON"),
        ('{"text": "A story."}\n{"title": "No text"}', "line 2: text"),
        ('{"text": 7}', "line 1: text"),
        ('{"text": "A story.", "systems": {"a": 1}}', "line 1: systems.a"),
    ],
)
def test_a_file_that_holds_no_rows_is_told_with_its_line(tmp_path: Path, content: str, named: str) -> None:
    (tmp_path / "data.jsonl").write_text(content, encoding="utf-8")
    with pytest.raises(InvalidRequest, match=named):
        read_rows(tmp_path / "data.jsonl")


def test_rows_take_their_article_under_either_name(tmp_path: Path) -> None:
    lines = [json.dumps({name: STORY, "id": "ignored"}) for name in ("text", "article")]
    (tmp_path / "data.jsonl").write_text("\n".join(lines), encoding="utf-8")
    assert [found.text for found in read_rows(tmp_path / "data.jsonl")] == [STORY, STORY]
