"""``standfirst brief --batch``: many articles, each line of a list one, each with one line of results.

A run that was ended goes on where it was: what has its line is not done again.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from standfirst.cli.inputs import article_source
from standfirst.domain.briefing import Options
from standfirst.errors import InvalidRequest
from standfirst.jobs.retry import retry
from standfirst.settings import Settings

if TYPE_CHECKING:
    from standfirst.application.briefing_service import BriefingService
    from standfirst.application.engines import Engines

#: Articles that are worked on at a time: one is read while another is written.
_LANES = 2


def run_batch(settings: Settings, listed: Path, results: Path, options: Options) -> int:
    """Condense every URL or file that ``listed`` names, a line each, into JSON lines at the end of ``results``.

    The answer is how many lines of ``results`` tell of an error. Raises ``InvalidRequest`` where ``results`` is not
    of that list, and ``OSError``.
    """
    names = [line.strip() for line in listed.read_text(encoding="utf-8-sig").splitlines() if line.strip()]
    if not names:
        raise InvalidRequest(f"{listed} names no article: write a URL or a file on each line.")
    done = _done(results, names)
    left = [(index, name) for index, name in enumerate(names) if index not in done]
    if left:
        asyncio.run(_worked_on(settings, left, len(names), results, options))
    return sum(failed for failed in _done(results, names).values())


def _done(results: Path, names: Sequence[str]) -> dict[int, bool]:
    """Which lines of the list have their result, and whether it is an error; half a line at the end is removed."""
    if not results.exists():
        return {}
    content = results.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    if whole != content:
        with results.open("r+b") as file:
            file.truncate(len(whole))
    found: dict[int, bool] = {}
    try:
        for line in whole.splitlines():
            told = json.loads(line)
            if names[told["index"]] != told["source"]:
                raise ValueError
            found[told["index"]] = "error" in told
    except (ValueError, KeyError, TypeError, IndexError):
        raise InvalidRequest(f"{results} holds results of another list: name another file with --out.") from None
    return found


async def _worked_on(
    settings: Settings, left: Sequence[tuple[int, str]], total: int, results: Path, options: Options
) -> None:
    from tqdm import tqdm

    from standfirst.wiring import open_briefing_service, running_engines

    shown = sys.stderr.isatty()
    async with running_engines(settings, progress=shown) as engines:
        desk = open_briefing_service(settings, engines)
        bar = tqdm(total=total, initial=total - len(left), unit="article", disable=not shown)
        with bar, results.open("a", encoding="utf-8") as file:
            waiting = iter(left)

            async def lane() -> None:
                for index, name in waiting:
                    told = {"index": index, "source": name, **await _outcome(desk, engines, name, options)}
                    file.write(json.dumps(told, ensure_ascii=False) + "\n")
                    file.flush()
                    bar.update()

            await asyncio.gather(*(lane() for _ in range(_LANES)))


async def _outcome(desk: BriefingService, engines: Engines, name: str, options: Options) -> dict[str, object]:
    from standfirst.application.problems import to_problem
    from standfirst.rendering.json.briefing import BriefingOut

    try:
        source = await asyncio.to_thread(article_source, name, None)
        served = await retry(lambda: desk.serve(source, options), engines.available)
    except OSError as error:
        return {"error": to_problem(InvalidRequest(f"{name}: {error.strerror or error}")).model_dump()}
    except Exception as error:  # one that fails harms no other
        return {"error": to_problem(error).model_dump()}
    return {"briefing": BriefingOut.of(served).model_dump(mode="json")}
