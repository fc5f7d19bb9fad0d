"""Support: the features of a claim and what is made of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standfirst.grounding.support import EMBEDDED, Features, calibration_of, features
from standfirst.language.words import Lexer
from standfirst_models.catalog import EMBEDDED_VERIFIER, catalog

WORDS = Lexer().words


def test_a_claim_in_the_words_of_its_evidence_has_all_its_triples_in_order() -> None:
    found = features(WORDS("Lee closed the old bridge"), [WORDS("On Friday Lee closed the old bridge.")], 3.0)
    assert found == Features(triples=1.0, order=1.0, verifier=3.0)


def test_words_in_another_order_count_less() -> None:
    found = features(WORDS("the old bridge closed Lee"), [WORDS("Lee closed the old bridge.")], 0.0)
    assert found.triples == pytest.approx(1 / 3)
    assert found.order == pytest.approx(2 / 4)


def test_a_claim_without_words_has_no_triples() -> None:
    assert features((), [WORDS("Lee closed the bridge.")], 0.0) == Features(0.0, 0.0, 0.0)


def test_a_logit_beyond_eight_counts_as_eight() -> None:
    assert features((), [], -20.0).verifier == -8
    assert features((), [], 20.0).verifier == 8


shares = st.floats(0, 1)


@given(shares, shares, st.floats(-8, 8))
def test_a_problem_halves_the_support(triples: float, order: float, verifier: float) -> None:
    found = Features(triples, order, verifier)
    assert 0 < EMBEDDED.support(found) < 1
    assert EMBEDDED.support(found, problem=True) == pytest.approx(EMBEDDED.support(found) / 2)


def test_every_verifier_of_the_catalog_has_a_calibration() -> None:
    assert calibration_of(EMBEDDED_VERIFIER) is EMBEDDED
    for spec in catalog():
        if spec.role == "verifier":
            assert 0.5 < calibration_of(spec.name).threshold < 1


def test_other_words_take_no_support_away_from_what_the_larger_reader_is_sure_of() -> None:
    larger = calibration_of("reader-110m")
    paraphrase, copy = Features(0.0, 0.0, 3.0), Features(1.0, 1.0, 3.0)
    assert larger.threshold < larger.support(paraphrase) < larger.support(copy)
    assert EMBEDDED.support(paraphrase) < EMBEDDED.threshold


def test_the_larger_reader_does_not_let_a_copy_pass_that_it_is_sure_is_false() -> None:
    larger = calibration_of("reader-110m")
    assert larger.support(Features(1.0, 1.0, -2.0)) < larger.threshold
