"""The verbs that news uses with a clause: "say", "hear", "conclude". They tell a speaker's aside from an apposition.

    python -m training.clause_verbs ARTICLES.jsonl… > service/standfirst/language/en/clause_verbs.txt

ARTICLES have ``text`` or ``article``.
"""

from __future__ import annotations

import argparse
from collections import Counter
from itertools import islice
from pathlib import Path

from judgements.judged import read_rows
from standfirst.language.parser import SentenceParser
from standfirst_models.cache import ModelCache
from standfirst_models.catalog import ENGLISH_PARSER, resolve

#: The least share of a verb's uses that have a clause, and the least number of such uses.
_SHARE, _USES = 0.15, 5
#: Verbs that cause or want what their clause says. They report nothing.
_CAUSING = frozenset("let make help allow cause ensure want thank watch matter".split())
_ARTICLES, _CHARACTERS = 900, 5000


def main() -> None:
    """Count the verbs of the articles, and print those that often govern a clause."""
    parser = argparse.ArgumentParser(description="List the verbs that news uses with a clause.")
    parser.add_argument("articles", type=Path, nargs="+")
    parser.add_argument("--models", type=Path, required=True, help="the models folder")
    options = parser.parse_args()
    sentences = SentenceParser(ModelCache(options.models).ensure(resolve(ENGLISH_PARSER, "analysis")).folder)
    uses, with_clause = Counter[str](), Counter[str]()
    for path in options.articles:
        texts = (row.get("text") or row["article"] for row in islice(read_rows(path), _ARTICLES))
        for parsed in sentences.parse([text[:_CHARACTERS].replace("\n", " ") for text in texts]):
            for token in parsed:
                if token.pos_ == "VERB":
                    uses[token.lemma_.lower()] += 1
                    with_clause[token.lemma_.lower()] += any(child.dep_ == "ccomp" for child in token.children)
    for verb, count in sorted(with_clause.items()):
        if count >= _USES and count / uses[verb] >= _SHARE and verb not in _CAUSING:
            print(verb)


if __name__ == "__main__":
    main()
