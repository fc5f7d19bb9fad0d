"""Requests for digests, and the state of a digest."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from standfirst.api.schemas.job import Webhook
from standfirst.api.schemas.source import SourceRequest
from standfirst.domain.digest import MAX_ARTICLES
from standfirst.errors import InvalidRequest
from standfirst.rendering.json.job import JobDetailsOut

_ONE_OF: list[JsonValue] = [
    {"required": [name], "properties": {name: {"type": "string"}}} for name in ("text", "html", "url", "briefing")
]


class DigestItem(SourceRequest):
    """An article, as exactly one of ``text``, ``html`` and ``url``, or the id of a stored briefing."""

    model_config = ConfigDict(json_schema_extra={"oneOf": _ONE_OF})

    briefing: str | None = Field(
        None, description="The id of a stored briefing of the article.", pattern="^[0-9a-f]{32}$"
    )

    @model_validator(mode="after")
    def _has_one_source(self) -> Self:
        if self.briefing is None:
            self.source()
        elif any(value is not None for value in (self.text, self.html, self.url)):
            raise InvalidRequest("Give exactly one of text, html, url and briefing.")
        return self


class DigestRequest(BaseModel):
    """Articles to be grouped by story, and the options of each briefing."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"items": [{"url": "https://example.com/news/bridge"}, {"url": "https://example.org/harwick-bridge"}]}
            ]
        },
    )

    items: list[DigestItem] = Field(min_length=1, max_length=MAX_ARTICLES)
    points: int = Field(3, ge=0, le=10, strict=True, description="The most key points of each article's briefing.")
    max_words: int = Field(
        120, ge=10, le=2000, strict=True, description="The most words of its standfirst and points together."
    )
    webhook: Webhook = None


class DigestStateOut(JobDetailsOut):
    """The state of a digest: its last item is the digest itself, the others are the articles."""
