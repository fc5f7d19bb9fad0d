"""Grounding: what the article does not back is caught, and what it does back is let pass."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standfirst.grounding.case import Kind
from standfirst.grounding.index import GroundingIndex, Verdict
from standfirst.grounding.review import Verify
from standfirst.grounding.review import review as grounding_of
from standfirst.reading.text import read_text
from standfirst_models.protocols.verifier import Finding

STORY = read_text(
    "President Joe Biden took part in a 50-minute telephone call with Russian President Vladimir Putin on Thursday. "
    "On the call, Biden urged Putin to de-escalate tensions with Ukraine. "
    "Biden has said that sending troops to Ukraine in the event of a Russian invasion is “not on the table.” "
    "The United States has not offered Russia any guarantees. "
    "The two leaders last spoke on Dec. 7. "
    "The company reported sales of $3.5 million in the year to June, a rise of 12%, and cut two of its 40 shops. "
    "Chief executive Ann Lee said the firm would open a factory in Leeds in January 2023."
)
GROUNDS = GroundingIndex(STORY)


def judged(text: str) -> Verdict:
    """By the rules alone: as if the verifier were sure that the article backs everything."""
    return GROUNDS.judge(text, None if GROUNDS.pair(text) is None else Finding(10.0, (0, 0)))


@pytest.mark.parametrize(
    "draft",
    [
        # another number, amount, unit, percentage, date
        "President Joe Biden took part in a 55-minute telephone call with Russian President Vladimir Putin.",
        "The company reported sales of $3.5 billion in the year to June, a rise of 12%.",
        "The company reported sales of £3.5 million in the year to June, a rise of 12%.",
        "The company reported sales of $3.5 million in the year to June, a rise of 21%.",
        "The company cut three of its 40 shops.",
        "The two leaders last spoke on Dec. 17.",
        "The two leaders last spoke on Nov. 7.",
        "Chief executive Ann Lee said the firm would open a factory in Leeds in January 2024.",
        # a name that is not there
        "President Donald Trump took part in a 50-minute telephone call with Russian President Vladimir Putin.",
        "Chief executive Ann Lee said the firm would open a factory in Bradford in January 2023.",
        # a quotation that was not said
        "Biden has said that sending troops to Ukraine in the event of a Russian invasion is “on the table.”",
        "Biden has said that sending troops to Ukraine in the event of a Russian invasion is “out of the question.”",
        # a negation gained or lost
        "Biden has said that sending troops to Ukraine in the event of a Russian invasion is on the table.",
        "The United States has offered Russia guarantees.",
        "Chief executive Ann Lee said the firm would not open a factory in Leeds in January 2023.",
        # a hedge dropped, an opposite, another name or number where the sentence has its own
        "The firm will certainly open a factory in Leeds in January 2023.",
        "The company reported sales of $3.5 million in the year to June, a fall of 12%.",
        "The company reported sales of $3.5 million in the year to June, a rise of 12%, and cut two of its 12 shops.",
    ],
)
def test_the_rules_refuse_what_differs_in_a_word(draft: str) -> None:
    assert not judged(draft).is_supported


CLUB = GroundingIndex(
    read_text(
        "Ray Donald, who is the mayor, told Manchester United on Friday that the ground's sale will not be stopped. "
        "Fans said that they had not been asked, and that the council denied them a vote. "
        "The ground belongs to Ann Lee's holding company and stands beside the Leeds canal."
    )
)


@pytest.mark.parametrize(
    "draft",
    [
        "Mayor Ray Donald told Man Utd that the ground's sale will not be stopped.",
        "He'd told Manchester United that the ground's sale won't be stopped.",
        "Officials told Manchester United on Friday that the ground's sale will not be stopped.",
        "Friday's sale of Lee's Leeds ground will not be stopped.",
        "The council denied a vote to the fans.",
    ],
)
def test_the_rules_let_pass_what_is_only_written_otherwise(draft: str) -> None:
    assert CLUB.judge(draft, Finding(10.0, (0, 0))).reason in (None, "support")


@pytest.mark.parametrize(
    "draft",
    [
        "Wilcox told Manchester United on Friday that the ground's sale will not be stopped.",
        "Ray Marsh told Manchester United on Friday that the ground's sale will not be stopped.",
        "Ray Donald told Manchester City on Friday that the ground's sale will not be stopped.",
        "Ray Donald told Manchester United on Monday that the ground's sale will not be stopped.",
    ],
)
def test_the_rules_refuse_a_name_that_is_another_wherever_it_stands(draft: str) -> None:
    assert CLUB.judge(draft, Finding(10.0, (0, 0))).reason == "name"


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
def test_what_the_article_backs_is_let_pass(draft: str, verify: Verify) -> None:
    (verdict,) = asyncio.run(grounding_of(GROUNDS, [draft], verify))
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
def test_what_the_article_does_not_back_is_refused(draft: str, verify: Verify) -> None:
    (verdict,) = asyncio.run(grounding_of(GROUNDS, [draft], verify))
    assert verdict.problems
    assert verdict.support < 0.8


def test_the_verifier_tells_a_sentence_from_what_a_small_model_makes_of_it(verify: Verify) -> None:
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
        better, worse = asyncio.run(grounding_of(GROUNDS, [true, false], verify))
        assert better.support > worse.support, (true, false)


def test_what_the_verifier_does_not_find_backed_is_refused_and_named() -> None:
    draft = "Biden urged Putin to reduce tensions with Ukraine."
    start = draft.index("reduce")
    verdict = GROUNDS.judge(draft, Finding(-10.0, (start, start + len("red"))))
    assert verdict.problems == ("the article does not back “reduce”",)


@pytest.mark.parametrize("index", range(len(STORY.sentences)))
def test_the_articles_own_sentences_are_backed_by_themselves(index: int) -> None:
    assert judged(STORY.sentences[index].text) == Verdict(1.0, (index,), ())


def test_problems_say_what_is_wrong_in_plain_words() -> None:
    assert any("2024" in problem for problem in judged("Ann Lee said the firm would open in January 2024.").problems)
    assert any("Trump" in problem for problem in judged("Donald Trump urged Putin to de-escalate.").problems)


@given(st.text(max_size=300))
def test_any_draft_gets_a_verdict_within_bounds(draft: str) -> None:
    verdict = judged(draft)
    assert 0 <= verdict.support <= 1
    assert all(0 <= index < len(STORY.sentences) for index in verdict.sources)
    assert len(verdict.sources) <= 3


def test_the_sample_backs_each_of_its_own_sentences() -> None:
    sample = json.loads((Path(__file__).parents[2] / "service/standfirst/sample.json").read_text())
    article = read_text(sample["text"])
    grounds = GroundingIndex(article)
    assert all(grounds.judge(sentence.text, None).is_supported for sentence in article.sentences)


@pytest.mark.parametrize("title", ["Call for 'calm' on Ukraine", "Weak pledge by Biden", "Lee firm to open in Leeds"])
def test_a_title_is_the_publishers_and_may_be_worded_as_it_likes(title: str) -> None:
    assert GROUNDS.problems(title, Kind.TITLE) == ()


@pytest.mark.parametrize(
    ("title", "what"),
    [("Biden calls Xi", "Xi"), ("Sales up 13% at Lee firm", "13%"), ("Factory to open in May 2023", "May 2023")],
)
def test_a_title_with_a_number_date_or_name_that_is_nowhere_in_the_article_is_told(title: str, what: str) -> None:
    assert any(what in problem.message for problem in GROUNDS.problems(title, Kind.TITLE))


CONDITIONAL = read_text(
    "The Old Mill bridge will close in June for a year if the council votes for the plan on Tuesday. "
    "Unless £4m is found, the library must close as well. "
    "Ann Lee would have won the vote by nine to eight had it not rained. "
    "The mayor was asked if the works will take a year. "
    "More than one in ten of its customers and nearly 40 of its 80 shops are in Leeds. "
    "The works will begin in May, and as if that were not enough the port will be dredged."
)


@pytest.mark.parametrize(
    ("draft", "reason"),
    [
        ("The Old Mill bridge will close in June for a year.", "condition"),
        ("The library must close as well.", "condition"),
        ("Ann Lee won the vote by nine to eight.", "hedge"),
        ("The Old Mill bridge will close in June if the council votes for the plan.", None),
        ("The Old Mill bridge would close in June for a year.", None),
        ("Unless £4m is found, the library must close.", None),
        ("Ann Lee would have won the vote by nine to eight.", None),
        ("One in ten of its customers are in Leeds.", "hedge"),
        ("Nearly 40 of its shops are in Leeds.", None),
        ("40 of its shops are in Leeds.", "hedge"),
        ("Its 80 shops are in Leeds.", None),
        ("The works will take a year.", None),
        ("The works will begin in May.", None),
    ],
)
def test_what_would_be_so_in_one_case_only_is_not_said_of_every_case(draft: str, reason: str | None) -> None:
    grounds = GroundingIndex(CONDITIONAL)
    assert grounds.judge(draft, Finding(10.0, (0, 0))).reason == reason


@pytest.mark.parametrize(
    "draft",
    [
        "Harwick council voted on Tuesday to close the bridge to all traffic until the spring.",
        "Buses 4 and 11 will be sent over the ring road for the whole of the winter.",
        "Mayor Jo Lee has promised a ferry for the time of the works.",
    ],
)
def test_a_sentence_without_its_asides_is_backed(draft: str, verify: Verify) -> None:
    article = read_text(
        "Harwick council, which has owned it since 1911, voted on Tuesday to close the bridge to all traffic until the "
        "spring. Buses 4 and 11 (pictured above at the depot) will be sent over the ring road for the whole of the "
        "winter. Mayor Jo Lee, 41, who was not at the meeting, has promised a ferry for the time of the works."
    )
    [verdict] = asyncio.run(grounding_of(GroundingIndex(article), [draft], verify))
    assert verdict.is_supported, verdict.problems
