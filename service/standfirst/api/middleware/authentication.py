"""Authentication by API key."""

from __future__ import annotations

import base64

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from standfirst.api.problems import error_response
from standfirst.application.keys import ANYONE, Caller, KeyRing
from standfirst.errors import Unauthorized

#: Paths under these prefixes need a key; health checks and documentation do not.
_PROTECTED = ("/v1/", "/api/")
#: The path that feed readers use. Elsewhere a browser would show a dialog of its own.
_FEED = "/v1/feed"


class Authentication:
    """Middleware that requires a key of ``ring``, as ``Authorization: Bearer`` or ``X-API-Key``.

    It may also be the password of ``Authorization: Basic``, which feed readers can send; they are asked for it that
    way. An open ring requires none.
    """

    def __init__(self, app: ASGIApp, ring: KeyRing) -> None:
        self._app = app
        self._ring = ring

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on if its key is valid."""
        if scope["type"] == "http" and scope["path"].startswith(_PROTECTED) and not self._ring.is_open:
            caller = self._ring.find(_key(Headers(scope=scope)))
            if caller is None:
                error = Unauthorized(
                    "This service asks for a key: send it as 'Authorization: Bearer KEY' or 'X-API-Key'."
                )
                response = error_response(error)
                if scope["path"] == _FEED:
                    response.headers["WWW-Authenticate"] = 'Basic realm="Standfirst", charset="UTF-8"'
                await response(scope, receive, send)
                return
            scope.setdefault("state", {})["caller"] = caller
        await self._app(scope, receive, send)


def caller_of(scope: Scope) -> Caller:
    """Return the authenticated caller of a request, or ``ANYONE`` if the request needed no key."""
    caller: Caller = scope.get("state", {}).get("caller", ANYONE)
    return caller


def _key(headers: Headers) -> str:
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        return _password(token.strip())
    return token.strip() if scheme.lower() == "bearer" else headers.get("x-api-key", "")


def _password(credentials: str) -> str:
    """Return the password of Basic credentials (RFC 7617); nothing if they cannot be read."""
    try:
        return base64.b64decode(credentials, validate=True).decode().partition(":")[2]
    except ValueError:
        return ""
