"""Test of the generated client."""

from __future__ import annotations

import pytest

from scripts.blocking_client import CLIENT, generate

pytestmark = pytest.mark.process


def test_the_blocking_client_is_what_is_generated_from_the_asynchronous_one() -> None:
    assert (CLIENT / "blocking.py").read_text(encoding="utf-8") == generate(), "run: make client"
