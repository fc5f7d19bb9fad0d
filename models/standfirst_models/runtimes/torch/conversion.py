"""Conversion: from a quantized GGUF to bf16 safetensors, once, when the cache is filled.

A GGUF takes seconds to load through transformers at every start, and the model it gives counts as quantized and
cannot be saved: its weights are copied into a fresh model of the same config. Run as a program, so that its
memory goes back when it ends: ``python -m standfirst_models.runtimes.torch.conversion FILE.gguf FOLDER [ADAPTER]``.
"""

from __future__ import annotations

import sys
from pathlib import Path

import torch
import transformers
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM, AutoTokenizer

from standfirst_models.runtimes.torch.adapting import adapt


def convert(gguf: Path, folder: Path, adapter: Path | None = None) -> None:
    """Save the model and the tokenizer of ``gguf`` into ``folder``, as safetensors, JSON and a chat template.

    Its weights are changed by ``adapter``, a safetensors file (``adapting``), if there is one.
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
        # Before they are rounded to bf16: a small change may be less than a step of it.
        adapt(dict(quantized.named_parameters()), load_file(adapter))
    plain = AutoModelForCausalLM.from_config(config, dtype=torch.bfloat16)
    plain.load_state_dict(quantized.state_dict())
    plain.save_pretrained(folder)
    tokenizer = AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name, local_files_only=True)
    tokenizer.save_pretrained(folder)


if __name__ == "__main__":
    convert(*map(Path, sys.argv[1:]))
