"""The concurrency limit."""

from __future__ import annotations

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from standfirst_models.remote.concurrency import ConcurrencyLimit


@given(st.lists(st.tuples(st.booleans(), st.integers(-1, 4)), min_size=1, max_size=60), st.integers(1, 4))
def test_the_limit_holds_and_every_caller_that_is_not_cancelled_runs(
    callers: list[tuple[bool, int]], most: int
) -> None:
    most_patient = max(1, most - 1)
    running = {True: 0, False: 0}
    served: list[int] = []

    async def caller(limit: ConcurrencyLimit, number: int, patient: bool, steps: int) -> None:
        async with limit.acquire(patient=patient):
            running[patient] += 1
            assert sum(running.values()) <= most
            assert running[True] <= most_patient
            try:
                for _ in range(steps):
                    await asyncio.sleep(0)
                served.append(number)
            finally:
                running[patient] -= 1

    async def run() -> None:
        limit = ConcurrencyLimit(most, patient=most_patient)
        tasks = [asyncio.create_task(caller(limit, i, *one)) for i, one in enumerate(callers)]
        for _ in range(3):
            await asyncio.sleep(0)
        staying = []
        for number, ((_, steps), task) in enumerate(zip(callers, tasks, strict=True)):
            if steps < 0:
                task.cancel()
            else:
                staying.append(number)
        await asyncio.gather(*tasks, return_exceptions=True)
        assert set(staying) <= set(served)
        # Every permit was released.
        async with asyncio.timeout(5), limit.acquire(patient=False):
            assert running == {True: 0, False: 0}

    asyncio.run(run())


def test_patient_callers_wait_until_no_others_do() -> None:
    order: list[str] = []

    async def caller(limit: ConcurrencyLimit, name: str, *, patient: bool) -> None:
        async with limit.acquire(patient=patient):
            order.append(name)
            await asyncio.sleep(0)

    async def run() -> None:
        limit = ConcurrencyLimit(1, patient=1)
        async with limit.acquire(patient=False):
            waiting = [
                asyncio.create_task(caller(limit, name, patient=name.startswith("patient")))
                for name in ("patient 1", "other 1", "patient 2", "other 2")
            ]
            await asyncio.sleep(0)
        await asyncio.gather(*waiting)

    asyncio.run(run())
    assert order == ["other 1", "other 2", "patient 1", "patient 2"]
