"""The tasks of items: their stored form is stable, and is read back."""

from __future__ import annotations

import json

import pytest

from standfirst.domain.briefing import Options
from standfirst.jobs.tasks import ArticleTask, BriefingTask, DigestArticle, DigestTask, Task, dump_task, load_task


@pytest.mark.parametrize(
    ("task", "stored"),
    [
        (
            BriefingTask(text="A story.", points=1, timeout_s=5.0),
            {
                "text": "A story.",
                "points": 1,
                "max_words": 120,
                "on_unsupported": "replace",
                "timeout_s": 5.0,
                "on_timeout": "error",
            },
        ),
        (
            ArticleTask(DigestArticle(url="https://example.com/"), 3, 120),
            {"task": "article", "item": {"url": "https://example.com/"}, "points": 3, "max_words": 120},
        ),
        (DigestTask(3, 120), {"task": "digest", "points": 3, "max_words": 120}),
    ],
)
def test_a_task_is_read_back_from_its_stored_form(task: Task, stored: dict[str, object]) -> None:
    assert json.loads(dump_task(task)) == stored
    assert load_task(json.dumps(stored)) == task


def test_a_task_of_an_earlier_version_is_read() -> None:
    task = load_task('{"html": "<p>A story.</p>", "points": 2, "max_words": 80, "model": "standfirst-135m"}')
    assert isinstance(task, BriefingTask)
    assert task.options() == Options(points=2, max_words=80)
    assert task.source().html == "<p>A story.</p>"
