"""Alternatives to the service, each as a program in its own process (``benchmarks.throughput``)."""

from __future__ import annotations

#: The tokens that each alternative writes for an article: the most that the service drafts for a briefing.
TOKENS = 80


def summary_prompt(text: str) -> str:
    """Return the prompt for a chat model to summarize an article."""
    return f"Summarize this news article in four sentences.\n\n{text}"
