"""Train the verifier: a sentence encoder becomes a cross-encoder of evidence and claim.

    python -m training.verifier OUT --judged TRAIN.jsonl.gz --highlights CNNDM.jsonl.gz --articles BBC.jsonl

OUT is a folder for checkpoints, from which a stopped run resumes, and for the adapter. JUDGED has ``article``,
``summary`` and ``label``; HIGHLIGHTS has ``article`` and ``reference``; ARTICLES has ``text``. The loss is the binary
cross-entropy of the soft minimum of a claim's token logits, and for a summary of the soft minimum of its claims. Where
the false characters are known, the loss of single tokens is added. Word and position embeddings are frozen. ``--start``
continues from an adapter.

On a CPU set ``ONEDNN_PRIMITIVE_CACHE_CAPACITY=64`` and ``LRU_CACHE_CAPACITY=64``: nearly every batch has another shape,
and oneDNN keeps memory for each of the last thousand shapes.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from random import Random

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import BertModel

from judgements.judged import auc, open_grounding, read_rows
from standfirst_models.cache import ModelCache
from standfirst_models.catalog import resolve
from standfirst_models.runtimes.text.pairs import EncodedPair, batch_pairs, encode_pair
from standfirst_models.runtimes.torch.device import best_device
from standfirst_models.runtimes.torch.networks import PairNetwork, pair_tensors, soft_minimum
from standfirst_models.runtimes.torch.weights import apply_adapter
from training.adapter import adapter
from training.precision import mixed_precision
from training.verifier_examples import EvidenceGatherer, Example, corrupted_examples, judged_examples
from training.writer_examples import HELD_OUT_ARTICLES

#: Articles in folds below this are held out.
_HELD_OUT_FOLDS = 8
_BATCH_TOKENS = 6000
_RATE, _RATE_OF_NEW = 1e-4, 1e-3
_WARM_UP = 60
_CHECKPOINT_STEPS = 100
#: The share of the judged summaries of XSum that is used.
_XSUM = 0.5
#: The weights of the loss of single tokens, and of true tokens within it.
_TOKEN_LOSS, _TRUE_TOKENS = 0.5, 0.3


@dataclass(frozen=True, slots=True)
class Item:
    """A tokenized example. The label of a token is 1 for true, 0 for false and -1 for unknown."""

    pairs: tuple[EncodedPair, ...]
    label: float
    token_labels: tuple[tuple[float, ...], ...]
    origin: str

    @property
    def width(self) -> int:
        """The number of tokens of the longest pair."""
        return max(len(pair.ids) for pair in self.pairs)


def encode(example: Example, tokenizer: Tokenizer) -> Item:
    """Tokenize ``example``."""
    pairs = tuple(encode_pair(tokenizer, pair.evidence, pair.claim) for pair in example.pairs)
    rest = 1.0 if example.rest_is_true else -1.0
    token_labels = tuple(
        tuple(
            0.0 if any(start < b and a < end for start, end in example.false_spans) else rest for a, b in pair.offsets
        )
        if example.false_spans
        else (-1.0,) * len(pair.offsets)
        for pair in pairs
    )
    return Item(pairs, float(example.label), token_labels, example.origin)


def batches(items: Sequence[Item], random: Random) -> Iterator[list[Item]]:
    """Yield batches of items of similar length, with at most ``_BATCH_TOKENS`` tokens and padding."""
    order = random.sample(range(len(items)), len(items))
    for start in range(0, len(order), 2000):
        group: list[list[Item]] = []
        batch: list[Item] = []
        for item in sorted((items[i] for i in order[start : start + 2000]), key=lambda item: item.width):
            if batch and item.width * (len(item.pairs) + sum(len(other.pairs) for other in batch)) > _BATCH_TOKENS:
                group.append(batch)
                batch = []
            batch.append(item)
        random.shuffle(group := [*group, batch])
        yield from group


def loss_of(network: PairNetwork, batch: Sequence[Item], device: torch.device) -> Tensor:
    """Return the mean loss of ``batch``."""
    padded = batch_pairs([pair for item in batch for pair in item.pairs])
    owners = torch.tensor([index for index, item in enumerate(batch) for _ in item.pairs], device=device)
    with mixed_precision(device):
        logits = network(*pair_tensors(padded, device))
    claims = soft_minimum(logits, torch.from_numpy(padded.claims).to(device))
    # A summary is true if all its claims are: the soft minimum of their logits.
    odds_against = torch.zeros(len(batch), device=device).index_add(0, owners, torch.exp(-claims.clamp(-30, 30)))
    labels = torch.tensor([item.label for item in batch], device=device)
    loss = nn.functional.binary_cross_entropy_with_logits(-torch.log(odds_against), labels)
    known = torch.full(logits.shape, -1.0)
    flat = [(pair, labels) for item in batch for pair, labels in zip(item.pairs, item.token_labels, strict=True)]
    for row, (pair, token_labels) in enumerate(flat):
        known[row, pair.claim[0] : pair.claim[1]] = torch.tensor(token_labels)
    known = known.to(device)
    if (known >= 0).any():
        weight = torch.tensor(_TRUE_TOKENS, device=device)
        loss = loss + _TOKEN_LOSS * nn.functional.binary_cross_entropy_with_logits(
            logits[known >= 0], known[known >= 0], pos_weight=weight
        )
    return loss


def predict(network: PairNetwork, items: Sequence[Item], device: torch.device) -> list[float]:
    """Return the logit of each item, which is that of its weakest claim."""
    flat = sorted(((len(p.ids), i, p) for i, item in enumerate(items) for p in item.pairs), key=lambda one: one[0])
    least = [float("inf")] * len(items)
    network.eval()
    with torch.inference_mode(), mixed_precision(device):
        for start in range(0, len(flat), 32):
            part = flat[start : start + 32]
            padded = batch_pairs([pair for _, _, pair in part])
            claims = torch.from_numpy(padded.claims).to(device)
            logits = soft_minimum(network(*pair_tensors(padded, device)), claims).tolist()
            for (_, index, _), logit in zip(part, logits, strict=True):
                least[index] = min(least[index], logit)
    network.train()
    return least


def report(network: PairNetwork, held_out: Sequence[Item], device: torch.device) -> str:
    """Return the AUC on held-out items as text, by origin. An origin with one label only has none."""
    groups: dict[str, list[tuple[float, bool]]] = {}
    for item, logit in zip(held_out, predict(network, held_out, device), strict=True):
        group = "rule" if item.origin.startswith("rule") else item.origin
        groups.setdefault(group, []).append((logit, bool(item.label)))
    return " ".join(
        f"{name} {auc(scored):.3f}"
        for name, scored in sorted(groups.items())
        if len({label for _, label in scored}) > 1
    )


def train(network: PairNetwork, items: Sequence[Item], held_out: Sequence[Item], out: Path, minutes: float) -> None:
    """Train for ``minutes``, with rates falling linearly to zero. Resumes from a checkpoint in ``out``."""
    device = best_device()
    network.to(device).train()
    for parameter in network.bert.embeddings.parameters():  # type: ignore[union-attr]
        parameter.requires_grad_(False)
    new = [*network.overlap.parameters(), *network.head.parameters()]
    old = list(network.bert.encoder.parameters())  # type: ignore[union-attr]
    optimizer = torch.optim.AdamW(
        [{"params": old, "lr": _RATE, "rate": _RATE}, {"params": new, "lr": _RATE_OF_NEW, "rate": _RATE_OF_NEW}],
        weight_decay=0.01,
    )
    step, spent, epoch = 0, 0.0, 0
    checkpoint = out / "checkpoint.pt"
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        network.load_state_dict(state["network"])
        optimizer.load_state_dict(state["optimizer"])
        step, spent, epoch = state["step"], state["spent"], state["epoch"] + 1
    losses: list[float] = []
    before = time.monotonic()
    while spent < minutes:
        for batch in batches(items, Random(epoch)):
            now = time.monotonic()
            spent, before = spent + (now - before) / 60, now
            if spent >= minutes:
                break
            for group in optimizer.param_groups:
                group["lr"] = group["rate"] * min(1.0, step / _WARM_UP) * (1 - spent / minutes)
            loss = loss_of(network, batch, device)
            optimizer.zero_grad()
            torch.autograd.backward(loss)
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            losses.append(loss.item())
            step += 1
            if step % _CHECKPOINT_STEPS == 0:
                state = {"network": network.state_dict(), "optimizer": optimizer.state_dict()}
                state |= {"step": step, "spent": spent, "epoch": epoch}
                torch.save(state, checkpoint.with_suffix(".new"))
                checkpoint.with_suffix(".new").replace(checkpoint)
                print(f"step {step}, {spent:.1f} min, loss {np.mean(losses[-100:]):.3f}", flush=True)
            if step % (4 * _CHECKPOINT_STEPS) == 0:
                print(report(network, held_out, device), flush=True)
        epoch += 1
    print(report(network, held_out, device), flush=True)


def main() -> None:
    """Read the examples, train, and write the adapter."""
    parser = argparse.ArgumentParser(description="Train the verifier.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--judged", type=Path, required=True)
    parser.add_argument("--highlights", type=Path, required=True)
    parser.add_argument("--articles", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--by-rule", type=int, default=16_000, help="the number of examples by rule")
    parser.add_argument("--start", type=Path, help="an adapter to continue from")
    parser.add_argument("--rank", type=int, default=48, help="the rank of each matrix's change in the adapter")
    parser.add_argument("--models", type=Path, required=True, help="the models folder")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    random = Random(0)
    folder = ModelCache(arguments.models).ensure(resolve("all-minilm-l6-v2", "encoder")).folder
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    articles: list[tuple[str, str | None]] = []
    articles += [(row["article"], row["reference"]) for row in read_rows(arguments.highlights)]
    articles += [(row["text"], None) for row in read_rows(arguments.articles)][HELD_OUT_ARTICLES:]
    random.shuffle(articles)
    gatherer = EvidenceGatherer()
    examples = list(islice(corrupted_examples(articles, gatherer, open_grounding(), random), arguments.by_rule))
    human = list(judged_examples(arguments.judged, gatherer))
    # Nearly all summaries of XSum are false, so a part of them is left out: else rephrasing would count as an error.
    # Those of CNN/DailyMail are few and most like drafts, so they count twice.
    examples += [example for example in human if "xsum" not in example.origin or random.random() < _XSUM]
    examples += [example for example in human if "cnndm" in example.origin]
    items = [encode(example, tokenizer) for example in examples]
    held_out = [item for item, example in zip(items, examples, strict=True) if example.fold < _HELD_OUT_FOLDS]
    learned = [item for item, example in zip(items, examples, strict=True) if example.fold >= _HELD_OUT_FOLDS]
    print(f"{len(learned)} training examples, {len(held_out)} held out", flush=True)
    # Dropout is off: few examples are seen twice, and on a CPU dropout takes a third of the time.
    bert = BertModel.from_pretrained(
        folder, add_pooling_layer=False, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0
    )
    network = PairNetwork(bert, bert.config.hidden_size)
    nn.init.zeros_(network.overlap.weight)
    nn.init.constant_(network.head.bias, 3.0)
    if arguments.start is not None:
        nn.init.zeros_(network.head.weight)
        nn.init.zeros_(network.head.bias)
        apply_adapter(dict(network.named_parameters()), load_file(arguments.start))
    train(network, learned, held_out, arguments.out, arguments.minutes)
    before = {f"bert.{name}": value for name, value in BertModel.from_pretrained(folder).state_dict().items()}
    save_file(adapter(before, network.cpu().state_dict(), arguments.rank), arguments.out / "verifier.safetensors")


if __name__ == "__main__":
    main()
