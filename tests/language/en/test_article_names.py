"""The names by which an article calls people."""

from __future__ import annotations

import pytest

from standfirst.language.en.article_names import ArticleNames
from standfirst.language.parser import Parses, SentenceParser


@pytest.mark.parametrize(
    ("later", "name"),
    [
        ("The mayor said that Marsh was wrong.", "Marsh"),
        ("Mr Marsh was wrong.", "Marsh"),
        ("Tony Marsh was wrong.", None),
        ("Marsh was wrong, said his wife Ann Marsh.", None),
        ("The Marsh Report was wrong.", None),
    ],
)
def test_a_person_is_called_as_the_article_does(later: str, name: str | None, parser: SentenceParser) -> None:
    names = ArticleNames(["Tony Marsh has sold the bridge.", later], Parses(parser))
    assert names.short_name("Tony Marsh") == name


def test_who_may_be_no_person_or_has_a_first_name_for_a_surname_is_called_in_full(parser: SentenceParser) -> None:
    names = ArticleNames(
        ["Felden United won.", "The fans of United sang.", "Tony James sang.", "James won."], Parses(parser)
    )
    assert names.short_name("Felden United") is None
    assert names.short_name("Tony James") is None
