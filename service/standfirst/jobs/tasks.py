"""The tasks of a job's items, and their stored form as JSON.

Stored tasks outlive the version that wrote them: fields may be added with a default, and none may be renamed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal

from pydantic import TypeAdapter

from standfirst.domain.briefing import OnUnsupported, Options
from standfirst.reading.source import Source


@dataclass(frozen=True, slots=True)
class _Article:
    """An article of a request."""

    text: str | None = None
    html: str | None = None
    url: str | None = None
    title: str | None = None

    def source(self) -> Source:
        """Return the source of the article. Raises ``InvalidRequest`` unless there is exactly one."""
        return Source(text=self.text, html=self.html, url=self.url, title=self.title)


@dataclass(frozen=True, slots=True)
class BriefingTask(_Article):
    """Make the briefing of one article, within ``timeout_s`` seconds if that is not None."""

    points: int = 3
    max_words: int = 120
    on_unsupported: OnUnsupported = "replace"
    timeout_s: float | None = None
    on_timeout: Literal["error", "quote"] = "error"

    def options(self) -> Options:
        """Return the options of the briefing."""
        return Options(self.points, self.max_words, self.on_unsupported)


@dataclass(frozen=True, slots=True)
class DigestArticle(_Article):
    """An article of a digest: its source, or the id of a stored ``briefing`` of it."""

    briefing: str | None = None


@dataclass(frozen=True, slots=True)
class ArticleTask:
    """Make or find the briefing of one article of a digest."""

    item: DigestArticle
    points: int
    max_words: int
    task: Literal["article"] = "article"


@dataclass(frozen=True, slots=True)
class DigestTask:
    """Make the digest of the job's other items, when all of them have ended."""

    points: int
    max_words: int
    task: Literal["digest"] = "digest"


Task = BriefingTask | ArticleTask | DigestTask

_ADAPTERS: dict[str | None, TypeAdapter[Task]] = {
    None: TypeAdapter(BriefingTask),
    "article": TypeAdapter(ArticleTask),
    "digest": TypeAdapter(DigestTask),
}


def dump_task(task: Task) -> str:
    """Return the stored form of a task."""
    return _ADAPTERS[getattr(task, "task", None)].dump_json(task, exclude_none=True).decode()


def load_task(stored: str) -> Task:
    """Return the task of a stored form."""
    return _ADAPTERS[json.loads(stored).get("task")].validate_json(stored)
