"""Batches by length."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from standfirst_models.runtimes.text.batches import batches_by_length


@given(st.lists(st.integers(1, 50), max_size=40), st.integers(1, 100))
def test_each_sequence_is_in_one_batch_and_padded_batches_keep_the_limit(lengths: list[int], most: int) -> None:
    batches = list(batches_by_length(lengths, most))
    assert sorted(index for batch in batches for index in batch) == list(range(len(lengths)))
    for batch in batches:
        assert len(batch) == 1 or max(lengths[index] for index in batch) * len(batch) <= most


def test_sequences_of_similar_length_share_a_batch() -> None:
    assert list(batches_by_length([1, 9, 2, 10], 20)) == [[0, 2], [1, 3]]
