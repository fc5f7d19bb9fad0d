"""Source sentences: the sentences of an article as a briefing may quote them."""

from __future__ import annotations

import pytest

from standfirst.condensing.source_sentence import eligible, source_sentences_of
from standfirst.language.en.sentence_form import SentenceForm
from standfirst.reading.text import read_text

[SOURCE] = source_sentences_of(read_text("However, Harwick council voted to close the old bridge."))


def test_a_source_sentence_is_the_quotation_of_its_sentence() -> None:
    assert SOURCE.text == "Harwick council voted to close the old bridge."
    assert (SOURCE.index, SOURCE.words, SOURCE.form) == (0, 8, SentenceForm.SELF_CONTAINED)


@pytest.mark.parametrize(
    ("draft", "may"),
    [
        ("Harwick council voted to close a bridge.", True),
        ("Harwick council voted to close the old bridge.", False),
        ("The Harwick town council voted to close the old bridge.", False),
    ],
    ids=["shorter", "identical", "longer"],
)
def test_a_draft_is_judged_if_it_differs_and_is_not_longer(draft: str, may: bool) -> None:
    assert SOURCE.may_become(draft) is may


def test_only_the_best_form_is_eligible() -> None:
    text = "Harwick council voted to close the bridge. He said it would be closed. Lawyers have called a diver."
    assert eligible(source_sentences_of(read_text(text))) == [True, False, True]


def test_context_dependent_sentences_are_eligible_if_there_are_no_others() -> None:
    sources = source_sentences_of(read_text("Closed for good. He said it would be closed. It was refused by them."))
    assert [source.form for source in sources] == [
        SentenceForm.FRAGMENT,
        SentenceForm.CONTEXT_DEPENDENT,
        SentenceForm.CONTEXT_DEPENDENT,
    ]
    assert eligible(sources) == [False, True, True]


def test_the_lead_depends_on_nothing() -> None:
    sources = source_sentences_of(read_text("Both pilots were asleep, he said. Both pilots were dismissed, he said."))
    assert [source.form for source in sources] == [SentenceForm.SELF_CONTAINED, SentenceForm.CONTEXT_DEPENDENT]
