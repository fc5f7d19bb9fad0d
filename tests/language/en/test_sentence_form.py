"""The form of a sentence: self-contained, context-dependent, or a fragment."""

from __future__ import annotations

import pytest

from standfirst.language.en.sentence_form import SentenceForm, sentence_form


@pytest.mark.parametrize(
    "text",
    [
        "Harwick council voted to close the bridge.",
        "“We are ready,” Ann Lee told reporters.",
        "On Tuesday the council said it would report in February.",
        "U.S. officials have said the build-up goes on.",
        "US officials have said the build-up goes on.",
        "IT workers at the council went on strike.",
        "Harwick said it would close the bridge by May.",
        "Lawyers have called a diver as their first witness.",
        "The council and the WHO will report in February.",
        "The witness said in court that she is ` no liar '.",
    ],
)
def test_a_sentence_that_says_who_did_what_is_self_contained(text: str) -> None:
    assert sentence_form(text) is SentenceForm.SELF_CONTAINED


@pytest.mark.parametrize(
    "text",
    [
        "He said it would be closed.",
        "HE SAID IT WOULD BE CLOSED.",
        "This would take more than two years.",
        "“We are ready,” he said.",
        "The surveyors said that this would take more than two years.",
        "Police said he was held at the port.",
        "Nobody has told them of the plan.",
        "Scroll down for a video.",
        "However, the plan was refused.",
        "After that the council voted.",
        "The former was refused by the council.",
        "Why was the bridge closed?",
        "which was refused by the council of Harwick.",
    ],
)
def test_a_sentence_that_refers_to_the_one_before_is_context_dependent(text: str) -> None:
    assert sentence_form(text) is SentenceForm.CONTEXT_DEPENDENT


@pytest.mark.parametrize("text", ["A heading", "“We are ready, said Ann Lee.", "Yes.", "(A caption of it."])
def test_a_heading_or_half_of_a_quotation_is_a_fragment(text: str) -> None:
    assert sentence_form(text) is SentenceForm.FRAGMENT


def test_an_abbreviation_spelled_like_a_pronoun_is_not_a_pronoun() -> None:
    assert sentence_form("US firms added 146,000 jobs in January.") is SentenceForm.SELF_CONTAINED


def test_a_pronoun_in_capitals_is_a_pronoun_where_all_is_in_capitals() -> None:
    assert sentence_form("IT IS TO BE BUILT NEXT YEAR IN HARWICK.") is SentenceForm.CONTEXT_DEPENDENT
