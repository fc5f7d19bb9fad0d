"""The estimate of tokens."""

from __future__ import annotations

import pytest

from standfirst.application.tokens import estimate_tokens, words_within


@pytest.mark.parametrize(
    ("text", "tokens"),
    [("", 0), ("news", 1), ("bridge", 2), ("14 to 3.", 5), ("one\n\n\ntwo", 3), ("é", 2), ("桥", 3)],
)
def test_tokens_are_counted_by_letters_digits_marks_and_bytes(text: str, tokens: int) -> None:
    assert estimate_tokens(text) == tokens


def test_at_least_one_word_fits_in_any_number_of_tokens() -> None:
    assert words_within(1) == 1
    assert words_within(170) == 100
