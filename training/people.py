"""The words that news uses for people: nouns such as "actress", and first names with the pronoun that stands for them.

    python -m training.people ARTICLES.jsonl… > service/standfirst/language/en/people.txt

ARTICLES have ``text`` or ``article``. A line of the output is a word and "noun", "he" or "she". Words are found by
patterns and counted; the parser reads a few uses of each and says whether it is a noun, or a person's name.
"""

from __future__ import annotations

import argparse
import re
from collections import defaultdict
from pathlib import Path

from judgements.judged import read_rows
from standfirst.language.parser import SentenceParser
from standfirst_models.cache import ModelCache
from standfirst_models.catalog import ENGLISH_PARSER, resolve

#: "A retired police officer who", "the company which".
_ANTECEDENT = re.compile(
    r"\b(?:an?|the|another|his|her|their)\s(?:[a-z-]+\s){0,2}?(?P<word>[a-z]+),?\s(?P<sign>who|which|that)\b"
)
#: A first name and surname, and the first pronoun behind them before another such name.
_NAME = r"\b[A-Z][a-zé-]+\s[A-Z][a-z]+\b"
_FIRST_NAME = re.compile(
    rf"\b(?P<word>[A-Z][a-z]+)\s[A-Z][a-z]+\b(?:(?!{_NAME})[^.]){{1,120}}?\b(?P<sign>he|she|his|her)\b"
)
_KINDS = {"who": "noun", "he": "he", "his": "he", "she": "she", "her": "she"}
#: The least number of uses, and the least share of them with one sign.
_USES = 3
_SHARE = {"noun": 0.65, "he": 0.85, "she": 0.85}
#: The number of uses that the parser reads.
_READ = 3


def main() -> None:
    """Count the words of the articles, and print those that are nearly always used for people."""
    parser = argparse.ArgumentParser(description="List the words that news uses for people.")
    parser.add_argument("articles", type=Path, nargs="+")
    parser.add_argument("--models", type=Path, required=True, help="the models folder")
    options = parser.parse_args()
    sentences = SentenceParser(ModelCache(options.models).ensure(resolve(ENGLISH_PARSER, "analysis")).folder)
    uses: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for path in options.articles:
        for row in read_rows(path):
            text = " ".join((row.get("text") or row["article"]).split())
            for pattern in (_ANTECEDENT, _FIRST_NAME):
                for match in pattern.finditer(text):
                    uses[match["word"]][_KINDS.get(match["sign"], "thing")].append(match[0])
    words = set()
    for word, by_kind in uses.items():
        kind = max(by_kind, key=lambda one: len(by_kind[one]))
        total = sum(map(len, by_kind.values()))
        if kind != "thing" and total >= _USES and len(by_kind[kind]) >= _SHARE[kind] * total:
            lemma = _person(word, kind, by_kind[kind][:_READ], sentences)
            words.update([] if lemma is None else [(lemma, kind)])
    for word, kind in sorted(words):
        print(word, kind, sep="\t")


def _person(word: str, kind: str, uses: list[str], sentences: SentenceParser) -> str | None:
    """Return the noun's lemma, or the name, if ``uses`` have ``word`` as a noun or in a person's name."""
    found = [token for parsed in sentences.parse(uses) for token in parsed if token.text == word]
    if kind == "noun":
        lemmas = [token.lemma_ for token in found if token.pos_ == "NOUN"]
        return lemmas[0] if 2 * len(lemmas) > len(uses) else None
    return word if found and all(token.ent_type_ == "PERSON" for token in found) else None


if __name__ == "__main__":
    main()
