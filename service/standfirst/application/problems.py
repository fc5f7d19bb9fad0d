"""Problems: the form of errors (RFC 9457) in HTTP answers, in the results of jobs, and in batches."""

from __future__ import annotations

import logging
from http import HTTPStatus

from pydantic import BaseModel, Field

from standfirst.errors import INTERNAL, status_and_code
from standfirst.telemetry import log_unexpected, request_id

_log = logging.getLogger(__name__)


class Problem(BaseModel):
    """An error: what happened, and what the caller can do."""

    type: str = Field(examples=["urn:standfirst:problem:no_article"])
    title: str = Field(examples=["Unprocessable Entity"])
    status: int = Field(examples=[422])
    code: str = Field(examples=["no_article"])
    detail: str = Field(examples=["There is text on the page, but no article in it."])
    request_id: str = Field(examples=["2f0c9a7b41d84f0e"])

    @classmethod
    def of(cls, status: int, code: str, detail: str) -> Problem:
        """Build it, with the id of the current request."""
        return cls(
            type=f"urn:standfirst:problem:{code}",
            title=HTTPStatus(status).phrase,
            status=status,
            code=code,
            detail=detail,
            request_id=request_id.get(),
        )


def to_problem(error: Exception) -> Problem:
    """Return the problem for any error. An unexpected error is logged, and its message is not repeated."""
    status, code = status_and_code(error)
    if code != INTERNAL:
        return Problem.of(status, code, str(error))
    log_unexpected(_log, "a request", error)
    return Problem.of(500, INTERNAL, "The service made a mistake. Its log names this request's id.")
