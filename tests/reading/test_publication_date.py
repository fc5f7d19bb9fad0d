"""Lines that state a publication date."""

from __future__ import annotations

import pytest

from standfirst.reading.publication_date import parse_publication_date


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("December 30, 2021International", "2021-12-30"),
        ("Published: 3 May 2020 at 10:15 GMT", "2020-05-03"),
        ("Sept. 9, 2019", "2019-09-09"),
        ("Published on Friday, 1st March 2024", "2024-03-01"),
        ("2021-12-30T10:00Z", "2021-12-30"),
    ],
)
def test_a_line_that_states_only_a_date_is_parsed(line: str, date: str) -> None:
    assert parse_publication_date(line) == date


@pytest.mark.parametrize(
    "line",
    [
        "February 30, 2021",
        "3/4/2021",
        "December 30, 2021, was a cold day.",
        "On 3 May 2020",
        "3 May 2020 " + "a long line " * 10,
    ],
)
def test_other_lines_are_no_dates(line: str) -> None:
    assert parse_publication_date(line) is None
