"""Count the document frequency of word stems, which weighs the words that two articles share.

    python -m training.frequency OUT.txt ARTICLES.jsonl…

ARTICLES have ``article`` or ``text``. Each line of OUT is a stem and its frequency in a thousand articles. Stems in
less than one of a hundred articles are left out.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from judgements.judged import read_rows
from standfirst.language.words import Lexer
from standfirst.reading.text import read_text

_MIN_FREQUENCY = 0.01


def main() -> None:
    """Count, and write the frequent stems."""
    lexer = Lexer()
    document_counts: Counter[str] = Counter()
    articles = 0
    for path in sys.argv[2:]:
        for row in read_rows(Path(path)):
            sentences = read_text(row.get("article") or row["text"]).sentences
            words = [word for sentence in sentences for word in lexer.words(sentence.text)]
            document_counts.update({word.stem for word in words if word.is_content or word.text[0].isdigit()})
            articles += 1
    frequent = sorted(stem for stem, count in document_counts.items() if count >= _MIN_FREQUENCY * articles)
    lines = [f"{stem} {round(1000 * document_counts[stem] / articles)}" for stem in frequent]
    Path(sys.argv[1]).write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(lines)} stems of {articles} articles")


if __name__ == "__main__":
    main()
