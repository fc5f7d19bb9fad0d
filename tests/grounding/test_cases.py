"""The cases of ``tests/cases``: each check alone, and all of them, find in each sentence what the case says."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from standfirst.grounding.case import Kind
from standfirst.grounding.registry import ENGLISH, CheckRegistry
from standfirst.reading.text import read_text
from standfirst_models.protocols.verifier import Finding
from tests.embedded import embedded_grounding

CASES = tomllib.loads((Path(__file__).parents[1] / "cases/en.toml").read_text(encoding="utf-8"))
ROWS = [(kind, row) for kind in Kind for row in CASES[kind.value]]


def codes(kind: Kind, row: dict[str, Any], checks: CheckRegistry) -> list[str]:
    """Return the codes of the problems in the row's sentence, as if the verifier found all of it backed."""
    grounding = replace(embedded_grounding(), checks=checks)
    if "sentence" in row:
        index = grounding.index(read_text(row["sentence"]))
        return [problem.code for problem in index.problems(row["text"], kind, [row["sentence"]])]
    index = grounding.index(read_text(CASES["articles"][row["article"]]))
    if kind is Kind.TITLE:
        return [problem.code for problem in index.problems(row["text"], kind)]
    verdict = index.judge(row["text"], [Finding(10.0, (0, 0))])
    return [problem.code for problem in verdict.problems if problem.code not in {"support", "wording"}]


@pytest.mark.parametrize(("kind", "row"), ROWS)
def test_all_checks_find_what_the_case_says(kind: Kind, row: dict[str, Any]) -> None:
    assert codes(kind, row, ENGLISH) == row.get("codes", [])


@pytest.mark.parametrize(("kind", "row"), [(kind, row) for kind, row in ROWS if "codes" in row])
def test_a_check_alone_finds_what_it_finds_among_all(kind: Kind, row: dict[str, Any]) -> None:
    for code in row["codes"]:
        alone = ENGLISH.without(set(ENGLISH.codes) - {code})
        assert set(codes(kind, row, alone)) == {code}


@pytest.mark.parametrize("row", [row for row in CASES["claim"] if "message" in row])
def test_a_problem_names_both_amounts_as_they_are_written(row: dict[str, Any]) -> None:
    index = embedded_grounding().index(read_text(CASES["articles"][row["article"]]))
    assert index.judge(row["text"], [Finding(10.0, (0, 0))]).messages[0] == row["message"]


@pytest.mark.parametrize("check", ENGLISH.checks, ids=ENGLISH.codes)
def test_each_check_has_a_case_that_it_refuses(check: Any) -> None:
    assert any(check.code in row.get("codes", []) for kind in check.kinds for row in CASES[kind.value])
