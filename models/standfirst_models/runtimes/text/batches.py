"""Batches of token sequences of similar length, so that there is little padding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def batches_by_length(lengths: Sequence[int], most: int) -> Iterator[list[int]]:
    """Yield batches of indices into ``lengths``, the shortest first. Lengths and ``most`` are in tokens.

    A batch has at most ``most`` tokens, padding included, or one sequence.
    """
    batch: list[int] = []
    for index in sorted(range(len(lengths)), key=lambda i: lengths[i]):
        if batch and lengths[index] * (len(batch) + 1) > most:
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch
