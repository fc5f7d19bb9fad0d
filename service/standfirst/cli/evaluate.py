"""``standfirst evaluate``: measures briefings on articles that have summaries by people."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from tqdm import tqdm

from standfirst.cli.arguments import Commands
from standfirst.errors import NoArticle, StandfirstError
from standfirst.settings import Settings

if TYPE_CHECKING:
    from standfirst.evaluation.evaluation import ArticleEvaluation
    from standfirst.evaluation.rows import Row


def add_to(commands: Commands) -> None:
    """Add the subcommand to the parser."""
    evaluate = commands.add_parser(
        "evaluate", help="measure briefings on articles", description="Measure briefings on articles."
    )
    evaluate.add_argument(
        "data",
        type=Path,
        metavar="DATA.jsonl",
        help="a JSON object a line: text or article; title, reference, systems (name: summary) where there are any",
    )
    evaluate.add_argument("--json", action="store_true", help="print JSON")
    evaluate.set_defaults(command=_run)


def _run(arguments: argparse.Namespace, settings: Settings) -> int:
    try:
        from standfirst.evaluation.evaluation import aggregate
        from standfirst.evaluation.rows import read_rows
        from standfirst.evaluation.table import table
    except ModuleNotFoundError as error:
        raise StandfirstError("Evaluating needs more packages: pip install 'standfirst[evaluate]'.") from error

    evaluation = aggregate(asyncio.run(_evaluated(settings, read_rows(arguments.data))))
    if evaluation is None:
        raise NoArticle(f"None of the articles in {arguments.data.name} could be condensed.")
    print(json.dumps(asdict(evaluation), indent=2) if arguments.json else table(evaluation), end="")
    return 0


async def _evaluated(settings: Settings, rows: Sequence[Row]) -> list[ArticleEvaluation | None]:
    from standfirst.evaluation.evaluation import evaluate_service

    shown = sys.stderr.isatty()
    with tqdm(total=len(rows), unit="article", disable=not shown) as bar:
        evaluated = []
        async for one in evaluate_service(rows, settings, progress=shown):
            evaluated.append(one)
            bar.update()
        return evaluated
