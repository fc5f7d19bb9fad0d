"""The scheduler: it chooses which waiting rows form the next batch.

It is pure: it knows no model, thread or clock. The rows of one job may run in different batches.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from standfirst_models.protocols.writer import BatchBudget

#: How many waiting rows are searched for rows of similar length, as a multiple of a batch's rows.
_LOOKAHEAD = 8
#: Patient rows run in batches of this part of the usual rows, but not fewer than the second: a row that is not patient
#: waits at most for the end of such a batch.
_PATIENT_PART, _PATIENT_ROWS = 4, 8


@dataclass(frozen=True, slots=True)
class Row:
    """Item ``index`` of job ``job``. ``size`` is its tokens, output included."""

    job: int
    index: int
    size: int


class Scheduler:
    """A queue of rows, in the order in which their jobs arrived, and a second one of patient rows.

    A row that exceeds the budget by itself runs alone.
    """

    def __init__(self, budget: BatchBudget) -> None:
        self._budget = budget
        self._urgent: list[Row] = []
        self._patient: list[Row] = []

    def __len__(self) -> int:
        """Return the number of waiting rows."""
        return len(self._urgent) + len(self._patient)

    def add(self, job: int, sizes: Sequence[int], *, patient: bool = False) -> None:
        """Append one row for each of ``sizes``, in tokens."""
        queue = self._patient if patient else self._urgent
        queue.extend(Row(job, index, size) for index, size in enumerate(sizes))

    def cancel(self, job: int) -> None:
        """Drop the waiting rows of ``job``."""
        self._urgent = [row for row in self._urgent if row.job != job]
        self._patient = [row for row in self._patient if row.job != job]

    def next_batch(self) -> list[Row]:
        """Remove and return the next batch; an empty list if no rows wait.

        The batch begins with the oldest row, so that no row starves (except a patient one, while others wait). Then
        come rows of the same job, so that it ends soon, and then rows of other jobs, those of similar length first.
        Patient rows share no batch with others, which would have to wait for them, and their batches are small.
        """
        queue = self._urgent or self._patient
        if not queue:
            return []
        rows = self._budget.rows
        most = rows if self._urgent else min(rows, max(_PATIENT_ROWS, rows // _PATIENT_PART))
        oldest = queue[0]
        others = sorted(
            queue[1 : rows * _LOOKAHEAD], key=lambda row: (row.job != oldest.job, abs(row.size - oldest.size))
        )
        batch, longest = [oldest], oldest.size
        for row in others:
            if len(batch) == most:
                break
            if max(longest, row.size) * (len(batch) + 1) <= self._budget.tokens:
                batch.append(row)
                longest = max(longest, row.size)
        taken = set(batch)
        queue[:] = [row for row in queue if row not in taken]
        return batch
