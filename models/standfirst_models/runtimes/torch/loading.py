"""Loading a writer, an encoder or a verifier to run by torch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import (
    AutoConfig,
    AutoModelForCausalLM,
    AutoModelForSeq2SeqLM,
    AutoModelForSequenceClassification,
    AutoTokenizer,
)

from standfirst_models.catalog import PairFormat
from standfirst_models.errors import ModelDamaged, UnsuitableModel
from standfirst_models.protocols.writer import Writer
from standfirst_models.runtimes.text.encoder import PoolingEncoder
from standfirst_models.runtimes.text.pairs import PairBatch
from standfirst_models.runtimes.text.tokenizer import load_tokenizer
from standfirst_models.runtimes.text.verifier import PairVerifier, ReadingVerifier
from standfirst_models.runtimes.torch.causal import CausalWriter
from standfirst_models.runtimes.torch.classifier import ClassifierVerifier
from standfirst_models.runtimes.torch.device import best_device, best_dtype
from standfirst_models.runtimes.torch.networks import (
    ReadingNetwork,
    mean_network,
    pair_tensors,
    reading_tensors,
    verifier_network,
)
from standfirst_models.runtimes.torch.seq2seq import Seq2SeqWriter
from standfirst_models.runtimes.torch.weights import load_weights

_CAUSAL = ("ForCausalLM", "LMHeadModel")
_SEQ2SEQ = ("ForConditionalGeneration",)
_CLASSIFIER = ("ForSequenceClassification",)
#: The most tokens in one pass of an encoder or verifier: more are no faster on a processor and take more memory.
_PASS_TOKENS = 4096


def load_writer(folder: Path, *, device: str | None = None, dtype: torch.dtype | None = None) -> Writer:
    """Load the writer in ``folder``: config.json, safetensors and a tokenizer.

    ``device`` and ``dtype`` are the best of this machine if they are None. Raises ``ModelDamaged``, and
    ``UnsuitableModel`` for a model that writes no text, needs code of its own, or has no safetensors.
    """
    target = best_device() if device is None else torch.device(device)
    dtype = dtype or best_dtype(target)
    config, tokenizer = _config_and_tokenizer(folder)
    architectures = config.architectures or [""]
    if config.is_encoder_decoder and architectures[0].endswith(_SEQ2SEQ):
        return Seq2SeqWriter(load_weights(AutoModelForSeq2SeqLM, folder, dtype).to(target), tokenizer)
    if not config.is_encoder_decoder and architectures[0].endswith(_CAUSAL):
        return CausalWriter(load_weights(AutoModelForCausalLM, folder, dtype).to(target), tokenizer)
    raise UnsuitableModel(f"A model of type {config.model_type} ({architectures[0]}) writes no text.")


def _config_and_tokenizer(folder: Path) -> tuple[Any, Any]:
    """Read the config and the tokenizer in ``folder``, which must have safetensors and need no code of its own."""
    if not any(folder.glob("*.safetensors")):
        raise UnsuitableModel("The model has no weights in safetensors, the only format that is loaded.")
    try:
        config = AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    except (OSError, ValueError, KeyError) as error:
        raise UnsuitableModel("The model's config.json names no architecture that runs here.") from error
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    except Exception as error:  # tokenizers raises no narrower type
        needs = "" if (folder / "tokenizer.json").is_file() else " It may need: pip install sentencepiece protobuf"
        raise ModelDamaged(f"The model's tokenizer cannot be read.{needs}") from error
    # transformers makes a tokenizer of special tokens alone where there is none.
    if set(tokenizer.get_vocab()) <= set(tokenizer.all_special_tokens):
        raise ModelDamaged("The model has no tokenizer: tokenizer.json is missing.")
    return config, tokenizer


def load_classifier(
    folder: Path, pair_format: PairFormat, *, device: str | None = None, dtype: torch.dtype | None = None
) -> ClassifierVerifier:
    """Load the sequence classifier in ``folder``: config.json, safetensors and a tokenizer.

    ``device`` and ``dtype`` are the best of this machine if they are None. Raises ``ModelDamaged``, and
    ``UnsuitableModel`` for a model that is no sequence classifier with a label for what is entailed.
    """
    target = best_device() if device is None else torch.device(device)
    config, tokenizer = _config_and_tokenizer(folder)
    architecture = (config.architectures or [""])[0]
    if not architecture.endswith(_CLASSIFIER):
        raise UnsuitableModel(f"A model of type {config.model_type} ({architecture}) is no sequence classifier.")
    model = load_weights(AutoModelForSequenceClassification, folder, dtype or best_dtype(target))
    return ClassifierVerifier(model.to(target), tokenizer, pair_format)


def load_encoder(folder: Path, *, device: str | None = None, dtype: torch.dtype | None = None) -> PoolingEncoder:
    """Load the encoder in ``folder``: config.json, safetensors, tokenizer.json.

    ``device`` and ``dtype`` are the best of this machine if they are None. Raises ``UnsuitableModel`` and
    ``ModelDamaged``.
    """
    target = best_device() if device is None else torch.device(device)
    network = mean_network(folder, dtype or best_dtype(target)).to(target)

    def vectors(ids: NDArray[np.int64], mask: NDArray[np.int64]) -> NDArray[np.float32]:
        with torch.inference_mode():
            pooled = network(torch.from_numpy(ids).to(target), torch.from_numpy(mask).to(target))
        return pooled.cpu().numpy()  # type: ignore[no-any-return]

    return PoolingEncoder(vectors, load_tokenizer(folder), network.dimensions, _PASS_TOKENS)


def load_verifier(
    folder: Path, adapter: Path, *, device: str | None = None, dtype: torch.dtype | None = None
) -> PairVerifier:
    """Load the verifier: the encoder in ``folder``, changed by ``adapter``, a safetensors file.

    ``device`` and ``dtype`` are the best of this machine if they are None. Raises ``ModelDamaged``.
    """
    target = best_device() if device is None else torch.device(device)
    network = verifier_network(folder, adapter).to(target, dtype or best_dtype(target))
    reads = isinstance(network, ReadingNetwork)

    def logits(batch: PairBatch) -> NDArray[np.float32]:
        with torch.inference_mode():
            inputs = reading_tensors(batch, target) if reads else pair_tensors(batch, target)
            return network(*inputs).cpu().numpy()  # type: ignore[no-any-return]

    return (ReadingVerifier if reads else PairVerifier)(logits, load_tokenizer(folder), _PASS_TOKENS)
