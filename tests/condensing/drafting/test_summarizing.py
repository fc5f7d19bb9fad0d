"""Summarizing: the sentences of summaries as the summarizers of the hub write them."""

from __future__ import annotations

import pytest

from standfirst.condensing.drafting.summarizing import parse_summary

SENTENCES = ["The bridge in Harwick will be closed.", "Buses won't stop there, says Mr. Lee."]


@pytest.mark.parametrize(
    "answer",
    [
        "The bridge in Harwick will be closed. Buses won't stop there, says Mr. Lee.",
        "The bridge in Harwick will be closed.<n>Buses won't stop there, says Mr. Lee.",
        "the bridge in Harwick will be closed . buses wo n't stop there , says Mr. Lee .",
        "The bridge in Harwick will be closed.\nBuses won't stop there, says Mr. Lee.",
        "The bridge in Harwick will be closed. Buses won't stop there, says Mr. Lee. The work will…",
    ],
)
def test_a_summary_is_its_complete_sentences(answer: str) -> None:
    assert parse_summary(answer) == SENTENCES


def test_nothing_has_no_sentences() -> None:
    assert parse_summary("") == parse_summary("…") == []
