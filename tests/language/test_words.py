"""Words: where they are cut, and their normal forms and stems."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standfirst.language.words import Lexer

LEXER = Lexer()


@pytest.mark.parametrize(
    ("text", "norms"),
    [
        ("The U.S. isn't in", ["the", "us", "isn't", "in"]),
        ("Ferguson's book, James' pen", ["ferguson", "book", "james", "pen"]),
        ("1,130.5 MP3s", ["1,130.5", "mp3", "s"]),
        ("state-run", ["state", "run"]),
    ],
)
def test_a_word_has_no_possessive_ending_and_an_acronym_no_stops(text: str, norms: list[str]) -> None:
    assert [word.norm for word in LEXER.words(text)] == norms


def test_forms_of_a_word_have_one_stem() -> None:
    assert len({word.stem for word in LEXER.words("closed closes closing close")}) == 1


def test_a_word_is_a_function_word_a_content_word_or_a_number() -> None:
    the, bridge, four = LEXER.words("The bridge 4")
    assert not the.is_content
    assert bridge.is_content
    assert not four.is_content
    assert four.is_number


@given(st.text(max_size=200))
def test_offsets_are_those_of_the_text(text: str) -> None:
    assert all(text[word.start : word.end] == word.text for word in LEXER.words(text))
