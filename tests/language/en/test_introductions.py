"""Introductions: people are named in full where a text first names them."""

from __future__ import annotations

import pytest

from standfirst.language.en.article_names import ArticleNames
from standfirst.language.en.introductions import introduce
from standfirst.language.parser import Parses, SentenceParser


def introduced(parser: SentenceParser, told: str, *sentences: str) -> str:
    """Return the last of ``sentences``, of an article of them, as a reader of ``told`` needs it."""
    parses = Parses(parser)
    parsed = parses.of(sentences[-1])
    assert parsed is not None
    return introduce(parsed, told, ArticleNames(sentences, parses))


@pytest.mark.parametrize(
    ("before", "sentence", "text"),
    [
        (
            "Anna Lind, 61, was convicted on Monday.",
            "Lind denied that she took the money.",
            "Anna Lind denied that she took the money.",
        ),
        (
            "The minister, Edward Moss, opened the bridge.",
            "The union said that Mr Moss had never answered its letter.",
            "The union said that Edward Moss had never answered its letter.",
        ),
        (
            "The judge Helen Carver sentenced him.",
            "On Friday the lawyer of Carver's court resigned.",
            "On Friday the lawyer of Helen Carver's court resigned.",
        ),
    ],
)
def test_a_person_whom_nothing_told_names_is_named_in_full(
    before: str, sentence: str, text: str, parser: SentenceParser
) -> None:
    assert introduced(parser, "It rained.", before, sentence) == text


def test_a_surname_that_the_article_uses_long_before_it_has_a_full_name_may_be_of_another(
    parser: SentenceParser,
) -> None:
    before = (
        "Jordan Linnd leads the race.",
        "It rained.",
        "Lind won in May.",
        "He grew up here.",
        "His mother is Ada Lind.",
    )
    assert introduced(parser, "", *before, "Lind won in Felden, too.") == "Lind won in Felden, too."


@pytest.mark.parametrize(
    ("told", "before", "sentence"),
    [
        ("Anna Lind, 61, was convicted.", "Anna Lind, 61, was convicted.", "Lind denied that she took the money."),
        ("David O'Lind, 61, went.", "David O'Lind, 61, was convicted.", "O'Lind denied that he took the money."),
        ("", "Anna Lind, 61, was convicted.", "“Lind took the money,” the prosecutor said."),
        ("", "Karl Reiss and Anton Reiss sold meat.", "Reiss changed the labels."),
        ("", "Anna Lind, 61, was convicted.", "The Lind trial lasted for a week."),
        ("", "George Washington crossed the river here.", "The talks in Washington lasted for a week."),
        ("", "Said Wales coach Peter Holt: “We won.”", "Wales are still not thinking of the title."),
        ("", "The former minister Jim Lind had been ill.", "Lord Lind died in Felden."),
        ("", "Anna Lind, 61, was convicted.", "Judge Moss sent her to prison."),
    ],
)
def test_who_was_told_or_is_not_certain_stays_as_the_sentence_says(
    told: str, before: str, sentence: str, parser: SentenceParser
) -> None:
    assert introduced(parser, told, before, sentence) == sentence
