"""The language of a text."""

from __future__ import annotations

import pytest

from standfirst.language.identification import language_of


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
