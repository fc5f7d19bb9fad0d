"""``standfirst brief --batch``: condenses the articles that a list names, and writes a line of results for each.

A run that was interrupted can be repeated: articles that have their line are not condensed again.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from standfirst.cli.arguments import article_source, decode_text, read_lines
from standfirst.cli.progress import work_on_all
from standfirst.domain.briefing import Options
from standfirst.errors import InvalidRequest
from standfirst.jobs.retry import retry
from standfirst.settings import Settings

if TYPE_CHECKING:
    from standfirst.application.briefing_service import BriefingService
    from standfirst.application.engines import Engines


def run_batch(settings: Settings, list_file: Path, results: Path, options: Options) -> int:
    """Condense every URL or file that ``list_file`` names, a line each, and append JSON lines to ``results``.

    Return how many lines of ``results`` are errors. Raises ``InvalidRequest`` if ``results`` belongs to another list,
    ``NotText``, and ``OSError``.
    """
    names = read_lines(decode_text(str(list_file), list_file.read_bytes()))
    if not names:
        raise InvalidRequest(f"{list_file} names no article: write a URL or a file on each line.")
    done = _read_results(results, names)
    remaining = [(index, name) for index, name in enumerate(names) if index not in done]
    if remaining:
        asyncio.run(_brief_all(settings, remaining, len(done), results, options))
    return sum(_read_results(results, names).values())


def _read_results(results: Path, names: Sequence[str]) -> dict[int, bool]:
    """Return which names have their line, and whether it is an error. An incomplete last line is removed."""
    if not results.exists():
        return {}
    content = results.read_bytes()
    complete = content[: content.rfind(b"\n") + 1]
    if complete != content:
        with results.open("r+b") as file:
            file.truncate(len(complete))
    is_error: dict[int, bool] = {}
    try:
        for line in complete.splitlines():
            result = json.loads(line)
            if names[result["index"]] != result["source"]:
                raise ValueError
            is_error[result["index"]] = "error" in result
    except (ValueError, KeyError, TypeError, IndexError):
        raise InvalidRequest(f"{results} holds results of another list: name another file with --out.") from None
    return is_error


async def _brief_all(
    settings: Settings, remaining: Sequence[tuple[int, str]], done: int, results: Path, options: Options
) -> None:
    from standfirst.wiring import open_briefing_service, running_engines

    async with running_engines(settings, progress=sys.stderr.isatty()) as engines:
        service = open_briefing_service(settings, engines)
        with results.open("a", encoding="utf-8") as file:

            async def brief(article: tuple[int, str]) -> None:
                index, name = article
                result = {"index": index, "source": name, **await _result(service, engines, name, options)}
                file.write(json.dumps(result, ensure_ascii=False) + "\n")
                file.flush()

            await work_on_all(remaining, brief, done=done)


async def _result(service: BriefingService, engines: Engines, name: str, options: Options) -> dict[str, object]:
    from standfirst.application.problems import to_problem
    from standfirst.rendering.json.briefing import BriefingOut

    try:
        source = await asyncio.to_thread(article_source, name)
        served = await retry(lambda: service.serve(source, options), engines.available)
    except OSError as error:
        return {"error": to_problem(InvalidRequest(f"{name}: {error.strerror or error}")).model_dump()}
    except Exception as error:  # the others go on
        return {"error": to_problem(error).model_dump()}
    return {"briefing": BriefingOut.of(served).model_dump(mode="json")}
