"""Measure the three findings: how much a verifier decides, and how much of that is right.

    python -m benchmarks.findings DATA [--verifier NAME] [--articles N] [--half]

DATA has ``faithfulness-dev`` and ``cnndm-dev`` (``.jsonl``) and ``entailment-train`` (``.jsonl.gz``). The sets are

- sentences in other words by hand, and false ones near the article's words (``judgements/paraphrases.jsonl``),
- QAGS, sentences of older systems that people judged (Wang, Cho and Lewis 2020), its two halves,
- the highlights that editors wrote, each with a sentence that a rule makes false of it (``judgements/corruption.py``),
- sentences of consistent summaries by language models, of articles that training holds out, with the same,
- sentences of articles, shortened by rule (true) and made false by rule.

``--articles`` takes that many of the articles of the last three. ``--half`` leaves out the articles to which
``training.support --half`` fits a calibration. Intervals are 95 % of 1,000 resamplings of
articles. The risk at a coverage is the share of wrong findings if only that share of the sentences were decided: the
surest, whose support is farthest from 0.5 (selective classification; El-Yaniv and Wiener 2010).
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from pathlib import Path
from random import Random

import numpy as np

from benchmarks.grounding import Judge, interval, open_judge
from judgements.corruption import RULES
from judgements.folds import HELD_OUT, calibrates, fold_of
from judgements.judged import PARAPHRASES, auc, read_rows
from judgements.shortening import shortened
from standfirst.grounding.index import Verdict
from standfirst.reading.summary import split_summary
from standfirst.reading.text import read_text
from standfirst_models.catalog import EMBEDDED_VERIFIER

#: An article with sentences about it, each with whether the article backs it.
Labelled = tuple[str, list[tuple[str, bool]]]

#: The share of false sentences that may pass where true ones are ranked against them.
_FALSE = 0.05
_COVERAGES = (0.05, *np.arange(0.1, 1.01, 0.1))
#: Sentences that are taken of an article for those made by rule.
_SENTENCES = 5
#: The drafts of an article whose time is taken.
_DRAFTS = 5


@dataclass(frozen=True, slots=True)
class Found:
    """A sentence with its label, and the verdict on it."""

    text: str
    is_true: bool
    verdict: Verdict

    @property
    def is_decided(self) -> bool:
        """Whether the sentence is found backed or not backed."""
        return self.verdict.finding != "undecided"

    @property
    def is_right(self) -> bool:
        """Whether the finding, of a sentence that is decided, is the label."""
        return self.verdict.is_backed == self.is_true

    @property
    def has_name(self) -> bool:
        """Whether a word behind the first begins with a capital."""
        return any(word[:1].isupper() for word in self.text.split()[1:])


#: The sentences about each article of a set.
Articles = list[list[Found]]


def judged(path: Path, group: str = "") -> Iterator[Labelled]:
    """Yield the articles of a file of judged sentences whose ``id`` begins with ``group``."""
    for row in read_rows(path):
        if str(row["id"]).startswith(group):
            yield row["article"], [(one["text"], bool(one["supported"])) for one in row["sentences"]]


def falsehood(claim: str, sentences: Sequence[str], random: Random) -> Iterator[tuple[str, bool]]:
    """Yield a false sentence that a rule makes of ``claim``, if one can."""
    for rule in random.sample(list(RULES.values()), len(RULES)):
        made = rule(claim, sentences, random)
        if made is not None and made.text != claim and made.text not in sentences:
            yield made.text, False
            return


def with_falsehoods(article: str, claims: Sequence[str], random: Random) -> Labelled:
    """Return ``claims``, which are true, each with a false sentence made of it."""
    sentences = [sentence.text for sentence in read_text(article).sentences]
    return article, [one for claim in claims for one in ((claim, True), *falsehood(claim, sentences, random))]


def highlights(path: Path) -> Iterator[Labelled]:
    """Yield the highlights of articles, with falsehoods."""
    random = Random(0)
    for row in read_rows(path):
        yield with_falsehoods(row["article"], split_summary(row["reference"]), random)


def language_models(path: Path) -> Iterator[Labelled]:
    """Yield the sentences of consistent summaries by language models of held-out articles, with falsehoods."""
    random = Random(0)
    rows = (row for row in read_rows(path) if row["dataset"] == "faithjudge-ragtruth" and row["label"])
    held_out = [row for row in rows if fold_of(row["article"]) < HELD_OUT]
    for article, members in groupby(sorted(held_out, key=lambda row: str(row["article"])), lambda row: row["article"]):
        yield with_falsehoods(article, [claim for row in members for claim in split_summary(row["summary"])], random)


def made_by_rule(path: Path) -> Iterator[Labelled]:
    """Yield sentences that rules shorten and falsify, of some sentences of each article."""
    random = Random(0)
    for row in read_rows(path):
        sentences = [sentence.text for sentence in read_text(row["article"]).sentences]
        some = random.sample(sentences, min(_SENTENCES, len(sentences)))
        true = [(short, True) for text in some if (short := shortened(text, random))]
        yield row["article"], [*true, *(one for text in some for one in falsehood(text, sentences, random))]


def found_in(articles: Iterator[Labelled], judge: Judge) -> Articles:
    """Return the verdicts on the sentences about each of ``articles``."""
    found = []
    for article, labelled in articles:
        verdicts = judge(read_text(article), [text for text, _ in labelled])
        found.append([Found(text, is_true, v) for (text, is_true), v in zip(labelled, verdicts, strict=True)])
    return found


@dataclass(frozen=True, slots=True)
class Share:
    """The share of the sentences for which ``of`` holds among those for which ``among`` does."""

    of: Callable[[Found], bool]
    among: Callable[[Found], bool]

    def count(self, articles: Sequence[list[Found]]) -> int:
        """Return the number of the sentences of which it is a share."""
        return sum(self.among(one) for article in articles for one in article)

    def __call__(self, articles: Sequence[list[Found]]) -> float:
        """Return the share in ``articles``, nan of no sentence."""
        chosen = [self.of(one) for article in articles for one in article if self.among(one)]
        return float(np.mean(chosen)) if chosen else float("nan")


def is_refused_for_name(one: Found) -> bool:
    """Return whether the check of names refuses the sentence."""
    return any(problem.code == "name" and not problem.is_doubt for problem in one.verdict.problems)


def area(articles: Sequence[list[Found]]) -> float:
    """Return the AUC of support, nan where all sentences are true or all are false."""
    scored = [(one.verdict.support, one.is_true) for article in articles for one in article]
    return auc(scored) if len({is_true for _, is_true in scored}) == 2 else float("nan")


def let_pass(articles: Sequence[list[Found]]) -> float:
    """Return the share of the true sentences with more support than all but ``_FALSE`` of the false ones.

    It is nan where all sentences are true or all are false.
    """
    scored = [(one.verdict.support, one.is_true) for article in articles for one in article]
    true, false = ([support for support, is_true in scored if is_true == label] for label in (True, False))
    if not true or not false:
        return float("nan")
    return float(np.mean(np.array(true) > np.quantile(false, 1 - _FALSE)))


_SHARES: Mapping[str, Share] = {
    "decided": Share(lambda one: one.is_decided, lambda _: True),
    "of the decided, right": Share(lambda one: one.is_right, lambda one: one.is_decided),
    "of the backed, true": Share(lambda one: one.is_true, lambda one: one.verdict.is_backed),
    "of the true, backed": Share(lambda one: one.verdict.is_backed, lambda one: one.is_true),
    "of the false, backed": Share(lambda one: one.verdict.is_backed, lambda one: not one.is_true),
    "true names refused": Share(is_refused_for_name, lambda one: one.is_true and one.has_name),
}


def print_table(sets: Mapping[str, Articles]) -> None:
    """Print the measures of each set, with intervals; shares with the number of sentences that they are shares of."""
    for name, articles in sets.items():
        print(name)
        for measure, of in _SHARES.items():
            if count := of.count(articles):
                print(f"  {measure:24} {interval(articles, of)} of {count}")
        print(f"  {'AUC of support':24} {interval(articles, area)}")
        print(f"  {'true above 95 % of false':24} {interval(articles, let_pass)}", flush=True)


def risks(articles: Articles) -> Iterator[float | None]:
    """Yield the risk at each of ``_COVERAGES``; None where less is decided."""
    sentences = [one for article in articles for one in article]
    decided = sorted((one for one in sentences if one.is_decided), key=lambda one: -abs(one.verdict.support - 0.5))
    wrong = np.cumsum([not one.is_right for one in decided])
    for coverage in _COVERAGES:
        count = max(1, round(coverage * len(sentences)))
        yield float(wrong[count - 1] / count) if count <= len(decided) else None


def print_curves(sets: Mapping[str, Articles]) -> None:
    """Print the risk of each set at growing coverage, in Markdown."""
    print("\n| risk at coverage |", " | ".join(f"{coverage:.0%}" for coverage in _COVERAGES), "|")
    print("|---" * (len(_COVERAGES) + 1) + "|")
    for name, articles in sets.items():
        values = ("–" if risk is None else f"{risk:.1%}" for risk in risks(articles))
        print(f"| {name} |", " | ".join(values), "|")


def print_time(path: Path, judge: Judge, articles: int) -> None:
    """Print the processor time of five drafts of an article, each a sentence without its last two words."""
    took = []
    for row in islice(read_rows(path), articles):
        article = read_text(row["article"])
        drafts = [" ".join(sentence.text.split()[:-2]) for sentence in article.sentences[:_DRAFTS]]
        started = time.process_time()
        judge(article, drafts)
        took.append(time.process_time() - started)
    print(f"\nfive drafts of an article: {1000 * np.median(took):.0f} ms of a processor")


def main() -> None:
    """Judge the sentences of all sets, and print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.findings")
    parser.add_argument("data", type=Path)
    parser.add_argument("--verifier", default=EMBEDDED_VERIFIER, metavar="NAME")
    parser.add_argument("--articles", type=int, default=100, metavar="N")
    parser.add_argument("--half", action="store_true", help="leave out what a calibration is fitted to")
    options = parser.parse_args()
    judge = open_judge(name=options.verifier)
    people, editors = options.data / "faithfulness-dev.jsonl", options.data / "cnndm-dev.jsonl"
    first = options.articles
    sources = {
        "in other words": judged(PARAPHRASES),
        "QAGS, CNN/DailyMail": judged(people, "cnndm"),
        "QAGS, XSum": judged(people, "xsum"),
        "highlights": islice(highlights(editors), first),
        "language models": islice(language_models(options.data / "entailment-train.jsonl.gz"), first),
        "made by rule": islice(made_by_rule(editors), first),
    }
    sets = {
        name: found_in((one for one in articles if not (options.half and calibrates(one[0]))), judge)
        for name, articles in sources.items()
    }
    print_table(sets)
    print_curves(sets)
    print_time(editors, judge, first)


if __name__ == "__main__":
    main()
