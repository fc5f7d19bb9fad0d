"""Punctuation: the ends of sentences, and quotations."""

from __future__ import annotations

import pytest

from standfirst.language.punctuation import SENTENCE_END, is_quoted_from, quotations, without_marks


@pytest.mark.parametrize("text", ["It is.", "Is it?”", "(It is!)", "它是。", "It is…"])
def test_a_stop_ends_a_sentence_with_the_marks_behind_it(text: str) -> None:
    assert SENTENCE_END.search(text)


@pytest.mark.parametrize("text", ["It is", "It is:", "It is. And"])
def test_nothing_else_ends_a_sentence(text: str) -> None:
    assert not SENTENCE_END.search(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('He said “no” and "yes".', ["no", "yes"]),
        ("It's «oui», she said, not ‘non’.", ["oui", "non"]),
        ("The mayors' bridge isn't the council's.", []),
        ("'The council's bridge' is shut", ["The council's bridge"]),
    ],
)
def test_an_apostrophe_is_no_quotation_mark(text: str, found: list[str]) -> None:
    assert [quotation for _, quotation in quotations(text)] == found
    assert all(text[start : start + len(quotation)] == quotation for start, quotation in quotations(text))


@pytest.mark.parametrize(
    ("quotation", "is_said"),
    [("not on the  table.", True), ("… the table", True), ("on the tab", False), ("out of the question", False)],
)
def test_a_quotation_is_compared_word_for_word(quotation: str, is_said: bool) -> None:
    assert is_quoted_from(quotation, without_marks("Troops are “not on the table.”")) == is_said
