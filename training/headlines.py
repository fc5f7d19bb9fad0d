"""Fit what a word of a headline costs, so that of a lead's forms those most like the publisher's title come first.

    python -m training.headlines BBC.jsonl [--articles 600]

The rows have ``text`` and ``title``; the first 400 are held out. Of every two forms of a lead that ROUGE-1 tells apart
the better one should have the higher worth, a share of salience less a price for each word: a logistic regression on
the differences of the two features, as SimCLS (Liu & Liu 2021) ranks candidates. The price goes into
``standfirst.condensing.headline``.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from itertools import islice, permutations
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from judgements.judged import read_rows
from standfirst.application.weights import ensure_model
from standfirst.condensing.generation import Generator
from standfirst.condensing.information import information_of
from standfirst.condensing.ranker import Ranker
from standfirst.condensing.source_sentence import source_sentences_of
from standfirst.errors import StandfirstError
from standfirst.evaluation.measures import rouge
from standfirst.grounding.index import Grounding
from standfirst.language.parser import SentenceParser
from standfirst.reading.text import read_text
from standfirst.settings import Settings
from standfirst_models.cache import ModelCache
from standfirst_models.catalog import ENGLISH_PARSER, RANKER_ENCODER, RANKER_WEIGHTS, resolve
from standfirst_models.protocols.encoder import Encoder
from standfirst_models.runtimes.loading import load_encoder
from training.word_salience import fit
from training.writer_examples import HELD_OUT_ARTICLES

Floats = NDArray[np.float64]


def differences(
    rows: Iterable[dict[str, str]], encoder: Encoder, ranker: Ranker, parser: SentenceParser
) -> Iterator[tuple[Floats, bool]]:
    """Yield, for each two forms of a lead, how much more the first says and has words, and whether it is better."""
    for row in rows:
        try:
            article = read_text(row["text"])
        except StandfirstError:
            continue
        sources = source_sentences_of(article)
        vectors = encoder.encode([source.text for source in sources], lambda: False)
        information = information_of(sources, vectors, None, ranker, is_english=True)
        generator = Generator(article, sources, Grounding(parser).index(article), information)
        whole = information.salience(generator.quotations()[0].stems) or 1.0
        forms = [
            (np.array([information.salience(c.stems) / whole, c.words]), rouge([row["title"]], [c.text])[0])
            for c in generator.headlines(sources[0], sources[0].text)
        ]
        yield from ((a - b, better > worse) for (a, better), (b, worse) in permutations(forms, 2) if better != worse)


def main() -> None:
    """Make the forms, fit, and print the price."""
    parser = argparse.ArgumentParser(description="Fit what a word of a headline costs.")
    parser.add_argument("titled", type=Path)
    parser.add_argument("--articles", type=int, default=600, help="the number of articles that are read")
    arguments = parser.parse_args()
    settings = Settings()
    cache = ModelCache(settings.models_dir, offline=settings.offline, progress=True)
    encoder = load_encoder(ensure_model(resolve(RANKER_ENCODER, "encoder"), settings, cache)[0].folder)
    sentences = SentenceParser(cache.ensure(resolve(ENGLISH_PARSER, "analysis")).folder)
    rows = islice(read_rows(arguments.titled), HELD_OUT_ARTICLES, HELD_OUT_ARTICLES + arguments.articles)
    pairs, better = zip(*differences(rows, encoder, Ranker.load(RANKER_WEIGHTS), sentences), strict=True)
    features, is_better = torch.from_numpy(np.array(pairs)), torch.tensor(better, dtype=torch.float64)
    said, words = fit(features, is_better, torch.zeros_like(is_better)).tolist()
    print(f"PRICE = {-words / said:.3f}")


if __name__ == "__main__":
    main()
