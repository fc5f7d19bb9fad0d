"""The sentences of summaries."""

from __future__ import annotations

import pytest

from standfirst.errors import EmptySource
from standfirst.reading.summary import split_summary


def test_marks_of_lists_and_headings_are_removed() -> None:
    text = "# The bridge\n\n- It will close.\n2. It will cost\n£2.4m.\n• Buses go another way."
    assert split_summary(text) == ("The bridge", "It will close.", "It will cost", "£2.4m.", "Buses go another way.")


def test_lines_without_a_letter_or_digit_are_left_out() -> None:
    assert split_summary("The bridge will close.\n\n***\n\n—") == ("The bridge will close.",)


@pytest.mark.parametrize("text", ["", " \n", "…", "***"])
def test_a_summary_without_a_word_is_refused(text: str) -> None:
    with pytest.raises(EmptySource, match="not a word"):
        split_summary(text)
