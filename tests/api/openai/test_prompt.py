"""Instructions and links in messages to a chat model, and the form and number that they ask for."""

from __future__ import annotations

import pytest

from standfirst.api.openai.markup import strip_markdown
from standfirst.api.openai.output_spec import Form, OutputSpec, parse_output_spec
from standfirst.api.openai.prompt import parse_prompt


@pytest.mark.parametrize(
    ("message", "url"),
    [
        ("https://example.com/a", "https://example.com/a"),
        ("<https://example.com/a>", "https://example.com/a"),
        ("Summarize https://example.com/a in three sentences.", "https://example.com/a"),
        ("Please summarise this article: https://example.com/a.", "https://example.com/a"),
        ("What does https://example.com/a?b=1 say?", "https://example.com/a?b=1"),
        ("Council votes. See https://example.com/a and https://example.com/b", None),
        ("The council voted on Tuesday to close the bridge, which https://example.com/a has pictures of.", None),
        ("Old Mill bridge to close\nhttps://example.com/a", "https://example.com/a"),
        ("Sources at https://example.com/a say so.", None),
        ("Summarize the news.", None),
    ],
)
def test_a_message_that_is_hardly_more_than_a_link_asks_about_the_page(message: str, url: str | None) -> None:
    prompt = parse_prompt(message)
    assert prompt.url == url
    if url:
        assert prompt.article == ""
        assert "example" not in prompt.instruction


def test_an_instruction_alone_is_no_article() -> None:
    assert parse_prompt("Summarize the news in three sentences.").article.strip() == ""


def test_what_a_reader_says_of_an_article_is_not_taken_for_a_wish() -> None:
    prompt = parse_prompt("Summarize this.\nTitle: Ten points in five words\nContent: The bridge is closed.")
    assert prompt.title == "Ten points in five words"
    assert parse_output_spec(prompt.instruction) == OutputSpec()


@pytest.mark.parametrize(
    ("asked", "wish"),
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
    ],
)
def test_numbers_of_sentences_points_paragraphs_and_words_are_understood(asked: str, wish: OutputSpec) -> None:
    assert parse_output_spec(asked) == wish


def test_markdown_is_read_without_its_marks() -> None:
    text = (
        "# The *bridge*\n\n> **Harwick** `council` [voted](https://example.com/a_b) _14_ to 3\\. ![x](y.png)\n\n"
        "snake_case 2 * 3 * 4 [note]"
    )
    assert strip_markdown(text) == ("The bridge\n\nHarwick council voted 14 to 3. \n\nsnake_case 2 * 3 * 4 [note]")
