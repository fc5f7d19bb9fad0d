"""Train the ranker: a small network scores the sentences of an article by their salience.

    python -m training.salience OUT.safetensors --pairs CNNDM.jsonl.gz --more BBC.jsonl

PAIRS has ``article`` and ``reference``, MORE ``text`` and ``reference``; the first 400 of these are held out. The first
pass imitates a greedy oracle, which selects the sentences that cover most of the reference. The further passes use
policy gradients (Williams 1992; Dong et al. 2018): the network selects sentences within the service's limits, and the
reward is ROUGE-1 plus ROUGE-2, relative to other selections from the same article.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from rouge_score.tokenizers import DefaultTokenizer
from safetensors.torch import save_file
from torch import Tensor, nn

from judgements.judged import read_rows
from standfirst.application.weights import ensure_model
from standfirst.condensing.features import sentence_features
from standfirst.condensing.source_sentence import eligible, source_sentences_of
from standfirst.domain.briefing import Options
from standfirst.errors import StandfirstError
from standfirst.reading.text import read_text
from standfirst.settings import Settings
from standfirst_models.cache import ModelCache
from standfirst_models.catalog import RANKER_ENCODER, resolve
from standfirst_models.protocols.encoder import Encoder
from standfirst_models.runtimes.loading import load_encoder
from training.writer_examples import HELD_OUT_ARTICLES

#: The number of sentences of a briefing, and their most words together.
_SELECTED, _MAX_WORDS = 1 + Options().points, Options().max_words
#: The number of first sentences of an article that are used.
_MAX_SENTENCES = 60
_HIDDEN, _DROPOUT = 64, 0.1
_RATE, _DECAY, _WARM_UP = 2e-3, 1e-2, 50
_BATCH = 32
#: Passes over the articles, of which the first imitates the oracle.
_PASSES = 6
#: The number of selections that are compared, and the temperature at which they are sampled.
_SAMPLES, _TEMPERATURE = 12, 0.5
#: The weight of articles in MORE. Their references are whole sentences, so that their ROUGE varies more.
_MORE_WEIGHT = 0.6
#: The weight of recall in the reward; the rest is the F-measure. The writer shortens what is selected, so that recall
#: counts a little more than precision.
_RECALL = 0.1

Floats = NDArray[np.float32]
Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Overlap:
    """The n-grams that sentences share with a reference.

    ``counts`` are those of the reference's n-grams in each sentence, ``reference`` those in the reference, and
    ``sizes`` the numbers of all n-grams of each sentence. *Shape:* ``[sentences, n-grams]``, ``[n-grams]``,
    ``[sentences]``.
    """

    counts: Counts
    reference: Counts
    sizes: Counts

    @classmethod
    def of(cls, sentences: Sequence[Sequence[str]], reference: Sequence[str], n: int) -> Overlap:
        """Count the n-grams of tokenized sentences and of a tokenized reference."""
        expected = Counter(_ngrams(reference, n))
        columns = {ngram: column for column, ngram in enumerate(expected)}
        counts = np.zeros((len(sentences), len(columns)), dtype=np.int64)
        for row, words in enumerate(sentences):
            for ngram in _ngrams(words, n):
                if ngram in columns:
                    counts[row, columns[ngram]] += 1
        sizes = [max(0, len(words) + 1 - n) for words in sentences]
        return cls(counts, np.array(list(expected.values()), dtype=np.int64), np.array(sizes, dtype=np.int64))

    def f_measure(self, selected: Sequence[int]) -> float:
        """Return ROUGE-n of the ``selected`` sentences, 0 to 1. N-grams across sentences do not count."""
        hits = int(np.minimum(self.counts[list(selected)].sum(axis=0), self.reference).sum())
        return 2 * hits / max(1, int(self.sizes[list(selected)].sum()) + int(self.reference.sum()))

    def recall(self, selected: Sequence[int]) -> float:
        """Return the share of the reference's n-grams that the ``selected`` sentences contain."""
        hits = int(np.minimum(self.counts[list(selected)].sum(axis=0), self.reference).sum())
        return hits / max(1, int(self.reference.sum()))


