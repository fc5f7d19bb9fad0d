"""Loading: from a folder of weights to the writer, encoder or verifier that torch runs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForSeq2SeqLM, AutoTokenizer

from standfirst_models.errors import ModelDamaged, UnsuitableModel
from standfirst_models.protocols.writer import Writer
from standfirst_models.runtimes.text.pairs import PairBatch
from standfirst_models.runtimes.text.pooling import PoolingEncoder
from standfirst_models.runtimes.text.tokenizing import load_tokenizer
from standfirst_models.runtimes.text.verifying import PairVerifier
from standfirst_models.runtimes.torch.causal import CausalWriter
from standfirst_models.runtimes.torch.device import best_device, best_dtype, load_weights
from standfirst_models.runtimes.torch.networks import mean_network, pair_network, pair_tensors
from standfirst_models.runtimes.torch.seq2seq import Seq2SeqWriter

_CAUSAL = ("ForCausalLM", "LMHeadModel")
_SEQ2SEQ = ("ForConditionalGeneration",)
#: Tokens in one pass of an encoder or verifier: more of them run no faster on a processor and take more memory.
_PASS_TOKENS = 4096


def load_writer(folder: Path, *, device: str | None = None, dtype: torch.dtype | None = None) -> Writer:
    """Load the writer in ``folder``: config.json, safetensors and a tokenizer; its config says of what kind it is.

    ``device`` and ``dtype`` are chosen for this machine where they are None. Raises ``UnsuitableModel`` for an
    architecture that writes no text, that needs code of its own, or that has no safetensors, and
    ``ModelDamaged``.
    """
    where = best_device() if device is None else torch.device(device)
    numbers = best_dtype(where) if dtype is None else dtype
    if not any(folder.glob("*.safetensors")):
        raise UnsuitableModel("The model has no weights in safetensors, the only format that is loaded.")
    try:
        config = AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    except (OSError, ValueError, KeyError) as error:
        raise UnsuitableModel("The model's config.json names no architecture that runs here.") from error
    architectures = config.architectures or [""]
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    except Exception as error:  # tokenizers raises no narrower type
        raise ModelDamaged("The model's tokenizer cannot be read.") from error
    if config.is_encoder_decoder and architectures[0].endswith(_SEQ2SEQ):
        return Seq2SeqWriter(load_weights(AutoModelForSeq2SeqLM, folder, numbers).to(where), tokenizer)
    if not config.is_encoder_decoder and architectures[0].endswith(_CAUSAL):
        return CausalWriter(load_weights(AutoModelForCausalLM, folder, numbers).to(where), tokenizer)
    raise UnsuitableModel(f"A model of type {config.model_type} ({architectures[0]}) writes no text.")


def load_encoder(folder: Path, *, device: str | None = None, dtype: torch.dtype | None = None) -> PoolingEncoder:
    """Load the encoder in ``folder``: config.json, safetensors, tokenizer.json.

    ``device`` and ``dtype`` are chosen for this machine where they are None. Raises ``UnsuitableModel`` and
    ``ModelDamaged``.
    """
    where = best_device() if device is None else torch.device(device)
    network = mean_network(folder, best_dtype(where) if dtype is None else dtype).to(where)

    def vectors(ids: NDArray[np.int64], mask: NDArray[np.int64]) -> NDArray[np.float32]:
        with torch.inference_mode():
            found = network(torch.from_numpy(ids).to(where), torch.from_numpy(mask).to(where))
        return found.cpu().numpy()  # type: ignore[no-any-return]

    return PoolingEncoder(vectors, load_tokenizer(folder), network.dimensions, _PASS_TOKENS)


def load_verifier(
    folder: Path, adapter: Path, *, device: str | None = None, dtype: torch.dtype | None = None
) -> PairVerifier:
    """Load the encoder in ``folder`` and change it by ``adapter``, a safetensors file.

    ``device`` and ``dtype`` are chosen for this machine where they are None. Raises ``ModelDamaged``.
    """
    where = best_device() if device is None else torch.device(device)
    network = pair_network(folder, adapter).to(where, best_dtype(where) if dtype is None else dtype)

    def logits(batch: PairBatch) -> NDArray[np.float32]:
        with torch.inference_mode():
            return network(*pair_tensors(batch, where)).cpu().numpy()  # type: ignore[no-any-return]

    return PairVerifier(logits, load_tokenizer(folder), _PASS_TOKENS)
