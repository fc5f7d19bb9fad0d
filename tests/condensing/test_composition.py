"""The composition: what a briefing shows of a draft, given its verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from standfirst.condensing.candidate import Candidate
from standfirst.condensing.composition import Composition
from standfirst.condensing.generation import Generator
from standfirst.condensing.information import Information
from standfirst.condensing.pool import Pool
from standfirst.condensing.source_sentence import source_sentences_of
from standfirst.domain.article import Article
from standfirst.domain.briefing import Briefing, BriefingSentence, OnUnsupported, Options, PlacedSentence
from standfirst.grounding.case import Problem
from standfirst.grounding.index import GroundingIndex, Verdict
from standfirst.language.parser import Parses
from standfirst.language.words import Lexer, stems_of
from standfirst.reading.text import read_text
from tests.api.scripted_service import STORY
from tests.condensing.scripted_briefer import STAMP
from tests.embedded import embedded_grounding

ARTICLE = read_text(STORY)
SOURCES = source_sentences_of(ARTICLE)
LEXER = Lexer()
#: Every word is worth more than it costs, but for those of no interest.
INFORMATION = Information(
    np.eye(len(SOURCES), dtype=np.float32),
    np.zeros(len(SOURCES)),
    {stem: 0.0 if stem == "traffic" else 0.5 for source in SOURCES for stem in stems_of(LEXER.words(source.text))},
)
GENERATOR = Generator(ARTICLE, SOURCES, GroundingIndex(ARTICLE, Parses(None)), INFORMATION)
CHOSEN = GENERATOR.quotations()[:3]
BACKED = Verdict("backed", 0.9, (0,))
REFUSED = Verdict("not_backed", 0.3, (0,), (Problem("number", "the article does not say “15”"),))
DRAFT = "Harwick council voted 14 to 3 on Tuesday to close the Old Mill bridge for nine months."
HEADLINE = "Harwick council voted to close Old Mill bridge"
#: Backed, but not as what it is to be shown as.
FRAGMENT = replace(BACKED, draft_problems=(Problem("fragment", "it is not a whole sentence"),))


class RecordedComposition:
    """A composition with everything that it emits."""

    def __init__(
        self,
        on_unsupported: OnUnsupported = "replace",
        article: Article = ARTICLE,
        chosen: Sequence[Candidate] = CHOSEN,
        information: Information = INFORMATION,
    ) -> None:
        self.emitted: list[PlacedSentence] = []
        options = Options(on_unsupported=on_unsupported)
        pool = Pool(information, GENERATOR.quotations())
        self.composition = Composition(article, options, embedded_grounding().index(article), pool, self.emitted.append)
        self.composition.choose(chosen)

    def add_draft(self, index: int, draft: str, verdict: Verdict) -> None:
        source = SOURCES[index]
        self.composition.add_draft(source, GENERATOR.candidate(draft, "written", source), verdict)

    def briefing(self) -> Briefing:
        self.composition.settle_remaining()
        return self.composition.briefing("id", STAMP, complete=True)


def quotation(index: int) -> tuple[str, str]:
    return "quoted", SOURCES[index].text


def shown(sentence: BriefingSentence | None) -> tuple[str, str] | None:
    return None if sentence is None else (sentence.origin, sentence.text)


def test_without_drafts_every_selected_sentence_is_quoted() -> None:
    briefing = RecordedComposition().briefing()
    assert [shown(one) for one in briefing.standfirst] == [quotation(0)]
    assert [shown(one) for one in briefing.points] == [quotation(1), quotation(2)]
    assert briefing.coverage.sentences_used == 3


def test_a_draft_that_is_backed_is_shown_for_its_sentence() -> None:
    recorded = RecordedComposition()
    recorded.add_draft(0, DRAFT, BACKED)
    [standfirst] = recorded.briefing().standfirst
    assert (standfirst.origin, standfirst.text, standfirst.support) == ("written", DRAFT, 0.9)
    assert [passage.text for passage in standfirst.sources] == [ARTICLE.sentences[0].text]


@pytest.mark.parametrize(
    ("on_unsupported", "standfirst"),
    [("replace", quotation(0)), ("drop", quotation(1)), ("flag", ("written", DRAFT))],
)
def test_a_draft_that_is_not_backed_is_replaced_dropped_or_flagged(
    on_unsupported: OnUnsupported, standfirst: tuple[str, str]
) -> None:
    recorded = RecordedComposition(on_unsupported)
    recorded.add_draft(0, DRAFT, REFUSED)
    briefing = recorded.briefing()
    assert shown(briefing.standfirst[0]) == standfirst
    assert briefing.standfirst[0].problems == (REFUSED.messages if on_unsupported == "flag" else ())
    assert [(one.text, one.reason, one.problems) for one in briefing.refused] == [(DRAFT, "number", REFUSED.messages)]


@pytest.mark.parametrize("on_unsupported", ["replace", "drop", "flag"])
def test_a_backed_draft_that_is_no_sentence_is_always_replaced(on_unsupported: OnUnsupported) -> None:
    recorded = RecordedComposition(on_unsupported)
    recorded.add_draft(0, "Harwick council voted on Tuesday to.", FRAGMENT)
    briefing = recorded.briefing()
    assert shown(briefing.standfirst[0]) == quotation(0)
    assert [one.reason for one in briefing.refused] == ["fragment"]


def test_a_backed_draft_that_has_lost_the_point_is_not_shown() -> None:
    recorded = RecordedComposition()
    recorded.add_draft(0, "Harwick council voted on Tuesday.", BACKED)
    briefing = recorded.briefing()
    assert shown(briefing.standfirst[0]) == quotation(0)
    assert briefing.refused == ()


def test_a_sentence_to_which_the_next_one_refers_stays_whole() -> None:
    recorded = RecordedComposition(chosen=[CHOSEN[0], replace(CHOSEN[1], follows=0), CHOSEN[2]])
    recorded.add_draft(0, DRAFT, BACKED)
    assert shown(recorded.briefing().standfirst[0]) == quotation(0)


def test_a_draft_that_says_what_another_sentence_says_is_not_shown() -> None:
    alike = INFORMATION.vectors.copy()
    alike[1] = alike[0]
    recorded = RecordedComposition(information=replace(INFORMATION, vectors=alike))
    recorded.add_draft(0, DRAFT, BACKED)
    assert shown(recorded.briefing().standfirst[0]) == quotation(0)


def test_of_two_drafts_of_a_sentence_the_one_that_says_most_for_its_words_is_shown() -> None:
    recorded = RecordedComposition()
    recorded.add_draft(0, "Harwick council voted on Tuesday.", BACKED)
    recorded.add_draft(0, DRAFT, BACKED)
    assert shown(recorded.briefing().standfirst[0]) == ("written", DRAFT)


def test_a_draft_that_lacks_a_name_which_a_later_sentence_needs_is_not_shown() -> None:
    article = read_text("Mayor Anna Lind closed the mill on Monday in anger. The miller sued. Lind did not answer.")
    sources = source_sentences_of(article)
    information = Information(np.eye(3, dtype=np.float32), np.zeros(3), {"mayor": 0.5})
    generator = Generator(article, sources, GroundingIndex(article, Parses(None)), information)
    for chosen, is_shown in ((generator.quotations(), False), (generator.quotations()[:2], True)):
        pool = Pool(information, generator.quotations())
        composition = Composition(article, Options(), embedded_grounding().index(article), pool, lambda _: None)
        composition.choose(chosen)
        composition.add_draft(sources[0], generator.candidate("The mayor closed it.", "written", sources[0]), BACKED)
        composition.settle_remaining()
        [standfirst] = composition.briefing("id", STAMP, complete=True).standfirst
        assert (standfirst.origin == "written") is is_shown


def test_sentences_are_emitted_with_their_place_in_the_order_in_which_they_are_added() -> None:
    recorded = RecordedComposition()
    recorded.composition.settle([SOURCES[2]])
    recorded.composition.add_headline(HEADLINE, BACKED)
    recorded.add_draft(0, DRAFT, BACKED)
    recorded.briefing()
    assert [(one.section, one.index) for one in recorded.emitted] == [
        ("point", 1),
        ("headline", 0),
        ("standfirst", 0),
        ("point", 0),
    ]


def test_a_title_in_the_text_is_the_headline_with_full_support() -> None:
    titled = replace(ARTICLE, text=f"Bridge to close\n\n{ARTICLE.text}")
    recorded = RecordedComposition(article=titled)
    recorded.composition.add_title("Bridge to close", REFUSED)
    headline = recorded.briefing().headline
    assert headline
    assert (headline.text, headline.support) == ("Bridge to close", 1.0)
    assert titled.text[headline.sources[0].start : headline.sources[0].end] == "Bridge to close"


@pytest.mark.parametrize(("title", "is_shown"), [("Bridge to shut", True), ("Bridge to shut for 15 years", False)])
def test_a_title_is_the_headline_unless_the_text_lacks_its_numbers(title: str, is_shown: bool) -> None:
    recorded = RecordedComposition()
    recorded.composition.add_title(title, BACKED)
    assert (recorded.briefing().headline is not None) is is_shown


@pytest.mark.parametrize(
    ("is_given", "verdict", "is_shown"), [(True, REFUSED, False), (True, BACKED, True), (False, REFUSED, True)]
)
def test_a_title_that_a_caller_states_must_be_backed(is_given: bool, verdict: Verdict, is_shown: bool) -> None:
    recorded = RecordedComposition(article=replace(ARTICLE, is_title_given=is_given))
    recorded.composition.add_title("Bridge to shut", verdict)
    assert (recorded.briefing().headline is not None) is is_shown


@pytest.mark.parametrize(("title", "is_shown"), [("{} in words of its own", False), ("{}", True)])
def test_a_title_of_which_the_verifier_cannot_tell_must_have_the_words_of_one_sentence(
    title: str, is_shown: bool
) -> None:
    recorded = RecordedComposition(article=replace(ARTICLE, is_title_given=True))
    words = ARTICLE.sentences[0].text.removesuffix(".").split()
    undecided = Verdict("undecided", 0.5, (0,), (Problem("wording", "it is in other words"),))
    recorded.composition.add_title(title.format(" ".join(reversed(words))), undecided)
    assert (recorded.briefing().headline is not None) is is_shown


def test_a_title_within_a_line_of_the_text_is_not_in_the_text() -> None:
    labelled = replace(ARTICLE, text=f"Title: Bridge to shut\n\n{ARTICLE.text}", is_title_given=True)
    recorded = RecordedComposition(article=labelled)
    recorded.composition.add_title("Bridge to shut", REFUSED)
    assert recorded.briefing().headline is None


def test_a_drafted_headline_is_shown_if_it_is_backed() -> None:
    recorded = RecordedComposition()
    recorded.composition.add_headline(HEADLINE, BACKED)
    assert shown(recorded.briefing().headline) == ("written", HEADLINE)


@pytest.mark.parametrize("on_unsupported", ["replace", "drop", "flag"])
def test_a_drafted_headline_that_is_not_backed_is_shown_only_to_be_flagged(on_unsupported: OnUnsupported) -> None:
    recorded = RecordedComposition(on_unsupported)
    recorded.composition.add_headline(HEADLINE, REFUSED)
    briefing = recorded.briefing()
    assert (briefing.headline is not None) is (on_unsupported == "flag")
    assert [one.text for one in briefing.refused] == [HEADLINE]


def test_a_backed_headline_that_is_a_fragment_is_refused() -> None:
    recorded = RecordedComposition()
    recorded.composition.add_headline("Harwick council voted to", FRAGMENT)
    briefing = recorded.briefing()
    assert briefing.headline is None
    assert [one.reason for one in briefing.refused] == ["fragment"]


@pytest.mark.parametrize("verdict", [BACKED, REFUSED])
def test_the_writers_headline_is_held_if_it_may_be_shown_and_refused_otherwise(verdict: Verdict) -> None:
    recorded = RecordedComposition()
    draft = GENERATOR.written(HEADLINE, (0,))
    recorded.composition.hold_headline(draft, verdict)
    assert recorded.composition.held_headline == ((draft, BACKED) if verdict is BACKED else None)
    assert [one.text for one in recorded.briefing().refused] == ([] if verdict is BACKED else [HEADLINE])


def test_without_another_headline_the_standfirst_is_repeated_as_one() -> None:
    recorded = RecordedComposition()
    recorded.composition.settle_remaining()
    recorded.composition.quote_headline()
    assert shown(recorded.briefing().headline) == ("quoted", SOURCES[0].text.removesuffix("."))


def test_a_headline_that_is_there_is_not_replaced_by_the_standfirst() -> None:
    recorded = RecordedComposition()
    recorded.composition.add_headline(HEADLINE, BACKED)
    recorded.composition.settle_remaining()
    recorded.composition.quote_headline()
    assert shown(recorded.briefing().headline) == ("written", HEADLINE)
