"""``standfirst brief``: condenses one article, or with ``--batch`` many."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from standfirst.cli.arguments import Commands, article_source, number_between
from standfirst.domain.briefing import Options
from standfirst.errors import InvalidRequest, StandfirstError
from standfirst.settings import Settings

if TYPE_CHECKING:
    from standfirst.domain.briefing import ServedBriefing
    from standfirst.reading.source import Source


def add_to(commands: Commands) -> None:
    """Add the subcommand to the parser."""
    brief = commands.add_parser("brief", help="condense one article", description="Condense one article.")
    brief.add_argument(
        "source", nargs="?", default="-", metavar="FILE | URL | -", help="text or HTML; - is standard input (default)"
    )
    brief.add_argument("--title", help="the article's title, if it is known")
    brief.add_argument("--points", type=number_between(0, 10), default=3, metavar="N", help="key points, 0 to 10 (3)")
    brief.add_argument(
        "--max-words", type=number_between(10, 2000), default=120, metavar="N", help="words in all, 10 to 2000 (120)"
    )
    brief.add_argument(
        "--on-unsupported",
        choices=("replace", "drop", "flag"),
        default="replace",
        help="what becomes of a drafted sentence that the article does not back (replace)",
    )
    brief.add_argument(
        "--batch", type=Path, metavar="LIST", help="condense every URL or file that LIST names, a line each"
    )
    brief.add_argument(
        "--out",
        type=Path,
        metavar="RESULTS",
        help="file of the results, as JSON lines; articles that have their line are skipped",
    )
    form = brief.add_mutually_exclusive_group()
    form.add_argument(
        "--json", dest="form", action="store_const", const="json", help="print JSON, as the HTTP API does"
    )
    form.add_argument("--markdown", dest="form", action="store_const", const="markdown", help="print Markdown")
    brief.set_defaults(command=_run)


def _run(arguments: argparse.Namespace, settings: Settings) -> int:
    options = Options(arguments.points, arguments.max_words, arguments.on_unsupported)
    if arguments.batch is not None:
        return _run_batch(arguments, settings, options)

    from standfirst.rendering.json.briefing import BriefingOut
    from standfirst.rendering.markdown import briefing_to_markdown
    from standfirst.rendering.text import briefing_to_text

    served = asyncio.run(_brief(settings, article_source(arguments.source, arguments.title), options))
    if arguments.form == "json":
        print(BriefingOut.of(served).model_dump_json(indent=2))
    elif arguments.form == "markdown":
        print(briefing_to_markdown(served.article, served.briefing), end="")
    else:
        print(briefing_to_text(served.article, served.briefing), end="")
    return 0


def _run_batch(arguments: argparse.Namespace, settings: Settings, options: Options) -> int:
    from standfirst.cli.batch import run_batch

    if arguments.out is None or arguments.source != "-" or arguments.title is not None or arguments.form is not None:
        raise InvalidRequest("--batch LIST goes with --out RESULTS, and with neither a source, a title nor a form.")
    failed = run_batch(settings, arguments.batch, arguments.out, options)
    if failed:
        raise StandfirstError(f"{failed} of the articles could not be condensed; {arguments.out} says why.")
    return 0


async def _brief(settings: Settings, source: Source, options: Options) -> ServedBriefing:
    from standfirst.wiring import open_briefing_service, running_engines

    progress = sys.stderr.isatty()
    if progress:
        print("loading the models …", end="", file=sys.stderr, flush=True)
    try:
        async with running_engines(settings, progress=progress) as engines:
            return await open_briefing_service(settings, engines).serve(source, options)
    finally:
        if progress:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
