"""The review of claims: checks and the embedded verifier together."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from standfirst.grounding.case import Kind
from standfirst.grounding.review import Draft, Verify, review, review_drafts
from standfirst.reading.text import read_text
from standfirst_models.protocols.verifier import Finding, Pair
from tests.condensing.scripted_briefer import verify as scripted_verify
from tests.embedded import embedded_grounding
from tests.grounding.story import STORY

INDEX = embedded_grounding().index(STORY)


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
    assert verdict.is_backed, verdict


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
    [verdict] = asyncio.run(review(embedded_grounding().index(article), [draft], verify))
    assert verdict.is_backed, verdict.problems


SENTENCE = "The United States has not offered Russia any guarantees."


def draft(text: str, kind: Kind = Kind.DRAFT) -> Draft:
    return Draft(text, kind, (SENTENCE,))


def test_a_backed_draft_is_also_checked_as_what_it_is() -> None:
    drafts = [
        draft("The United States has not offered Russia any guarantees,."),
        draft("United States has not offered Russia any guarantees", Kind.HEADLINE),
    ]
    cut_off, headline = asyncio.run(review_drafts(INDEX, drafts, scripted_verify))
    assert cut_off.is_backed
    assert [problem.code for problem in cut_off.draft_problems] == ["fragment"]
    assert headline.draft_problems == ()


def test_a_draft_that_is_not_backed_is_not_checked_as_a_draft() -> None:
    [verdict] = asyncio.run(review_drafts(INDEX, [draft("Canada has not offered Russia.")], scripted_verify))
    assert verdict.reason == "name"
    assert verdict.draft_problems == ()


def test_the_verdicts_are_in_the_order_of_the_drafts() -> None:
    texts = [SENTENCE, "Canada has not offered Russia any guarantees.", "Penguins swim."]
    verdicts = asyncio.run(review_drafts(INDEX, [draft(text) for text in texts], scripted_verify))
    assert [verdict.is_backed for verdict in verdicts] == [True, False, False]
    assert verdicts[0].support == 1.0


def test_without_drafts_the_verifier_reads_nothing() -> None:
    async def verify_nothing(pairs: Sequence[Pair]) -> list[Finding]:
        assert not pairs
        return []

    assert asyncio.run(review_drafts(INDEX, [], verify_nothing)) == []


@pytest.mark.parametrize("is_pruned", [True, False])
def test_a_pruned_sentence_of_which_the_verifier_is_unsure_is_read_beside_its_own_alone(is_pruned: bool) -> None:
    async def verify_by_evidence(pairs: Sequence[Pair]) -> list[Finding]:
        return [Finding(4.0 if pair.evidence == SENTENCE else 0.0, (0, 0)) for pair in pairs]

    text = "The United States has not offered any guarantees."
    pruned = Draft(text, Kind.DRAFT, (SENTENCE,), is_pruned)
    [verdict] = asyncio.run(review_drafts(INDEX, [pruned], verify_by_evidence))
    assert verdict.is_backed is is_pruned
