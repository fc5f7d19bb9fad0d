"""The scheduler: which of the waiting rows form the next batch.

Pure: it knows no model, no thread and no clock. A job is what one caller asked for; its rows (prompts, or texts
to encode) may run in different batches.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

#: How far past the oldest job a batch looks for rows of like length, as a multiple of the rows it holds.
_LOOKAHEAD = 8
#: A batch of patient rows is smaller by this, down to so many: whoever comes meanwhile waits until it has run.
_PATIENT_PART, _PATIENT_ROWS = 4, 8


@dataclass(frozen=True, slots=True)
class Row:
    """Row ``index`` of job ``job``, ``size`` tokens long, output included."""

    job: int
    index: int
    size: int


@dataclass(frozen=True, slots=True)
class BatchBudget:
    """What fits into a batch: so many rows, and so many tokens, each row counted as long as the longest."""

    rows: int
    tokens: int


class Scheduler:
    """Rows that wait, in the order of their jobs' arrival; patient ones run when no others wait.

    A row that is longer than a batch has ``room`` for runs alone.
    """

    def __init__(self, room: BatchBudget) -> None:
        self._rows = room.rows
        self._tokens = room.tokens
        self._urgent: list[Row] = []
        self._patient: list[Row] = []

    def __len__(self) -> int:
        """How many rows wait."""
        return len(self._urgent) + len(self._patient)

    def add(self, job: int, sizes: Sequence[int], *, patient: bool = False) -> None:
        """Let a new job's rows wait, behind all others that are as patient."""
        waiting = self._patient if patient else self._urgent
        waiting.extend(Row(job, index, size) for index, size in enumerate(sizes))

    def cancel(self, job: int) -> None:
        """Forget the rows of ``job`` that still wait."""
        self._urgent = [row for row in self._urgent if row.job != job]
        self._patient = [row for row in self._patient if row.job != job]

    def next_batch(self) -> list[Row]:
        """Take out the next batch; empty where nothing waits.

        The row that has waited longest is always in it, so none starves but patient ones by others. Then come rows
        of the same job, so that it ends soon, then rows of others, nearest in length first, as far as the batch has
        room. Patient rows never share a batch with others, whom they would keep waiting, and their batches are small.
        """
        waiting = self._urgent or self._patient
        if not waiting:
            return []
        most = self._rows if self._urgent else min(self._rows, max(_PATIENT_ROWS, self._rows // _PATIENT_PART))
        oldest = waiting[0]
        others = sorted(
            waiting[1 : self._rows * _LOOKAHEAD],
            key=lambda row: (row.job != oldest.job, abs(row.size - oldest.size)),
        )
        batch, longest = [oldest], oldest.size
        for row in others:
            if len(batch) == most:
                break
            if max(longest, row.size) * (len(batch) + 1) <= self._tokens:
                batch.append(row)
                longest = max(longest, row.size)
        taken = set(batch)
        waiting[:] = [row for row in waiting if row not in taken]
        return batch
