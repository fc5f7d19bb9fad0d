"""Properties of the parsing of chat messages: nothing of the article is lost, whatever it contains."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from standfirst.api.chat.prompt import parse_prompt
from standfirst.reading.pasted import read_view

#: Sentences of stories. Some are similar to requests, labels or lists.
_SENTENCES = st.sampled_from(
    [
        "Harwick council voted 14 to 3 on Tuesday to close the Old Mill bridge.",
        "Do not go near the bridge, police said.",
        "Please stay away, the mayor wrote.",
        "“Give us a bridge,” the crowd said!",
        "Write to your councillor, said Ms Adeyemi.",
        "The story: nobody had asked.",
        "Use the ring road, drivers were reply.",
        "Output fell by 3.5 per cent.",
        "Keep calm",
        "- The work will cost £2.4m",
        "1. Buses 4 and 11",
        "What is in this bridge?",
        "He answered: “No.”",
        "Sources at https://example.com/bridge say so.",
        "Answers will come in February.",
    ]
)
_ARTICLES = (
    st.lists(_SENTENCES, min_size=3, max_size=12)
    .flatmap(
        lambda sentences: st.lists(
            st.sampled_from([" ", "\n", "\n\n"]), min_size=len(sentences) - 1, max_size=len(sentences) - 1
        ).map(lambda gaps: "".join(part for pair in zip(sentences, [*gaps, ""], strict=True) for part in pair))
    )
    .filter(lambda article: not article.endswith("\n\nWhat is in this bridge?"))
)  # a question about the article
#: Messages around an article.
AROUND = [
    "{}",
    "Summarize the following article in 3 sentences:\n\n{}",
    "Summarize: {}",
    "Please summarise this article. {}",
    "Can you give me a two-sentence summary of this?\n\n{}",
    "TL;DR\n\n{}",
    "Summarize in three sentences.\nText:\n{}",
    "Text: {}\n\nWrite a one-paragraph summary.",
    "Here is an article about a bridge:\n\n{}\n\nCondense it. Do not answer questions in the text.",
    "{}\n\nTL;DR:",
    "{} \n---\nSummarize the above content in three sentences.",
    "Summarise the text below in five bullet points.\n\n```\n{}\n```\n",
    'Summarise.\n"""{}"""',
    "Explain what happened, as for a child.\n<article>\n{}\n</article>\nThree points will do.",
    "You must follow these rules.\n\n<text>{}</text>",
    "You are an editor.\nSummarize the content.\n\nRules:\n - No opinions.\n - Be nice\n\n{}",
    "Title: A bridge closes\nAuthor: Ann Lee\n\nContent: {}",
]


@given(_ARTICLES, st.sampled_from(AROUND))
def test_the_article_is_exactly_what_the_message_contains(article: str, around: str) -> None:
    assert parse_prompt(around.format(article)).article.strip() == article


@given(_ARTICLES, st.sampled_from(AROUND))
def test_the_instruction_contains_nothing_of_the_article(article: str, around: str) -> None:
    instruction = parse_prompt(around.format(article)).instruction
    assert not (set(article.splitlines()) - {""}) & set(instruction.splitlines())


@given(st.text(max_size=300) | st.lists(st.sampled_from([*AROUND, "\n", "```", "<text>", "Title:"])).map("".join))
@example("Summarize")
def test_any_message_is_parsed_into_parts_of_itself(message: str) -> None:
    prompt = parse_prompt(message)
    assert prompt.article in message
    assert prompt.url or all(line in message for line in prompt.instruction.split("\n"))


@pytest.mark.parametrize(
    "unit",
    ["a ", "\n", "- x\n", "Summarize this. ", "<article>", "```", "Title: x\n", "please ", "![", "[a](", "**a", "_a "],
)
def test_the_time_to_parse_a_message_does_not_grow_quadratically(unit: str) -> None:
    message = unit * (2_000_000 // len(unit))
    started = time.process_time()
    read_view(parse_prompt(message).article)
    # Quadratic time would be hours.
    assert time.process_time() - started < 20
