"""Requests for digests, and the state of a digest."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from standfirst.domain.digest import MAX_ARTICLES
from standfirst.errors import InvalidRequest
from standfirst.reading.source import Source
from standfirst.rendering.json.job import JobDetailsOut

_ONE_OF: list[JsonValue] = [
    {"required": [name], "properties": {name: {"type": "string"}}} for name in ("text", "html", "url", "briefing")
]


class DigestItem(BaseModel):
    """An article, as exactly one of ``text``, ``html`` and ``url``, or the id of a stored briefing."""

    model_config = ConfigDict(extra="forbid", strict=True, json_schema_extra={"oneOf": _ONE_OF})

    text: str | None = Field(None, description="The article as plain text.")
    html: str | None = Field(None, description="The HTML of the article's page.")
    url: str | None = Field(
        None, description="The URL of the article's page, which the service fetches.", max_length=4096
    )
    briefing: str | None = Field(
        None, description="The id of a stored briefing of the article.", pattern="^[0-9a-f]{32}$"
    )
    title: str | None = Field(None, description="The article's title, if it is known.", max_length=1000)

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if self.briefing is None:
            self.source()
        elif any(value is not None for value in (self.text, self.html, self.url)):
            raise InvalidRequest("Give exactly one of text, html, url and briefing.")
        return self

    def source(self) -> Source:
        """Return the source of the article, which is not a stored briefing. Raises ``InvalidRequest``."""
        return Source(text=self.text, html=self.html, url=self.url, title=self.title)


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
    points: int = Field(3, ge=0, le=10, strict=True, description="Key points of each article's briefing.")
    max_words: int = Field(
        120, ge=10, le=2000, strict=True, description="The most words of its standfirst and points together."
    )


class DigestStateOut(JobDetailsOut):
    """The state of a digest: its last item is the digest itself, the others are the articles."""
