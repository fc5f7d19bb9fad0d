"""Quantities: the same number is read alike however it is written."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standfirst.language.en.quantities import quantities


def read(text: str) -> list[tuple[Decimal, str | None]]:
    return [(quantity.value, quantity.unit) for quantity in quantities(text)]


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("3,500", "3500", None),
        ("$3.5 million", "3500000", "$"),
        ("£3.5bn", "3500000000", "£"),
        ("12 per cent", "12", "%"),
        ("12%", "12", "%"),
        ("two percentage points", "2", "percentage-point"),
        ("nine months", "9", "month"),
        ("5 km", "5", "km"),
        ("three hundred and forty-two thousand", "342000", None),
        ("two dozen", "24", None),
        ("14th", "14", "ordinal"),
        ("fourth", "4", "ordinal"),
        ("the 1990s", "1990", "decade-of"),
    ],
)
def test_a_number_has_a_value_and_a_unit(text: str, value: str, unit: str | None) -> None:
    assert read(text) == [(Decimal(value), unit)]


def test_m_is_read_as_millions_and_as_metres() -> None:
    assert read("100m") == [(Decimal(100), "metre"), (Decimal(10**8), None)]


@pytest.mark.parametrize("text", ["one of them", "no one", "half of it", "the first time"])
def test_words_that_are_seldom_numbers_are_left_out(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [("12%", "12", True), ("12%", "12 km", False), ("twelve", "12", True), ("£3m", "£3 million", True)],
)
def test_quantities_differ_by_value_and_by_unit_where_both_have_one(one: str, other: str, is_same: bool) -> None:
    assert any(a.same_as(b) for a in quantities(one) for b in quantities(other)) == is_same


@given(st.lists(st.sampled_from("12% £3.5m two dozen 1990s of and km 5 half 3,500".split())).map(" ".join))
def test_offsets_are_those_of_the_text(text: str) -> None:
    assert all(text[slice(*quantity.span)] == quantity.text for quantity in quantities(text))
