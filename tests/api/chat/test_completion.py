"""The text of a chat completion."""

from __future__ import annotations

from standfirst.api.chat.completion import BriefingCompletion
from standfirst.api.chat.output_spec import Form, OutputSpec
from standfirst.application.tokens import estimate_tokens
from standfirst.domain.briefing import BriefingSentence, PlacedSentence


def test_a_completion_reports_that_it_left_sentences_out() -> None:
    sentences = [BriefingSentence(f"Sentence {letter * 20}.", "quoted", 1.0, ()) for letter in "abc"]
    completion = BriefingCompletion(OutputSpec(Form.PROSE, 3), 12, estimate_tokens)
    assert completion.add(PlacedSentence("point", 0, sentences[1])) == ""
    assert completion.add(PlacedSentence("standfirst", 0, sentences[0])) == sentences[0].text
    assert completion.is_truncated
    assert completion.add(PlacedSentence("point", 1, sentences[2])) == ""


def test_sentences_appear_in_reading_order_whatever_order_they_arrive_in() -> None:
    headline, *body = [BriefingSentence(f"Sentence {letter}.", "quoted", 1.0, ()) for letter in "habc"]
    completion = BriefingCompletion(OutputSpec(), None, estimate_tokens)
    new = [
        completion.add(PlacedSentence("point", 1, body[2])),
        completion.add(PlacedSentence("standfirst", 0, body[0])),
        completion.add(PlacedSentence("headline", 0, headline)),
        completion.add(PlacedSentence("point", 0, body[1])),
    ]
    assert new == ["", "", "# Sentence h.\n\nSentence a.", "\n\n- Sentence b.\n- Sentence c."]
    assert completion.text == "".join(new)
