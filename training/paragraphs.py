"""Train the classifier of paragraphs: is it the story, its publisher, or a caption?

    python -m training.paragraphs OUT.safetensors --pages FOLDER --news BBC.jsonl

FOLDER is as for ``benchmarks.extraction``. Of its pages, what is in the article's true text is the story, and the
paragraphs in ``publisher_pages.txt``, by their hashes, are the publisher's. NEWS has ``text``, a paragraph a line.
``training/paragraphs/`` has paragraphs written for this: invented ones of each kind, and such of the story as speak of
what publishers speak of. Precision and recall are those of five models, each for the pages that it was not trained on.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file
from torch import Tensor
from trafilatura import load_html

from judgements.judged import read_rows
from standfirst.reading.markup import decode_page
from standfirst.reading.page_blocks import normal_words, page_blocks, word_runs
from standfirst.reading.paragraph_classifier import BUCKETS, Floats, ParagraphClassifier, paragraph_features

PUBLISHER, CAPTION, STORY = range(3)
_KINDS = {"publisher": PUBLISHER, "caption": CAPTION, "story": STORY}
_OWN = Path(__file__).parent / "paragraphs"
_FOLDS = 5
#: Every so many-th article of NEWS is learned from.
_NEWS_STEP = 8
#: Own paragraphs are grouped, so that similar ones are in one fold.
_GROUP = 6
_DECAY = 2e-5
_STEPS = 60
#: The weight of an example of each kind, and of one of the story that speaks of what publishers speak of.
_WEIGHTS = (6.0, 6.0, 1.0)
_HARD_WEIGHT = 6.0


@dataclass(frozen=True, slots=True)
class Example:
    """A paragraph of one ``kind``. Examples of one ``group`` (a page) are never on both sides of a split."""

    group: str
    kind: int
    text: str
    weight: float


def examples(pages: Path, news: Path) -> Iterator[Example]:
    """Yield the examples of the pages, of the news and of this folder."""
    labelled = set((_OWN / "publisher_pages.txt").read_text().split())
    truth = json.loads((pages / "ground-truth.json").read_text())
    for key, expected in truth.items():
        runs = set(word_runs(normal_words(expected["articleBody"]), 4))
        for text in dict.fromkeys(_paragraphs((pages / "html" / f"{key}.html.gz").read_bytes())):
            found = word_runs(normal_words(text), 4)
            if paragraph_hash(text) in labelled:
                yield Example(key, PUBLISHER, text, _WEIGHTS[PUBLISHER])
            elif sum(run in runs for run in found) > 0.8 * len(found):
                yield Example(key, STORY, text, _WEIGHTS[STORY] * (3 if " you" in text or " we " in text else 1))
    for name, kind in _KINDS.items():
        for index, line in enumerate((_OWN / f"{name}.txt").read_text().splitlines()):
            weight = _HARD_WEIGHT if kind == STORY else _WEIGHTS[kind]
            yield Example(f"{name} {index // _GROUP}", kind, line, weight)
    for index, row in enumerate(read_rows(news)):
        if index % _NEWS_STEP == 0:
            for line in row["text"].splitlines():
                if len(line.split()) > 4:
                    yield Example(f"news {index}", STORY, line, _WEIGHTS[STORY])


def paragraph_hash(text: str) -> str:
    """Return the name of a paragraph in ``publisher_pages.txt``, which keeps no text of the pages."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _paragraphs(page: bytes) -> Iterator[str]:
    root = load_html(decode_page(gzip.decompress(page)))
    if root is None:
        return
    for element in list(root.iter("script", "style", "noscript")):
        element.drop_tree()
    yield from (block.text for block in page_blocks(root) if len(normal_words(block.text)) > 4)


