"""References: names put in for pronouns, roles and shared surnames, and the sentence that another one needs."""

from __future__ import annotations

import pytest

from standfirst.language.en.references import References, Resolved
from standfirst.language.parser import Parses, SentenceParser


def resolved(parser: SentenceParser, *sentences: str) -> Resolved | None:
    """Return the last of ``sentences``, resolved in an article of them."""
    return References(sentences, Parses(parser)).resolve(len(sentences) - 1)


@pytest.mark.parametrize(
    ("sentences", "text", "sources"),
    [
        (
            ("The cyclist Bram Otter was knocked down.", "Otter, 24, cannot ride.", "His team lost two riders."),
            "Bram Otter's team lost two riders.",
            (0, 1),
        ),
        (
            (
                "Anna Lind, 61, was convicted.",
                "The court was full.",
                "“I will appeal,” Lind said.",
                "She left.",
            ),
            "Anna Lind left.",
            (0, 2),
        ),
        (
            ("Jane Moss opened the school in 1990.", "She led it for years.", "In June she left."),
            "In June Jane Moss left.",
            (0,),
        ),
        (
            ("The actress Mira Vance flew to Rome.", "It rained.", "The actress was arrested on Sunday."),
            "The actress, Mira Vance, was arrested on Sunday.",
            (0,),
        ),
        (
            ("Karl Reiss and Anton Reiss sold meat.", "Anton Reiss ran the firm.", "Reiss changed the labels."),
            "Anton Reiss changed the labels.",
            (1,),
        ),
        (
            ("The Electoral Commission opened an inquiry.", "It said that the inquiry would take a year."),
            "The Electoral Commission said that the inquiry would take a year.",
            (0,),
        ),
    ],
)
def test_a_name_is_put_in_where_it_is_certain(
    sentences: tuple[str, ...], text: str, sources: tuple[int, ...], parser: SentenceParser
) -> None:
    assert resolved(parser, *sentences) == Resolved(text, sources)


@pytest.mark.parametrize(
    "sentence",
    [
        "Lind, 61, will not go to prison unless he is charged again.",
        "In her speech, Jane Moss praised the school.",
        "Some 300 people are feared dead.",
        "This year's harvest is the worst since 1976.",
        "There will be no trains on Friday.",
        "It emerged that the bridge had never been inspected.",
        "It was late evening in Felden.",
        "The company that built the bridge has closed.",
        "“We are pleased,” Jane Moss said.",
        "All but two of the miners were saved.",
    ],
)
def test_a_sentence_that_says_who_is_meant_stays_as_it_is(sentence: str, parser: SentenceParser) -> None:
    assert resolved(parser, "The council met in Felden on Monday.", sentence) == Resolved(sentence)


@pytest.mark.parametrize(
    ("before", "sentence"),
    [
        (
            "Simon Tarn had told friends that he hated his teacher.",
            "The judge Lena Howell ordered that he be detained.",
        ),
        ("Simon Tarn met Paul Reed at the club.", "He was arrested."),
        ("The council owns two libraries.", "Both will close in May."),
        ("The council will close the library.", "This means that 40 people lose their jobs."),
        ("The council will close the library.", "Instead it will open a museum."),
        ("A man was found in the river.", "The man had been missing since May."),
        ("Jane Moss won the race.", "The 21-year-old had trained in Felden."),
        ("The swimmers kept a diary.", "Most had stomach cramps."),
        ("Jane Moss praised the school.", "“He was a good man,” Jane Moss said."),
        # the winner may be "she"
        ("Anna Lind spoke first.", "The letter said the winner will get a prize because she is the best."),
    ],
)
def test_what_is_not_certain_needs_the_sentence_before(before: str, sentence: str, parser: SentenceParser) -> None:
    assert resolved(parser, "It rained.", before, sentence) == Resolved(sentence, needs=1)


@pytest.mark.parametrize(
    ("before", "sentence"),
    [
        ("Paul Reed's brother kept the accounts.", "Judge Lena Howell said that he had been deceived."),
        ("Karl Reiss and Anton Reiss sold meat.", "Reiss was acquitted."),
        ("The mayor said that the bridge was unsafe.", "The team made the comments in a report."),
        ("Jane Moss said: “The bridge is unsafe.", "Nobody inspects the bridge."),
        ("The bridge was closed on Friday.", "He called it a shame."),
        ("Jane Moss praised the school.", "“The teachers worked through the whole summer.”"),
    ],
)
def test_what_two_people_or_nobody_can_be_is_not_resolved(before: str, sentence: str, parser: SentenceParser) -> None:
    assert resolved(parser, before, sentence) is None


def test_a_surname_is_not_that_of_a_relative_who_is_named_in_full_before(parser: SentenceParser) -> None:
    before = "Reiss, son of the painter Karl Reiss, was cast in the role at 17."
    assert resolved(parser, "Anton Reiss sold meat.", before, "Critics liked Reiss at once.") is None


def test_the_first_sentence_depends_on_nothing(parser: SentenceParser) -> None:
    assert resolved(parser, "He was arrested.") == Resolved("He was arrested.")


def test_without_a_parser_sentences_stay_as_they_are() -> None:
    assert References(["It rained.", "He left."], Parses(None)).resolve(1) == Resolved("He left.")


def test_who_writes_is_known_to_the_reader_of_an_article_in_the_first_person(parser: SentenceParser) -> None:
    sentences = ("The Slate 3 has a bright screen.", "We cannot recommend the Slate 3.")
    assert resolved(parser, *sentences) == Resolved(sentences[1], needs=0)
    assert References(sentences, Parses(parser), is_personal=True).resolve(1) == Resolved(sentences[1])
