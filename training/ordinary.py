"""Ordinary words: which words are no names, by how articles write them where no sentence begins.

    python -m training.ordinary OUT.txt ARTICLES.jsonl…

ARTICLES have ``article`` or ``text``. A stem is ordinary if it stands in lower case thirty times or more, and with a
capital letter inside a sentence in less than one of twenty.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from judgements.judged import read_rows
from standfirst.language.words import Lexer
from standfirst.reading.text import read_text

_SEEN, _CAPITALISED = 30, 1 / 20


def main() -> None:
    """Count, and write the ordinary stems, one a line."""
    lexer = Lexer()
    lower: Counter[str] = Counter()
    upper: Counter[str] = Counter()
    for path in sys.argv[2:]:
        for row in read_rows(Path(path)):
            for sentence in read_text(row.get("article") or row["text"]).sentences:
                words = lexer.words(sentence.text)[1:]
                # In A Headline Like This a capital letter says nothing.
                if sum(word.is_capitalised for word in words) < len(words) / 2:
                    lower.update(word.stem for word in words if word.is_content and not word.is_capitalised)
                    upper.update(word.stem for word in words if word.is_content and word.is_capitalised)
    ordinary = sorted(
        stem for stem, count in lower.items() if count >= _SEEN and upper[stem] < _CAPITALISED * (count + upper[stem])
    )
    Path(sys.argv[1]).write_text("\n".join(ordinary) + "\n", encoding="utf-8")
    print(f"{len(ordinary)} stems")


if __name__ == "__main__":
    main()
