"""Train the ranker: a small network learns which sentences of an article hold what its editors thought important.

    python -m training.salience OUT.safetensors --pairs CNNDM.jsonl.gz --more BBC.jsonl

PAIRS has ``article`` and ``reference``, MORE ``text`` and ``reference``; of these the first 400 are kept for measuring.
First it is taught the sentences that a greedy search for the reference's words finds; then, by policy gradient
(Williams 1992; Dong et al. 2018), it chooses sentences as the service does, within the same words, and the choice is
better or worse by ROUGE-1 and ROUGE-2 than the others that it makes of the same article.
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
from standfirst.condensing.candidate import candidates_of, eligible
from standfirst.condensing.features import sentence_features
from standfirst.domain.briefing import Options
from standfirst.errors import StandfirstError
from standfirst.reading.text import read_text
from standfirst.settings import Settings
from standfirst_models.cache import ModelCache
from standfirst_models.catalog import RANKER_ENCODER, resolve
from standfirst_models.protocols.encoder import Encoder
from standfirst_models.runtimes.loading import load_encoder
from training.writer_examples import HELD_OUT_ARTICLES

#: The sentences of a briefing and the words that they may have together.
_CHOSEN, _BUDGET = 1 + Options().points, Options().max_words
#: Of a longer article the rest is not learned from.
_SENTENCES = 60
_HIDDEN, _DROPPED = 64, 0.1
_RATE, _DECAY, _WARM_UP = 2e-3, 1e-2, 50
_BATCH = 32
#: Passes over the articles, the first of them with the teacher.
_PASSES = 6
#: Choices that are compared with one another, and how far these are from the likeliest.
_CHOICES, _TEMPERATURE = 12, 0.5
#: References of whole sentences of the article have so many words that their ROUGE swings more.
_MORE_WEIGHT = 0.6
#: What is chosen is shortened afterwards: that it has what matters counts a little more than that it has nothing else.
_RECALL = 0.1

Floats = NDArray[np.float32]
Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Overlap:
    """What sentences have in common with a reference: of each of its n-grams how many there are in each sentence.

    *Shape:* ``counts`` ``[sentences, n-grams of the reference]``, ``wanted`` ``[n-grams]``, ``sizes`` ``[sentences]``.
    """

    counts: Counts
    wanted: Counts
    sizes: Counts

    @classmethod
    def of(cls, sentences: Sequence[Sequence[str]], reference: Sequence[str], n: int) -> Overlap:
        """From words to n-grams."""
        wanted = Counter(_ngrams(reference, n))
        columns = {ngram: column for column, ngram in enumerate(wanted)}
        counts = np.zeros((len(sentences), len(columns)), dtype=np.int64)
        for row, words in enumerate(sentences):
            for ngram in _ngrams(words, n):
                if ngram in columns:
                    counts[row, columns[ngram]] += 1
        sizes = [max(0, len(words) + 1 - n) for words in sentences]
        return cls(counts, np.array(list(wanted.values()), dtype=np.int64), np.array(sizes, dtype=np.int64))

    def f_measure(self, chosen: Sequence[int]) -> float:
        """ROUGE-n of the ``chosen`` sentences, 0 to 1, but for n-grams from one of them into the next."""
        hits = int(np.minimum(self.counts[list(chosen)].sum(axis=0), self.wanted).sum())
        return 2 * hits / max(1, int(self.sizes[list(chosen)].sum()) + int(self.wanted.sum()))

    def recall(self, chosen: Sequence[int]) -> float:
        """The share of the reference that the ``chosen`` sentences have."""
        hits = int(np.minimum(self.counts[list(chosen)].sum(axis=0), self.wanted).sum())
        return hits / max(1, int(self.wanted.sum()))


@dataclass(frozen=True, slots=True)
class Example:
    """An article as the ranker sees it, and what is known of its reference."""

    features: Floats
    words: tuple[int, ...]
    eligible: NDArray[np.bool_]
    overlaps: tuple[Overlap, Overlap]
    weight: float

    def reward(self, chosen: Sequence[int]) -> float:
        """How good a choice is, 0 to 200."""
        return 100 * sum(
            (1 - _RECALL) * overlap.f_measure(chosen) + _RECALL * overlap.recall(chosen) for overlap in self.overlaps
        )

    def taught(self) -> list[int]:
        """The choice that has most of the reference, found greedily."""
        chosen: list[int] = []
        left = _BUDGET
        while len(chosen) < _CHOSEN:
            fits = [may and words <= left for may, words in zip(self.eligible, self.words, strict=True)]
            fitting = [index for index, may in enumerate(fits) if may and index not in chosen]
            if not fitting:
                break
            found = [sum(overlap.recall([*chosen, index]) for overlap in self.overlaps) for index in fitting]
            best = fitting[int(np.argmax(found))]
            chosen.append(best)
            left -= self.words[best]
        return chosen

    def choice(self, scores: NDArray[np.float64]) -> list[int]:
        """The sentences of the highest ``scores`` that fit, the highest first."""
        chosen: list[int] = []
        left = _BUDGET
        for index in np.argsort(-scores, kind="stable"):
            if self.eligible[index] and self.words[index] <= left:
                chosen.append(int(index))
                left -= self.words[index]
            if len(chosen) == _CHOSEN:
                break
        return chosen


def _ngrams(words: Sequence[str], n: int) -> Iterator[tuple[str, ...]]:
    return zip(*(words[start:] for start in range(n)), strict=False)


def examples(rows: Iterator[dict[str, str]], encoder: Encoder, weight: float) -> Iterator[Example]:
    """What can be learned from ``rows``, of which each has ``article`` or ``text``, and ``reference``."""
    tokenizer = DefaultTokenizer(use_stemmer=True)
    for row in rows:
        try:
            article = read_text(row.get("article") or row["text"], title=row.get("title"))
        except StandfirstError:
            continue
        candidates = candidates_of(article)
        may_stand = eligible(candidates)
        texts = [c.text for c in candidates]
        if len(texts) <= _CHOSEN or sum(may_stand) < 2:
            continue
        seen = sentence_features(texts, encoder.encode(texts, lambda: False), may_stand)
        sentences = [tokenizer.tokenize(text) for text in texts[:_SENTENCES]]
        reference = tokenizer.tokenize(row["reference"])
        example = Example(
            features=seen[:_SENTENCES],
            words=tuple(c.words for c in candidates[:_SENTENCES]),
            eligible=np.array(may_stand[:_SENTENCES]),
            overlaps=(Overlap.of(sentences, reference, 1), Overlap.of(sentences, reference, 2)),
            weight=weight,
        )
        if example.taught():
            yield example


class Network(nn.Module):
    """The network that ``standfirst.condensing.ranker.Ranker`` runs; features are scaled by what is usual of them."""

    mean: Tensor
    spread: Tensor

    def __init__(self, usual: Floats) -> None:
        super().__init__()
        self.register_buffer("mean", torch.from_numpy(usual.mean(axis=0)))
        self.register_buffer("spread", torch.from_numpy(usual.std(axis=0) + 1e-3))
        self._hidden = nn.Linear(usual.shape[1], _HIDDEN)
        self._output = nn.Linear(_HIDDEN, 1, bias=False)
        self._skip = nn.Linear(usual.shape[1], 1, bias=False)
        self._dropout = nn.Dropout(_DROPPED)

    def forward(self, seen: Tensor) -> Tensor:
        """*Shape:* ``[…, features] -> […]``."""
        scaled = (seen - self.mean) / self.spread
        inner = nn.functional.gelu(self._hidden(scaled), approximate="tanh")
        return (self._output(self._dropout(inner)) + self._skip(scaled)).squeeze(-1)  # type: ignore[no-any-return]

    def arrays(self) -> dict[str, Tensor]:
        """As ``Ranker`` reads them."""
        found = {
            "mean": self.mean,
            "spread": self.spread,
            "hidden": self._hidden.weight.T,
            "hidden_bias": self._hidden.bias,
            "output": self._output.weight[0],
            "skip": self._skip.weight[0],
        }
        return {name: tensor.detach().float().contiguous() for name, tensor in found.items()}


def likelihoods(scores: Tensor, choices: Sequence[Sequence[int]]) -> Tensor:
    """The logarithm of how likely each choice is drawn, one sentence after the other, by ``scores`` (Plackett, Luce).

    *Shape:* ``[sentences]`` and choices -> ``[choices]``.
    """
    steps = [(row, choice[:step], index) for row, choice in enumerate(choices) for step, index in enumerate(choice)]
    taken = np.zeros((len(steps), len(scores)), dtype=bool)
    for line, (_, before, _) in enumerate(steps):
        taken[line, list(before)] = True
    drawn = scores[[index for _, _, index in steps]]
    each = drawn - scores.masked_fill(torch.from_numpy(taken), -torch.inf).logsumexp(dim=1)
    return torch.zeros(len(choices)).index_add(0, torch.tensor([row for row, _, _ in steps]), each)


def taught_loss(scores: Tensor, example: Example) -> Tensor:
    """How unlikely the sentences of the teacher are."""
    taught = example.taught()
    return -torch.log_softmax(scores, 0)[taught].mean()


def chosen_loss(scores: Tensor, example: Example, random: np.random.Generator) -> Tensor:
    """How likely choices are that are worse than others, against how likely those are that are better."""
    scaled = scores / _TEMPERATURE
    plain = scaled.detach().numpy().astype(np.float64)
    draws = [np.zeros(len(plain)), *random.gumbel(size=(_CHOICES - 1, len(plain)))]
    choices = [example.choice(plain + draw) for draw in draws]
    rewards = np.array([example.reward(choice) for choice in choices])
    better = example.weight * (rewards - rewards.mean()) / 10
    return -(torch.from_numpy(better.astype(np.float32)) * likelihoods(scaled, choices)).mean()


def train(learned: Sequence[Example], *, passes: int = _PASSES) -> Network:
    """Learn from examples, the same from the same. Prints what it does."""
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
                losses.append(chosen_loss(scores, example, random) if number else taught_loss(scores, example))
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
    """The mean reward of what ``network`` chooses."""
    with torch.no_grad():
        choices = [example.choice(network(torch.from_numpy(example.features)).numpy()) for example in learned]
    return float(np.mean([example.reward(choice) for example, choice in zip(learned, choices, strict=True)]))


def main() -> None:
    """Read, embed, train, and write the weights."""
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
