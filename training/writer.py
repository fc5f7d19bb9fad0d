"""Tune the writer by LoRA: a small chat model learns to shorten sentences and to write headlines.

    python -m training.writer OUT --pairs CNNDM.jsonl.gz --more BBC.jsonl --models MODELS

PAIRS has ``article``, ``reference`` and ``systems.simcls``; MORE has ``text``. OUT is a folder for the training
examples, which are made once, for checkpoints, from which a stopped run resumes, and for the adapter. The loss counts
the target's tokens only. LoRA: Hu et al. 2021, by the package peft.

On a CPU set ``ONEDNN_PRIMITIVE_CACHE_CAPACITY=64`` and ``LRU_CACHE_CAPACITY=64``: nearly every batch has another shape,
and oneDNN keeps memory for each of the last thousand shapes.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import torch
from peft import LoraConfig, get_peft_model
from safetensors.torch import load_file, save_file
from torch import Tensor
from transformers import AutoModelForCausalLM, AutoTokenizer

from judgements.judged import open_grounding, open_verifier
from standfirst_models.cache import ModelCache
from standfirst_models.catalog import resolve
from standfirst_models.protocols.verifier import Finding, Pair
from standfirst_models.runtimes.text.chat import render_template
from standfirst_models.runtimes.torch.device import best_device, use_all_cores
from training.rejection_sampling import examples_from_samples
from training.writer_batches import Item, batches, loss_of
from training.writer_examples import (
    HELD_OUT_ARTICLES,
    WriterExample,
    counts,
    examples_by_rule,
    examples_from_summaries,
    read_examples,
    save_examples,
)

_BATCH_TOKENS = 1000
#: The learning rates for a new adapter and for an existing one, which the higher rate would first make worse.
_RATE, _RATE_OF_CONTINUATION = 4e-4, 1.5e-4
_WARM_UP = 50
_CHECKPOINT_STEPS = 50
#: The number of examples that are held out to measure the loss.
_HELD_OUT = 200
_LINEAR = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


def encode(example: WriterExample, tokenizer: Any) -> Item:
    """Tokenize ``example`` as the writer sees it, with the token that ends its turn."""
    prompt = tokenizer(render_template(tokenizer, example.prompt), add_special_tokens=False).input_ids
    target = tokenizer(example.target, add_special_tokens=False).input_ids
    return Item((*prompt, *target, tokenizer.eos_token_id), len(prompt))


def held_out_loss(model: Any, items: Sequence[Item], device: torch.device) -> float:
    """Return the mean loss on held-out items."""
    model.eval()
    with torch.inference_mode():
        losses = [loss_of(model, items[i : i + 16], device).item() for i in range(0, len(items), 16)]
    model.train()
    return float(np.mean(losses))


def train(
    model: Any, items: Sequence[Item], held_out: Sequence[Item], out: Path, *, minutes: float, rate: float
) -> None:
    """Train for ``minutes``, with ``rate`` falling linearly to zero. Resumes from a checkpoint in ``out``."""
    device = best_device()
    model.to(device).train()
    writer = model.get_base_model()
    learned = {name: value for name, value in model.named_parameters() if value.requires_grad}
    optimizer = torch.optim.AdamW(learned.values(), lr=rate, weight_decay=0.0)
    step, spent, epoch = 0, 0.0, 0
    checkpoint = out / "checkpoint.pt"
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        for name, value in state["learned"].items():
            learned[name].data.copy_(value)
        optimizer.load_state_dict(state["optimizer"])
        step, spent, epoch = state["step"], state["spent"], state["epoch"] + 1
    losses: list[float] = []
    before = time.monotonic()
    while spent < minutes:
        for batch in batches(items, Random(epoch), _BATCH_TOKENS):
            now = time.monotonic()
            spent, before = spent + (now - before) / 60, now
            if spent >= minutes:
                break
            for group in optimizer.param_groups:
                group["lr"] = rate * min(1.0, step / _WARM_UP) * (1 - spent / minutes)
            loss = loss_of(writer, batch, device)
            optimizer.zero_grad()
            torch.autograd.backward(loss)
            torch.nn.utils.clip_grad_norm_(learned.values(), 1.0)
            optimizer.step()
            losses.append(loss.item())
            step += 1
            if step % _CHECKPOINT_STEPS == 0:
                state = {"learned": {name: value.data for name, value in learned.items()}}
                state |= {"optimizer": optimizer.state_dict(), "step": step, "spent": spent, "epoch": epoch}
                torch.save(state, checkpoint.with_suffix(".new"))
                checkpoint.with_suffix(".new").replace(checkpoint)
                print(
                    f"epoch {epoch}, step {step}, {spent:.1f} min, loss {np.mean(losses[-_CHECKPOINT_STEPS:]):.3f}, "
                    f"held out {held_out_loss(writer, held_out, device):.3f}",
                    flush=True,
                )
        epoch += 1
    print(f"{step} steps, held out {held_out_loss(writer, held_out, device):.3f}", flush=True)


def _lora_modules(model: Any) -> Iterator[tuple[str, Any]]:
    """Yield the name of each parameter that LoRA changes, and the module of its change."""
    for name, module in model.base_model.model.named_modules():
        if hasattr(module, "lora_A"):
            yield f"{name}.weight", module


def adapter(model: Any) -> dict[str, Tensor]:
    """Return the adapter in fp16: ``NAME#up`` times ``NAME#down`` is the change of the parameter NAME."""
    factors: dict[str, Tensor] = {}
    for name, module in _lora_modules(model):
        factors[f"{name}#up"] = (module.lora_B["default"].weight * module.scaling["default"]).detach()
        factors[f"{name}#down"] = module.lora_A["default"].weight.detach()
    return {name: value.half().cpu().contiguous() for name, value in factors.items()}


