"""Compute what a number of machines makes, and what the database takes: the table of docs/scaling.md.

    python -m benchmarks.capacity --seconds S --memory M [--briefing B] [--item I] [--log W] [--database N]

S are the seconds of a core for an article (``benchmarks.replicas throughput``), M the gigabytes of a replica; B, I and
W are the kilobytes of a briefing, of an item of a job and of the database's log for an item, and N the items a second
that one PostgreSQL processed (``benchmarks.storage``).
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass

#: The machines that are compared, and the cores of each.
MACHINES, CORES = (1, 10, 1000), 16
#: Cores of a replica, and the share of the time for which cores are planned to be busy.
REPLICA_CORES, BUSY = 2, 0.7
#: The database's connections of a replica at most, and the share of its measured items a second that is planned for.
CONNECTIONS, PLANNED = 15, 0.5
BRIEFING_DAYS, JOB_DAYS = 90, 7
DAY, KB_IN_TB = 86_400, 1e9


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures that the model needs; see the module's docstring for their units."""

    seconds: float
    memory: float
    briefing: float
    item: float
    log: float
    database: float


def table(measured: Measured) -> list[str]:
    """Return the lines of the table, in Markdown."""
    columns = [_column(machines, measured) for machines in MACHINES]
    head = ["", *(f"{machines:,} machine{'s' * (machines > 1)}" for machines in MACHINES)]
    rows = [[name, *(column[name] for column in columns)] for name in columns[0]]
    lines = [f"| {' | '.join(row)} |" for row in (head, *rows)]
    return [lines[0], "|---" * len(head) + "|", *lines[1:]]


def _column(machines: int, measured: Measured) -> dict[str, str]:
    rate = machines * CORES * BUSY / measured.seconds
    replicas = machines * CORES // REPLICA_CORES
    cells = math.ceil(rate / (PLANNED * measured.database))
    kept = rate * DAY * (measured.briefing * BRIEFING_DAYS + measured.item * JOB_DAYS) / KB_IN_TB
    return {
        "articles a second, and a day": f"{_short(rate)}, {_short(rate * DAY / 1e6)} million",
        "replicas, and their memory": f"{replicas:,}, {_short(replicas * measured.memory)} GB",
        "databases": f"{cells:,}",
        "connections of one database": f"{_short(math.ceil(replicas / cells) * CONNECTIONS)}",
        "kept in all databases": f"{_short(kept)} TB",
        "written to their logs": f"{_short(rate * measured.log / 1e3)} MB a second",
    }


def _short(number: float) -> str:
    """Return ``number`` with two significant digits, and all digits before the point."""
    return f"{number:,.0f}" if number >= 10 else f"{number:.2g}"


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description="Compute what a number of machines makes.")
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--memory", type=float, required=True)
    parser.add_argument("--briefing", type=float, default=3.9)
    parser.add_argument("--item", type=float, default=4.2)
    parser.add_argument("--log", type=float, default=9.3)
    parser.add_argument("--database", type=float, default=76)
    print("\n".join(table(Measured(**vars(parser.parse_args(arguments))))))


if __name__ == "__main__":
    main(sys.argv[1:])
