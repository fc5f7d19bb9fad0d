"""The classifier verifier: a sequence classifier that says whether the evidence entails the claim.

It is an NLI model, or a binary model such as MiniCheck (Tang, Laban and Durrett 2024) and FactCG (Lei et al. 2025).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch

from standfirst_models.catalog import PairFormat
from standfirst_models.errors import UnsuitableModel
from standfirst_models.protocols.verifier import Finding, Pair
from standfirst_models.runtimes.text.batches import batches_by_length

#: The most tokens in one pass, padding included.
_PASS_TOKENS = 4096
#: The largest number of tokens that is a model's length: tokenizers without one give an enormous number.
_LONGEST = 100_000
#: A claim has at most this part of a model's tokens. No summary has longer sentences.
_CLAIM_PART = 2
#: Tokens that are left free: two texts in one can have more tokens than each by itself.
_SPARE = 4
#: The text that FactCG was trained to read, as its authors publish it (https://github.com/derenlei/FactCG).
_FACTCG = (
    '{evidence}\n\nChoose your answer: based on the paragraph above can we conclude that "{claim}"?\n\n'
    "OPTIONS:\n- Yes\n- No\nI think the answer is "
)
_ENTAILED = re.compile(r"(?:entail|support|consistent|faithful|grounded|factual|yes\b|true\b)", re.IGNORECASE)
_UNNAMED = re.compile(r"LABEL_\d+", re.IGNORECASE)


class ClassifierVerifier:
    """A sequence classifier of transformers. Fulfils ``Verifier``.

    It names no weakest part of a claim. Evidence that does not fit is read in windows that overlap by half, and the one
    that backs the claim best counts.
    """

    def __init__(self, model: Any, tokenizer: Any, pair_format: PairFormat) -> None:
        """Raises ``UnsuitableModel`` if the config does not say which label means that the claim is entailed."""
        self._model = model
        self._tokenizer = tokenizer
        self._format = pair_format
        self._entailed = entailed_label(model.config.id2label)
        #: The most tokens that the model reads.
        self.tokens = _model_tokens(model.config, tokenizer)

    def verify(self, pairs: Sequence[Pair], cancelled: Callable[[], bool]) -> list[Finding]:
        """Return one finding for each pair, as ``Verifier.verify`` does."""
        owners: list[int] = []
        windows: list[Pair] = []
        for owner, pair in enumerate(pairs):
            parts = self._windows(pair)
            owners += [owner] * len(parts)
            windows += parts
        logits: dict[int, float] = {}
        for batch in batches_by_length([self._length(window) for window in windows], _PASS_TOKENS):
            if cancelled():
                break
            for index, logit in zip(batch, self._logits([windows[i] for i in batch]), strict=True):
                logits[owners[index]] = max(logit, logits.get(owners[index], logit))
        return [Finding(logits.get(owner, 0.0), (0, 0)) for owner in range(len(pairs))]

    def _logits(self, pairs: Sequence[Pair]) -> list[float]:
        """Return the log odds of the entailed label against all others for each pair."""
        inputs = self._encode(pairs, padding=True, truncation=True, max_length=self.tokens, return_tensors="pt")
        with torch.inference_mode():
            logits = self._model(**{name: tensor.to(self._model.device) for name, tensor in inputs.items()}).logits
        logits = logits.float()
        others = torch.ones(logits.shape[1], dtype=torch.bool, device=logits.device)
        others[self._entailed] = False
        odds: list[float] = (logits[:, self._entailed] - logits[:, others].logsumexp(1)).tolist()
        return odds

    def _windows(self, pair: Pair) -> list[Pair]:
        """Return pairs that fit: the claim with each part of the evidence."""
        claim = self._parts(pair.claim, self.tokens // _CLAIM_PART)[0]
        room = self.tokens - self._length(Pair("", claim)) - _SPARE
        return [Pair(part, claim) for part in self._parts(pair.evidence, max(2, room))]

    def _parts(self, text: str, most: int) -> list[str]:
        """Return ``text`` in parts of at most ``most`` tokens, which overlap by half."""
        for mark in self._tokenizer.all_special_tokens:  # a text must not be able to end its side
            text = text.replace(mark, " ")
        offsets = self._tokenizer(text, add_special_tokens=False, return_offsets_mapping=True).offset_mapping
        if len(offsets) <= most:
            return [text]
        step = most // 2
        starts = range(0, len(offsets) - most + step, step)
        return [text[offsets[i][0] : offsets[min(i + most, len(offsets)) - 1][1]] for i in starts]

    def _length(self, pair: Pair) -> int:
        return len(self._encode([pair]).input_ids[0])

    def _encode(self, pairs: Sequence[Pair], **options: Any) -> Any:
        """Return the inputs of the model for ``pairs``, in its format."""
        evidence, claims = [pair.evidence for pair in pairs], [pair.claim for pair in pairs]
        match self._format:
            case "pair":
                return self._tokenizer(evidence, claims, **options)
            case "minicheck":
                end = self._tokenizer.eos_token or self._tokenizer.sep_token
                return self._tokenizer([f"{pair.evidence}{end}{pair.claim}" for pair in pairs], **options)
            case "factcg":
                texts = [_FACTCG.format(evidence=pair.evidence, claim=pair.claim) for pair in pairs]
                return self._tokenizer(texts, **options)


def entailed_label(names: Mapping[int, str]) -> int:
    """Return the number of the label that means that the evidence entails the claim.

    Of two labels without names it is the second, as MiniCheck and FactCG have it. Raises ``UnsuitableModel``.
    """
    entailed = [number for number, name in names.items() if _ENTAILED.match(name)]
    if len(entailed) == 1 and len(names) > 1:
        return entailed[0]
    if len(names) == 2 and all(_UNNAMED.fullmatch(name) for name in names.values()):
        return 1
    raise UnsuitableModel(
        f"The model's labels are {', '.join(names.values())}: none, or more than one, means that a claim is entailed. "
        "Name the labels in id2label of its config.json."
    )


def _model_tokens(config: Any, tokenizer: Any) -> int:
    """Return the most tokens that a model reads."""
    positions = int(getattr(config, "max_position_embeddings", None) or _LONGEST)
    if "roberta" in config.model_type:  # its positions are numbered from the padding token's number on
        positions -= int(config.pad_token_id) + 1
    return min(positions, int(min(tokenizer.model_max_length, _LONGEST)))
