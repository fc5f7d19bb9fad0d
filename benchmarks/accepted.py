"""What was accepted: jobs, and whether each of their items has ended in exactly one result."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import httpx2


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of the items: without a result, with more than one, how they ended; and jobs that did not end."""

    items: int
    lost: int
    doubled: int
    unfinished: int
    outcomes: Counter[str]

    @property
    def well(self) -> bool:
        """Whether each ended in exactly one briefing."""
        return not (self.lost or self.doubled or self.unfinished) and set(self.outcomes) <= {"briefing"}

    @property
    def told(self) -> dict[str, int]:
        """The same to print."""
        counted = {"items": self.items, "lost": self.lost, "doubled": self.doubled, "unfinished": self.unfinished}
        return {**counted, **self.outcomes}


def ended(client: httpx2.Client, jobs: Mapping[str, int], seconds: float) -> Ended:
    """What became of ``jobs``, the number of items by id, after so many seconds at most."""
    started = time.monotonic()
    unfinished = set(jobs)
    while unfinished and time.monotonic() - started < seconds:
        unfinished = {job for job in unfinished if not client.get(f"/v1/jobs/{job}").json()["ended_at"]}
        time.sleep(1 if unfinished else 0)
    lost = doubled = 0
    outcomes: Counter[str] = Counter()
    for job, number in jobs.items():
        lines = [json.loads(line) for line in client.get(f"/v1/jobs/{job}/results").text.splitlines()]
        seen = Counter(line["index"] for line in lines)
        lost += sum(seen[index] == 0 for index in range(number))
        doubled += sum(count - 1 for count in seen.values())
        outcomes.update("briefing" if "briefing" in line else line["error"]["code"] for line in lines)
    return Ended(sum(jobs.values()), lost, doubled, len(unfinished), outcomes)
