"""Train the verifier: an encoder of sentences learns to read a claim beside its evidence.

    python -m training.verifier OUT --judged TRAIN.jsonl.gz --highlights CNNDM.jsonl.gz --articles BBC.jsonl

OUT is a folder for checkpoints (from which a run that was stopped goes on, also for more minutes) and, at the end, for
the adapter. JUDGED has ``article``, ``summary``, ``label``; HIGHLIGHTS has ``article`` and ``reference``; ARTICLES has
``text``. The loss of a claim is the binary cross-entropy of its soft minimum; a summary's is that of the soft minimum
of its claims; and where the false characters are known, that of their tokens is added. Word and position embeddings
stay as they are. With ``--start`` it goes on from an earlier adapter.

On a CPU set ``ONEDNN_PRIMITIVE_CACHE_CAPACITY=64`` and ``LRU_CACHE_CAPACITY=64``: hardly two batches have one shape,
and oneDNN keeps memory for each of the last thousand.
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

from judgements.judged import read_rows
from standfirst_models.cache import ModelCache
from standfirst_models.catalog import resolve
from standfirst_models.runtimes.text.pairs import EncodedPair, batch_pairs, encode_pair
from standfirst_models.runtimes.torch.device import best_device
from standfirst_models.runtimes.torch.networks import PairNetwork, pair_tensors, soft_minimum
from standfirst_models.runtimes.torch.weights import apply_adapter
from training.adapter import adapter
from training.precision import mixed
from training.verification_examples import Example, Gatherer, corrupted, judged

#: Articles whose fold is less are held out.
HELD_OUT = 8
_BATCH_TOKENS = 6000
_RATE, _RATE_OF_NEW = 1e-4, 1e-3
_WARM_UP = 60
_CHECKPOINT_STEPS = 100
#: The share of what people judged of XSum that is learned from.
_XSUM = 0.5
#: What the loss of single tokens weighs, and of sound tokens among them.
_TOKENS, _SOUND = 0.5, 0.3


@dataclass(frozen=True, slots=True)
class Item:
    """An example in tokens; ``tokens`` are 1 where sound, 0 where false and -1 where nobody knows."""

    pairs: tuple[EncodedPair, ...]
    label: float
    tokens: tuple[tuple[float, ...], ...]
    origin: str

    @property
    def width(self) -> int:
        """The tokens of its longest pair."""
        return max(len(pair.ids) for pair in self.pairs)


def encoded(example: Example, tokenizer: Tokenizer) -> Item:
    """``example`` in tokens."""
    pairs = tuple(encode_pair(tokenizer, pair.evidence, pair.claim) for pair in example.pairs)
    unknown = 1.0 if example.only else -1.0
    tokens = tuple(
        tuple(0.0 if any(start < b and a < end for start, end in example.changed) else unknown for a, b in pair.offsets)
        if example.changed
        else (-1.0,) * len(pair.offsets)
        for pair in pairs
    )
    return Item(pairs, float(example.label), tokens, example.origin)


def batches(items: Sequence[Item], random: Random) -> Iterator[list[Item]]:
    """All items once, those of like length together, at most ``_BATCH_TOKENS`` tokens with padding."""
    order = random.sample(range(len(items)), len(items))
    for start in range(0, len(order), 2000):
        found: list[list[Item]] = []
        batch: list[Item] = []
        for item in sorted((items[i] for i in order[start : start + 2000]), key=lambda item: item.width):
            if batch and item.width * (len(item.pairs) + sum(len(other.pairs) for other in batch)) > _BATCH_TOKENS:
                found.append(batch)
                batch = []
            batch.append(item)
        random.shuffle(found := [*found, batch])
        yield from found


def loss_of(network: PairNetwork, batch: Sequence[Item], device: torch.device) -> Tensor:
    """The mean loss of ``batch``."""
    padded = batch_pairs([pair for item in batch for pair in item.pairs])
    owners = torch.tensor([index for index, item in enumerate(batch) for _ in item.pairs], device=device)
    with mixed(device):
        logits = network(*pair_tensors(padded, device))
    claims = soft_minimum(logits, torch.from_numpy(padded.claims).to(device))
    # A summary stands if all its claims do.
    falls = torch.zeros(len(batch), device=device).index_add(0, owners, torch.exp(-claims.clamp(-30, 30)))
    labels = torch.tensor([item.label for item in batch], device=device)
    loss = nn.functional.binary_cross_entropy_with_logits(-torch.log(falls), labels)
    known = torch.full(logits.shape, -1.0)
    flat = [(pair, tokens) for item in batch for pair, tokens in zip(item.pairs, item.tokens, strict=True)]
    for row, (pair, tokens) in enumerate(flat):
        known[row, pair.claim[0] : pair.claim[1]] = torch.tensor(tokens)
    known = known.to(device)
    if (known >= 0).any():
        weight = torch.tensor(_SOUND, device=device)
        loss = loss + _TOKENS * nn.functional.binary_cross_entropy_with_logits(
            logits[known >= 0], known[known >= 0], pos_weight=weight
        )
    return loss


def predicted(network: PairNetwork, items: Sequence[Item], device: torch.device) -> list[float]:
    """The logit of each item: of its weakest claim."""
    flat = sorted(((len(p.ids), i, p) for i, item in enumerate(items) for p in item.pairs), key=lambda one: one[0])
    least = [float("inf")] * len(items)
    network.eval()
    with torch.inference_mode(), mixed(device):
        for start in range(0, len(flat), 32):
            part = flat[start : start + 32]
            padded = batch_pairs([pair for _, _, pair in part])
            claims = torch.from_numpy(padded.claims).to(device)
            logits = soft_minimum(network(*pair_tensors(padded, device)), claims).tolist()
            for (_, index, _), logit in zip(part, logits, strict=True):
                least[index] = min(least[index], logit)
    network.train()
    return least


def auc(items: Sequence[Item], logits: Sequence[float]) -> float:
    """The share of pairs of a true and a false item in which the true one has the higher logit."""
    true = np.array([logit for logit, item in zip(logits, items, strict=True) if item.label])
    false = np.array([logit for logit, item in zip(logits, items, strict=True) if not item.label])
    return float((true[:, None] > false).mean()) if len(true) and len(false) else float("nan")


def report(network: PairNetwork, held_out: Sequence[Item], device: torch.device) -> str:
    """The AUC on what is held out, by origin."""
    logits = predicted(network, held_out, device)
    groups: dict[str, list[int]] = {}
    for index, item in enumerate(held_out):
        groups.setdefault("rule" if item.origin.startswith("rule") else item.origin, []).append(index)
    return " ".join(
        f"{name} {auc([held_out[i] for i in inside], [logits[i] for i in inside]):.3f}"
        for name, inside in sorted(groups.items())
    )


def train(network: PairNetwork, items: Sequence[Item], held_out: Sequence[Item], out: Path, minutes: float) -> None:
    """Train for ``minutes``, the rate falling to nothing; goes on from ``out`` where there is a checkpoint."""
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
        kept = torch.load(checkpoint, weights_only=True)
        network.load_state_dict(kept["network"])
        optimizer.load_state_dict(kept["optimizer"])
        step, spent, epoch = kept["step"], kept["spent"], kept["epoch"] + 1
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
                kept = {"network": network.state_dict(), "optimizer": optimizer.state_dict()}
                kept |= {"step": step, "spent": spent, "epoch": epoch}
                torch.save(kept, checkpoint.with_suffix(".new"))
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
    parser.add_argument("--by-rule", type=int, default=16_000, help="examples made by rule")
    parser.add_argument("--start", type=Path, help="an adapter to go on from")
    parser.add_argument("--rank", type=int, default=48, help="of each matrix's change, in the adapter")
    parser.add_argument("--models", type=Path, required=True, help="the models folder, where the encoder is")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    random = Random(0)
    folder = ModelCache(given.models).ensure(resolve("all-minilm-l6-v2", "encoder")).folder
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    articles: list[tuple[str, str | None]] = [(row["article"], row["reference"]) for row in read_rows(given.highlights)]
    articles += [(row["text"], None) for row in read_rows(given.articles)][400:]
    random.shuffle(articles)
    gatherer = Gatherer()
    examples = list(islice(corrupted(articles, gatherer, random), given.by_rule))
    by_people = list(judged(given.judged, gatherer))
    # Of XSum, where hardly anything is true, half: else to rephrase would be to err. Of CNN/DailyMail there is little,
    # and it is what drafts are most like: copied and cut, and put together wrongly.
    examples += [example for example in by_people if "xsum" not in example.origin or random.random() < _XSUM]
    examples += [example for example in by_people if "cnndm" in example.origin]
    items = [encoded(example, tokenizer) for example in examples]
    held_out = [item for item, example in zip(items, examples, strict=True) if example.fold < HELD_OUT]
    learned = [item for item, example in zip(items, examples, strict=True) if example.fold >= HELD_OUT]
    print(f"{len(learned)} examples to learn from, {len(held_out)} held out", flush=True)
    # Without dropout: hardly an example is seen twice, and on a CPU it takes a third of the time.
    bert = BertModel.from_pretrained(
        folder, add_pooling_layer=False, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0
    )
    network = PairNetwork(bert, bert.config.hidden_size)
    nn.init.zeros_(network.overlap.weight)
    nn.init.constant_(network.head.bias, 3.0)
    if given.start is not None:
        nn.init.zeros_(network.head.weight)
        nn.init.zeros_(network.head.bias)
        apply_adapter(dict(network.named_parameters()), load_file(given.start))
    train(network, learned, held_out, given.out, given.minutes)
    before = {f"bert.{name}": value for name, value in BertModel.from_pretrained(folder).state_dict().items()}
    save_file(adapter(before, network.cpu().state_dict(), given.rank), given.out / "verifier.safetensors")


if __name__ == "__main__":
    main()
