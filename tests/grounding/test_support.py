"""Support: the features of a claim and what is made of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standfirst.grounding.support import EMBEDDED, UNCALIBRATED, Features, calibration_of, features, likeness
from standfirst.language.en.analysis import Analyzer
from standfirst.language.words import Lexer
from standfirst_models.catalog import EMBEDDED_VERIFIER, catalog

WORDS = Lexer().words


def test_a_claim_in_the_words_of_its_evidence_has_all_its_triples() -> None:
    found = features(WORDS("Lee closed the old bridge"), [WORDS("On Friday Lee closed the old bridge.")], 3.0)
    assert found == Features(triples=1.0, verifier=3.0)


def test_words_in_another_order_count_less() -> None:
    found = features(WORDS("the old bridge closed Lee"), [WORDS("Lee closed the old bridge.")], 0.0)
    assert found.triples == pytest.approx(1 / 3)


def test_a_claim_without_words_has_no_triples() -> None:
    assert features((), [WORDS("Lee closed the bridge.")], 0.0) == Features(0.0, 0.0)


def test_a_logit_beyond_eight_counts_as_eight() -> None:
    assert features((), [], -20.0).verifier == -8
    assert features((), [], 20.0).verifier == 8


@given(st.floats(0, 1), st.floats(-8, 8))
def test_support_is_a_probability_that_rises_with_the_logit(triples: float, verifier: float) -> None:
    for reading in (EMBEDDED.cut, UNCALIBRATED.cut):
        assert 0 < reading.support(Features(triples, -8)) <= reading.support(Features(triples, verifier)) < 1


def test_the_bounds_of_every_reading_are_on_both_sides_of_even_odds() -> None:
    assert calibration_of(EMBEDDED_VERIFIER) is EMBEDDED
    for name in [EMBEDDED_VERIFIER, *(spec.name for spec in catalog() if spec.role == "verifier")]:
        calibration = calibration_of(name)
        for reading in filter(None, (calibration.cut, calibration.reworded)):
            assert 0 <= reading.not_backed_to < 0.5 <= reading.backed_from < 1


def test_the_small_verifier_cannot_judge_other_words_and_the_larger_one_judges_them_by_its_logit_alone() -> None:
    assert EMBEDDED.reworded is None
    reworded = calibration_of("reader-110m").reworded
    assert reworded is not None
    assert reworded.support(Features(0.0, 3.0)) == reworded.support(Features(1.0, 3.0))


LIKENESSES = [
    ("Lee closed the bridge.", 1.0),
    ("On Friday Lee closed it.", 1.0),
    ("Lee shut the bridge.", 2 / 3),
    ("The bridge closed Lee.", 1 / 3),
    ("It did.", 0.0),
]


@pytest.mark.parametrize(("claim", "share"), LIKENESSES)
def test_a_claim_is_like_the_sentence_that_has_its_words_in_the_same_order(claim: str, share: float) -> None:
    analyse = Analyzer().analyse
    assert likeness(analyse(claim), analyse("On Friday Lee closed the old bridge.")) == pytest.approx(share)
