"""Facts in summaries: what is held, and what is said twice."""

from __future__ import annotations

import pytest

from benchmarks.facts import facts_per_50_words, repeats_itself

FACTS = ["The mayor closed the old bridge.", "Divers found a bicycle in the harbour."]


def test_a_fact_is_held_where_two_thirds_of_its_words_are_said() -> None:
    assert facts_per_50_words(FACTS, ["The mayor has closed the bridge."]) == pytest.approx(50 * 0.5 / 6)
    assert facts_per_50_words(FACTS, ["The mayor found a bridge."]) == 0
    assert facts_per_50_words(FACTS, []) == 0


def test_a_fact_may_be_spread_over_sentences() -> None:
    assert facts_per_50_words(FACTS[:1], ["The mayor closed it.", "The old bridge is gone."]) == pytest.approx(50 / 9)


def test_a_summary_repeats_itself_if_two_sentences_share_most_of_their_words() -> None:
    assert repeats_itself([*FACTS, "In the harbour divers found the bicycle of a child."])
    assert not repeats_itself(FACTS)
    assert not repeats_itself(["The mayor closed the bridge.", "He closed it.", "It is closed."])
