"""The metrics of one application, in the text format of Prometheus: counts and durations, never any text.

Each application has a registry of its own, so two in one process do not count for each other.
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
    """The metrics of one application. ``count_items`` returns the number of job items by state."""

    def __init__(
        self, engines: Engines, queue: AdmissionQueue, count_items: Callable[[], Mapping[ItemState, int]]
    ) -> None:
        registry = self._registry = CollectorRegistry()

        def counter(name: str, description: str, *labels: str) -> Counter:
            return Counter(f"standfirst_{name}", description, labels, registry=registry)

        def histogram(name: str, description: str, *labels: str, buckets: Iterable[float] = _SECONDS) -> Histogram:
            return Histogram(f"standfirst_{name}", description, labels, registry=registry, buckets=tuple(buckets))

        self._requests = counter("requests", "Requests by route and status.", "method", "route", "status")
        self._request_seconds = histogram("request_seconds", "Seconds until the response was sent.", "route")
        self._briefings = counter("briefings", "Briefings returned, made or from the store.", "cached")
        self._stage_seconds = histogram("stage_seconds", "Seconds of each stage of a briefing.", "stage")
        self._sentences = counter("sentences", "Sentences shown, by origin.", "origin")
        self._refused = counter("drafts_refused", "Drafts that were refused, by the first failed check.", "reason")
        self._batch_rows = histogram("batch_rows", "Rows per batch.", "model", buckets=_ROWS)
        self._batch_seconds = histogram("batch_seconds", "Seconds per batch.", "model")
        self._queue_seconds = histogram("queue_seconds", "Seconds that a row waited for its batch.", "model")
        self._tokens = counter("tokens", "Tokens read and written by the models, approximately.", "model")
        registry.register(_Gauges(engines, queue, count_items))
        ProcessCollector(registry=registry)
        for engine in (engines.writer, engines.encoder, engines.verifier):
            engine.observe(self._count_batch)

    def count_request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request. ``route`` is the pattern of its path, so the number of labels is bounded."""
        self._requests.labels(method, route, str(status)).inc()
        self._request_seconds.labels(route).observe(seconds)

    def count_briefing(self, served: ServedBriefing) -> None:
        """Count a briefing that was returned."""
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
        for stage, milliseconds in stages.items():
            self._stage_seconds.labels(stage).observe(milliseconds / 1000)
        for sentence in (*served.briefing.standfirst, *served.briefing.points):
            self._sentences.labels(sentence.origin).inc()
        for draft in served.briefing.refused:
            self._refused.labels(draft.reason).inc()

    def render(self) -> bytes:
        """Return all metrics in the text format of Prometheus."""
        return generate_latest(self._registry)

    def _count_batch(self, batch: Batch) -> None:
        self._batch_rows.labels(batch.model).observe(batch.rows)
        self._batch_seconds.labels(batch.model).observe(batch.seconds)
        self._tokens.labels(batch.model).inc(batch.tokens)
        for seconds in batch.waited:
            self._queue_seconds.labels(batch.model).observe(seconds)


class _Gauges(Collector):
    """The values that are read when Prometheus asks for them."""

    def __init__(
        self, engines: Engines, queue: AdmissionQueue, count_items: Callable[[], Mapping[ItemState, int]]
    ) -> None:
        self._engines = engines
        self._queue = queue
        self._count_items = count_items

    def collect(self) -> Iterator[Metric]:
        """Yield the gauges."""
        waiting = GaugeMetricFamily("standfirst_queue", "Requests that wait for a model.", labels=["model"])
        loaded = GaugeMetricFamily("standfirst_load_seconds", "Seconds that loading a model took.", labels=["model"])
        ready = GaugeMetricFamily("standfirst_ready", "Whether a model is loaded and runs.", labels=["model"])
        for engine in (self._engines.writer, self._engines.encoder, self._engines.verifier):
            waiting.add_metric([engine.name], engine.unfinished)
            ready.add_metric([engine.name], engine.state.value == "ready")
            if engine.load_seconds is not None:
                loaded.add_metric([engine.name], engine.load_seconds)
        articles = GaugeMetricFamily("standfirst_articles", "Articles that run or wait for a slot.", labels=["state"])
        articles.add_metric(["running"], self._queue.running)
        articles.add_metric(["waiting"], self._queue.waiting)
        yield from (waiting, ready, loaded, articles)
        items = GaugeMetricFamily("standfirst_job_items", "Job items by state.", labels=["state"])
        try:
            for state, count in self._count_items().items():
                items.add_metric([state.value], count)
        except StoreFailed:
            return  # /readyz reports it; the other metrics are still useful
        yield items
