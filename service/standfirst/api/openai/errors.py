"""Errors in OpenAI's format."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from standfirst.application.problems import Problem


class ErrorDetailOut(BaseModel):
    """What went wrong; ``code`` is the code of the problem, ``param`` the field that is wrong, if there is one."""

    message: str
    type: str
    code: str
    param: str | None


class ErrorOut(BaseModel):
    """An error in OpenAI's format."""

    error: ErrorDetailOut


def as_openai(problem: Problem, field: str | None = None) -> dict[str, Any]:
    """Convert a problem about ``field`` of the request, if it is about one."""
    types = {401: "authentication_error", 429: "rate_limit_error"}
    error_type = types.get(problem.status, "server_error" if problem.status >= 500 else "invalid_request_error")
    detail = ErrorDetailOut(message=problem.detail, type=error_type, code=problem.code, param=field)
    return ErrorOut(error=detail).model_dump()
