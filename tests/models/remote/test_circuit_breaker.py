"""The circuit breaker, without a server or a clock."""

from __future__ import annotations

from standfirst_models.remote.circuit_breaker import Circuit, CircuitBreaker


def closed() -> CircuitBreaker:
    breaker = CircuitBreaker(failures=3, pause=1.0, longest=8.0)
    assert breaker.begin_trial(0.0)
    breaker.end_trial(0.0, answered=True)
    return breaker


def test_it_begins_open_with_a_trial_due_at_once() -> None:
    breaker = CircuitBreaker(failures=3, pause=1.0, longest=8.0)
    assert (breaker.circuit, breaker.wait(0.0)) == (Circuit.OPEN, 0.0)
    assert breaker.begin_trial(0.0)
    assert breaker.circuit is Circuit.HALF_OPEN


def test_only_failures_in_a_row_open_it() -> None:
    breaker = closed()
    for now in (1.0, 2.0):
        breaker.failed(now, breaker.generation)
    breaker.succeeded()
    for now in (3.0, 4.0):
        breaker.failed(now, breaker.generation)
    assert (breaker.circuit, breaker.wait(5.0)) == (Circuit.CLOSED, 0.0)
    breaker.failed(5.0, breaker.generation)
    assert (breaker.circuit, breaker.wait(5.25)) == (Circuit.OPEN, 0.75)


def test_a_trial_begins_when_it_is_due_and_only_one_runs() -> None:
    breaker = closed()
    breaker.trip(10.0, breaker.generation)
    assert not breaker.begin_trial(10.5)
    assert breaker.begin_trial(11.0)
    assert not breaker.begin_trial(11.0)


def test_pauses_between_trials_double_up_to_the_longest_and_start_again_after_a_closing() -> None:
    breaker, now, pauses = closed(), 0.0, []
    breaker.trip(now, breaker.generation)
    for _ in range(6):
        now += breaker.wait(now)
        assert breaker.begin_trial(now)
        breaker.end_trial(now, answered=False)
        pauses.append(breaker.wait(now))
    assert pauses == [1.0, 2.0, 4.0, 8.0, 8.0, 8.0]
    now += 8.0
    assert breaker.begin_trial(now)
    breaker.end_trial(now, answered=True)
    breaker.trip(now, breaker.generation)
    assert breaker.wait(now) == 1.0


def test_outcomes_of_requests_before_the_opening_neither_close_it_nor_delay_the_trial() -> None:
    breaker = closed()
    breaker.trip(0.0, breaker.generation)
    breaker.succeeded()
    breaker.failed(0.9, breaker.generation)
    assert (breaker.circuit, breaker.wait(0.0)) == (Circuit.OPEN, 1.0)
    assert breaker.begin_trial(1.0)
    breaker.succeeded()
    breaker.failed(1.1, breaker.generation)
    assert breaker.circuit is Circuit.HALF_OPEN


def test_failures_of_an_earlier_generation_do_not_open_it_again() -> None:
    breaker = closed()
    before = breaker.generation
    breaker.trip(0.0, before)
    assert breaker.begin_trial(1.0)
    breaker.end_trial(1.0, answered=True)
    for _ in range(3):
        breaker.failed(2.0, before)
    breaker.trip(2.0, before)
    assert breaker.circuit is Circuit.CLOSED
