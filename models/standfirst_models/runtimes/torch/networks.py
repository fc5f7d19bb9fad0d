"""The networks: the encoder and the verifier as torch has them, for what runs them by torch, traces or trains them."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel

from standfirst_models.errors import ModelDamaged, UnsuitableModel
from standfirst_models.runtimes.text.pairs import LEVELS, PairBatch
from standfirst_models.runtimes.torch.adapting import adapt
from standfirst_models.runtimes.torch.device import load_weights

_ENCODERS = frozenset({"bert", "roberta", "distilbert", "mpnet", "xlm-roberta"})


class MeanNetwork(nn.Module):
    """``bert`` (of transformers) and the mean of its last layer over a text's tokens."""

    def __init__(self, bert: nn.Module, dimensions: int, pad_id: int) -> None:
        super().__init__()
        self.bert = bert
        #: The length of every vector.
        self.dimensions = dimensions
        self._pad_id = pad_id

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """The vector of each text. *Shape:* ``2 × [texts, tokens] -> [texts, dimensions]``."""
        # Some of its kind number positions by where no padding is.
        ids = ids.masked_fill(mask == 0, self._pad_id)
        hidden = self.bert(input_ids=ids, attention_mask=mask).last_hidden_state
        weights = mask.unsqueeze(-1)
        pooled: Tensor = (hidden.float() * weights).sum(1) / weights.sum(1)
        return pooled


class PairNetwork(nn.Module):
    """``bert`` (transformers' ``BertModel``) with an embedding of overlap levels and a head for each token.

    Each token of the claim gets a logit, that the evidence backs it; the claim's is their soft minimum, since a
    sentence is as true as its weakest word.
    """

    def __init__(self, bert: nn.Module, dimensions: int) -> None:
        super().__init__()
        self.bert = bert
        self.overlap = nn.Embedding(LEVELS, dimensions)
        self.head = nn.Linear(dimensions, 1)

    def forward(self, ids: Tensor, levels: Tensor, types: Tensor, mask: Tensor) -> Tensor:
        """The logit of each token. *Shape:* ``4 × [pairs, tokens] -> [pairs, tokens]``."""
        embeddings = self.bert.get_input_embeddings()(ids) + self.overlap(levels)  # type: ignore[operator]
        hidden = self.bert(inputs_embeds=embeddings, token_type_ids=types, attention_mask=mask).last_hidden_state
        logits: Tensor = self.head(hidden).squeeze(-1).float()
        return logits


def soft_minimum(logits: Tensor, claims: Tensor) -> Tensor:
    """Each claim's logit from its tokens'. *Shape:* ``[pairs, tokens] -> [pairs]``."""
    return -torch.logsumexp((-logits).masked_fill(~claims, -1e4), dim=1)


def pair_tensors(batch: PairBatch, device: torch.device) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """What the pair network reads of ``batch``."""
    ids, levels, types, mask = (
        torch.from_numpy(array).to(device) for array in (batch.ids, batch.levels, batch.types, batch.mask)
    )
    return ids, levels, types, mask


def mean_network(folder: Path, dtype: torch.dtype = torch.float32) -> MeanNetwork:
    """The encoder in ``folder`` (config.json, safetensors). Raises ``UnsuitableModel`` and ``ModelDamaged``."""
    try:
        config = AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    except (OSError, ValueError, KeyError) as error:
        raise ModelDamaged("The encoder's config.json cannot be read.") from error
    if config.model_type not in _ENCODERS:
        raise UnsuitableModel(f"A model of type {config.model_type} is not an encoder of sentences.")
    bert = load_weights(AutoModel, folder, dtype)
    return MeanNetwork(bert, int(config.hidden_size), int(config.pad_token_id or 0)).eval()


def pair_network(folder: Path, adapter: Path) -> PairNetwork:
    """The encoder in ``folder``, changed by ``adapter``, a safetensors file. Raises ``ModelDamaged``."""
    bert = load_weights(AutoModel, folder, torch.float32)
    network = PairNetwork(bert, int(bert.config.hidden_size))
    # The adapter has all of the parts that the encoder does not have.
    for part in (network.overlap, network.head):
        for parameter in part.parameters():
            parameter.data.zero_()
    try:
        adapt(dict(network.named_parameters()), load_file(adapter))
    except (SafetensorError, OSError, KeyError, RuntimeError) as error:
        raise ModelDamaged(f"The verifier's adapter does not fit the encoder in {folder.name}.") from error
    return network.eval()
