"""The HTTP answers for errors: ``application/problem+json`` (RFC 9457).

In addition to the RFC's members, a problem has a stable ``code`` for programs, and the ``request_id`` that the
service's log has too.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import iter_route_contexts
from starlette.exceptions import HTTPException

from standfirst.application.problems import Problem
from standfirst.errors import InvalidRequest, NotFound, NotNow, StandfirstError, StoreFailed, status_and_code
from standfirst_models.errors import EngineStopped, ModelError, NotReady

MEDIA_TYPE = "application/problem+json"

#: Seconds to wait if the database or the process stopped: it may restart, or another replica may answer.
_RESTART_SECONDS = 5
#: The most validation errors that one problem lists.
_MAX_FINDINGS = 5

_STATUS_DESCRIPTIONS = {
    400: "The body is not JSON.",
    401: "A key is needed.",
    404: "There is no such briefing, job, digest or model.",
    406: "None of the forms that the caller takes is given.",
    408: "The body did not come in time.",
    409: "It is not made yet, and `Retry-After` says when to ask again; or it was cancelled.",
    413: "The body, the page or the article is too large.",
    415: "The body is not JSON or is compressed, or the page is neither text nor HTML.",
    422: "The request cannot be read, or there is no article in what was sent.",
    424: "The page could not be fetched.",
    429: "Too many requests are waiting, or the key has used up what it may have; `Retry-After` says how long.",
    500: "The service made a mistake.",
    503: "The models are not ready, or the work took too long.",
}


def problem_response(status: int, code: str, detail: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Return the answer for a problem."""
    return JSONResponse(Problem.of(status, code, detail).model_dump(), status, dict(headers or {}), MEDIA_TYPE)


def error_response(error: Exception) -> JSONResponse:
    """Return the answer for an error that ``standfirst.errors`` lists, with the headers that belong to it."""
    status, code = status_and_code(error)
    headers = {"WWW-Authenticate": "Bearer"} if status == HTTPStatus.UNAUTHORIZED else {}
    if isinstance(error, NotReady | NotNow):
        headers["Retry-After"] = str(math.ceil(error.retry_after))
    elif isinstance(error, StoreFailed | EngineStopped):
        headers["Retry-After"] = str(_RESTART_SECONDS)
    return problem_response(status, code, str(error), headers)


def document_problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the ``responses`` that document problems of these statuses for a route."""
    content = {MEDIA_TYPE: {"schema": Problem.model_json_schema()}}
    return {status: {"description": _STATUS_DESCRIPTIONS[status], "content": content} for status in statuses}


def document_errors(model: type[Any], *statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the ``responses`` that document errors in the format ``model`` for a route."""
    return {status: {"model": model, "description": _STATUS_DESCRIPTIONS[status]} for status in statuses}


def add_error_handlers(app: FastAPI) -> None:
    """Make ``app`` answer every expected error, also those of the framework, with a problem."""

    async def handle_error(_: Request, error: Exception) -> JSONResponse:
        return error_response(error)

    async def handle_invalid(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for nothing else
        if any(finding["type"] == "json_invalid" for finding in error.errors()):
            return problem_response(400, "invalid_json", "The body is not valid JSON.")
        # Some error formats name the field (``middleware.error_format``).
        request.state.field = next((str(part) for part in error.errors()[0]["loc"][1:2]), None)
        return error_response(InvalidRequest(_describe_findings(error)))

    async def handle_http(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)  # noqa: S101 - registered for nothing else
        if error.status_code == HTTPStatus.NOT_FOUND:
            return error_response(NotFound("There is nothing at this address. /docs says what there is."))
        if error.status_code == HTTPStatus.BAD_REQUEST:
            return problem_response(400, "invalid_json", "The body is not JSON in UTF-8, or is nested too deeply.")
        if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            allowed = ", ".join(_allowed_methods(request))
            detail = f"This address takes {allowed} and no other method. /docs says more."
            return problem_response(405, "method_not_allowed", detail, {"Allow": allowed})
        return problem_response(error.status_code, "http_error", HTTPStatus(error.status_code).phrase, error.headers)

    app.add_exception_handler(StandfirstError, handle_error)
    app.add_exception_handler(ModelError, handle_error)
    app.add_exception_handler(RequestValidationError, handle_invalid)
    app.add_exception_handler(HTTPException, handle_http)


def _allowed_methods(request: Request) -> list[str]:
    """Return the methods of all routes with the request's path; the framework names those of the first one only."""
    routes = iter_route_contexts(request.app.routes)
    matching = [route for route in routes if route.path_regex and route.path_regex.match(request.url.path)]
    methods = {method for route in matching for method in route.methods or ()}
    return sorted(methods | {"HEAD"} if "GET" in methods else methods)


def _describe_findings(error: RequestValidationError) -> str:
    """Return the validation errors in one line: "points: Input should be less than or equal to 10"."""
    if error.errors()[0]["loc"] == ("body",) and error.errors()[0]["type"] in {"missing", "model_attributes_type"}:
        return "The body must be a JSON object."
    descriptions = []
    for finding in error.errors()[:_MAX_FINDINGS]:
        field = ".".join(str(part) for part in finding["loc"] if part != "body")
        message = finding["msg"].removeprefix("Value error, ")
        descriptions.append(f"{field}: {message}" if field else message)
    return "; ".join(descriptions).rstrip(".") + "."
