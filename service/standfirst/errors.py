"""The errors of a request, and the table of their HTTP statuses and codes.

::

    StandfirstError
    ├── InvalidRequest        the request cannot be read
    ├── EmptySource           the source has only white space
    ├── NoArticle             the source has text, but no article
    ├── TooLarge              a limit on bytes or words is exceeded
    ├── TooSlow               the body did not arrive in time
    ├── NotText               the content is neither text nor HTML
    ├── NotAcceptable         the caller accepts no form of the response
    ├── Unauthorized          the key is missing or wrong
    ├── NotFound              no such briefing, job, digest or address
    │   └── ModelNotFound     no such model, in a chat request
    ├── IdempotencyConflict   the Idempotency-Key was sent with another request
    ├── NotNow                the request may succeed later; has ``retry_after``
    │   ├── QuotaExceeded     the caller has used up its quota
    │   ├── QueueFull         the admission queue is full
    │   └── Unfinished        the result is still being made
    ├── Cancelled             the item's job was cancelled
    ├── GaveUp                the process ended several times while it worked on the item
    ├── FetchFailed           the page could not be fetched
    │   └── FetchForbidden    the service must not connect to the address
    ├── StoreFailed           the database cannot be read or written
    └── TimedOut              the work took longer than allowed

Messages are for the caller: one or two sentences that say what is wrong and what to do, without article text, paths or
tracebacks. The errors of models are in ``standfirst_models.errors``.
"""

from __future__ import annotations

from standfirst_models import errors as models


class StandfirstError(Exception):
    """The base class. The message is for the caller."""


class InvalidRequest(StandfirstError):
    """The request cannot be read."""


class EmptySource(StandfirstError):
    """The text, page or file has only white space."""


class NoArticle(StandfirstError):
    """The text or page has no sentences of a story."""


class TooLarge(StandfirstError):
    """A body, page or article exceeds its limit. Nothing is truncated to fit."""


class TooSlow(StandfirstError):
    """The body did not arrive in time."""


class NotText(StandfirstError):
    """The body or page is neither text nor HTML."""


class NotAcceptable(StandfirstError):
    """The caller's ``Accept`` header excludes every form of the response."""


class Unauthorized(StandfirstError):
    """The service requires a key, and it is missing or wrong."""


class NotFound(StandfirstError):
    """Nothing has this address or id."""


class ModelNotFound(NotFound):
    """A chat request names a model that this service does not have."""


class IdempotencyConflict(StandfirstError):
    """The caller sent this ``Idempotency-Key`` before, with another request."""


class NotNow(StandfirstError):
    """The request may succeed after ``retry_after`` seconds."""

    def __init__(self, message: str, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class QuotaExceeded(NotNow):
    """The caller has used up its quota."""


class QueueFull(NotNow):
    """The admission queue is full."""


class Unfinished(NotNow):
    """The result is still being made."""


class Cancelled(StandfirstError):
    """The job was cancelled before the item was done."""


class GaveUp(StandfirstError):
    """The process ended several times while it worked on the item."""


class FetchFailed(StandfirstError):
    """The page could not be fetched. The message says why."""


class FetchForbidden(FetchFailed):
    """The service must not connect to this address."""


class StoreFailed(StandfirstError):
    """The database cannot be read or written."""


class TimedOut(StandfirstError):
    """The work took longer than the service or the request allows."""


#: The HTTP status and the code of each error. An error that is not listed has those of its nearest base class.
STATUS: dict[type[Exception], tuple[int, str]] = {
    InvalidRequest: (422, "invalid_request"),
    EmptySource: (422, "empty_source"),
    NoArticle: (422, "no_article"),
    TooLarge: (413, "too_large"),
    TooSlow: (408, "too_slow"),
    NotText: (415, "not_text"),
    NotAcceptable: (406, "not_acceptable"),
    Unauthorized: (401, "unauthorized"),
    NotFound: (404, "not_found"),
    ModelNotFound: (404, "model_not_found"),
    IdempotencyConflict: (422, "idempotency_conflict"),
    QuotaExceeded: (429, "quota_exceeded"),
    QueueFull: (429, "queue_full"),
    Unfinished: (409, "unfinished"),
    Cancelled: (409, "cancelled"),
    GaveUp: (500, "gave_up"),
    FetchFailed: (424, "fetch_failed"),
    FetchForbidden: (424, "fetch_forbidden"),
    StoreFailed: (503, "store_failed"),
    TimedOut: (503, "timed_out"),
    models.UnknownModel: (422, "unknown_model"),
    models.UnsuitableModel: (422, "unsuitable_model"),
    models.NotReady: (503, "not_ready"),
    models.PromptTooLong: (413, "prompt_too_long"),
    models.InferenceFailed: (500, "inference_failed"),
    models.EngineStopped: (503, "engine_stopped"),
    models.ModelError: (503, "model_unavailable"),
}


#: The code of an unexpected error.
INTERNAL = "internal"


def status_and_code(error: Exception) -> tuple[int, str]:
    """Return the HTTP status and the code of an error: 500 and ``INTERNAL`` if the table has none of its classes."""
    for base in type(error).__mro__:
        if base in STATUS:
            return STATUS[base]
    return 500, INTERNAL
