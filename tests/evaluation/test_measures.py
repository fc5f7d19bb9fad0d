"""The measures, on values that can be computed by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standfirst.evaluation.measures import mean, rouge


@given(st.lists(st.floats(0, 100), min_size=1, max_size=50))
def test_a_mean_lies_within_its_interval(values: list[float]) -> None:
    found = mean(values)
    assert min(values) - 1e-9 <= found.low <= found.high <= max(values) + 1e-9
    assert found == mean(values)


def test_rouge_equals_a_value_counted_by_hand() -> None:
    # Five of six words and three of five pairs are shared.
    one, two, _ = rouge(["the cat sat on the mat"], ["the cat lay on the mat"])
    assert one == pytest.approx(100 * 5 / 6)
    assert two == pytest.approx(100 * 3 / 5)
