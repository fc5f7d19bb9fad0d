"""Problems: every error as ``application/problem+json`` (RFC 9457), one shape for all.

Beside the RFC's members a problem has ``code``, which is stable and is what a program should look at, and
``request_id``, which the service's log has too.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.routing import Match

from standfirst.application.problems import Problem
from standfirst.errors import InvalidRequest, NotFound, NotNow, StandfirstError, StoreFailed, status_and_code
from standfirst_models.errors import EngineStopped, ModelError, NotReady

MEDIA_TYPE = "application/problem+json"

#: Seconds after which to come again where a database or a process is gone: it may be started anew, or others be there.
_RESTART = 5
#: Findings about a request that are told of in one problem.
_MOST_NAMED = 5

#: What a status says to whoever reads the documentation.
_MEANING = {
    400: "The body is not JSON.",
    401: "A key is needed.",
    404: "There is no such briefing, job, digest or model.",
    406: "None of the forms that the caller takes is given.",
    408: "The body did not come in time.",
    409: "It is not made yet, and `Retry-After` says when to ask again; or it was cancelled.",
    413: "The body, the page or the article is too large.",
    415: "The body is not JSON, or the page is neither text nor HTML.",
    422: "The request cannot be read, or there is no article in what was sent.",
    424: "The page could not be fetched.",
    429: "Too many requests are waiting, or the key has used up what it may have; `Retry-After` says how long.",
    500: "The service made a mistake.",
    503: "The models are not ready, or the work took too long.",
}


def problem(status: int, code: str, detail: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """The response that tells of an error."""
    return JSONResponse(Problem.of(status, code, detail).model_dump(), status, dict(headers or {}), MEDIA_TYPE)


def problem_of(error: Exception) -> JSONResponse:
    """The response that tells of one of the errors that ``standfirst.errors`` knows."""
    status, code = status_and_code(error)
    headers = {"WWW-Authenticate": "Bearer"} if status == HTTPStatus.UNAUTHORIZED else {}
    if isinstance(error, NotReady | NotNow):
        headers["Retry-After"] = str(math.ceil(error.retry_after))
    elif isinstance(error, StoreFailed | EngineStopped):
        headers["Retry-After"] = str(_RESTART)
    return problem(status, code, str(error), headers)


def meaning(status: int) -> str:
    """What ``status`` says, for documentation."""
    return _MEANING[status]


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems of those statuses as the ``responses`` of a route's documentation."""
    content = {MEDIA_TYPE: {"schema": Problem.model_json_schema()}}
    return {status: {"description": _MEANING[status], "content": content} for status in statuses}


def add_problem_handlers(app: FastAPI) -> None:
    """Have ``app`` answer every error as a problem, also those that the framework raises."""

    async def known(_: Request, error: Exception) -> JSONResponse:
        return problem_of(error)

    async def invalid(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for nothing else
        # For those whose shape of errors names the field (``retelling``).
        request.state.field = next((str(part) for part in error.errors()[0]["loc"][1:2]), None)
        if any(one["type"] == "json_invalid" for one in error.errors()):
            return problem(400, "invalid_json", "The body is not valid JSON.")
        return problem_of(InvalidRequest(_what_is_wrong(error)))

    async def framework(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)  # noqa: S101 - registered for nothing else
        if error.status_code == HTTPStatus.NOT_FOUND:
            return problem_of(NotFound("There is nothing at this address. /docs says what there is."))
        if error.status_code == HTTPStatus.BAD_REQUEST:
            return problem(400, "invalid_json", "The body is not JSON in UTF-8.")
        if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            detail = f"This address does not take {request.method}. /docs says what it takes."
            return problem(405, "method_not_allowed", detail, {"Allow": ", ".join(_methods(request))})
        return problem(error.status_code, "http_error", HTTPStatus(error.status_code).phrase, error.headers)

    app.add_exception_handler(StandfirstError, known)
    app.add_exception_handler(ModelError, known)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, framework)


def _methods(request: Request) -> list[str]:
    """The methods that the request's address takes: the framework names those of its first route alone."""
    matching = [route for route in request.app.routes if route.matches(request.scope)[0] is not Match.NONE]
    return sorted({method for route in matching for method in getattr(route, "methods", None) or ()})


def _what_is_wrong(error: RequestValidationError) -> str:
    """The framework's findings in one line: "points: Input should be less than or equal to 10"."""
    found = []
    for one in error.errors()[:_MOST_NAMED]:
        where = ".".join(str(part) for part in one["loc"] if part != "body")
        said = one["msg"].removeprefix("Value error, ")
        found.append(f"{where}: {said}" if where else said)
    return "; ".join(found).rstrip(".") + "."
