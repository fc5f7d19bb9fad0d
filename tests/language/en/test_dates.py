"""Dates: the same day is read alike however it is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standfirst.language.en.dates import take_dates, unify_dates


def read(text: str) -> list[tuple[int | None, int, int | None]]:
    return [(date.year, date.month, date.day) for date in take_dates(text)[0]]


@pytest.mark.parametrize(
    "text", ["Jan. 10, 2021", "January 10th 2021", "10 January 2021", "10th of January, 2021", "2021-01-10"]
)
def test_a_day_is_one_however_it_is_written(text: str) -> None:
    assert read(text) == [(2021, 1, 10)]


@pytest.mark.parametrize(
    ("text", "date"), [("in May 2023", (2023, 5, None)), ("on Sept 4", (None, 9, 4)), ("4 July", (None, 7, 4))]
)
def test_a_date_may_lack_its_day_or_year(text: str, date: tuple[int | None, int, int | None]) -> None:
    assert read(text) == [date]


@pytest.mark.parametrize("text", ["He may march.", "May 20 per cent", "the year 2021", "2021-13-10", "on Monday"])
def test_what_has_no_month_with_a_day_or_year_is_no_date(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize(
    ("date", "other", "is_within"),
    [
        ("10 January", "10 January 2021", True),
        ("January 2021", "10 January 2021", True),
        ("10 January 2021", "10 January", True),
        ("10 January 2021", "10 January 2020", False),
        ("11 January", "10 January", False),
        ("10 January", "10 March", False),
    ],
)
def test_a_date_is_within_one_that_says_all_it_says(date: str, other: str, is_within: bool) -> None:
    assert take_dates(date)[0][0].within(take_dates(other)[0][0]) == is_within


def test_dates_are_written_in_one_way() -> None:
    assert unify_dates("on Dec. 7 and 8 December 2020") == "on december 7 and december 8 2020"


@given(st.lists(st.sampled_from("10 January 2021 Dec. 7 on 2021-01-10 May".split())).map(" ".join))
def test_text_without_its_dates_is_as_long_as_before(text: str) -> None:
    dates, rest = take_dates(text)
    assert len(rest) == len(text)
    assert all(not rest[slice(*date.span)].strip() for date in dates)


def test_offsets_are_those_of_the_text() -> None:
    text = "On Dec. 7 and on 8 December 2020."
    assert [text[slice(*date.span)] for date in take_dates(text)[0]] == ["8 December 2020", "Dec. 7"]
