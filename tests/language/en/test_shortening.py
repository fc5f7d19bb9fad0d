"""The shorter forms of a sentence."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from standfirst.language.en.shortening import shorter_forms
from standfirst.language.parser import SentenceParser
from standfirst.reading.text import read_text
from tests.api.scripted_service import STORY
from tests.reports import OTHER, RIVAL

#: Beginnings, asides and ends that make sentences together, some of them strange ones.
OPENINGS = ("Ruth Penn", "The mayor of Felden", "Two of the men", "“It”", "The U.S. Senate", "Nobody")
ASIDES = (
    "",
    ", 34,",
    ", a baker,",
    ", who lives in Leeds,",
    " (pictured)",
    ", she said,",
    ", having lost,",
    " – again –",
)
PREDICATES = (" won the race", " was not seen", " told the court it was late", " closed the bridge and left")
ENDS = (".", " on Friday.", " in Leeds, and ships sailed.", ", which pleased the town.", ", police said.", "!", "")


def forms(sentence: str, parser: SentenceParser) -> tuple[str, ...]:
    [parsed] = parser.parse([sentence])
    return shorter_forms(parsed, lambda text: 0.0)


def words(text: str) -> list[str]:
    return [word.strip(",.–()“”!").lower() for word in text.split() if word.strip(",.–()“”!")]


def assert_is_shorter_form(form: str, sentence: str) -> None:
    remaining = iter(words(sentence))
    assert all(word in remaining for word in words(form)), "each word stands in the sentence, in the same order"
    assert len(form.split()) < len(sentence.split())
    assert form[-1] == sentence[-1]
    assert form[0] == form[0].upper()


def test_forms_leave_out_more_and_more(parser: SentenceParser) -> None:
    sentence = (
        "Ruth Penn, a baker from Felden, beat the champion of the island on Friday, and crowds filled the streets."
    )
    assert forms(sentence, parser) == (
        "Ruth Penn beat the champion of the island on Friday, and crowds filled the streets.",
        "Ruth Penn beat the champion of the island on Friday.",
        "Ruth Penn beat the champion of the island.",
    )


def test_a_sentence_without_removable_parts_has_no_shorter_form(parser: SentenceParser) -> None:
    assert forms("The council voted to close the old bridge for good.", parser) == ()


def test_a_form_that_tells_too_little_is_left_out(parser: SentenceParser) -> None:
    assert forms("Ruth Penn, a baker from the island, slept.", parser) == ()


@given(st.sampled_from(OPENINGS), st.sampled_from(ASIDES), st.sampled_from(PREDICATES), st.sampled_from(ENDS))
def test_a_form_has_words_of_the_sentence_in_its_order_and_ends_as_it_ends(
    parser: SentenceParser, opening: str, aside: str, predicate: str, end: str
) -> None:
    sentence = opening + aside + predicate + end
    for form in forms(sentence, parser):
        assert_is_shorter_form(form, sentence)


def test_the_forms_of_whole_articles_are_of_their_sentences(parser: SentenceParser) -> None:
    sample = json.loads((Path(__file__).parents[3] / "service/standfirst/sample.json").read_text(encoding="utf-8"))
    found = 0
    for text in (STORY, OTHER, RIVAL, sample["text"]):
        for sentence in read_text(text).sentences:
            for form in forms(sentence.text, parser):
                assert_is_shorter_form(form, sentence.text)
                found += 1
    assert found > 0
