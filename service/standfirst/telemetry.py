"""Telemetry: log lines with the request's id, traces where somebody collects them, and never a word of an article.

Nothing leaves the machine unless an operator names a collector: lines go to standard error. A caller's ``traceparent``
(W3C Trace Context) is taken up, so that lines and spans can be found by the trace that they belong to.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

from opentelemetry import trace
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from standfirst import __version__
from standfirst.errors import StandfirstError

#: Seconds that the collector has to answer.
_EXPORT_TIMEOUT = 5

request_id: ContextVar[str] = ContextVar("request_id", default="-")
trace_id: ContextVar[str | None] = ContextVar("trace_id", default=None)

#: Spans of it go nowhere until ``configure_tracing`` says where.
_tracer = trace.get_tracer("standfirst", __version__)


def traced(headers: Mapping[str, str]) -> str | None:
    """The trace that a request belongs to: the one that the framework records, or its ``traceparent`` names."""
    here = trace.get_current_span().get_span_context()
    if not here.is_valid:
        there = TraceContextTextMapPropagator().extract(dict(headers))
        here = trace.get_current_span(there).get_span_context()
    return trace.format_trace_id(here.trace_id) if here.is_valid else None


@contextmanager
def span(name: str) -> Iterator[None]:
    """A span of the trace that is at work. An error is told of by its type alone: its words may be an article's."""
    with _tracer.start_as_current_span(name, record_exception=False, set_status_on_exception=False) as current:
        try:
            yield
        except Exception as error:
            current.set_attribute("error.type", type(error).__qualname__)
            current.set_status(trace.StatusCode.ERROR)
            raise


def configure_tracing(endpoint: str) -> None:
    """Send the spans of this process to ``endpoint``, as OTLP over HTTP. Raises ``StandfirstError`` without the SDK."""
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ModuleNotFoundError as error:
        raise StandfirstError("Tracing needs OpenTelemetry's SDK: pip install 'standfirst[tracing]'.") from error
    provider = TracerProvider(resource=Resource.create({"service.name": "standfirst", "service.version": __version__}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint, timeout=_EXPORT_TIMEOUT)))
    trace.set_tracer_provider(provider)


class _Context(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        record.trace_id = trace_id.get()
        return True


class _Json(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "request_id": getattr(record, "request_id", "-"),
            "trace_id": getattr(record, "trace_id", None),
            "message": record.getMessage(),
        }
        if record.exc_info:
            told["traceback"] = self.formatException(record.exc_info)
        return json.dumps({name: value for name, value in told.items() if value is not None}, ensure_ascii=False)


def configure_logging(level: str, style: str) -> None:
    """Log lines of ``level`` and above to standard error, each with its request's id; ``style`` is text or json."""
    handler = logging.StreamHandler()
    handler.addFilter(_Context())
    text = logging.Formatter("%(asctime)s %(levelname)s [%(request_id)s] %(name)s: %(message)s")
    handler.setFormatter(_Json() if style == "json" else text)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # What these say of a page or an address is for their own developers; below a warning it is noise here.
    for chatty in ("trafilatura", "htmldate", "httpx2", "httpcore2", "filelock", "urllib3", "asyncio", "alembic"):
        logging.getLogger(chatty).setLevel(max(logging.WARNING, root.level))
