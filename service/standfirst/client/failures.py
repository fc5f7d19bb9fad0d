"""What can go wrong between a program and the service, as one tree.

::

    ClientError        an answer that is not this service's, and whatever is below
    ├── ServiceError   the service says what is wrong; carries ``code``, ``status``, ``retry_after``, ``request_id``
    └── Unreachable    there was no answer, or not the whole of it
"""

from __future__ import annotations


class ClientError(Exception):
    """Anything wrong with a request to the service; by itself, an answer that is not understood.

    The message is one line for the person who can mend it.
    """


class ServiceError(ClientError):
    """The service refused, or failed. ``code`` is stable, and listed in ``docs/operating.md``.

    ``status`` is HTTP's; ``retry_after`` the seconds after which to come again, where the service says so;
    ``request_id`` is what its log has the request under.
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
    """Nothing answers at the address, or the connection broke before the answer was whole."""
