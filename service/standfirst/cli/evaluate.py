"""``standfirst evaluate``: how good the briefings are, on articles with summaries that people wrote."""

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

from standfirst.cli.commands import Commands
from standfirst.errors import NoArticle, StandfirstError
from standfirst.settings import Settings

if TYPE_CHECKING:
    from standfirst.evaluation.evaluation import ArticleEvaluation
    from standfirst.evaluation.rows import Row


def add_to(commands: Commands) -> None:
    """Add the command to the parser."""
    evaluate = commands.add_parser(
        "evaluate", help="measure briefings on articles", description="Measure briefings on articles."
    )
    evaluate.add_argument(
        "data",
        type=Path,
        metavar="DATA.jsonl",
        help="a JSON object a line: text or article; title, reference, systems (name: summary) where there are any",
    )
    evaluate.add_argument("--json", action="store_true", help="as JSON")
    evaluate.set_defaults(command=_run)


def _run(asked: argparse.Namespace, settings: Settings) -> int:
    try:
        from standfirst.evaluation.evaluation import aggregate
        from standfirst.evaluation.rows import read_rows
        from standfirst.evaluation.table import table
    except ModuleNotFoundError as error:
        raise StandfirstError("Evaluating needs more packages: pip install 'standfirst[evaluate]'.") from error

    evaluation = aggregate(asyncio.run(_evaluated(settings, read_rows(asked.data))))
    if evaluation is None:
        raise NoArticle(f"None of the articles in {asked.data.name} could be condensed.")
    print(json.dumps(asdict(evaluation), indent=2) if asked.json else table(evaluation), end="")
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
