"""The errors of the client, as one tree.

::

    ClientError        every error; by itself, an answer that the client does not understand
    ├── ServiceError   the service answered with an error; has ``code``, ``status``, ``retry_after``, ``request_id``
    └── Unreachable    there was no answer, or only a part of it
"""

from __future__ import annotations


class ClientError(Exception):
    """Any error of a request to the service. The message is one line that says what to do."""


class ServiceError(ClientError):
    """The service refused the request, or failed.

    ``code`` is stable, and listed in ``docs/operating.md``; ``status`` is the HTTP status. ``retry_after`` is the
    time in seconds after which a retry may succeed, None where the service names none. ``request_id`` identifies the
    request in the service's log.
    """

    def __init__(
        self, message: str, code: str, status: int, retry_after: float | None = None, request_id: str | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.status = status
        self.retry_after = retry_after
        self.request_id = request_id


class Unreachable(ClientError):
    """Nothing answers at the address, or the connection broke before the answer was complete."""
