"""The reader of pairs while it is trained: a frozen encoder, changes of low rank, and its heads.

The base is MPNet or BERT of transformers, in the device's half precision; of every linear layer a change of low rank is
learned (LoRA, Hu et al. 2021). The heads give the claim's logit and one for each token of the claim. With ``levels``
every token is told the longest run common to both sides that it is in, as the 22M verifier is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import BertConfig, BertModel, MPNetConfig, MPNetModel

#: Levels of overlap: none, and six of each side.
_SIDE = 6
LEVELS = 1 + 2 * _SIDE


@dataclass(frozen=True, slots=True)
class Layout:
    """How a pair is laid out in tokens: the first, the last, how many of the last between the sides, the padding."""

    first: int
    last: int
    between: int
    padding: int


#: ``<s> E </s></s> C </s>`` and ``[CLS] E [SEP] C [SEP]``.
LAYOUTS: Mapping[str, Layout] = {"mpnet": Layout(0, 2, 2, 1), "bert": Layout(101, 102, 1, 0)}


class LowRank(nn.Module):
    """A frozen linear layer and its change of low rank."""

    def __init__(self, linear: nn.Linear, rank: int) -> None:
        super().__init__()
        self.linear = linear
        self.down = nn.Parameter(torch.randn(rank, linear.in_features) / linear.in_features**0.5)
        self.up = nn.Parameter(torch.zeros(linear.out_features, rank))

    def forward(self, inputs: Tensor) -> Tensor:
        """Return the layer's output. *Shape:* ``[..., in] -> [..., out]``."""
        change = functional.linear(functional.linear(inputs, self.down.to(inputs.dtype)), self.up.to(inputs.dtype))
        whole: Tensor = self.linear(inputs) + change
        return whole


class Reader(nn.Module):
    """An encoder and the heads over its last layer; ``bert`` is transformers' model, whatever its type."""

    def __init__(self, config: Mapping[str, Any], rank: int, levels: bool) -> None:
        super().__init__()
        self.kind = str(config["model_type"])
        self.layout = LAYOUTS[self.kind]
        kept = {key: value for key, value in config.items() if key not in {"model_type", "transformers_version"}}
        if self.kind == "mpnet":
            self.bert: Any = MPNetModel(MPNetConfig(**kept), add_pooling_layer=False)
        else:
            self.bert = BertModel(BertConfig(**kept), add_pooling_layer=False)
        width = int(config["hidden_size"])
        self._dropout = float(config.get("hidden_dropout_prob", 0.1))
        for module in list(self.bert.modules()):
            for name, child in list(module.named_children()):
                if isinstance(child, nn.Linear):
                    setattr(module, name, LowRank(child, rank))
        for name, parameter in self.bert.named_parameters():
            parameter.requires_grad_(name.endswith((".up", ".down")))
        self.overlap = nn.Embedding(LEVELS, width) if levels else None
        if self.overlap is not None:
            nn.init.zeros_(self.overlap.weight)
        self.head = nn.Linear(width, 1)
        self.claim = nn.Linear(2 * width, 1)
        nn.init.constant_(self.head.bias, 3.0)

    def load_base(self, weights: Mapping[str, Tensor], dtype: torch.dtype) -> None:
        """Take the base's ``weights`` (by transformers' names), if any; hold what is frozen in ``dtype``."""
        own = {
            name.replace(".linear.", "."): value
            for name, value in self.bert.named_parameters()
            if not name.endswith((".up", ".down"))
        }
        for name, value in own.items():
            if weights:
                value.data.copy_(weights[name])
            value.data = value.data.to(dtype)

    def forward(self, ids: Tensor, mask: Tensor, claims: Tensor) -> tuple[Tensor, Tensor]:
        """Return the claims' logits and their tokens'. *Shape:* ``3 × [pairs, tokens] -> [pairs], [pairs, tokens]``."""
        hidden = self._hidden(ids, mask, claims).float()
        weights = claims.unsqueeze(-1).float()
        mean = (hidden * weights).sum(1) / weights.sum(1).clamp(min=1)
        logits: Tensor = self.claim(torch.cat([hidden[:, 0], mean], dim=-1)).squeeze(-1)
        tokens: Tensor = self.head(hidden).squeeze(-1)
        return logits, tokens

    def _hidden(self, ids: Tensor, mask: Tensor, claims: Tensor) -> Tensor:
        if self.kind == "mpnet":
            return _mpnet_hidden(self.bert, ids, mask, self._dropout if self.training else 0.0)
        embedded = self.bert.get_input_embeddings()(ids)
        if self.overlap is not None:
            levels = overlap_levels(ids, mask, claims, self.layout)
            embedded = embedded + self.overlap(levels).to(embedded.dtype)
        # The last mark is of the claim's side as well.
        position = torch.arange(ids.shape[1], device=ids.device)
        begins = torch.where(claims, position, ids.shape[1]).amin(1, keepdim=True)
        types = ((position >= begins) & (mask > 0)).long()
        hidden: Tensor = self.bert(inputs_embeds=embedded, token_type_ids=types, attention_mask=mask).last_hidden_state
        return hidden

    def adapter(self) -> dict[str, Tensor]:
        """Return what was learned, as ``NAME#up`` and ``NAME#down`` and the heads, in fp16."""
        found: dict[str, Tensor] = {}
        for name, parameter in self.named_parameters():
            if parameter.requires_grad:
                for end in (".up", ".down"):
                    name = name[: -len(end)] + f".weight#{end[1:]}" if name.endswith(end) else name
                found[name] = parameter.detach().half().cpu().contiguous()
        return found

    def load_adapter(self, adapter: Mapping[str, Tensor]) -> None:
        """Take what ``adapter`` gave. Raises ``KeyError`` where it lacks a part."""
        for name, parameter in self.named_parameters():
            if parameter.requires_grad:
                key = name
                for end in (".up", ".down"):
                    key = key[: -len(end)] + f".weight#{end[1:]}" if key.endswith(end) else key
                parameter.data.copy_(adapter[key])


