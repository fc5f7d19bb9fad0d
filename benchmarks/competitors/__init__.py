"""What people use instead, each as a program that runs in a process of its own (``benchmarks.throughput``)."""

from __future__ import annotations

#: Tokens that each of them writes for an article: as many as a briefing of ours is drafted in, at most.
TOKENS = 80


def asked(text: str) -> str:
    """What a chat model is asked about an article."""
    return f"Summarize this news article in four sentences.\n\n{text}"
