"""Compare the checks of numbers, dates and names with spaCy's entities, on sentences that are false and that are true.

    python -m benchmarks.entities JUDGED.jsonl ARTICLES.jsonl [--articles N]

The files are those of ``benchmarks.grounding``. Three ways find fault with a sentence: the check; an entity of its kind
that has a word which the article does not have; and the check where it is about such an entity, wherever its words are.
The table has the share of sentences in which each way finds fault. False are those that a rule of
``judgements.corruption`` makes of an article's sentence, with names of another article, and those that people call not
supported. True are those that people call supported, and editors' highlights.
"""

from __future__ import annotations

import argparse
from collections import Counter
from dataclasses import replace
from pathlib import Path
from random import Random

from benchmarks.grounding import shuffled
from judgements.corruption import RULES
from judgements.judged import open_grounding, read_rows
from standfirst.grounding.case import Problem
from standfirst.grounding.index import Grounding, GroundingIndex
from standfirst.grounding.registry import ENGLISH
from standfirst.language.en.syntax import NAMED
from standfirst.language.words import Lexer
from standfirst.reading.summary import split_summary
from standfirst.reading.text import read_text
from standfirst_models.protocols.verifier import Finding

#: The labels of the entities of which each check speaks.
_LABELS = {
    "number": frozenset({"CARDINAL", "MONEY", "ORDINAL", "PERCENT", "QUANTITY"}),
    "date": frozenset({"DATE", "TIME"}),
    "name": NAMED,
}
_CHECKS = ENGLISH.without(set(ENGLISH.codes) - set(_LABELS))
#: Stands for what a verifier says, which is not asked.
_UNREAD = Finding(0.0, (0, 0))


class _Finder:
    """Finds fault with sentences about one article."""

    def __init__(self, text: str, grounding: Grounding) -> None:
        self.article = read_text(text)
        self._index: GroundingIndex = grounding.index(self.article)
        self._lexer = Lexer()
        self._stems = self._stems_of(self.article.text)

    def faults(self, claim: str) -> set[tuple[str, str]]:
        """Return the pairs of a check and a way in which fault is found with ``claim``."""
        problems = self._index.judge(claim, [_UNREAD]).problems
        found = {(problem.code, "check") for problem in problems if problem.code in _LABELS}
        parsed = self._index.parses.of(claim)
        for entity in () if parsed is None else parsed.ents:
            code = next((code for code, labels in _LABELS.items() if entity.label_ in labels), None)
            if code is None:
                continue
            if not self._stems_of(entity.text) <= self._stems:
                found.add((code, "entity"))
            about = Problem(code, "", (entity.start_char, entity.end_char))
            if any(problem.code == code and problem.overlaps(about) for problem in problems):
                found.add((code, "both"))
        return found | {("any", way) for _, way in found}

    def _stems_of(self, text: str) -> frozenset[str]:
        return frozenset(word.stem for word in self._lexer.words(text))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.entities")
    parser.add_argument("judged", type=Path)
    parser.add_argument("articles", type=Path)
    parser.add_argument("--articles", type=int, dest="count", metavar="N")
    options = parser.parse_args()
    grounding = replace(open_grounding(), checks=_CHECKS)
    sentences: Counter[str] = Counter()
    faults: Counter[tuple[str, str, str]] = Counter()

    def count(finder: _Finder, kind: str, claim: str) -> None:
        sentences[kind] += 1
        faults.update((kind, *fault) for fault in finder.faults(claim))

    for row in read_rows(options.judged):
        finder = _Finder(row["article"], grounding)
        for sentence in row["sentences"]:
            count(finder, "judged true" if sentence["supported"] else "judged false", sentence["text"])
    random = Random(0)
    elsewhere: list[str] = []
    for row in shuffled(options.articles, options.count):
        finder = _Finder(row.get("text") or row["article"], grounding)
        texts = [sentence.text for sentence in finder.article.sentences]
        for code in _LABELS:
            for text in random.sample(texts, min(5, len(texts))):
                changed = RULES[code](text, elsewhere or texts, random)
                if changed and elsewhere and changed.text not in texts:
                    count(finder, f"another {code}", changed.text)
        elsewhere = texts
        for text in split_summary(row.get("reference") or "") if "article" in row else ():
            count(finder, "highlights", text)
    print(f"| | {' | '.join(f'{kind}, {number}' for kind, number in sentences.items())} |")
    print("|---|" + "---|" * len(sentences))
    for code in (*_LABELS, "any"):
        for way in ("check", "entity", "both"):
            shares = (f"{faults[kind, code, way] / number:.1%}" for kind, number in sentences.items())
            print(f"| {code}: {way} | {' | '.join(shares)} |")


if __name__ == "__main__":
    main()
