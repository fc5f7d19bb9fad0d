"""What a reader does on held-out groups: ranks, and what it lets pass at a fixed share of falsehoods."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from training.device.losses import weakest
from training.device.reader import Reader
from training.device.store import Store

#: The share of false claims that may pass.
_FALSE = 0.05


@dataclass(frozen=True, slots=True)
class Judged:
    """The logits of pairs, in the order of their numbers: the claim's head, and the soft minimum of its tokens."""

    pairs: NDArray[np.int64]
    claims: NDArray[np.float32]
    tokens: NDArray[np.float32]


@torch.inference_mode()
def judge(reader: Reader, store: Store, groups: NDArray[np.int64], budget: int) -> Judged:
    """Return the logits of all pairs of ``groups``."""
    reader.eval()
    numbers: list[NDArray[np.int64]] = []
    claims, tokens = [], []
    for pairs in store.draw(groups, budget, np.random.default_rng(0)):
        batch = store.batch(pairs)
        logits, each = reader(batch.ids, batch.mask, batch.claims)
        numbers.append(pairs)
        claims.append(logits)
        tokens.append(weakest(each, batch.claims) / batch.claims.sum(1).float().log().clamp(min=1.0))
    reader.train()
    order = np.argsort(np.concatenate(numbers))
    return Judged(
        np.concatenate(numbers)[order],
        torch.cat(claims).float().cpu().numpy()[order],
        torch.cat(tokens).float().cpu().numpy()[order],
    )


def auc(true: NDArray[np.float32], false: NDArray[np.float32]) -> float:
    """Return the share of pairs of a true and a false claim in which the true one has the higher logit."""
    if not len(true) or not len(false):
        return float("nan")
    order = np.sort(false)
    below, upto = np.searchsorted(order, true, "left"), np.searchsorted(order, true, "right")
    return float((below + upto).mean() / (2 * len(false)))


def let_pass(true: NDArray[np.float32], false: NDArray[np.float32]) -> float:
    """Return the share of true claims above all but ``_FALSE`` of the false ones."""
    return float((true > np.quantile(false, 1 - _FALSE)).mean()) if len(true) and len(false) else float("nan")


def twins_right(store: Store, pairs: NDArray[np.int64], logits: NDArray[np.float32]) -> float:
    """Return the share of pairs of a true and a false claim of one group in which the true one is higher."""
    owners, labels = store.owners[pairs], store.labels[pairs]
    right = []
    for owner in np.unique(owners[labels == 0]):
        inside = owners == owner
        true, false = logits[inside & (labels == 1)], logits[inside & (labels == 0)]
        if len(true):
            right.append((true[:, None] > false).mean())
    return float(np.mean(right)) if right else float("nan")


def table(store: Store, judged: Judged) -> Iterator[tuple[str, Mapping[str, float]]]:
    """Yield the measures of each origin, by the claim's head and (``tokens``) by the soft minimum."""
    labels, origins = store.labels[judged.pairs], store.origins[store.owners[judged.pairs]]
    for index, name in enumerate(store.names):
        inside = (origins == index) & (labels >= 0)
        if not inside.any():
            continue
        true, false = inside & (labels == 1), inside & (labels == 0)
        yield (
            name,
            {
                "true": float(true.sum()),
                "false": float(false.sum()),
                "auc": auc(judged.claims[true], judged.claims[false]),
                "auc_tokens": auc(judged.tokens[true], judged.tokens[false]),
                "pass": let_pass(judged.claims[true], judged.claims[false]),
                "pass_tokens": let_pass(judged.tokens[true], judged.tokens[false]),
                "twins": twins_right(store, judged.pairs[inside], judged.claims[inside]),
            },
        )
