"""Requests for verifications."""

from __future__ import annotations

from pydantic import ConfigDict, Field

from standfirst.api.schemas.source import EXAMPLE, ONE_SOURCE, SourceRequest


class VerificationRequest(SourceRequest):
    """An article, as exactly one of ``text``, ``html`` and ``url``, and a summary of it."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": ONE_SOURCE,
            "examples": [{"text": EXAMPLE, "summary": "The bridge will be closed for nine years. It will cost £2.4m."}],
        },
    )

    summary: str = Field(
        description="The summary to be checked against the article: prose, a list or Markdown.", max_length=100_000
    )
