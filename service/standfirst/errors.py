"""What can go wrong with a request, as one tree, and the one table from an error to its HTTP status.

::

    StandfirstError
    ├── InvalidRequest        what was sent cannot be read as a request
    ├── EmptySource           nothing in it but white space
    ├── NoArticle             there is text, but no article in it
    ├── TooLarge              over a limit on bytes or words
    ├── TooSlow               the body did not come in time
    ├── NotText               not text or HTML
    ├── NotAcceptable         the caller takes none of the forms that there are
    ├── Unauthorized          no key, or a wrong one
    ├── NotFound              no such briefing or job, or no such address
    │   └── ModelNotFound     ... or, where that is what others say, no such model
    ├── IdempotencyConflict   the same Idempotency-Key was sent with another request
    ├── NotNow                later; carries ``retry_after``
    │   ├── QuotaExceeded     the caller has used up what it may have for now
    │   ├── QueueFull         as many articles are waiting as may wait
    │   └── Unfinished        what was asked for is still being made
    ├── Cancelled             the item's job was cancelled
    ├── GaveUp                the process ended time and again while it worked on the item
    ├── FetchFailed           the page could not be fetched
    │   └── FetchForbidden    ... because the service must not connect there
    ├── StoreFailed           what is kept cannot be read or written
    └── TimedOut              the work took longer than it may

Messages are for the caller: one sentence or two that say what is wrong and what to do, without article text,
paths or tracebacks. What can go wrong with a model is ``standfirst_models.errors``.
"""

from __future__ import annotations

from standfirst_models import errors as models


class StandfirstError(Exception):
    """Anything wrong with a request; the message is for the caller."""


class InvalidRequest(StandfirstError):
    """The request cannot be read as what the address takes."""


class EmptySource(StandfirstError):
    """The text, page or file holds nothing but white space."""


class NoArticle(StandfirstError):
    """The text or page holds no sentences of a story."""


class TooLarge(StandfirstError):
    """A body, page or article over the limit; nothing is cut off to make it fit."""


class TooSlow(StandfirstError):
    """The body did not come in the time that there is for it."""


class NotText(StandfirstError):
    """The body or the page is neither text nor HTML."""


class NotAcceptable(StandfirstError):
    """The caller's ``Accept`` takes none of the forms that an answer can have."""


class Unauthorized(StandfirstError):
    """The service asks for a key, and none or a wrong one was given."""


class NotFound(StandfirstError):
    """There is nothing at this address."""


class ModelNotFound(NotFound):
    """The model that a chat names is none of this service's."""


class IdempotencyConflict(StandfirstError):
    """The caller's ``Idempotency-Key`` was sent before, with another request."""


class NotNow(StandfirstError):
    """Not now, but later: ``retry_after`` is a number of seconds."""

    def __init__(self, message: str, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class QuotaExceeded(NotNow):
    """The caller has used up what it may have for now."""


class QueueFull(NotNow):
    """As many articles are being worked on or waiting as may be."""


class Unfinished(NotNow):
    """What was asked for is still being made."""


class Cancelled(StandfirstError):
    """The job was cancelled before the item was done."""


class GaveUp(StandfirstError):
    """The process ended time and again while it worked on the item."""


class FetchFailed(StandfirstError):
    """The page could not be fetched: the message says why."""


class FetchForbidden(FetchFailed):
    """The address is one that the service must not connect to."""


class StoreFailed(StandfirstError):
    """The store of briefings cannot be read or written."""


class TimedOut(StandfirstError):
    """The work took longer than the service allows."""


#: From an error to its HTTP status and its stable code. The nearest class along the error's ancestors counts.
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


#: The code of an error that nobody expected.
INTERNAL = "internal"


def status_and_code(error: Exception) -> tuple[int, str]:
    """The HTTP status and the stable code of ``error``; 500 and ``INTERNAL`` for one that is not in the table."""
    for ancestor in type(error).__mro__:
        if ancestor in STATUS:
            return STATUS[ancestor]
    return 500, INTERNAL
