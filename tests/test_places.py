"""Places: what is refused when all are taken, when it is to come again, and that it costs the others nothing."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from threading import Thread

import pytest

from standfirst.errors import QueueFull
from standfirst.places import Places
from standfirst_models.scripted import ScriptedEncoder
from tests.api.scripted_service import STORY, HeldWriter, problem, service


def test_more_articles_than_there_are_places_are_refused_with_a_time_to_come_again() -> None:
    places = Places(2)
    with places.place():
        assert places.full_for == 0
        with places.place():
            assert places.full_for >= 1
            with pytest.raises(QueueFull) as refused, places.place():
                pass
            assert refused.value.retry_after >= 1
        assert places.full_for == 0


class Clock:
    """The time, which only ``hold`` moves on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        monkeypatch.setattr("time.monotonic", lambda: self.now)

    def hold(self, places: Places, seconds: float, *, served: bool) -> None:
        """Have a place for so long, and be served or go away without."""
        with suppress(TimeoutError), places.place():
            self.now += seconds
            if not served:
                raise TimeoutError


def test_articles_that_waited_in_vain_put_off_the_time_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    places = Places(1)
    Clock(monkeypatch).hold(places, 60, served=False)
    with places.place():
        assert places.full_for > 10


def test_articles_that_were_given_up_at_once_do_not_bring_it_nearer(monkeypatch: pytest.MonkeyPatch) -> None:
    places, clock = Places(1), Clock(monkeypatch)
    clock.hold(places, 60, served=True)
    for _ in range(20):
        clock.hold(places, 0.01, served=False)
    with places.place():
        assert places.full_for > 10


def test_no_model_works_on_an_article_that_is_refused(tmp_path: Path) -> None:
    writer, encoder = HeldWriter(), ScriptedEncoder()
    with service(tmp_path, writer, encoder, queue_size=1) as client:
        first = Thread(target=lambda: client.post("/v1/briefings", json={"text": STORY}))
        first.start()
        assert writer.writing.wait(10)
        other = STORY.replace("Harwick", "Marlow")
        problem(client.post("/v1/briefings", json={"text": other}), 429, "queue_full")
        problem(client.post("/v1/verify", json={"text": other, "summary": "The bridge is closed."}), 429, "queue_full")
        writer.go_on.set()
        first.join()
    assert encoder.history
    assert not any("Marlow" in text for batch in encoder.history for text in batch)
