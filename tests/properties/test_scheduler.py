"""The scheduler, under any order of arrivals, cancellations and batches."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from standfirst_models.engine.scheduler import Row, Scheduler
from standfirst_models.protocols.writer import BatchBudget

ROWS, TOKENS = 4, 100


class SchedulerMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.scheduler = Scheduler(BatchBudget(ROWS, TOKENS))
        self.waiting: list[Row] = []
        self.jobs = 0

    @rule(sizes=st.lists(st.integers(1, 150), min_size=1, max_size=9))
    def add(self, sizes: list[int]) -> None:
        self.scheduler.add(self.jobs, sizes)
        self.waiting += [Row(self.jobs, index, size) for index, size in enumerate(sizes)]
        self.jobs += 1

    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        job = data.draw(st.integers(0, self.jobs))
        self.scheduler.cancel(job)
        self.waiting = [row for row in self.waiting if row.job != job]

    @rule()
    def run(self) -> None:
        batch = self.scheduler.next_batch()
        assert bool(batch) == bool(self.waiting), "a batch is empty only if no row waits"
        if not batch:
            return
        assert batch[0] == self.waiting[0], "the oldest row is in every batch: no row starves"
        assert len(set(batch)) == len(batch), "no row runs twice"
        assert set(batch) <= set(self.waiting), "no row runs that was cancelled or has run"
        assert len(batch) <= ROWS
        assert len(batch) == 1 or max(row.size for row in batch) * len(batch) <= TOKENS
        self.waiting = [row for row in self.waiting if row not in batch]

    @invariant()
    def no_row_is_lost(self) -> None:
        assert len(self.scheduler) == len(self.waiting)


SchedulerMachine.TestCase.settings = settings(max_examples=60, stateful_step_count=40)
TestScheduler = SchedulerMachine.TestCase


def test_rows_of_the_oldest_job_run_before_rows_of_others() -> None:
    scheduler = Scheduler(BatchBudget(3, 1000))
    scheduler.add(1, [10, 90])
    scheduler.add(2, [10, 10])
    assert [(row.job, row.index) for row in scheduler.next_batch()] == [(1, 0), (1, 1), (2, 0)]


def test_of_other_jobs_rows_of_similar_length_run_first() -> None:
    scheduler = Scheduler(BatchBudget(2, 1000))
    scheduler.add(1, [50])
    scheduler.add(2, [10])
    scheduler.add(3, [48])
    assert [row.job for row in scheduler.next_batch()] == [1, 3]
    assert [row.job for row in scheduler.next_batch()] == [2]


def test_batches_of_patient_rows_are_small_and_wait_for_the_others() -> None:
    scheduler = Scheduler(BatchBudget(64, 10_000))
    scheduler.add(1, [10] * 100, patient=True)
    assert len(scheduler.next_batch()) == 16
    scheduler.add(2, [10] * 64)
    assert [row.job for row in scheduler.next_batch()] == [2] * 64
    assert [row.job for row in scheduler.next_batch()] == [1] * 16
