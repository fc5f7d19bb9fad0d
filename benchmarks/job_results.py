"""The results of submitted jobs: whether each item has exactly one."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import httpx2


@dataclass(frozen=True, slots=True)
class JobResults:
    """The results of jobs. ``lost`` items have none, ``doubled`` counts further ones, ``unfinished`` counts jobs.

    ``outcomes`` counts "briefing" and the codes of errors.
    """

    items: int
    lost: int
    doubled: int
    unfinished: int
    outcomes: Counter[str]

    @property
    def are_complete(self) -> bool:
        """Whether each item ended in exactly one briefing."""
        return not (self.lost or self.doubled or self.unfinished) and set(self.outcomes) <= {"briefing"}

    def as_dict(self) -> dict[str, int]:
        """Return all counts by name."""
        counts = {"items": self.items, "lost": self.lost, "doubled": self.doubled, "unfinished": self.unfinished}
        return {**counts, **self.outcomes}


def wait_for_results(client: httpx2.Client, jobs: Mapping[str, int], seconds: float) -> JobResults:
    """Wait until ``jobs`` have ended, for ``seconds`` at most, and return their results.

    ``jobs`` maps ids to numbers of items.
    """
    started = time.monotonic()
    unfinished = set(jobs)
    while unfinished and time.monotonic() - started < seconds:
        unfinished = {job for job in unfinished if not client.get(f"/v1/jobs/{job}").json()["ended_at"]}
        time.sleep(1 if unfinished else 0)
    lost = doubled = 0
    outcomes: Counter[str] = Counter()
    for job, number in jobs.items():
        lines = [json.loads(line) for line in client.get(f"/v1/jobs/{job}/results").text.splitlines()]
        counts = Counter(line["index"] for line in lines)
        lost += sum(counts[index] == 0 for index in range(number))
        doubled += sum(count - 1 for count in counts.values())
        outcomes.update("briefing" if "briefing" in line else line["error"]["code"] for line in lines)
    return JobResults(sum(jobs.values()), lost, doubled, len(unfinished), outcomes)
