"""Requests for jobs, and the events of a job."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from standfirst.api.schemas.briefing import BriefingRequest
from standfirst.domain.job import ItemState

Webhook = Annotated[
    str | None,
    Field(
        max_length=4096,
        description="A URL that receives a signed POST at the end (https://www.standardwebhooks.com).",
    ),
]


class JobRequest(BaseModel):
    """Articles to be condensed in the background, and a webhook to be called when all of them are done."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"items": [{"url": "https://example.com/news/bridge"}, {"url": "https://example.com/news/bus"}]}
            ]
        },
    )

    items: list[BriefingRequest] = Field(min_length=1, max_length=1000, description="As `/v1/briefings` takes them.")
    webhook: Webhook = None


class ProgressOut(BaseModel):
    """An event of a job: an item has ended."""

    index: int
    state: ItemState
    progress: float
