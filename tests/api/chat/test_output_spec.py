"""The output that an instruction specifies."""

from __future__ import annotations

import pytest

from standfirst.api.chat.output_spec import Form, OutputSpec, parse_output_spec


@pytest.mark.parametrize(
    ("instruction", "spec"),
    [
        ("Summarize.", OutputSpec()),
        ("in 3 sentences", OutputSpec(Form.PROSE, 3)),
        ("Summary must be in 3-4 sentences.", OutputSpec(Form.PROSE, 4)),
        ("two or three sentences", OutputSpec(Form.PROSE, 3)),
        ("a two-sentence summary", OutputSpec(Form.PROSE, 2)),
        ("in no more than two concise sentences", OutputSpec(Form.PROSE, 2)),
        ("in a single sentence", OutputSpec(Form.PROSE, 1)),
        ("a few sentences", OutputSpec(Form.PROSE, 3)),
        ("40 sentences", OutputSpec(Form.PROSE, 11)),
        ("five bullet points", OutputSpec(Form.POINTS, 5)),
        ("between 3 and 5 bullets", OutputSpec(Form.POINTS, 5)),
        ("three short key points", OutputSpec(Form.POINTS, 3)),
        ("as bullet points", OutputSpec(Form.POINTS)),
        ("one paragraph", OutputSpec(Form.PROSE, 3)),
        ("two paragraphs of two sentences each", OutputSpec(Form.PROSE, 4, 2)),
        ("one sentence, then three bullet points", OutputSpec(Form.BRIEFING, 4)),
        ("in at most 80 words", OutputSpec(Form.PROSE, words=80)),
        ("a 50-word summary", OutputSpec(Form.PROSE, words=50)),
        ("three bullet points of at most 15 words each", OutputSpec(Form.POINTS, 3)),
        ("less than 60 characters", OutputSpec()),
        ("as a bullet point list", OutputSpec(Form.POINTS)),
        ("Make it shorter.", OutputSpec(Form.PROSE, 2)),
        ("Use bullet lists only when they help. Do not write more than two sentences.", OutputSpec()),
        ("three sentences, never as bullet points", OutputSpec(Form.PROSE, 3)),
    ],
)
def test_numbers_of_sentences_points_paragraphs_and_words_are_understood(instruction: str, spec: OutputSpec) -> None:
    assert parse_output_spec(instruction) == spec