@dataclass(frozen=True, slots=True)
class Example:
    """An article as the ranker sees it, and its sentences' overlap with the reference."""

    features: Floats
    words: tuple[int, ...]
    eligible: NDArray[np.bool_]
    overlaps: tuple[Overlap, Overlap]
    weight: float

    def reward(self, selected: Sequence[int]) -> float:
        """Return the reward of a selection, 0 to 200."""
        return 100 * sum(
            (1 - _RECALL) * overlap.f_measure(selected) + _RECALL * overlap.recall(selected)
            for overlap in self.overlaps
        )

    def oracle(self) -> list[int]:
        """Return the selection with the highest recall of the reference, found greedily."""
        selected: list[int] = []
        budget = _MAX_WORDS
        while len(selected) < _SELECTED:
            fits = [may and words <= budget for may, words in zip(self.eligible, self.words, strict=True)]
            candidates = [index for index, may in enumerate(fits) if may and index not in selected]
            if not candidates:
                break
            recalls = [sum(overlap.recall([*selected, index]) for overlap in self.overlaps) for index in candidates]
            best = candidates[int(np.argmax(recalls))]
            selected.append(best)
            budget -= self.words[best]
        return selected

    def select(self, scores: NDArray[np.float64]) -> list[int]:
        """Return the sentences of the highest ``scores`` that fit, the highest first."""
        selected: list[int] = []
        budget = _MAX_WORDS
        for index in np.argsort(-scores, kind="stable"):
            if self.eligible[index] and self.words[index] <= budget:
                selected.append(int(index))
                budget -= self.words[index]
            if len(selected) == _SELECTED:
                break
        return selected


def _ngrams(words: Sequence[str], n: int) -> Iterator[tuple[str, ...]]:
    return zip(*(words[start:] for start in range(n)), strict=False)


def examples(rows: Iterator[dict[str, str]], encoder: Encoder, weight: float) -> Iterator[Example]:
    """Yield examples from ``rows``, each with ``article`` or ``text``, and ``reference``."""
    tokenizer = DefaultTokenizer(use_stemmer=True)
    for row in rows:
        try:
            article = read_text(row.get("article") or row["text"], title=row.get("title"))
        except StandfirstError:
            continue
        candidates = source_sentences_of(article)
        is_eligible = eligible(candidates)
        texts = [c.text for c in candidates]
        if len(texts) <= _SELECTED or sum(is_eligible) < 2:
            continue
        features = sentence_features(texts, encoder.encode(texts, lambda: False), is_eligible)
        sentences = [tokenizer.tokenize(text) for text in texts[:_MAX_SENTENCES]]
        reference = tokenizer.tokenize(row["reference"])
        example = Example(
            features=features[:_MAX_SENTENCES],
            words=tuple(c.words for c in candidates[:_MAX_SENTENCES]),
            eligible=np.array(is_eligible[:_MAX_SENTENCES]),
            overlaps=(Overlap.of(sentences, reference, 1), Overlap.of(sentences, reference, 2)),
            weight=weight,
        )
        if example.oracle():
            yield example


class Network(nn.Module):
    """The network of ``standfirst.condensing.ranker.Ranker``. It standardizes its inputs by those of ``sample``."""

    mean: Tensor
    spread: Tensor

    def __init__(self, sample: Floats) -> None:
        super().__init__()
        self.register_buffer("mean", torch.from_numpy(sample.mean(axis=0)))
        self.register_buffer("spread", torch.from_numpy(sample.std(axis=0) + 1e-3))
        self._hidden = nn.Linear(sample.shape[1], _HIDDEN)
        self._output = nn.Linear(_HIDDEN, 1, bias=False)
        self._skip = nn.Linear(sample.shape[1], 1, bias=False)
        self._dropout = nn.Dropout(_DROPOUT)

    def forward(self, features: Tensor) -> Tensor:
        """Return the scores. *Shape:* ``[…, features] -> […]``."""
        scaled = (features - self.mean) / self.spread
        hidden = nn.functional.gelu(self._hidden(scaled), approximate="tanh")
        return (self._output(self._dropout(hidden)) + self._skip(scaled)).squeeze(-1)  # type: ignore[no-any-return]

    def arrays(self) -> dict[str, Tensor]:
        """Return the weights under the names that ``Ranker`` reads."""
        weights = {
            "mean": self.mean,
            "spread": self.spread,
            "hidden": self._hidden.weight.T,
            "hidden_bias": self._hidden.bias,
            "output": self._output.weight[0],
            "skip": self._skip.weight[0],
        }
        return {name: tensor.detach().float().contiguous() for name, tensor in weights.items()}


