"""Two lists of verbs, counted in news: those that it uses with a clause, and those that it seldom leaves bare.

    python -m training.verbs clause ARTICLES.jsonl… --models MODELS > clause_verbs.txt
    python -m training.verbs seldom_bare ARTICLES.jsonl… --models MODELS > seldom_bare.txt

"Say", "hear" and "conclude" have clauses; they tell a speaker's aside from an apposition. "Find" and "put" are never
said of somebody without what he finds, or where he puts it. Both files belong into ``service/standfirst/language/en``.
ARTICLES have ``text`` or ``article``.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from judgements.judged import read_rows
from standfirst.language.en.syntax import SUBJECTS
from standfirst.language.parser import SentenceParser
from standfirst_models.cache import ModelCache
from standfirst_models.catalog import ENGLISH_PARSER, resolve

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

#: The least share of a verb's uses that have a clause, and the least number of such uses.
_SHARE, _USES = 0.15, 5
#: The greatest share of a verb's uses that are bare, and the least number of its uses.
_BARE_SHARE, _BARE_USES = 0.02, 25
#: Verbs that cause or want what their clause says. They report nothing.
_CAUSING = frozenset("let make help allow cause ensure want thank watch matter".split())
#: What a verb can have beside it and still be bare.
_FREE = frozenset("punct cc conj advmod npadvmod advcl".split())
_ARTICLES, _CHARACTERS = 900, 5000


def clause_verbs(sentences: Iterable[Doc]) -> list[str]:
    """Return the lemmas of the verbs that often govern a clause."""
    uses, with_clause = Counter[str](), Counter[str]()
    for verb in _verbs(sentences):
        uses[verb.lemma_.lower()] += 1
        with_clause[verb.lemma_.lower()] += any(child.dep_ == "ccomp" for child in verb.children)
    often = {verb for verb, count in with_clause.items() if count >= _USES and count / uses[verb] >= _SHARE}
    return sorted(often - _CAUSING)


def seldom_bare(sentences: Iterable[Doc]) -> list[str]:
    """Return the lemmas of the verbs that in the active voice nearly always have an object or a phrase behind them."""
    uses, bare = Counter[str](), Counter[str]()
    for verb in _verbs(sentences):
        children = [*verb.children]
        is_passive = any(c.dep_ in {"auxpass", "nsubjpass"} for c in children) or not (
            any(c.dep_ in SUBJECTS for c in children) or verb.dep_ in {"ROOT", "ccomp", "advcl"}
        )
        # The object of "the seat that she won" stands before it.
        is_relative = verb.dep_ == "relcl" or any(t.dep_ == "relcl" for t in verb.ancestors)
        if is_passive or is_relative:
            continue
        uses[verb.lemma_.lower()] += 1
        has_any = any(c.i > verb.i and c.dep_ not in _FREE for c in children)
        is_before = any(c.i < verb.i and c.dep_ in {"dobj", "attr", "ccomp"} for c in children)
        bare[verb.lemma_.lower()] += not has_any and not is_before
    return sorted(verb for verb, count in uses.items() if count >= _BARE_USES and bare[verb] / count <= _BARE_SHARE)


def _verbs(sentences: Iterable[Doc]) -> Iterator[Token]:
    return (token for sentence in sentences for token in sentence if token.pos_ == "VERB")


def main() -> None:
    """Count the verbs of the articles, and print one of the lists."""
    lists = {"clause": clause_verbs, "seldom_bare": seldom_bare}
    parser = argparse.ArgumentParser(description="List verbs that news uses with a clause, or seldom without anything.")
    parser.add_argument("list", choices=lists)
    parser.add_argument("articles", type=Path, nargs="+")
    parser.add_argument("--models", type=Path, required=True, help="the models folder")
    options = parser.parse_args()
    sentences = SentenceParser(ModelCache(options.models).ensure(resolve(ENGLISH_PARSER, "analysis")).folder)
    rows = (row for path in options.articles for row in islice(read_rows(path), _ARTICLES))
    texts = [(row.get("text") or row["article"])[:_CHARACTERS].replace("\n", " ") for row in rows]
    print("\n".join(lists[options.list](sentences.parse(texts))))


if __name__ == "__main__":
    main()
