"""Collect the word stems that are no names, by their capitalization inside sentences.

    python -m training.common_words OUT.txt ARTICLES.jsonl…

ARTICLES have ``article`` or ``text``. A stem is a common word if it occurs in lower case at least thirty times, and
with a capital letter inside a sentence in less than one of twenty occurrences. OUT has a stem a line.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from judgements.judged import read_rows
from standfirst.language.words import Lexer
from standfirst.reading.text import read_text

_MIN_COUNT, _MAX_CAPITALISED = 30, 1 / 20


def main() -> None:
    """Count, and write the common stems."""
    lexer = Lexer()
    lower: Counter[str] = Counter()
    upper: Counter[str] = Counter()
    for path in sys.argv[2:]:
        for row in read_rows(Path(path)):
            for sentence in read_text(row.get("article") or row["text"]).sentences:
                words = lexer.words(sentence.text)[1:]
                # In a Headline Like This, capital letters say nothing about names.
                if sum(word.is_capitalised for word in words) < len(words) / 2:
                    lower.update(word.stem for word in words if word.is_content and not word.is_capitalised)
                    upper.update(word.stem for word in words if word.is_content and word.is_capitalised)
    common = sorted(
        stem
        for stem, count in lower.items()
        if count >= _MIN_COUNT and upper[stem] < _MAX_CAPITALISED * (count + upper[stem])
    )
    Path(sys.argv[1]).write_text("\n".join(common) + "\n", encoding="utf-8")
    print(f"{len(common)} stems")


if __name__ == "__main__":
    main()
