"""``standfirst digest``: groups the articles of feeds, files and addresses by their stories."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from standfirst.cli.arguments import Commands, number_between
from standfirst.cli.progress import work_on_all
from standfirst.domain.briefing import Options
from standfirst.domain.digest import MAX_ARTICLES, BriefedArticle, Digest, FailedArticle
from standfirst.errors import InvalidRequest, NoArticle
from standfirst.jobs.retry import retry
from standfirst.settings import Settings

if TYPE_CHECKING:
    from standfirst.application.briefing_service import BriefingService
    from standfirst.application.engines import Engines
    from standfirst.reading.source import Source


def add_to(commands: Commands) -> None:
    """Add the subcommand to the parser."""
    digest = commands.add_parser(
        "digest",
        help="group the articles of feeds by story",
        description="Group articles by story, and condense each story once.",
    )
    digest.add_argument(
        "sources",
        nargs="+",
        metavar="SOURCE",
        help="a feed (RSS, Atom, JSON Feed), an OPML list of feeds or an article, each as URL or file, "
        "or a file that lists URLs and files, one per line",
    )
    digest.add_argument(
        "--max",
        type=number_between(1, MAX_ARTICLES),
        default=40,
        metavar="N",
        help=f"number of feed entries, newest first, 1 to {MAX_ARTICLES} (40)",
    )
    form = digest.add_mutually_exclusive_group()
    form.add_argument(
        "--json", dest="form", action="store_const", const="json", help="print JSON, as the HTTP API does"
    )
    form.add_argument(
        "--markdown", dest="form", action="store_const", const="markdown", help="print Markdown (default)"
    )
    form.add_argument("--html", dest="form", action="store_const", const="html", help="print an HTML page")
    digest.set_defaults(command=_run)


def _run(arguments: argparse.Namespace, settings: Settings) -> int:
    from standfirst.rendering.html import digest_to_html
    from standfirst.rendering.json.digest import DigestOut
    from standfirst.rendering.markdown import digest_to_markdown

    digest = asyncio.run(_digest(settings, arguments.sources, arguments.max))
    if arguments.form == "json":
        print(DigestOut.of(digest).model_dump_json(indent=2))
    elif arguments.form == "html":
        print(digest_to_html(digest), end="")
    else:
        print(digest_to_markdown(digest), end="")
    if not digest.stories:
        raise NoArticle("None of the articles could be condensed.")
    return 0


async def _digest(settings: Settings, names: Sequence[str], max_entries: int) -> Digest:
    from standfirst.cli.digest_sources import collect_sources
    from standfirst.wiring import fetch_policy, open_briefing_service, running_engines

    sources = await collect_sources(names, fetch_policy(settings), max_entries)
    if not sources:
        raise InvalidRequest("There is no article in what was named.")
    if len(sources) > MAX_ARTICLES:
        raise InvalidRequest(f"These are {len(sources)} articles; a digest is made of at most {MAX_ARTICLES}.")
    async with running_engines(settings, progress=sys.stderr.isatty()) as engines:
        service = open_briefing_service(settings, engines)
        briefed: dict[int, BriefedArticle] = {}
        failed: list[FailedArticle] = []

        async def brief(article: tuple[int, Source]) -> None:
            result = await _brief(service, engines, *article)
            if isinstance(result, BriefedArticle):
                briefed[result.index] = result
            else:
                failed.append(result)

        await work_on_all(list(enumerate(sources)), brief)
        failed.sort(key=lambda article: article.index)

        async def load(index: int) -> BriefedArticle:
            return briefed[index]

        return await engines.digester().digest(sorted(briefed), load, failed, Options())


async def _brief(
    service: BriefingService, engines: Engines, index: int, source: Source
) -> BriefedArticle | FailedArticle:
    from standfirst.application.problems import to_problem

    try:
        served = await retry(lambda: service.serve(source, Options()), engines.available)
    except Exception as error:  # the others go on
        problem = to_problem(error)
        where = f"{source.url}: " if source.url else ""
        return FailedArticle(index, problem.code, where + problem.detail)
    return BriefedArticle(index, served.article, served.briefing)
