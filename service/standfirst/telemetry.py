"""Telemetry: log lines with the id of their request, and traces for an operator's collector. No text of articles.

Log lines go to standard error. Nothing else is sent unless the operator names a collector. The ``traceparent`` of a
request (W3C Trace Context) is used, so that log lines and spans belong to the caller's trace.
"""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

from opentelemetry import trace
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from standfirst import __version__
from standfirst.errors import StandfirstError
from standfirst.settings import Settings

#: Seconds that the collector has to answer.
_EXPORT_TIMEOUT = 5

request_id: ContextVar[str] = ContextVar("request_id", default="-")
trace_id: ContextVar[str | None] = ContextVar("trace_id", default=None)

#: Its spans are dropped until tracing is configured.
_tracer = trace.get_tracer("standfirst", __version__)


def trace_of(headers: Mapping[str, str]) -> str | None:
    """Return the id of the request's trace: of the current span, or of the ``traceparent`` in ``headers``."""
    context = trace.get_current_span().get_span_context()
    if not context.is_valid:
        parent = TraceContextTextMapPropagator().extract(dict(headers))
        context = trace.get_current_span(parent).get_span_context()
    return trace.format_trace_id(context.trace_id) if context.is_valid else None


def log_unexpected(log: logging.Logger, what: str, error: Exception) -> None:
    """Log that ``what`` failed, with the lines of the traceback, but not the message: it may hold article text."""
    log.error("%s failed: %s\n%s", what, type(error).__name__, "".join(traceback.format_tb(error.__traceback__)))


@contextmanager
def span(name: str) -> Iterator[None]:
    """Open a span of the current trace. Of an error only the type is recorded: its message may be article text."""
    with _tracer.start_as_current_span(name, record_exception=False, set_status_on_exception=False) as current:
        try:
            yield
        except Exception as error:
            current.set_attribute("error.type", type(error).__qualname__)
            current.set_status(trace.StatusCode.ERROR)
            raise


def configure(settings: Settings) -> None:
    """Configure the log and the traces of this process. Raises ``StandfirstError`` without OpenTelemetry's SDK."""
    _configure_logging(settings.log_level, settings.log_format)
    if settings.traces_endpoint is not None:
        _configure_tracing(settings.traces_endpoint)


def _configure_tracing(endpoint: str) -> None:
    """Send spans to ``endpoint`` by OTLP over HTTP."""
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


class _ContextFilter(logging.Filter):
    """Adds the request's id and trace to each log record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        record.trace_id = trace_id.get()
        return True


class _JsonFormatter(logging.Formatter):
    """Formats a log record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        fields = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "request_id": getattr(record, "request_id", "-"),
            "trace_id": getattr(record, "trace_id", None),
            "message": record.getMessage(),
        }
        if record.exc_info:
            fields["traceback"] = self.formatException(record.exc_info)
        return json.dumps({name: value for name, value in fields.items() if value is not None}, ensure_ascii=False)


def _configure_logging(level: str, style: str) -> None:
    """Write log lines of ``level`` and above to standard error; ``style`` is text or json."""
    handler = logging.StreamHandler()
    handler.addFilter(_ContextFilter())
    text = logging.Formatter("%(asctime)s %(levelname)s [%(request_id)s] %(name)s: %(message)s")
    handler.setFormatter(_JsonFormatter() if style == "json" else text)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # What these libraries log below a warning is for their own developers.
    for library in ("trafilatura", "htmldate", "httpx2", "httpcore2", "filelock", "urllib3", "asyncio", "alembic"):
        logging.getLogger(library).setLevel(max(logging.WARNING, root.level))
