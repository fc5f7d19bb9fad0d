"""Metrics: what an operator sees from outside, as Prometheus reads it. Counts and times alone, never a word of a text.

Each application has its own registry, so that two in one process do not count for one another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from standfirst.application.admission import AdmissionQueue
from standfirst.application.engines import Engines
from standfirst.domain.briefing import ServedBriefing
from standfirst.domain.job import ItemState
from standfirst.errors import StoreFailed
from standfirst_models.protocols.served_model import Batch

MEDIA_TYPE = CONTENT_TYPE_LATEST
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 32, 64, 128)
_ROWS = (1, 2, 3, 4, 5, 6, 7, 8, 16, 32, 64, 128)


class Metrics:
    """What is counted of one application; ``items`` gives the number of items of jobs by state."""

    def __init__(self, engines: Engines, places: AdmissionQueue, items: Callable[[], Mapping[ItemState, int]]) -> None:
        registry = self._registry = CollectorRegistry()

        def counter(name: str, about: str, *labels: str) -> Counter:
            return Counter(f"standfirst_{name}", about, labels, registry=registry)

        def histogram(name: str, about: str, *labels: str, buckets: Iterable[float] = _SECONDS) -> Histogram:
            return Histogram(f"standfirst_{name}", about, labels, registry=registry, buckets=tuple(buckets))

        self._requests = counter("requests", "Requests by route and status.", "method", "route", "status")
        self._request_seconds = histogram("request_seconds", "Seconds until the answer was sent.", "route")
        self._briefings = counter("briefings", "Briefings given, made anew or kept from before.", "cached")
        self._stage_seconds = histogram("stage_seconds", "Seconds that the stages of a briefing took.", "stage")
        self._sentences = counter("sentences", "Sentences shown, by who worded them.", "origin")
        self._refused = counter("drafts_refused", "Drafts that the article does not back, by what was wrong.", "reason")
        self._batch_rows = histogram("batch_rows", "Rows that ran together.", "model", buckets=_ROWS)
        self._batch_seconds = histogram("batch_seconds", "Seconds that a batch ran.", "model")
        self._wait_seconds = histogram("queue_seconds", "Seconds that a row waited to run.", "model")
        self._tokens = counter("tokens", "Tokens of what the models read and wrote, near enough.", "model")
        registry.register(_Now(engines, places, items))
        ProcessCollector(registry=registry)
        for engine in (engines.writer, engines.encoder, engines.verifier):
            engine.observe(self._batch)

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """A request was answered. ``route`` is the pattern of its path, so that there are few."""
        self._requests.labels(method, route, str(status)).inc()
        self._request_seconds.labels(route).observe(seconds)

    def served(self, served: ServedBriefing) -> None:
        """A briefing was given."""
        self._briefings.labels("yes" if served.cached else "no").inc()
        if served.cached:
            return
        stages = {
            "reading": served.reading_ms,
            "salience": served.stages.salience,
            "drafting": served.stages.drafting,
            "grounding": served.stages.grounding,
            "total": served.total_ms,
        }
        for stage, took in stages.items():
            self._stage_seconds.labels(stage).observe(took / 1000)
        for sentence in (*served.briefing.standfirst, *served.briefing.points):
            self._sentences.labels(sentence.origin).inc()
        for draft in served.briefing.refused:
            self._refused.labels(draft.reason).inc()

    def page(self) -> bytes:
        """All of it, as Prometheus reads it."""
        return generate_latest(self._registry)

    def _batch(self, batch: Batch) -> None:
        self._batch_rows.labels(batch.model).observe(batch.rows)
        self._batch_seconds.labels(batch.model).observe(batch.seconds)
        self._tokens.labels(batch.model).inc(batch.tokens)
        for waited in batch.waited:
            self._wait_seconds.labels(batch.model).observe(waited)


class _Now(Collector):
    """What is read at the moment it is asked for."""

    def __init__(self, engines: Engines, places: AdmissionQueue, items: Callable[[], Mapping[ItemState, int]]) -> None:
        self._engines = engines
        self._places = places
        self._items = items

    def collect(self) -> Iterator[Metric]:
        """As prometheus_client has it."""
        waiting = GaugeMetricFamily("standfirst_queue", "Requests that a model has not answered yet.", labels=["model"])
        loaded = GaugeMetricFamily("standfirst_load_seconds", "Seconds that loading a model took.", labels=["model"])
        ready = GaugeMetricFamily("standfirst_ready", "Whether a model is loaded and runs.", labels=["model"])
        for engine in (self._engines.writer, self._engines.encoder, self._engines.verifier):
            waiting.add_metric([engine.name], engine.unfinished)
            ready.add_metric([engine.name], engine.state.value == "ready")
            if engine.load_seconds is not None:
                loaded.add_metric([engine.name], engine.load_seconds)
        articles = GaugeMetricFamily("standfirst_articles", "Articles worked on, and waiting for it.", labels=["state"])
        articles.add_metric(["running"], self._places.running)
        articles.add_metric(["waiting"], self._places.waiting)
        yield from (waiting, ready, loaded, articles)
        items = GaugeMetricFamily("standfirst_job_items", "Items of jobs by state.", labels=["state"])
        try:
            for state, number in self._items().items():
                items.add_metric([state.value], number)
        except StoreFailed:
            return  # /readyz says so; the rest is worth telling all the same
        yield items
