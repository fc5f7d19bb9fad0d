"""Shortening: what the writer is asked, and the drafts in its answers."""

from __future__ import annotations

from standfirst.condensing.drafting.shortening import Shortening
from standfirst.condensing.source_sentence import source_sentences_of
from standfirst.reading.text import read_text
from tests.api.scripted_service import STORY

CANDIDATES = source_sentences_of(read_text(STORY))
SHORT = "The work will cost £2.4m."


def test_a_prompt_holds_one_sentence_and_the_last_asks_for_the_headline() -> None:
    prompts = Shortening(CANDIDATES[:2], CANDIDATES[:2]).prompts()
    assert [prompt.passage for prompt in prompts[:2]] == [candidate.text for candidate in CANDIDATES[:2]]
    assert prompts[2].passage == " ".join(candidate.text for candidate in CANDIDATES[:2])
    assert "headline" in prompts[2].instruction


def test_there_is_no_headline_prompt_without_sentences_to_head() -> None:
    assert len(Shortening(CANDIDATES[:2], []).prompts()) == 2


def test_answers_are_parsed_as_drafts_headlines_and_failures() -> None:
    drafts = Shortening(CANDIDATES[:3], CANDIDATES[:2]).parse(
        [(0, "No."), (1, SHORT), (2, CANDIDATES[2].text), (3, "Harwick bridge to close")]
    )
    assert drafts.sentences == ((CANDIDATES[1], SHORT), (CANDIDATES[2], CANDIDATES[2].text))
    assert drafts.failed == (CANDIDATES[0],)
    assert drafts.headline == "Harwick bridge to close"