def load_adapter(model: Any, start: Path) -> None:
    """Load the file ``start``, which ``adapter`` made, into the LoRA modules of ``model``, which have the same rank."""
    learned = load_file(start)
    for name, module in _lora_modules(model):
        module.lora_B["default"].weight.data.copy_(learned[f"{name}#up"].float() / module.scaling["default"])
        module.lora_A["default"].weight.data.copy_(learned[f"{name}#down"].float())


def tune(
    examples: Sequence[WriterExample], folder: Path, out: Path, *, minutes: float, rank: int, start: Path | None = None
) -> None:
    """Train an adapter for the chat model in ``folder``, and write it as ``out/writer.safetensors``.

    ``start`` is an adapter of the same rank to continue from.
    """
    use_all_cores()  # the verifier, which checked the examples, set one core
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    base = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, local_files_only=True)
    items = [encode(one, tokenizer) for one in Random(0).sample(examples, len(examples))]
    held_out = min(_HELD_OUT, len(items) // 10 + 1)
    torch.manual_seed(0)
    model = get_peft_model(base, LoraConfig(r=rank, lora_alpha=2 * rank, target_modules=_LINEAR, task_type="CAUSAL_LM"))
    if start is not None:
        load_adapter(model, start)
    rate = _RATE if start is None else _RATE_OF_CONTINUATION
    train(model, items[held_out:], items[:held_out], out, minutes=minutes, rate=rate)
    save_file(adapter(model), out / "writer.safetensors")


def main() -> None:
    """Make the examples, train, and write the adapter."""
    parser = argparse.ArgumentParser(description="Tune the writer.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--pairs", type=Path, required=True)
    parser.add_argument("--more", type=Path, required=True)
    parser.add_argument("--samples", type=Path, help="a file by training.samples, for examples from it too")
    parser.add_argument("--models", type=Path, required=True, help="the models folder")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--rank", type=int, default=32)
    parser.add_argument("--start", type=Path, help="an adapter of the same rank to continue from")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    path = arguments.out / "examples.jsonl"
    if not path.exists():
        verifier, grounding = open_verifier(), open_grounding()

        async def verify(pairs: Sequence[Pair]) -> list[Finding]:
            return verifier.verify(pairs, lambda: False)

        sources = [
            examples_by_rule(arguments.more, HELD_OUT_ARTICLES, verify, grounding, Random(0)),
            examples_from_summaries(arguments.pairs, verify, grounding, Random(0)),
            *([examples_from_samples(arguments.samples, verify, grounding, Random(0))] if arguments.samples else []),
        ]
        save_examples(chain.from_iterable(sources), path)
    examples = read_examples(path)
    print(f"{len(examples)} examples: {counts(examples)}", flush=True)
    folder = ModelCache(arguments.models).ensure(resolve("smollm2-135m", "writer")).folder
    tune(examples, folder, arguments.out, minutes=arguments.minutes, rank=arguments.rank, start=arguments.start)


if __name__ == "__main__":
    main()
