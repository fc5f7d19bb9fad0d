"""``standfirst verify``: checks a summary against its article."""

from __future__ import annotations

import argparse
import asyncio
import sys
from typing import TYPE_CHECKING

from standfirst.cli.arguments import Commands, article_source, summary_text
from standfirst.errors import InvalidRequest
from standfirst.settings import Settings

if TYPE_CHECKING:
    from standfirst.domain.verification import ServedVerification
    from standfirst.reading.source import Source


def add_to(commands: Commands) -> None:
    """Add the subcommand to the parser."""
    verify = commands.add_parser(
        "verify", help="check a summary against its article", description="Check a summary against its article."
    )
    verify.add_argument("source", metavar="ARTICLE", help="a file, a URL, or - for standard input")
    verify.add_argument("summary", metavar="SUMMARY", help="a file of text, or - for standard input")
    verify.add_argument("--title", help="the article's title, if it is known")
    verify.add_argument("--json", action="store_true", help="print JSON, as the HTTP API does")
    verify.set_defaults(command=_run)


def _run(arguments: argparse.Namespace, settings: Settings) -> int:
    from standfirst.rendering.json.verification import VerificationOut
    from standfirst.rendering.text import verification_to_text

    if arguments.source == arguments.summary == "-":
        raise InvalidRequest("The article and its summary cannot both come from standard input.")
    source = article_source(arguments.source, arguments.title)
    summary = summary_text(arguments.summary)
    verified = asyncio.run(_verify(settings, source, summary))
    if arguments.json:
        print(VerificationOut.of(verified).model_dump_json(indent=2))
    else:
        print(verification_to_text(verified.verification), end="")
    return 0


async def _verify(settings: Settings, source: Source, summary: str) -> ServedVerification:
    from standfirst.wiring import running_verification

    async with running_verification(settings, progress=sys.stderr.isatty()) as verifications:
        return await verifications.verify(source, summary)