def log_likelihoods(scores: Tensor, selections: Sequence[Sequence[int]]) -> Tensor:
    """Return the log-likelihood of each selection under the Plackett-Luce model with ``scores``.

    *Shape:* ``[sentences]`` and selections -> ``[selections]``.
    """
    steps = [
        (row, selection[:step], index)
        for row, selection in enumerate(selections)
        for step, index in enumerate(selection)
    ]
    is_taken = np.zeros((len(steps), len(scores)), dtype=bool)
    for line, (_, earlier, _) in enumerate(steps):
        is_taken[line, list(earlier)] = True
    chosen = scores[[index for _, _, index in steps]]
    of_steps = chosen - scores.masked_fill(torch.from_numpy(is_taken), -torch.inf).logsumexp(dim=1)
    return torch.zeros(len(selections)).index_add(0, torch.tensor([row for row, _, _ in steps]), of_steps)


def imitation_loss(scores: Tensor, example: Example) -> Tensor:
    """Return the cross-entropy of the oracle's sentences."""
    return -torch.log_softmax(scores, 0)[example.oracle()].mean()


def policy_loss(scores: Tensor, example: Example, random: np.random.Generator) -> Tensor:
    """Return the policy gradient loss over sampled selections, with their mean reward as baseline.

    Selections are sampled by adding Gumbel noise to the scores.
    """
    scaled = scores / _TEMPERATURE
    detached = scaled.detach().numpy().astype(np.float64)
    noise = [np.zeros(len(detached)), *random.gumbel(size=(_SAMPLES - 1, len(detached)))]
    selections = [example.select(detached + each) for each in noise]
    rewards = np.array([example.reward(selection) for selection in selections])
    advantages = example.weight * (rewards - rewards.mean()) / 10
    return -(torch.from_numpy(advantages.astype(np.float32)) * log_likelihoods(scaled, selections)).mean()


def train(learned: Sequence[Example], *, passes: int = _PASSES) -> Network:
    """Train on examples with a fixed seed, and print loss and reward of each pass."""
    torch.manual_seed(0)
    random = np.random.default_rng(0)
    network = Network(np.concatenate([example.features for example in learned[::3]]))
    optimizer = torch.optim.AdamW(network.parameters(), lr=_RATE, weight_decay=_DECAY)
    batches = max(1, len(learned) // _BATCH)
    rate = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1, (step + 1) / _WARM_UP) * (1 - step / (passes * batches))
    )
    for number in range(passes):
        total = 0.0
        for batch in np.array_split(random.permutation(len(learned)), batches):
            losses = []
            for example in (learned[index] for index in batch):
                scores = network(torch.from_numpy(example.features))
                scores = scores.masked_fill(~torch.from_numpy(example.eligible), -torch.inf)
                losses.append(policy_loss(scores, example, random) if number else imitation_loss(scores, example))
            loss = torch.stack(losses).mean()
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            rate.step()
            total += loss.item()
        network.eval()
        print(f"pass {number + 1}: loss {total / batches:.3f}, reward {reward(network, learned[::10]):.2f}", flush=True)
        network.train()
    return network.eval()


def reward(network: Network, learned: Sequence[Example]) -> float:
    """Return the mean reward of the selections of ``network``."""
    with torch.no_grad():
        selections = [example.select(network(torch.from_numpy(example.features)).numpy()) for example in learned]
    return float(np.mean([example.reward(selection) for example, selection in zip(learned, selections, strict=True)]))


def main() -> None:
    """Encode the articles, train, and write the weights."""
    parser = argparse.ArgumentParser(description="Train the ranker.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--pairs", type=Path, required=True)
    parser.add_argument("--more", type=Path, required=True)
    arguments = parser.parse_args()
    settings = Settings()
    cache = ModelCache(settings.models_dir, offline=settings.offline, progress=True)
    encoder = load_encoder(ensure_model(resolve(RANKER_ENCODER, "encoder"), settings, cache)[0].folder)
    learned = list(examples(read_rows(arguments.pairs), encoder, 1.0))
    learned += examples(islice(read_rows(arguments.more), HELD_OUT_ARTICLES, None), encoder, _MORE_WEIGHT)
    print(f"{len(learned)} articles", flush=True)
    save_file(train(learned).arrays(), arguments.out)


if __name__ == "__main__":
    main()
