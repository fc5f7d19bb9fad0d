"""The language of a text, and the number of its words."""

from __future__ import annotations

import pytest

from standfirst.language.identification import count_words, language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The council voted on Tuesday to close the bridge for nine months.", "en"),
        ("Der Rat hat am Dienstag beschlossen, die Brücke für neun Monate zu sperren.", "de"),
        ("Le conseil a voté mardi la fermeture du pont pendant neuf mois.", "fr"),
        ("A bridge.", None),
        ("1911 2019 2021 14 3 " * 10, None),
    ],
)
def test_a_language_is_told_from_forty_letters(text: str, language: str | None) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(("text", "words"), [("Two words", 2), ("", 0), ("議会は橋の閉鎖を", 4)])
def test_words_are_counted_in_any_script(text: str, words: int) -> None:
    assert count_words(text) == words
