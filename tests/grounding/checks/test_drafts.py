"""Hindrances: what keeps a draft of the article's own words from being shown in its sentence's place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standfirst.grounding.checks.attribution import restored
from standfirst.grounding.checks.drafts import SAID, headline_hindrance, hindrance


@pytest.mark.parametrize(
    ("draft", "source"),
    [
        ("The bridge is unsafe.", "The bridge is unsafe, according to a survey."),
        ("Two men were held at the port.", "Two men were held at the port on Friday night, police said."),
        (
            "Two men were held at the port.",
            "Two men were held at the port, the ministry of the interior said on Friday.",
        ),
        ("The bridge should never have been built.", "The bridge should never have been built, Jo Lee told the court."),
        ("The bridge is no beauty.", "The bridge, the mayor of Harwick said on Friday, is no beauty and never was."),
        ("The new bridge would cost £4m.", "Mayor Jo Lee said that the new bridge would cost £4m and take a year."),
        (
            "The new bridge was added to the list.",
            "According to the port, the new bridge was added to the list in May.",
        ),
        ("The council believed it had won.", "Jo Lee also said that the council believed it had won the vote."),
        ("A mile a day keeps one well.", "A mile a day, walked or run, keeps one well, a study has found."),
        ("The new bridge would cost £4m.", "Jo Lee, who runs the city, claimed the new bridge would cost £4m by May."),
        (
            "Traffic has doubled since 2010.",
            "According to the council, traffic has doubled since 2010 in both streets.",
        ),
        ("The bridge was closed for good.", 'The council said of the mayor: "The bridge was closed for good".'),
    ],
)
def test_what_somebody_said_is_not_shown_without_who_said_it(draft: str, source: str) -> None:
    assert hindrance(draft, source) == "unattributed"


@pytest.mark.parametrize(
    ("draft", "source", "whole"),
    [
        (
            "The bridge is unsafe.",
            "The bridge is unsafe at any time of the day, according to a survey.",
            "The bridge is unsafe, according to a survey.",
        ),
        (
            "Two men were held at the port.",
            "Two men were held at the port on Friday night, police said.",
            "Two men were held at the port, police said.",
        ),
        (
            "The bridge was built too low.",
            '"The bridge was built too low for the ships," the port said.',
            "The bridge was built too low, the port said.",
        ),
        (
            "The new bridge would cost £4m.",
            "Mayor Jo Lee said that the new bridge would cost £4m and take a year.",
            "Mayor Jo Lee said that the new bridge would cost £4m.",
        ),
        (
            "Harwick would pay for the bridge.",
            "Jo Lee told the council that Harwick would pay for the bridge by May.",
            "Jo Lee told the council that Harwick would pay for the bridge.",
        ),
        (
            "Traffic has doubled.",
            "According to the council, traffic has doubled since 2010.",
            "According to the council, traffic has doubled.",
        ),
    ],
)
def test_a_draft_is_given_back_who_said_it(draft: str, source: str, whole: str) -> None:
    assert restored(draft, source) == whole
    assert hindrance(whole, source) is None


@pytest.mark.parametrize(
    ("draft", "source"),
    [
        ("The bridge is unsafe.", "The bridge is unsafe at any time of the day, he said."),
        ("We need the bridge.", '"We need the bridge and the ferry," said Jo Lee.'),
        ("The bridge would close.", "Jo Lee told the council the bridge would close by May."),
        ("The bridge is unsafe, a survey says.", "The bridge is unsafe at any time, according to a survey."),
        ("The mayor resigned in May.", "The mayor, who said last year that he would stay, resigned in May."),
    ],
)
def test_a_draft_that_cannot_be_given_who_said_it_is_left_as_it_is(draft: str, source: str) -> None:
    assert restored(draft, source) == draft


def test_a_speaker_whom_the_sentence_does_not_have_is_not_shown() -> None:
    source = "The bridge was closed on Friday for the rest of the year because of cracks in its arches."
    assert hindrance("The bridge was closed on Friday, police said.", source) == "unattributed"


@pytest.mark.parametrize(
    ("draft", "source"),
    [
        ("Two men were held at the port, police said.", "Two men were held at the port on Friday night, police said."),
        ("The bridge is unsafe, engineers say.", "Engineers said that the bridge is unsafe in any weather."),
        ("The council says the bridge is unsafe.", "The bridge is unsafe, the council says in a report of May."),
        ("The mayor resigned in May.", "The mayor, who said last year that he would stay, resigned in May."),
        ("The council closed the bridge.", "The council closed the bridge, and the mayor said that it would stay so."),
        (
            "Jo Lee told the court about the cracks.",
            "Jo Lee told the court about the cracks and said nobody had listened.",
        ),
        ("Water was found below the arch.", "Water was found below the arch, believed to be from the old mill."),
    ],
)
def test_what_nobody_said_and_what_is_still_said_may_be_shown(draft: str, source: str) -> None:
    assert hindrance(draft, source) is None


@pytest.mark.parametrize(
    ("draft", "source"),
    [
        ("Jo Lee won seat on the council.", "Jo Lee won a seat on the council for the first time on Friday."),
        ("The city will build second bridge.", "The city will build a second bridge over the river next year."),
        ("The mayor was arrested on Friday.", "The mayor's younger brother was arrested on Friday at the port."),
        ("The engineers have left the city.", "The engineers' only lawyer have left the city without a word."),
        ("The bridge was sold on Friday.", "The history of the bridge was sold on Friday for £4 a copy."),
        ("Harwick Ferries have fallen by a tenth.", "Shares in the owner of Harwick Ferries have fallen by a tenth."),
        ("The port built the bridge, sold its shares.", "The port, which built the bridge, sold its shares on Friday."),
        ("Mayor Jo Lee is less than the £4m of May.", "The sum told by Mayor Jo Lee is less than the £4m of May."),
        ("The bridge fell, Jo Lee was at the port.", "When the bridge fell, Jo Lee was at the port of Harwick."),
        ("Jo Lee is said have left the port.", "Jo Lee is said to have left the port on Friday."),
        ("Voters want a second bridge.", "A third of voters want a second bridge, though not beside the first."),
    ],
)
def test_a_sentence_without_an_article_or_with_another_doer_is_not_shown(draft: str, source: str) -> None:
    assert hindrance(draft, source) == "omission"


@pytest.mark.parametrize(
    ("draft", "source"),
    [
        ("People marched over the bridge.", "Thousands of people marched over the bridge on Friday in the rain."),
        ("Toronto Raptors fans filled the bridge.", "The Toronto Raptors fans filled the bridge until the morning."),
        ("The mayor's brother was arrested.", "The mayor's younger brother was arrested on Friday at the port."),
        ("Harwick will have a second bridge.", "The town of Harwick will have a second bridge by next summer."),
        ("The bridge fell on Friday.", "When the bridge fell on Friday, Jo Lee was at the port."),
        ("Jo Lee closed the bridge.", "At a meeting in Harwick, Jo Lee closed the bridge."),
        ("The council closed the bridge.", "The council on Friday closed the old bridge over the river Stour."),
    ],
)
def test_a_sentence_that_only_says_less_may_be_shown(draft: str, source: str) -> None:
    assert hindrance(draft, source) is None


def test_a_sentence_that_needs_the_one_before_is_not_shown() -> None:
    assert hindrance("He closed the bridge.", "The mayor said nothing before he closed the bridge.") == "leaning"


def test_half_a_sentence_is_not_shown() -> None:
    assert (
        hindrance("The engineer of the bridge in Harwick.", "The engineer of the bridge in Harwick resigned.")
        == "fragment"
    )


@pytest.mark.parametrize(
    ("headline", "found"),
    [
        ("Bridge is unsafe at any time of day", "unattributed"),
        ("Bridge is unsafe at any time of day, says survey", None),
        ("Mayor was arrested at port", "omission"),
        ("Mayor's brother was arrested at port", None),
        ("Shares have fallen by a tenth", None),
        ("Diver who found crack in arch", "fragment"),
        ("Diver has spoken", None),
        ("Harwick Ferries have fallen by tenth", "omission"),
    ],
)
def test_a_headline_says_who_said_so_and_whose_deed_it_was_but_needs_no_articles(
    headline: str, found: str | None
) -> None:
    sources = [
        "The bridge is unsafe at any time of day, according to a survey.",
        "The mayor's brother was arrested at the port on Friday.",
        "Shares in the owner of Harwick Ferries have fallen by a tenth.",
        "A diver who found a crack in the arch has spoken for the first time.",
    ]
    assert headline_hindrance(headline, sources) == found


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_two_texts_can_be_asked_about(draft: str, source: str) -> None:
    assert draft[1:].removesuffix(".") in restored(draft, source)
    assert hindrance(draft, source) in (None, *SAID)
    assert headline_hindrance(draft, [source, draft]) in (None, *SAID)
