"""``standfirst digest``: the articles of feeds, files and addresses, put together by the stories that they tell."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from standfirst.cli.commands import Commands
from standfirst.cli.inputs import article_source
from standfirst.domain.briefing import Options
from standfirst.domain.digest import MAX_ARTICLES, BriefedArticle, Digest, FailedArticle
from standfirst.errors import InvalidRequest, StandfirstError
from standfirst.jobs.retry import retry
from standfirst.settings import Settings

if TYPE_CHECKING:
    from standfirst.application.briefing_service import BriefingService
    from standfirst.application.engines import Engines
    from standfirst.reading.feeds import Entry
    from standfirst.reading.fetch import FetchPolicy, Page
    from standfirst.reading.source import Source

#: Articles that are worked on at a time, and so those that are fetched from any host.
_LANES = 2
#: Feeds that are fetched at a time, and of those of one host.
_FEEDS, _FEEDS_A_HOST = 8, 2


def add_to(commands: Commands) -> None:
    """Add the command to the parser."""
    digest = commands.add_parser(
        "digest",
        help="put the articles of feeds together by their stories",
        description="Put articles together by the stories that they tell, and condense each story once.",
    )
    digest.add_argument(
        "sources",
        nargs="+",
        metavar="SOURCE",
        help="a feed (RSS, Atom, JSON Feed), an OPML list of feeds or an article, each as URL or file, "
        "or a file that names URLs and files, a line each",
    )
    digest.add_argument(
        "--max",
        type=_number,
        default=40,
        metavar="N",
        help=f"of the feeds' entries the N newest, 1 to {MAX_ARTICLES} (40)",
    )
    form = digest.add_mutually_exclusive_group()
    form.add_argument("--json", dest="form", action="store_const", const="json", help="as the service answers")
    form.add_argument("--markdown", dest="form", action="store_const", const="markdown", help="to be pasted (default)")
    form.add_argument("--html", dest="form", action="store_const", const="html", help="a page that stands by itself")
    digest.set_defaults(command=_run)


def _number(given: str) -> int:
    value = int(given)
    if not 1 <= value <= MAX_ARTICLES:
        raise argparse.ArgumentTypeError(f"{value} is not between 1 and {MAX_ARTICLES}")
    return value


def _run(asked: argparse.Namespace, settings: Settings) -> int:
    from standfirst.rendering.html import digest_to_html
    from standfirst.rendering.json.digest import DigestOut
    from standfirst.rendering.markdown import digest_to_markdown

    digest = asyncio.run(_digest(settings, asked.sources, asked.max))
    if asked.form == "json":
        print(DigestOut.of(digest).model_dump_json(indent=2))
    elif asked.form == "html":
        print(digest_to_html(digest), end="")
    else:
        print(digest_to_markdown(digest), end="")
    return 0


async def _digest(settings: Settings, names: Sequence[str], most: int) -> Digest:
    from tqdm import tqdm

    from standfirst.wiring import fetch_policy, open_briefing_service, running_engines

    sources = await _gathered(names, fetch_policy(settings), most)
    if not sources:
        raise InvalidRequest("There is no article in what was named.")
    if len(sources) > MAX_ARTICLES:
        raise InvalidRequest(f"These are {len(sources)} articles; a digest is made of at most {MAX_ARTICLES}.")
    shown = sys.stderr.isatty()
    async with running_engines(settings, progress=shown) as engines:
        desk = open_briefing_service(settings, engines)
        outcomes: list[BriefedArticle | FailedArticle] = []
        waiting = iter(enumerate(sources))
        with tqdm(total=len(sources), unit="article", disable=not shown) as bar:

            async def lane() -> None:
                for index, source in waiting:
                    outcomes.append(await _outcome(desk, engines, index, source))
                    bar.update()

            await asyncio.gather(*(lane() for _ in range(_LANES)))
        outcomes.sort(key=lambda outcome: outcome.index)
        condensed = [one for one in outcomes if isinstance(one, BriefedArticle)]
        failed = [one for one in outcomes if isinstance(one, FailedArticle)]
        return await engines.digester().digest(condensed, failed, Options())


async def _outcome(
    desk: BriefingService, engines: Engines, index: int, source: Source
) -> BriefedArticle | FailedArticle:
    from standfirst.application.problems import to_problem

    try:
        served = await retry(lambda: desk.serve(source, Options()), engines.available)
    except Exception as error:  # one that fails harms no other
        problem = to_problem(error)
        where = f"{source.url}: " if source.url else ""
        return FailedArticle(index, problem.code, where + problem.detail)
    return BriefedArticle(index, served.article, served.briefing)


async def _gathered(names: Sequence[str], policy: FetchPolicy, most: int) -> list[Source]:
    """The articles that ``names`` lead to: those that are named, in order, and the newest entries of the feeds."""
    from standfirst.reading.feeds import read_feed, read_opml
    from standfirst.reading.source import Source

    named: list[Source] = []
    entries: list[Entry] = []
    for name in names:
        page = await _page(name, policy)
        feeds = read_opml(page)
        if feeds is not None:
            entries += await _entries_of(feeds, policy)
        elif (found := read_feed(page)) is not None:
            entries += found
        elif page.url:
            named.append(Source(url=name))
        else:
            listed = _listed(name, page.content)
            named += [article_source(one, None) for one in listed or [name]]
    return [*named, *_newest(entries, most)]


async def _page(name: str, policy: FetchPolicy) -> Page:
    """What is at that address or in that file, whose ``url`` is empty."""
    from standfirst.reading.feeds import FEED_TYPES
    from standfirst.reading.fetch import Page, fetch

    if name.startswith(("http://", "https://")):
        return await fetch(name, policy, extra_types=FEED_TYPES)
    return Page("", await asyncio.to_thread(Path(name).read_bytes), "", None)


async def _entries_of(feeds: Sequence[str], policy: FetchPolicy) -> list[Entry]:
    """The entries of all ``feeds``; of one that cannot be had a line on standard error tells."""
    from standfirst.reading.feeds import read_feed

    together = asyncio.Semaphore(_FEEDS)
    of_host: dict[str | None, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(_FEEDS_A_HOST))

    async def entries(url: str) -> Iterable[Entry]:
        try:
            async with of_host[urlsplit(url).hostname], together:
                found = read_feed(await _page(url, policy))
            if found is not None:
                return found
            print(f"standfirst: {url}: This is no feed.", file=sys.stderr)
        except (StandfirstError, ValueError) as error:
            print(f"standfirst: {url}: {error}", file=sys.stderr)
        return ()

    return [entry for found in await asyncio.gather(*map(entries, feeds)) for entry in found]


def _newest(entries: Iterable[Entry], most: int) -> list[Source]:
    """The newest of ``entries``, each address once; those without a date come last, in their feed's order."""
    from standfirst.reading.source import Source

    dated = sorted(entries, key=lambda entry: -(entry.published or 0))
    once = {entry.url or entry.html: entry for entry in reversed(dated)}
    newest = [entry for entry in dated if once[entry.url or entry.html] is entry][:most]
    return [
        Source(html=entry.html, title=entry.title, page_url=entry.url)
        if entry.html
        else Source(url=entry.url, title=entry.title)
        for entry in newest
    ]


def _listed(name: str, content: bytes) -> list[str]:
    """The URLs and files that a file names, a line each; empty where it is not such a list."""
    lines = [line.strip() for line in content.decode(errors="replace").lstrip("\ufeff").splitlines() if line.strip()]
    is_list = all(
        len(line) < 4096 and (line.startswith(("http://", "https://")) or Path(line).is_file()) for line in lines
    )
    return lines if lines and is_list and name not in lines else []
