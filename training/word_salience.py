"""Fit the salience of words: which stems of an article its editors take into their summary.

    python -m training.word_salience --pairs CNNDM.jsonl.gz --titled BBC.jsonl [--articles 700]

PAIRS has ``article`` and ``reference``; a stem of the article is taken if the reference has it. TITLED has ``text``,
``reference`` and ``title``, and only fits the weight of the title, beside the other weights; its first 400 articles
are held out. The weights go into ``standfirst.condensing.word_salience``.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from judgements.judged import read_rows
from standfirst.application.weights import ensure_model
from standfirst.condensing.ranker import Ranker
from standfirst.condensing.source_sentence import eligible, source_sentences_of
from standfirst.condensing.word_salience import WEIGHTS, stem_features
from standfirst.errors import StandfirstError
from standfirst.language.words import Lexer, stems_of
from standfirst.reading.text import read_text
from standfirst.settings import Settings
from standfirst_models.cache import ModelCache
from standfirst_models.catalog import RANKER_ENCODER, RANKER_WEIGHTS, resolve
from standfirst_models.protocols.encoder import Encoder
from standfirst_models.runtimes.loading import load_encoder
from training.writer_examples import HELD_OUT_ARTICLES

_STEPS = 300
_DECAY = 1e-4

Floats = NDArray[np.float64]


def examples(rows: Iterable[dict[str, str]], encoder: Encoder, ranker: Ranker) -> Iterator[tuple[Floats, Floats]]:
    """Yield the features of the stems of each article, and whether the reference has each."""
    lexer = Lexer()
    for row in rows:
        try:
            article = read_text(row.get("article") or row["text"])
        except StandfirstError:
            continue
        sources = source_sentences_of(article)
        texts = [source.text for source in sources]
        scores = ranker.scores(texts, encoder.encode(texts, lambda: False), eligible(sources))
        title = stems_of(lexer.words(row.get("title") or ""))
        stems, features = stem_features([lexer.words(text) for text in texts], scores, title)
        taken = stems_of(lexer.words(row["reference"]))
        yield features, np.array([stem in taken for stem in stems], dtype=np.float64)


def fit(features: Tensor, taken: Tensor, offsets: Tensor) -> Tensor:
    """Return the weights that maximize the likelihood of ``taken``, where ``offsets`` add to the logits.

    *Shape:* ``[stems, features]``, ``[stems]``, ``[stems]`` -> ``[features]``.
    """
    spread = features.std(dim=0)
    spread[spread == 0] = 1
    weights = torch.zeros(features.shape[1], dtype=features.dtype, requires_grad=True)
    optimizer = torch.optim.LBFGS([weights], max_iter=_STEPS, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimizer.zero_grad()
        logits = features @ (weights / spread) + offsets
        value = nn.functional.binary_cross_entropy_with_logits(logits, taken) + _DECAY * weights.square().sum()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimizer.step(loss)  # type: ignore[no-untyped-call]
    return (weights / spread).detach()


def main() -> None:
    """Encode the articles, fit, and print the weights."""
    parser = argparse.ArgumentParser(description="Fit the salience of words.")
    parser.add_argument("--pairs", type=Path, required=True)
    parser.add_argument("--titled", type=Path, required=True)
    parser.add_argument("--articles", type=int, default=700, help="the most articles that are read of each file")
    arguments = parser.parse_args()
    settings = Settings()
    cache = ModelCache(settings.models_dir, offline=settings.offline, progress=True)
    encoder = load_encoder(ensure_model(resolve(RANKER_ENCODER, "encoder"), settings, cache)[0].folder)
    ranker = Ranker.load(RANKER_WEIGHTS)
    untitled = _stack(examples(islice(read_rows(arguments.pairs), arguments.articles), encoder, ranker))
    titled_rows = islice(read_rows(arguments.titled), HELD_OUT_ARTICLES, HELD_OUT_ARTICLES + arguments.articles)
    titled = _stack(examples(titled_rows, encoder, ranker))
    weights = fit(*untitled, torch.zeros(len(untitled[1]), dtype=torch.float64))
    # The references of BBC are whole sentences, so that more is taken: a bias of its own, which is dropped.
    bias_and_title = titled[0][:, [0, -1]]
    weights[-1] = fit(bias_and_title, titled[1], titled[0][:, :-1] @ weights[:-1])[1]
    for name, weight in zip(WEIGHTS, weights.tolist(), strict=True):
        print(f'    "{name}": {weight:.3f},')


def _stack(articles: Iterable[tuple[Floats, Floats]]) -> tuple[Tensor, Tensor]:
    features, taken = zip(*articles, strict=True)
    return torch.from_numpy(np.concatenate(features)), torch.from_numpy(np.concatenate(taken))


if __name__ == "__main__":
    main()