def train(learned: Sequence[Example]) -> ParagraphClassifier:
    """Fit the classifier: logistic regression with weight decay, by L-BFGS."""
    features = [paragraph_features(example.text) for example in learned]
    flat = torch.tensor([bucket for buckets, _ in features for bucket in buckets])
    starts = torch.tensor(np.cumsum([0, *(len(buckets) for buckets, _ in features[:-1])]))
    scale = torch.tensor([1 / max(1, len(buckets)) ** 0.5 for buckets, _ in features])
    per_word = torch.repeat_interleave(scale, torch.tensor([len(buckets) for buckets, _ in features]))
    whole = torch.from_numpy(np.stack([each for _, each in features]))
    kinds = torch.tensor([example.kind for example in learned])
    weights = torch.tensor([example.weight for example in learned])
    words = torch.zeros(BUCKETS, 2, requires_grad=True)
    of_whole = torch.zeros(whole.shape[1], 2, requires_grad=True)
    bias = torch.zeros(2, requires_grad=True)
    optimizer = torch.optim.LBFGS([words, of_whole, bias], max_iter=_STEPS, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimizer.zero_grad()
        summed = torch.nn.functional.embedding_bag(flat, words, starts, mode="sum", per_sample_weights=per_word)
        scores = torch.nn.functional.pad(summed + whole @ of_whole + bias, (0, 1))
        each = torch.nn.functional.cross_entropy(scores, kinds, reduction="none")
        total = (each * weights).sum() / weights.sum() + _DECAY * ((words**2).sum() + (of_whole**2).sum())
        total.backward()  # type: ignore[no-untyped-call]
        return total

    optimizer.step(loss)  # type: ignore[no-untyped-call]
    return ParagraphClassifier(*(tensor.detach().numpy() for tensor in (words, of_whole, bias)))


def held_out(all_examples: Sequence[Example]) -> Floats:
    """Return the probabilities of each example by a model that was trained on other groups. *Shape:* ``[n, 2]``."""
    groups = sorted({example.group for example in all_examples})
    random.Random(0).shuffle(groups)
    fold = {group: index % _FOLDS for index, group in enumerate(groups)}
    found = np.zeros((len(all_examples), 2), dtype=np.float32)
    for number in range(_FOLDS):
        model = train([example for example in all_examples if fold[example.group] != number])
        for index, example in enumerate(all_examples):
            if fold[example.group] == number:
                found[index] = model.probabilities(example.text)
    return found


def report(all_examples: Sequence[Example], found: Floats) -> None:
    """Print precision and recall by threshold, on the pages and on the paragraphs written for this."""
    kinds = np.array([example.kind for example in all_examples])
    is_news = np.array([example.group.startswith("news") for example in all_examples])
    is_page = np.array([len(example.group) == 64 for example in all_examples])
    for name, kind in (("publisher", PUBLISHER), ("caption", CAPTION)):
        for where, chosen in (("pages", is_page), ("own", ~is_page & ~is_news), ("news", is_news)):
            for threshold in (0.5, 0.7, 0.8, 0.9, 0.95):
                taken = (found[:, kind] > threshold) & chosen
                right = (taken & (kinds == kind)).sum()
                story = (taken & (kinds == STORY)).sum()
                recall = right / max(1, ((kinds == kind) & chosen).sum())
                print(
                    f"{name:10} {where:6} {threshold:4}: {taken.sum():4} taken, of the story {story:3}, "
                    f"precision {right / max(1, taken.sum()):.3f}, recall {recall:.3f}"
                )


def main() -> None:
    """Measure on held-out pages, train on all, and write the weights."""
    parser = argparse.ArgumentParser(description="Train the classifier of paragraphs.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--pages", type=Path, required=True)
    parser.add_argument("--news", type=Path, required=True)
    arguments = parser.parse_args()
    all_examples = list(examples(arguments.pages, arguments.news))
    report(all_examples, held_out(all_examples))
    model = train(all_examples)
    arrays = {"words": model.words, "whole": model.whole, "bias": model.bias}
    save_file({name: array.astype(np.float16) for name, array in arrays.items()}, arguments.out)


if __name__ == "__main__":
    main()
