"""Requests for digests, and the state of a digest."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from standfirst.domain.briefing import Options
from standfirst.domain.digest import MAX_ARTICLES
from standfirst.errors import InvalidRequest
from standfirst.reading.source import Source
from standfirst.rendering.json.job import JobDetailsOut

_ONE_OF: list[JsonValue] = [
    {"required": [name], "properties": {name: {"type": "string"}}} for name in ("text", "html", "url", "briefing")
]


class DigestItem(BaseModel):
    """An article, as exactly one of ``text``, ``html`` and ``url``, or the id of a briefing that was made before."""

    model_config = ConfigDict(extra="forbid", strict=True, json_schema_extra={"oneOf": _ONE_OF})

    text: str | None = Field(None, description="The article as plain text.")
    html: str | None = Field(None, description="The article's page.")
    url: str | None = Field(None, description="Where the article's page is; it is fetched.", max_length=4096)
    briefing: str | None = Field(None, description="The id of a briefing of it.", pattern="^[0-9a-f]{32}$")
    title: str | None = Field(None, description="The article's title, where it is known.", max_length=1000)

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if self.briefing is None:
            self.source()
        elif any(value is not None for value in (self.text, self.html, self.url)):
            raise InvalidRequest("Give exactly one of text, html, url and briefing.")
        return self

    def source(self) -> Source:
        """What is to be read, where it is not a briefing. Raises ``InvalidRequest``."""
        return Source(text=self.text, html=self.html, url=self.url, title=self.title)


class DigestRequest(BaseModel):
    """Articles that are to be put together by their stories, and how long the briefing of each may be."""

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
        120, ge=10, le=2000, strict=True, description="The most words that its standfirst and points may have together."
    )

    def options(self) -> Options:
        """What is wanted of each briefing. What no article backs is never in a digest."""
        return Options(points=self.points, max_words=self.max_words)


class DigestStateOut(JobDetailsOut):
    """A digest that comes about: the last of its items is the digest itself, the others are the articles."""