def _mpnet_hidden(model: Any, ids: Tensor, mask: Tensor, dropout: float) -> Tensor:
    """Return MPNet's last layer, attention by torch's fused kernel. *Shape:* ``[pairs, tokens] -> [..., width]``."""
    hidden = model.embeddings(ids)
    length = ids.shape[1]
    encoder = model.encoder
    place = torch.arange(length, device=ids.device)
    bucket = encoder.relative_position_bucket(
        place[None, :] - place[:, None], num_buckets=encoder.relative_attention_bias.num_embeddings
    )
    bias = encoder.relative_attention_bias(bucket).permute(2, 0, 1).unsqueeze(0)
    bias = bias + (mask[:, None, None, :] == 0).to(bias.dtype) * -10000.0
    for layer in encoder.layer:
        attention = layer.attention
        heads = attention.attn.num_attention_heads
        q, k, v = (
            part(hidden).unflatten(-1, (heads, -1)).transpose(1, 2)
            for part in (attention.attn.q, attention.attn.k, attention.attn.v)
        )
        context = functional.scaled_dot_product_attention(q, k, v, attn_mask=bias)
        out = attention.attn.o(context.transpose(1, 2).flatten(2))
        hidden = attention.LayerNorm(functional.dropout(out, dropout, dropout > 0) + hidden)
        inner = functional.gelu(layer.intermediate.dense(hidden))
        outer = functional.dropout(layer.output.dense(inner), dropout, dropout > 0)
        hidden = layer.output.LayerNorm(outer + hidden)
    result: Tensor = hidden
    return result


def overlap_levels(ids: Tensor, mask: Tensor, claims: Tensor, layout: Layout) -> Tensor:
    """Return for each token the level of the longest run that both sides have. *Shape:* ``[pairs, tokens]``."""
    position = torch.arange(ids.shape[1], device=ids.device)
    begins = torch.where(claims, position, ids.shape[1]).amin(1, keepdim=True)
    evidence = (position > 0) & (position < begins - layout.between) & (mask > 0)
    run = (ids[:, :, None] == ids[:, None, :]) & evidence[:, :, None] & claims[:, None, :]
    theirs, ours = torch.zeros_like(ids), torch.zeros_like(ids)
    length = 1
    for step in (0, 1, 1, 2, 4):
        if step:
            ahead = torch.zeros_like(run)
            ahead[:, :-step, :-step] = run[:, step:, step:]
            run, length = run & ahead, length + step
        theirs += _widened(run.any(2), length)
        ours += _widened(run.any(1), length)
    return torch.where(evidence, 1 + theirs, torch.where(claims, 1 + _SIDE + ours, 0))


def _widened(starts: Tensor, length: int) -> Tensor:
    """Return where the runs of ``length`` are that begin at ``starts``."""
    found = starts.clone()
    for step in range(1, length):
        found[:, step:] |= starts[:, :-step]
    return found.long()
