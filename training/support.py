"""Fit the calibration of a verifier that comes with Standfirst on sentences that people judged.

    python -m training.support JUDGED.jsonl [JUDGED.jsonl ...] [--verifier NAME] [--half]

JUDGED is as for ``benchmarks.grounding``. Prints the calibration for ``grounding/support.py``, fitted as
``grounding/fitting.py`` says. Of what models cut from sentences nearly all is true, so of each article two sentences
that a rule makes false and two that a rule shortens are added. ``--half`` takes half of the articles
(``judgements/folds.py``), so that ``benchmarks.findings --half`` measures on the others.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from random import Random

from judgements.corruption import RULES
from judgements.folds import calibrates
from judgements.judged import auc, open_grounding, open_verifier, read_rows
from judgements.shortening import shortened
from standfirst.grounding.fitting import JudgedArticle, fit_readings, judge
from standfirst.reading.text import read_text
from standfirst_models.catalog import EMBEDDED_VERIFIER
from standfirst_models.protocols.verifier import Finding, Pair

#: The numbers of true and of false sentences that are made of an article.
_MADE = 2


def judged_articles(paths: Sequence[Path], half: bool) -> Iterator[JudgedArticle]:
    """Yield the articles in the files, or ``half`` of them, with their judged sentences and those that rules make."""
    random = Random(0)
    rows = (row for path in paths for row in read_rows(path))
    for row in (row for row in rows if not half or calibrates(row["article"])):
        article = read_text(row["article"])
        judged = [(sentence["text"], bool(sentence["supported"])) for sentence in row["sentences"]]
        yield article, [*judged, *made_by_rule([sentence.text for sentence in article.sentences], random)]


def made_by_rule(sentences: Sequence[str], random: Random) -> Iterator[tuple[str, bool]]:
    """Yield up to two true and two false sentences that rules make of those of an article."""
    true = (short for text in random.sample(sentences, len(sentences)) if (short := shortened(text, random)))
    rules = random.sample(list(RULES.values()), len(RULES))
    false = (made.text for rule in rules if (made := rule(random.choice(sentences), sentences, random)))
    yield from ((text, True) for text in islice(true, _MADE))
    yield from ((text, False) for text in islice((text for text in false if text not in sentences), _MADE))


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the calibration, and what each of its readings decides."""
    parser = argparse.ArgumentParser(prog="python -m training.support")
    parser.add_argument("judged", type=Path, nargs="+", metavar="JUDGED")
    parser.add_argument("--verifier", default=EMBEDDED_VERIFIER, metavar="NAME")
    parser.add_argument("--half", action="store_true", help="fit to half of the articles")
    options = parser.parse_args(arguments)
    verifier = open_verifier(options.verifier)

    async def verify(pairs: Sequence[Pair]) -> list[Finding]:
        return verifier.verify(pairs, lambda: False)

    judged = asyncio.run(judge(judged_articles(options.judged, options.half), open_grounding(), verify))
    print("Calibration(")
    for name, fitted in zip(("cut", "reworded"), fit_readings(judged), strict=True):
        if fitted is None:
            print(f"    # {name}: at no support enough would be backed")
            continue
        reading, labels = fitted.reading, fitted.judged.labels
        backed, refuted = fitted.support >= reading.backed_from, fitted.support <= reading.not_backed_to
        area = auc(list(zip(fitted.support.tolist(), labels.tolist(), strict=True)))
        bounds = round(reading.backed_from, 2), round(reading.not_backed_to, 2)
        print(f"    {name}={replace(reading, backed_from=bounds[0], not_backed_to=bounds[1])},")
        print(
            f"    # {len(labels)} sentences, {labels.sum()} backed; AUC {area:.3f}; found backed {backed.sum()}, of "
            f"them {labels[backed].sum()} are; not backed {refuted.sum()}, of them {labels[refuted].sum()} are backed"
        )
    print(")")


if __name__ == "__main__":
    main()
