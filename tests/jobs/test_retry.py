"""The retry policy: work waits for models that are away, and is repeated when they fail."""

from __future__ import annotations

import asyncio

import pytest

from standfirst.jobs.retry import retry
from standfirst_models.errors import InferenceFailed, ModelError, NotReady


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        (
            [NotReady("away", 0.0), NotReady("away again", 0.0), "a briefing"],
            "failed, available, failed, available, a briefing",
        ),
        ([InferenceFailed("too slow")] * 2 + ["a briefing"], "failed, available, failed, available, a briefing"),
        ([InferenceFailed("too slow")] * 3, "failed, available, failed, available, failed, too slow"),
    ],
)
def test_work_is_repeated_when_the_models_are_available_again(
    outcomes: list[str | ModelError], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("standfirst.jobs.retry._PAUSE_SECONDS", 0.0)
    left, seen = [*outcomes], list[str]()

    async def work() -> str:
        outcome = left.pop(0)
        if isinstance(outcome, ModelError):
            seen.append("failed")
            raise outcome
        return outcome

    async def available() -> None:
        seen.append("available")

    try:
        seen.append(asyncio.run(retry(work, available)))
    except InferenceFailed as error:
        seen.append(str(error))
    assert ", ".join(seen) == expected
