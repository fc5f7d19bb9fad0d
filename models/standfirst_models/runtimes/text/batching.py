"""Batching: texts of like length together, so that little is padded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def alike(lengths: Sequence[int], most: int) -> Iterator[list[int]]:
    """Indices into ``lengths`` (in tokens) in batches of like length, of ``most`` tokens at most with their padding."""
    batch: list[int] = []
    for index in sorted(range(len(lengths)), key=lambda i: lengths[i]):
        if batch and lengths[index] * (len(batch) + 1) > most:
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch
