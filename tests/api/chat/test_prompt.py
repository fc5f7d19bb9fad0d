"""Instructions, metadata and links in the messages of a chat."""

from __future__ import annotations

import pytest

from standfirst.api.chat.output_spec import OutputSpec, parse_output_spec
from standfirst.api.chat.prompt import parse_prompt


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
def test_a_message_of_little_more_than_a_link_is_about_its_page(message: str, url: str | None) -> None:
    prompt = parse_prompt(message)
    assert prompt.url == url
    if url:
        assert prompt.article == ""
        assert "example" not in prompt.instruction


def test_an_instruction_without_an_article_has_no_article() -> None:
    assert parse_prompt("Summarize the news in three sentences.").article.strip() == ""


def test_metadata_lines_are_not_part_of_the_instruction() -> None:
    prompt = parse_prompt("Summarize this.\nTitle: Ten points in five words\nContent: The bridge is closed.")
    assert prompt.title == "Ten points in five words"
    assert parse_output_spec(prompt.instruction) == OutputSpec()


STATEMENT = "Two people died when a ferry sank off Felden on Monday night, and the police are looking for its captain."


@pytest.mark.parametrize(
    ("message", "instruction"),
    [
        (f'Explain like I am five:\n\n"""\n{STATEMENT}\n"""', "Explain like I am five:"),
        (f"```text\n{STATEMENT}\n```\nWhat is the news?", "What is the news?"),
        (f"TL;DR please, max 2 sentences:\n\n{STATEMENT}", "TL;DR please, max 2 sentences:"),
    ],
)
def test_a_fence_or_a_tldr_sets_the_article_apart(message: str, instruction: str) -> None:
    prompt = parse_prompt(message)
    assert prompt.article.strip() == STATEMENT
    assert prompt.instruction == instruction


def test_the_fences_of_code_within_an_article_do_not_set_it_apart() -> None:
    article = f"{STATEMENT} " * 20
    assert parse_prompt(f"{article}\n```\n{STATEMENT}\n```\n").article.startswith(article)
