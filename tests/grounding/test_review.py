"""The review of claims: checks and the embedded verifier together."""

from __future__ import annotations

import asyncio

import pytest

from standfirst.grounding.index import GroundingIndex
from standfirst.grounding.review import Verify, review
from standfirst.reading.text import read_text

STORY = read_text(
    "President Joe Biden took part in a 50-minute telephone call with Russian President Vladimir Putin on Thursday. "
    "On the call, Biden urged Putin to de-escalate tensions with Ukraine. "
    "Biden has said that sending troops to Ukraine in the event of a Russian invasion is “not on the table.” "
    "The United States has not offered Russia any guarantees. "
    "The two leaders last spoke on Dec. 7. "
    "The company reported sales of $3.5 million in the year to June, a rise of 12%, and cut two of its 40 shops. "
    "Chief executive Ann Lee said the firm would open a factory in Leeds in January 2023."
)
INDEX = GroundingIndex(STORY)


@pytest.mark.parametrize(
    "draft",
    [
        "Biden took part in a 50-minute telephone call with Russian President Vladimir Putin on Thursday.",
        "Biden urged Putin to de-escalate tensions with Ukraine.",
        "The company reported sales of $3.5m in the year to June, a rise of 12%.",
        "The company reported sales of $3.5 million in the year to June, a rise of 12 percent.",
        "The company reported sales of $3.5 million in the year to June and cut 2 of its 40 shops.",
        # numbers torn apart by a tokenizer
        "The company reported sales of $ 3. 5 million in the year to June, a rise of 12%.",
        "The two leaders last spoke on December 7.",
        "The two leaders last spoke on 7 December.",
        "Ann Lee said the firm would open a factory in Leeds in January 2023.",
        "Biden said that sending troops to Ukraine in the event of a Russian invasion is “not on the table.”",
        "The United States hasn't offered Russia any guarantees.",
    ],
)
def test_what_the_article_backs_is_supported(draft: str, verify: Verify) -> None:
    (verdict,) = asyncio.run(review(INDEX, [draft], verify))
    assert verdict.is_supported, verdict


@pytest.mark.parametrize(
    "draft",
    [
        # who did what to whom swapped
        "On the call, Putin urged Biden to de-escalate tensions with Ukraine.",
        # two halves of different sentences
        "Biden has said that sending troops to Ukraine would open a factory in Leeds in January 2023.",
        # a word put in the place of another, in an order of its own
        "The two leaders last spoke on the call.",
        # made up
        "The United States will not hesitate to use force against Russia.",
        "Ann Lee resigned after the sales fell.",
    ],
)
def test_what_the_article_does_not_back_is_not_supported(draft: str, verify: Verify) -> None:
    (verdict,) = asyncio.run(review(INDEX, [draft], verify))
    assert verdict.problems
    assert verdict.support < 0.8


def test_a_true_sentence_has_more_support_than_a_false_near_copy(verify: Verify) -> None:
    pairs = [
        (
            "Biden urged Putin to de-escalate tensions with Ukraine.",
            "Biden urged Putin to ignore tensions with Ukraine.",
        ),
        ("The firm would open a factory in Leeds.", "The firm would close a factory in Leeds."),
        ("The two leaders last spoke on Dec. 7.", "The two leaders last fought on Dec. 7."),
        ("The United States has not offered guarantees.", "The United States has offered guarantees to Ukraine."),
    ]
    for true, false in pairs:
        better, worse = asyncio.run(review(INDEX, [true, false], verify))
        assert better.support > worse.support, (true, false)


@pytest.mark.parametrize(
    "draft",
    [
        "Harwick council voted on Tuesday to close the bridge to all traffic until the spring.",
        "Buses 4 and 11 will be sent over the ring road for the whole of the winter.",
        "Mayor Jo Lee has promised a ferry for the time of the works.",
    ],
)
def test_a_sentence_without_its_asides_is_supported(draft: str, verify: Verify) -> None:
    article = read_text(
        "Harwick council, which has owned it since 1911, voted on Tuesday to close the bridge to all traffic until the "
        "spring. Buses 4 and 11 (pictured above at the depot) will be sent over the ring road for the whole of the "
        "winter. Mayor Jo Lee, 41, who was not at the meeting, has promised a ferry for the time of the works."
    )
    [verdict] = asyncio.run(review(GroundingIndex(article), [draft], verify))
    assert verdict.is_supported, verdict.problems
