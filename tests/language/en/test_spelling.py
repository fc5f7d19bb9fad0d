"""Spelling: texts that say the same are written alike."""

from __future__ import annotations

import pytest

from standfirst.language.en.spelling import join_torn_numbers, locate, unify


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("$3.5m", "$3.5 million"),
        ("12%", "12 per cent"),
        ("two shops", "2 shops"),
        ("It hasn't closed", "It has not closed"),
        ("It won't close", "It will not close"),
        ("on Jan. 10", "on 10 January"),
    ],
)
def test_two_ways_of_writing_become_one(one: str, other: str) -> None:
    assert unify(one) == unify(other)


@pytest.mark.parametrize(
    ("torn", "joined"),
    [
        ("3, 800 men", "3,800 men"),
        ("$ 2. 4 million", "$ 2.4 million"),
        ("in 2019, 300 men", "in 2019, 300 men"),
        ("by 3. Four men", "by 3. Four men"),
    ],
)
def test_numbers_that_a_tokenizer_tore_are_joined(torn: str, joined: str) -> None:
    assert join_torn_numbers(torn) == joined


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("It cost £3.4m on Dec. 7.", "3.4", "3.4"),
        ("On Dec. 7 it cost £3.4m.", "3.4", "3.4"),
        ("It hasn't cut two of its shops.", "2", "two"),
        ("It hasn't cut two of its shops.", "shops", "shops"),
    ],
)
def test_words_are_found_again_in_the_text_as_it_was(text: str, words: str, found: str) -> None:
    unified = unify(text)
    start = unified.index(words)
    assert text[slice(*locate((start, start + len(words)), unified, text))] == found
