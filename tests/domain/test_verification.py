"""The verification."""

from __future__ import annotations

import pytest

from standfirst.domain.verification import JudgedSentence, Verification


def test_the_support_of_a_summary_is_the_mean_of_its_sentences() -> None:
    sentences = tuple(JudgedSentence("It rained.", "undecided", support) for support in (1.0, 0.5, 0.0))
    assert Verification(sentences).support == pytest.approx(0.5)


def test_the_findings_are_counted() -> None:
    verification = Verification(
        (JudgedSentence("It rained.", "backed", 1.0), JudgedSentence("It snowed.", "undecided", 0.5))
    )
    assert [verification.count(finding) for finding in ("backed", "not_backed", "undecided")] == [1, 0, 1]
