"""The grounding index: verdicts, supports and sources."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standfirst.grounding.case import Kind
from standfirst.grounding.index import Verdict
from standfirst.grounding.registry import ENGLISH
from standfirst.grounding.support import UNCALIBRATED, Features, calibration_of
from standfirst.reading.text import read_text
from standfirst_models.protocols.verifier import Finding, Pair
from tests.embedded import embedded_grounding
from tests.grounding.story import STORY

INDEX = embedded_grounding().index(STORY)


def judged(text: str) -> Verdict:
    """Return the verdict of the checks, as if the verifier found all of ``text`` backed."""
    return INDEX.judge(text, [Finding(10.0, (0, 0)) for _ in INDEX.pairs(text)])


@pytest.mark.parametrize(
    ("logit", "finding", "message"),
    [
        (-8.0, "not_backed", "the article does not back “tensions”"),
        (-1.0, "undecided", "the verifier is not sure of “tensions”"),
    ],
)
def test_the_words_that_the_verifier_finds_weakest_are_named(logit: float, finding: str, message: str) -> None:
    draft = "Biden urged Putin to de-escalate tensions."
    start = draft.index("tensions")
    verdict = INDEX.judge(draft, [Finding(logit, (start, start + len("tens")))])
    assert verdict.finding == finding
    assert verdict.messages == (message,)
    assert verdict.reason == "support"


def test_a_verifier_of_documents_reads_an_article_whole_if_it_is_not_too_long() -> None:
    words = len(STORY.text.split())
    claim = "Biden asked his counterpart to calm the standoff."

    def pairs(document_words: int) -> tuple[Pair, ...]:
        calibration = replace(UNCALIBRATED, document_words=document_words)
        return replace(embedded_grounding(), calibration=calibration).index(STORY).pairs(claim)

    (whole,) = pairs(2 * words)
    assert len(whole.evidence.split()) > 0.9 * words
    assert all(len(pair.evidence.split()) < 0.9 * words for pair in pairs(words // 2))


def test_a_claim_is_held_against_a_sentence_with_the_name_that_was_put_in() -> None:
    article = read_text("Ann Lee leads the council. She closed the old bridge on Friday, which pleased the town.")
    index = embedded_grounding().index(article)
    claim = "Ann Lee closed the old bridge on Friday."
    assert index.pairs(claim) == ()  # to the small verifier these are other words than the article's
    index.restate(1, "Ann Lee closed the old bridge on Friday, which pleased the town.")
    [pair] = index.pairs(claim)
    assert pair.evidence.startswith("Ann Lee closed")
    verdict = index.judge(claim, [Finding(10.0, (0, 0))])
    assert verdict.is_backed
    assert verdict.sources == (0, 1)


def test_a_claim_in_other_words_is_undecided_and_the_small_verifier_does_not_read_it() -> None:
    claim = "Biden asked his counterpart to calm the standoff."
    assert INDEX.pairs(claim) == ()
    verdict = judged(claim)
    assert (verdict.finding, verdict.support, verdict.reason) == ("undecided", 0.5, "wording")


LARGER = replace(embedded_grounding(), calibration=calibration_of("reader-110m")).index(STORY)


@pytest.mark.parametrize(("logit", "finding"), [(8.0, "backed"), (0.0, "undecided"), (-8.0, "not_backed")])
def test_a_larger_verifier_decides_a_claim_in_other_words(logit: float, finding: str) -> None:
    claim = "Biden asked his counterpart to calm the standoff."
    assert LARGER.judge(claim, [Finding(logit, (0, 0)) for _ in LARGER.pairs(claim)]).finding == finding


def test_the_part_of_the_article_counts_that_backs_a_claim_most() -> None:
    claim = "Biden asked his counterpart to calm the standoff."
    assert LARGER.judge(claim, [Finding(-8.0, (0, 0)), Finding(8.0, (0, 0))]).is_backed


TRIAL = "The trial of 412 patients in Osaka did not meet its endpoint, Velo said. All but two of the 12 doctors left."


@pytest.mark.parametrize(
    ("claim", "finding", "code"),
    [
        ("The trial met its endpoint.", "not_backed", "negation"),
        ("The trial of 421 patients in Osaka did not meet its endpoint.", "not_backed", "number"),
        ("The trial did not meet its endpoint.", "undecided", "attribution"),
        ("Two of the 12 doctors have not left.", "undecided", "negation"),
        ("Japanese hospitals gave beds for three months.", "undecided", "number"),
        ("The hospital admitted 731 volunteers.", "not_backed", "number"),
    ],
)
def test_a_problem_refutes_a_claim_and_a_doubt_leaves_it_undecided(claim: str, finding: str, code: str) -> None:
    index = embedded_grounding().index(read_text(TRIAL))
    verdict = index.judge(claim, [Finding(8.0, (0, 0)) for _ in index.pairs(claim)])
    assert verdict.finding == finding
    assert code in {problem.code for problem in verdict.problems}


def test_what_is_undecided_never_has_much_support() -> None:
    claims = ["Biden asked his counterpart to calm the standoff.", "The firm would open a factory in Leeds."]
    for claim in claims:
        verdict = LARGER.judge(claim, [Finding(1.5, (0, 0)) for _ in LARGER.pairs(claim)])
        assert verdict.finding == "undecided"
        assert 0.25 <= verdict.support <= 0.5


@pytest.mark.parametrize("index", range(len(STORY.sentences)))
def test_a_sentence_of_the_article_is_backed_by_itself(index: int) -> None:
    assert judged(STORY.sentences[index].text) == Verdict("backed", 1.0, (index,))


def test_a_problem_names_the_words_that_it_is_about() -> None:
    assert any("2024" in problem for problem in judged("Ann Lee said the firm would open in January 2024.").messages)
    assert any("Trump" in problem for problem in judged("Donald Trump urged Putin to de-escalate.").messages)


@given(st.text(max_size=300))
def test_support_and_sources_are_within_bounds_for_any_text(draft: str) -> None:
    verdict = judged(draft)
    assert 0 <= verdict.support <= 1
    assert all(0 <= index < len(STORY.sentences) for index in verdict.sources)
    assert len(verdict.sources) <= 5
    assert (verdict.finding == "backed") == (not verdict.problems)


def test_the_sample_article_backs_each_of_its_own_sentences() -> None:
    sample = json.loads((Path(__file__).parents[2] / "service/standfirst/sample.json").read_text())
    article = read_text(sample["text"])
    index = embedded_grounding().index(article)
    assert all(index.judge(sentence.text, []).is_backed for sentence in article.sentences)


def test_a_claim_that_shares_no_word_with_the_article_has_no_sources_and_is_undecided() -> None:
    verdict = judged("Penguins swim.")
    assert verdict.sources == ()
    assert (verdict.finding, verdict.reason) == ("undecided", "wording")


def test_a_number_in_the_place_of_another_is_one_problem() -> None:
    verdict = judged("The company reported sales of $3.9 million in the year to June, a rise of 12%.")
    assert verdict.messages == ("the article says “$3.5 million”, not “$3.9 million”",)
    assert verdict.reason == "number"


def test_a_check_that_is_off_finds_nothing() -> None:
    draft = "The United States has offered Russia guarantees."
    index = replace(embedded_grounding(), checks=ENGLISH.without(["negation"])).index(STORY)
    assert judged(draft).reason == "negation"
    assert index.judge(draft, [Finding(10.0, (0, 0))]).is_backed


def test_a_headline_is_compared_with_the_sentence_that_has_most_of_its_words() -> None:
    sentences = ["Harwick council met on Tuesday.", "The bridge is unsafe, according to a survey."]
    [problem] = INDEX.problems("Bridge is unsafe", Kind.HEADLINE, sentences)
    assert problem.code == "attribution"


def test_the_features_are_those_of_the_sentences_that_back_the_claim() -> None:
    features = INDEX.features("Biden urged Putin to de-escalate tensions with Ukraine.", [Finding(20.0, (0, 0))])
    assert features == Features(triples=1.0, verifier=8.0)
