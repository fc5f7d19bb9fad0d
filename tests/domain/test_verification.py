"""The verification."""

from __future__ import annotations

import pytest

from standfirst.domain.verification import JudgedSentence, Verification


def test_the_support_of_a_summary_is_the_mean_of_its_sentences() -> None:
    sentences = tuple(JudgedSentence("It rained.", support, (), ()) for support in (1.0, 0.5, 0.0))
    assert Verification(sentences).support == pytest.approx(0.5)
