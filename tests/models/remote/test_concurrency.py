"""Turns: none too many at a time, and patient ones behind others."""

from __future__ import annotations

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from standfirst_models.remote.concurrency import ConcurrencyLimit


@given(st.lists(st.tuples(st.booleans(), st.integers(-1, 4)), min_size=1, max_size=60), st.integers(1, 4))
def test_no_more_run_at_a_time_than_may_and_everyone_who_stays_gets_a_turn(
    comers: list[tuple[bool, int]], at_once: int
) -> None:
    most_patient = max(1, at_once - 1)
    running = {True: 0, False: 0}
    served: list[int] = []

    async def comer(turns: ConcurrencyLimit, number: int, patient: bool, steps: int) -> None:
        async with turns.turn(patient=patient):
            running[patient] += 1
            assert sum(running.values()) <= at_once
            assert running[True] <= most_patient
            try:
                for _ in range(steps):
                    await asyncio.sleep(0)
                served.append(number)
            finally:
                running[patient] -= 1

    async def run() -> None:
        turns = ConcurrencyLimit(at_once, patient=most_patient)
        tasks = [asyncio.create_task(comer(turns, i, *one)) for i, one in enumerate(comers)]
        for _ in range(3):
            await asyncio.sleep(0)
        staying = []
        for number, ((_, steps), task) in enumerate(zip(comers, tasks, strict=True)):
            if steps < 0:
                task.cancel()
            else:
                staying.append(number)
        await asyncio.gather(*tasks, return_exceptions=True)
        assert set(staying) <= set(served)
        # Every turn was given back: so many are free again.
        async with asyncio.timeout(5), turns.turn(patient=False):
            assert running == {True: 0, False: 0}

    asyncio.run(run())


def test_who_is_patient_waits_until_no_others_do() -> None:
    order: list[str] = []

    async def comer(turns: ConcurrencyLimit, name: str, *, patient: bool) -> None:
        async with turns.turn(patient=patient):
            order.append(name)
            await asyncio.sleep(0)

    async def run() -> None:
        turns = ConcurrencyLimit(1, patient=1)
        async with turns.turn(patient=False):
            waiting = [
                asyncio.create_task(comer(turns, name, patient=name.startswith("patient")))
                for name in ("patient 1", "other 1", "patient 2", "other 2")
            ]
            await asyncio.sleep(0)
        await asyncio.gather(*waiting)

    asyncio.run(run())
    assert order == ["other 1", "other 2", "patient 1", "patient 2"]
