"""Content negotiation: the media type of a request's body, and the one that a caller prefers for the answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import Header, Request

from standfirst.errors import NotAcceptable, NotText

JSON, MARKDOWN, TEXT, HTML = "application/json", "text/markdown", "text/plain", "text/html"
EVENT_STREAM = "text/event-stream"
JSON_LINES = "application/jsonl"

AcceptHeader = Annotated[str, Header(alias="accept", include_in_schema=False)]


def require_json(request: Request) -> None:
    """Check that a POST request declares its body as JSON. Raises ``NotText``."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if request.method == "POST" and media_type != "application/json" and not media_type.endswith("+json"):
        raise NotText("Send JSON, with 'Content-Type: application/json'.")


def preferred_type(accept: str, offered: Sequence[str]) -> str:
    """Return the media type of ``offered`` that an ``Accept`` header prefers, the first of equals.

    An empty header accepts everything (RFC 9110, section 12.5.1). Raises ``NotAcceptable`` if it accepts none.
    """
    ranges = [_parse_range(part) for part in accept.split(",") if part.strip()] or [("*/*", 1.0)]

    def quality(media_type: str) -> float:
        # The most specific range that matches decides.
        for wanted in (media_type, f"{media_type.partition('/')[0]}/*", "*/*"):
            for name, weight in ranges:
                if name == wanted:
                    return weight
        return 0.0

    best = max(offered, key=quality)
    if quality(best) <= 0:
        raise NotAcceptable(f"This address gives {', '.join(offered)}, and the Accept header takes none of them.")
    return best


def _parse_range(part: str) -> tuple[str, float]:
    name, *parameters = (piece.strip().lower() for piece in part.split(";"))
    weight = next((value[2:] for value in parameters if value.startswith("q=")), "1")
    try:
        return name, min(1.0, max(0.0, float(weight)))
    except ValueError:
        return name, 0.0
