"""Batching: texts of like length together, so that little is padded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

#: Tokens in one forward pass, padding counted: more of them run no faster on a processor and take more memory.
_BATCH_TOKENS = 4096


def alike(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Indices into ``lengths`` (in tokens) in batches of like length, of at most 4,096 tokens with their padding."""
    batch: list[int] = []
    for index in sorted(range(len(lengths)), key=lambda i: lengths[i]):
        if batch and lengths[index] * (len(batch) + 1) > _BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch
