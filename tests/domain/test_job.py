"""The job: its state follows from the states of its items."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from standfirst.domain.job import ItemState, Job, JobState


def job(counts: Mapping[str, int], *, is_cancelled: bool = False) -> Job:
    return Job("id", 0.0, None, is_cancelled, {state: counts.get(state.value, 0) for state in ItemState})


@pytest.mark.parametrize(
    ("counts", "state"),
    [
        ({"waiting": 2}, JobState.WAITING),
        ({"waiting": 1, "running": 1}, JobState.RUNNING),
        ({"waiting": 1, "done": 1}, JobState.RUNNING),
        ({"done": 1, "failed": 1}, JobState.DONE),
    ],
)
def test_the_state_of_a_job_follows_from_its_items(counts: Mapping[str, int], state: JobState) -> None:
    assert job(counts).state is state


def test_a_cancelled_job_is_cancelled_whatever_its_items_are() -> None:
    assert job({"done": 2}, is_cancelled=True).state is JobState.CANCELLED


def test_items_are_counted_in_all_and_in_final_states() -> None:
    counted = job({"waiting": 1, "running": 1, "done": 2, "failed": 3, "cancelled": 4})
    assert (counted.item_count, counted.ended_count) == (11, 9)
