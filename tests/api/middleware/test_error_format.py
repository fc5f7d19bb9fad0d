"""The format of errors on the paths of other services' interfaces."""

from __future__ import annotations

from starlette.responses import JSONResponse
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from standfirst.api.middleware.error_format import ErrorFormat
from standfirst.api.openai.errors import as_openai
from standfirst.api.problems import error_response
from standfirst.errors import QuotaExceeded


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["path"] == "/fine":
        await JSONResponse({"code": "none"})(scope, receive, send)
    else:
        await error_response(QuotaExceeded("Later.", 7))(scope, receive, send)


def test_problems_of_a_named_path_are_converted_and_keep_status_and_headers() -> None:
    client = TestClient(ErrorFormat(app, {"/chat": as_openai}))
    response = client.get("/chat")
    assert (response.status_code, response.headers["retry-after"]) == (429, "7")
    assert response.headers["content-type"] == "application/json"
    assert response.json()["error"] == {
        "message": "Later.",
        "type": "rate_limit_error",
        "code": "quota_exceeded",
        "param": None,
    }


def test_other_answers_are_passed_on_unchanged() -> None:
    client = TestClient(ErrorFormat(app, {"/fine": as_openai}))
    assert client.get("/fine").json() == {"code": "none"}
    assert client.get("/other").headers["content-type"] == "application/problem+json"
