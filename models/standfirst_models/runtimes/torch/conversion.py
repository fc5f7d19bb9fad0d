"""The conversion of a quantized GGUF to bf16 safetensors, once, when the cache is filled.

A GGUF takes seconds to load through transformers at every start. The model that transformers makes of it counts as
quantized and cannot be saved, so its weights are copied into a new model of the same config. This runs as a child
process, which frees its memory: ``python -m standfirst_models.runtimes.torch.conversion FILE.gguf FOLDER [ADAPTER]``.
"""

from __future__ import annotations

import sys
from pathlib import Path

import torch
import transformers
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM, AutoTokenizer

from standfirst_models.runtimes.torch.weights import apply_adapter


def convert(gguf: Path, folder: Path, adapter: Path | None = None) -> None:
    """Save the model and the tokenizer of ``gguf`` in ``folder``, as safetensors, JSON and a chat template.

    ``adapter``, a safetensors file, changes the weights if it is given (see ``weights.apply_adapter``).
    """
    transformers.logging.disable_progress_bar()
    transformers.logging.set_verbosity_error()
    quantized = AutoModelForCausalLM.from_pretrained(
        gguf.parent, gguf_file=gguf.name, dtype=torch.float32, local_files_only=True
    )
    config = quantized.config
    if hasattr(config, "quantization_config"):
        del config.quantization_config
    if adapter is not None:
        # Before the weights are rounded to bf16: a small change may be less than one step of it.
        apply_adapter(dict(quantized.named_parameters()), load_file(adapter))
    plain = AutoModelForCausalLM.from_config(config, dtype=torch.bfloat16)
    plain.load_state_dict(quantized.state_dict())
    plain.save_pretrained(folder)
    tokenizer = AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name, local_files_only=True)
    tokenizer.save_pretrained(folder)


if __name__ == "__main__":
    convert(*map(Path, sys.argv[1:]))
