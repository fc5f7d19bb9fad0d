"""Composing: what a writer is asked about a whole article, and what its lines say."""

from __future__ import annotations

import pytest

from standfirst.condensing.drafting.composing import Line, compose_prompt, parse_line

SENTENCE = "The bridge in Harwick will be closed for nine months."


def test_a_prompt_holds_the_title_and_the_whole_article_and_asks_for_its_answer_by_line() -> None:
    prompt = compose_prompt("A title", "The article.", points=3)
    assert prompt.passage == "A title\n\nThe article."
    assert compose_prompt(None, "The article.", points=3).passage == "The article."
    assert prompt.by_line
    assert "Write 5 lines that begin with POINT" in prompt.instruction


@pytest.mark.parametrize(
    "line",
    [
        f"STANDFIRST: {SENTENCE}",
        f"**STANDFIRST:** {SENTENCE}",
        f"POINT: {SENTENCE}",
        f"Point 2: {SENTENCE}",
        f"- **Point:** “{SENTENCE}”",
        f"3. POINT: {SENTENCE}",
        f"* {SENTENCE}",
        SENTENCE,
    ],
)
def test_a_line_with_any_label_or_mark_says_its_sentence(line: str) -> None:
    assert parse_line(line) == Line(None, (SENTENCE,))


@pytest.mark.parametrize(
    "line",
    [
        "HEADLINE: Harwick bridge to close for nine months.",
        "**Headline:** Harwick bridge to close for nine months",
        "## Headline: Harwick bridge to close for nine months",
        "Title: “Harwick bridge to close for nine months”",
    ],
)
def test_a_headline_is_known_by_its_label(line: str) -> None:
    assert parse_line(line) == Line("Harwick bridge to close for nine months", ())


def test_each_sentence_of_a_line_is_a_draft() -> None:
    assert parse_line(f"POINT: {SENTENCE} Buses will take the ring road.").sentences == (
        SENTENCE,
        "Buses will take the ring road.",
    )


@pytest.mark.parametrize(
    "line", ["", "HEADLINE:", "POINT:", "```", "POINT: The bridge in Harwick will be…", "Here is the briefing:", "---"]
)
def test_an_empty_line_a_broken_off_one_or_a_preface_says_nothing(line: str) -> None:
    assert parse_line(line) == Line(None, ())
