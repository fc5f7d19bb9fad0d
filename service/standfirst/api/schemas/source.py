"""An article in a request: its text, its page, or the page's address."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from standfirst.reading.source import Source

EXAMPLE = (
    "Harwick council voted 14 to 3 on Tuesday to close the Old Mill bridge for repairs. The work will cost £2.4m and "
    "take nine months. Buses will be sent over the ring road from 6 January, the council said."
)

#: The JSON schema of fields that exclude one another, which pydantic cannot derive.
ONE_SOURCE: list[JsonValue] = [
    {"required": [name], "properties": {name: {"type": "string"}}} for name in ("text", "html", "url")
]


class SourceRequest(BaseModel):
    """An article, as exactly one of ``text``, ``html`` and ``url``."""

    model_config = ConfigDict(extra="forbid", strict=True)

    text: str | None = Field(None, description="The article as plain text.")
    html: str | None = Field(None, description="The HTML of the article's page.")
    url: str | None = Field(
        None, description="The URL of the article's page, which the service fetches.", max_length=4096
    )
    title: str | None = Field(None, description="The article's title, if it is known.", max_length=1000)

    @model_validator(mode="after")
    def _has_one_source(self) -> Self:
        self.source()
        return self

    def source(self) -> Source:
        """Return the source of the article. Raises ``InvalidRequest`` unless there is exactly one of the three."""
        return Source(text=self.text, html=self.html, url=self.url, title=self.title)
