"""Test of the generated client."""

from __future__ import annotations

from scripts.blocking_client import CLIENT, generate


def test_the_blocking_client_is_what_is_generated_from_the_asynchronous_one() -> None:
    assert (CLIENT / "blocking.py").read_text(encoding="utf-8") == generate(), "run: make client"
