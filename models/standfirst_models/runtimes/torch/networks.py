"""The networks of the encoder and the verifier, as torch modules: to run, to trace and to train."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel

from standfirst_models.errors import ModelDamaged, UnsuitableModel
from standfirst_models.runtimes.text.pairs import LEVELS, PairBatch
from standfirst_models.runtimes.torch.weights import apply_adapter, load_weights

_ENCODERS = frozenset({"bert", "roberta", "distilbert", "mpnet", "xlm-roberta"})


class MeanNetwork(nn.Module):
    """The mean over a text's tokens of the last layer of ``bert``, a model of transformers."""

    def __init__(self, bert: nn.Module, dimensions: int, pad_id: int) -> None:
        super().__init__()
        self.bert = bert
        #: The length of every vector.
        self.dimensions = dimensions
        self._pad_id = pad_id

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Return the vector of each text. *Shape:* ``2 × [texts, tokens] -> [texts, dimensions]``."""
        # RoBERTa-like models number positions by the padding token.
        ids = ids.masked_fill(mask == 0, self._pad_id)
        hidden = self.bert(input_ids=ids, attention_mask=mask).last_hidden_state
        weights = mask.unsqueeze(-1)
        pooled: Tensor = (hidden.float() * weights).sum(1) / weights.sum(1)
        return pooled


class PairNetwork(nn.Module):
    """``bert``, a ``BertModel`` of transformers, with an embedding of overlap levels and a head for each token.

    Each token of the claim gets the logit that the evidence backs it. The claim's logit is their soft minimum: a
    sentence is as true as its weakest word.
    """

    def __init__(self, bert: nn.Module, dimensions: int) -> None:
        super().__init__()
        self.bert = bert
        self.overlap = nn.Embedding(LEVELS, dimensions)
        self.head = nn.Linear(dimensions, 1)

    def forward(self, ids: Tensor, levels: Tensor, types: Tensor, mask: Tensor) -> Tensor:
        """Return the logit of each token. *Shape:* ``4 × [pairs, tokens] -> [pairs, tokens]``."""
        embeddings = self.bert.get_input_embeddings()(ids) + self.overlap(levels)  # type: ignore[operator]
        hidden = self.bert(inputs_embeds=embeddings, token_type_ids=types, attention_mask=mask).last_hidden_state
        logits: Tensor = self.head(hidden).squeeze(-1).float()
        return logits


class ReadingNetwork(nn.Module):
    """``bert``, an ``MPNetModel`` of transformers, with a head for the claim and one for each token.

    The claim's head reads the first token and the mean over the claim's tokens.
    """

    def __init__(self, bert: nn.Module, dimensions: int) -> None:
        super().__init__()
        self.bert = bert
        self.head = nn.Linear(dimensions, 1)
        self.claim = nn.Linear(2 * dimensions, 1)

    def forward(self, ids: Tensor, mask: Tensor, claims: Tensor) -> Tensor:
        """Return the logit of each token, with that of the claim in the place of the first.

        ``claims`` is 1 on the claim's tokens. *Shape:* ``3 × [pairs, tokens] -> [pairs, tokens]``.
        """
        hidden = self.bert(input_ids=ids, attention_mask=mask).last_hidden_state
        weights = claims.unsqueeze(-1).to(hidden.dtype)
        mean = (hidden * weights).sum(1) / weights.sum(1).clamp(min=1)
        claim = self.claim(torch.cat([hidden[:, 0], mean], dim=-1))
        logits: Tensor = torch.cat([claim, self.head(hidden[:, 1:]).squeeze(-1)], dim=1).float()
        return logits


def soft_minimum(logits: Tensor, claims: Tensor) -> Tensor:
    """Return each claim's logit from its tokens' logits. *Shape:* ``[pairs, tokens] -> [pairs]``."""
    return -torch.logsumexp((-logits).masked_fill(~claims, -1e4), dim=1)


def pair_tensors(batch: PairBatch, device: torch.device) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return the inputs of the pair network."""
    ids, levels, types, mask = (
        torch.from_numpy(array).to(device) for array in (batch.ids, batch.levels, batch.types, batch.mask)
    )
    return ids, levels, types, mask


def reading_tensors(batch: PairBatch, device: torch.device) -> tuple[Tensor, Tensor, Tensor]:
    """Return the inputs of the reading network."""
    ids, mask, claims = (
        torch.from_numpy(array).to(device) for array in (batch.ids, batch.mask, batch.claims.astype(np.int64))
    )
    return ids, mask, claims


def mean_network(folder: Path, dtype: torch.dtype = torch.float32) -> MeanNetwork:
    """Load the encoder in ``folder`` (config.json, safetensors). Raises ``UnsuitableModel`` and ``ModelDamaged``."""
    try:
        config = AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    except (OSError, ValueError, KeyError) as error:
        raise ModelDamaged("The encoder's config.json cannot be read.") from error
    if config.model_type not in _ENCODERS:
        raise UnsuitableModel(f"A model of type {config.model_type} is not an encoder of sentences.")
    bert = load_weights(AutoModel, folder, dtype)
    return MeanNetwork(bert, int(config.hidden_size), int(config.pad_token_id or 0)).eval()


def verifier_network(folder: Path, adapter: Path) -> PairNetwork | ReadingNetwork:
    """Load the verifier that ``adapter``, a safetensors file, makes of the encoder in ``folder``.

    An MPNet gives a reading network, every other encoder a pair network. Raises ``ModelDamaged``.
    """
    bert = load_weights(AutoModel, folder, torch.float32)
    kind = ReadingNetwork if bert.config.model_type == "mpnet" else PairNetwork
    network = kind(bert, int(bert.config.hidden_size))
    # The adapter holds the whole of the parts that the encoder lacks.
    for name, parameter in network.named_parameters():
        if not name.startswith("bert."):
            parameter.data.zero_()
    try:
        apply_adapter(dict(network.named_parameters()), load_file(adapter))
    except (SafetensorError, OSError, KeyError, RuntimeError) as error:
        raise ModelDamaged(f"The verifier's adapter does not fit the encoder in {folder.name}.") from error
    return network.eval()
