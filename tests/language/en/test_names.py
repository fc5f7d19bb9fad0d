"""Names: which words are names, and which names a text has."""

from __future__ import annotations

import pytest

from standfirst.language.en.names import KnownNames, is_kin, names, ordinary_stems
from standfirst.language.words import Lexer

LEXER = Lexer()


def read(text: str) -> list[str]:
    return [name.text for name in names(text, LEXER.words(text), ordinary_stems())]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Shares in Jo Lee's Harwick port fell.", ["Jo Lee's", "Harwick"]),
        ("Talks with Ferguson's Wikipedia failed.", ["Ferguson's", "Wikipedia"]),
        ("On Monday Lee left.", ["Monday", "Lee"]),
        ("Shares Continue to Rise in Harwick Again", ["Harwick"]),
        ("He'd gone.", []),
    ],
)
def test_a_capitalised_word_is_a_name_unless_it_is_known_to_be_ordinary(text: str, found: list[str]) -> None:
    assert read(text) == found


@pytest.mark.parametrize(
    ("name", "text", "is_known"),
    [
        ("President Biden", "President Joe Biden spoke.", True),
        ("Joe Putin", "Joe Biden phoned the Russian leader Vladimir Putin.", False),
        ("Mayor Smith", "Ann Smith has been the mayor since May.", True),
        ("SEC", "The Securities and Exchange Commission spoke.", True),
        ("Man Utd", "Manchester United won.", True),
        ("Manchester City", "Manchester United won. The city rejoiced.", False),
        ("Russians", "Russia spoke.", True),
        ("Xi", "Joe Biden spoke.", False),
    ],
)
def test_a_text_has_a_name_in_any_of_its_forms(name: str, text: str, is_known: bool) -> None:
    words = LEXER.words(f"In {name}")
    [found] = names(f"In {name}", words, frozenset())
    assert KnownNames([LEXER.words(text)]).has(found) == is_known


@pytest.mark.parametrize(("one", "other"), [("british", "britain"), ("shop", "shops"), ("china", "chinese")])
def test_a_people_and_its_country_are_kin_and_so_is_a_plural(one: str, other: str) -> None:
    assert is_kin(one, other)
    assert is_kin(other, one)
