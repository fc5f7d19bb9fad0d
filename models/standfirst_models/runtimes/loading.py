"""Loading: from a folder of weights to the writer that runs them, chosen by what its config says it is."""

from __future__ import annotations

from pathlib import Path

import torch
from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForSeq2SeqLM, AutoTokenizer

from standfirst_models.errors import ModelDamaged, UnsuitableModel
from standfirst_models.runtimes.causal import CausalWriter
from standfirst_models.runtimes.device import best_device, best_dtype, load_weights
from standfirst_models.runtimes.seq2seq import Seq2SeqWriter
from standfirst_models.writer import Writer

_CAUSAL = ("ForCausalLM", "LMHeadModel")
_SEQ2SEQ = ("ForConditionalGeneration",)


def load_writer(folder: Path, *, device: str | None = None, dtype: torch.dtype | None = None) -> Writer:
    """Load the writer in ``folder``: config.json, safetensors and a tokenizer.

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
