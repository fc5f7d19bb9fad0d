"""Disagreements: figures that differ are found, and figures that may agree are not reported."""

from __future__ import annotations

import pytest

from standfirst.digesting.disagreement import disagreements
from standfirst.reading.text import read_text


def figures(*texts: str) -> list[list[tuple[int, str]]]:
    found = disagreements([(index, read_text(text)) for index, text in enumerate(texts)])
    return [[(figure.article, figure.text) for figure in one.figures] for one in found]


CRASH = "A train left the rails near Marlow on Monday, killing {} people and injuring 30."


@pytest.mark.parametrize(
    ("other", "figure"),
    [
        ("Seventeen people died when a train left the rails near Marlow on Monday.", "Seventeen dead"),
        ("The Marlow train crash left 17 dead on Monday, police said.", "17 dead"),
        ("Rescuers feared that the crash of the Marlow train had killed 17 people.", "17 dead"),
        ("At least 17 people were killed near Marlow on Monday when a train left the rails.", "At least 17 dead"),
        ("At least 12 people were killed near Marlow on Monday when a train left the rails.", None),
        ("More than 10 people were killed near Marlow on Monday when a train left the rails.", None),
        ("Fourteen people were killed near Marlow on Monday when a train left the rails.", None),
        ("Of 17 people on the train that left the rails near Marlow on Monday three were children.", None),
        ("A train left the rails near Marlow on Monday, killing people on the 17:30 from Leeds.", None),
        ("A train left the rails near Marlow on 17 March, killing people.", None),
        ("A lorry in Perth, far from there, hit a wall and its driver and 17 sheep were killed.", None),
        ("First 14 and then 17 people were said to be killed near Marlow when a train left the rails.", None),
    ],
)
def test_numbers_of_the_dead_differ_unless_one_may_be_the_other(other: str, figure: str | None) -> None:
    assert figures(CRASH.format(14), other) == ([[(0, "14 dead"), (1, figure)]] if figure else [])


@pytest.mark.parametrize(
    ("said", "other", "differ"),
    [
        ("£2.4m", "£2.9m", True),
        ("£2.4m", "£2.38m", False),
        ("£2.4m", "£2,400,000", False),
        ("£2.4m", "about £2.5m", False),
        ("£2.4m", "about £4m", True),
        ("£2.4m", "more than £2m", False),
        ("less than £2m", "£2.9m", True),
        ("£2.4m", "$2.9m", False),
    ],
)
def test_amounts_differ_unless_one_may_be_the_other(said: str, other: str, differ: bool) -> None:
    text = "The repair of the Old Mill bridge will cost {}, the council in Harwick said on Tuesday."
    assert bool(figures(text.format(said), text.format(other))) == differ


def test_amounts_of_different_things_are_not_compared() -> None:
    assert (
        figures("The repair of the bridge will cost £2.4m.", "The council sold the town hall for £2.9m to a bank.")
        == []
    )


def test_a_figure_points_at_the_sentence_that_states_it() -> None:
    articles = [read_text("Rain fell all day. " + CRASH.format(number)) for number in (14, 17)]
    [one] = disagreements(list(enumerate(articles)))
    for figure in one.figures:
        source = figure.source
        assert articles[figure.article].text[source.start : source.end] == source.text
        assert source.text.startswith("A train")
