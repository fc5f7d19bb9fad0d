"""The headlines that a sentence gives: its main clause, shorter and shorter, and never broken off."""

from __future__ import annotations

import pytest

from standfirst.language.en.headlines import headline_forms
from standfirst.language.parser import SentenceParser


def headlines(sentence: str, parser: SentenceParser) -> tuple[str, ...]:
    [parsed] = parser.parse([sentence])
    return headline_forms(parsed)


def test_circumstances_go_before_what_describes_a_noun(parser: SentenceParser) -> None:
    sentence = "The council of Felden closed the old bridge (built in 1911) on Monday after a car fell into the river."
    found = headlines(sentence, parser)
    assert found[0] == "Council of Felden closed old bridge on Monday after car fell into river"
    assert found[-1] == "Council of Felden closed old bridge"
    assert [len(form) for form in found] == sorted((len(form) for form in found), reverse=True)


@pytest.mark.parametrize(
    ("sentence", "kept"),
    [
        ("The council will close the bridge unless the state pays for it.", "unless"),
        ("The mayor did not resign on Monday.", "not"),
        ("The mayor of Felden, a baker, said the bridge was safe.", "said"),
    ],
)
def test_what_limits_denies_or_says_stays(sentence: str, kept: str, parser: SentenceParser) -> None:
    assert all(kept in form.split() for form in headlines(sentence, parser))


def test_no_comma_is_left_beside_a_gap(parser: SentenceParser) -> None:
    found = headlines("The mayor of Felden, who is a baker, has closed the bridge.", parser)
    assert found[-1] == "Mayor of Felden has closed bridge"


def test_a_verb_that_has_lost_its_subject_gives_no_headline(parser: SentenceParser) -> None:
    sentence = "Kettle maker Orme has posted a 20% rise in profit after sales of red kettles were boosted by a film."
    assert not any("rise were" in form or "profit were" in form for form in headlines(sentence, parser))


@pytest.mark.parametrize("text", ["A bridge at night.", "Who closed it?", ""])
def test_what_is_no_clause_gives_no_headline(text: str, parser: SentenceParser) -> None:
    assert headlines(text, parser) == ()
