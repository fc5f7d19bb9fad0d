"""Tune the writer: a small chat model learns to shorten sentences and to head articles, by LoRA.

    python -m training.writer OUT --pairs CNNDM.jsonl.gz --more BBC.jsonl --models MODELS

PAIRS has ``article``, ``reference`` and ``systems.simcls``; MORE has ``text``. OUT is a folder for the
lessons, which are made once, for checkpoints, from which a run that was stopped goes on, and at the end for the
adapter. The loss is that of the answer's tokens alone. LoRA: Hu et al. 2021, by the peft package.

On a CPU set ``ONEDNN_PRIMITIVE_CACHE_CAPACITY=64`` and ``LRU_CACHE_CAPACITY=64``: hardly two batches have one shape,
and oneDNN keeps memory for each of the last thousand.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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

from judgements.judged import open_verifier
from standfirst_models.cache import ModelCache
from standfirst_models.catalog import resolve
from standfirst_models.protocols.verifier import Finding, Pair
from standfirst_models.runtimes.torch.causal import CausalWriter
from standfirst_models.runtimes.torch.device import best_device, use_all_cores
from training.lessons import KEPT, Lesson, counts, read_lessons, ruled_lessons, save_lessons, written_lessons
from training.precision import mixed
from training.rehearsal import rehearsed_lessons

_BATCH_TOKENS = 1000
#: The rate at which it learns from nothing, and from an adapter, which a higher one would first make worse.
_RATE, _RATE_ON = 4e-4, 1.5e-4
_WARM_UP = 50
_CHECKPOINT_STEPS = 50
#: Lessons that the loss is measured on.
_HELD_OUT = 200
_LINEAR = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


@dataclass(frozen=True, slots=True)
class Item:
    """A lesson in tokens, the answer from ``start`` on."""

    ids: tuple[int, ...]
    start: int


def encoded(lesson: Lesson, writer: CausalWriter, tokenizer: Any) -> Item:
    """``lesson`` as the writer sees it, with the mark that ends its turn."""
    asked = tokenizer(writer.render(lesson.prompt), add_special_tokens=False).input_ids
    answer = tokenizer(lesson.answer, add_special_tokens=False).input_ids
    return Item((*asked, *answer, tokenizer.eos_token_id), len(asked))


def batches(items: Sequence[Item], random: Random) -> Iterator[list[Item]]:
    """All items once, those that begin alike and are of like length together, of at most ``_BATCH_TOKENS`` tokens.

    What they have in common and what pads them counts once for all.
    """
    order = random.sample(range(len(items)), len(items))
    for begin in range(0, len(order), 1000):
        found: list[list[Item]] = []
        batch: list[Item] = []
        for item in sorted((items[i] for i in order[begin : begin + 1000]), key=_beginning_and_length):
            more = [*batch, item]
            if batch and max(len(one.ids) for one in more) * len(more) - _common(more) * len(batch) > _BATCH_TOKENS:
                found.append(batch)
                more = [item]
            batch = more
        random.shuffle(found := [*found, batch])
        yield from found


def _beginning_and_length(item: Item) -> tuple[tuple[int, ...], int]:
    return item.ids[: item.start // 2], len(item.ids)


def _common(batch: Sequence[Item]) -> int:
    """How many tokens all questions of ``batch`` begin with alike, the last of none among them."""
    least, most = min(item.ids for item in batch), max(item.ids for item in batch)
    bound = min(item.start for item in batch) - 1
    return next((i for i in range(bound) if least[i] != most[i]), bound)


def loss_of(model: Any, batch: Sequence[Item], device: torch.device) -> Tensor:
    """The mean loss of the answers' tokens, by ``model``, one of transformers' for causal language.

    What all questions begin with is read once, and words are told only where there are answers: a third of the work.
    """
    common = _common(batch)
    width = max(len(item.ids) for item in batch)
    ids = torch.zeros((len(batch), width), dtype=torch.long)
    mask = torch.zeros_like(ids)
    wanted = torch.full_like(ids, -100)
    for row, item in enumerate(batch):
        length = len(item.ids)
        ids[row, :length] = torch.tensor(item.ids)
        mask[row, :length] = 1
        wanted[row, item.start - 1 : length - 1] = torch.tensor(item.ids[item.start :])
    with mixed(device):
        past = None
        if common:
            past = model.model(input_ids=ids[:1, :common].to(device), use_cache=True).past_key_values
            past.batch_repeat_interleave(len(batch))
        hidden = model.model(
            input_ids=ids[:, common:].to(device), attention_mask=mask.to(device), past_key_values=past, use_cache=True
        ).last_hidden_state
        answers = wanted[:, common:].to(device)
        logits = model.lm_head(hidden[answers >= 0])
    return torch.nn.functional.cross_entropy(logits.float(), answers[answers >= 0])


def held_out_loss(model: Any, items: Sequence[Item], device: torch.device) -> float:
    """The mean loss on what is not learned from."""
    model.eval()
    with torch.inference_mode():
        losses = [loss_of(model, items[i : i + 16], device).item() for i in range(0, len(items), 16)]
    model.train()
    return float(np.mean(losses))


def train(
    model: Any, items: Sequence[Item], held_out: Sequence[Item], out: Path, *, minutes: float, rate: float
) -> None:
    """Train for ``minutes``, ``rate`` falling to nothing; goes on from ``out`` where there is a checkpoint."""
    device = best_device()
    model.to(device).train()
    writer = model.get_base_model()
    learned = {name: value for name, value in model.named_parameters() if value.requires_grad}
    optimizer = torch.optim.AdamW(learned.values(), lr=rate, weight_decay=0.0)
    step, spent, epoch = 0, 0.0, 0
    checkpoint = out / "checkpoint.pt"
    if checkpoint.exists():
        kept = torch.load(checkpoint, weights_only=True)
        for name, value in kept["learned"].items():
            learned[name].data.copy_(value)
        optimizer.load_state_dict(kept["optimizer"])
        step, spent, epoch = kept["step"], kept["spent"], kept["epoch"] + 1
    losses: list[float] = []
    before = time.monotonic()
    while spent < minutes:
        for batch in batches(items, Random(epoch)):
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
                kept = {"learned": {name: value.data for name, value in learned.items()}}
                kept |= {"optimizer": optimizer.state_dict(), "step": step, "spent": spent, "epoch": epoch}
                torch.save(kept, checkpoint.with_suffix(".new"))
                checkpoint.with_suffix(".new").replace(checkpoint)
                print(
                    f"epoch {epoch}, step {step}, {spent:.1f} min, loss {np.mean(losses[-_CHECKPOINT_STEPS:]):.3f}, "
                    f"held out {held_out_loss(writer, held_out, device):.3f}",
                    flush=True,
                )
        epoch += 1
    print(f"{step} steps, held out {held_out_loss(writer, held_out, device):.3f}", flush=True)


def _learning(model: Any) -> Iterator[tuple[str, Any]]:
    """The name of each parameter that LoRA changes, and the module that learns the change."""
    for name, module in model.base_model.model.named_modules():
        if hasattr(module, "lora_A"):
            yield f"{name}.weight", module


def adapter(model: Any) -> dict[str, Tensor]:
    """What was learned, in fp16: ``NAME#up`` times ``NAME#down`` is the change of parameter NAME."""
    found: dict[str, Tensor] = {}
    for name, module in _learning(model):
        found[f"{name}#up"] = (module.lora_B["default"].weight * module.scaling["default"]).detach()
        found[f"{name}#down"] = module.lora_A["default"].weight.detach()
    return {name: value.half().cpu().contiguous() for name, value in found.items()}


def begin_with(model: Any, start: Path) -> None:
    """Put what ``adapter`` gave, kept as ``start``, into a model that has learned nothing yet, of the same rank."""
    learned = load_file(start)
    for name, module in _learning(model):
        module.lora_B["default"].weight.data.copy_(learned[f"{name}#up"].float() / module.scaling["default"])
        module.lora_A["default"].weight.data.copy_(learned[f"{name}#down"].float())


def tune(
    lessons: Sequence[Lesson], folder: Path, out: Path, *, minutes: float, rank: int, start: Path | None = None
) -> None:
    """Teach the chat model in ``folder`` the lessons, and write what it learned as ``out/writer.safetensors``.

    ``start`` is an adapter of that rank to begin with.
    """
    use_all_cores()  # the verifier, which judged the lessons, takes one
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    base = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, local_files_only=True)
    writer = CausalWriter(base, tokenizer)
    items = [encoded(lesson, writer, tokenizer) for lesson in Random(0).sample(lessons, len(lessons))]
    held_out = min(_HELD_OUT, len(items) // 10 + 1)
    torch.manual_seed(0)
    model = get_peft_model(base, LoraConfig(r=rank, lora_alpha=2 * rank, target_modules=_LINEAR, task_type="CAUSAL_LM"))
    if start is not None:
        begin_with(model, start)
    rate = _RATE if start is None else _RATE_ON
    train(model, items[held_out:], items[:held_out], out, minutes=minutes, rate=rate)
    save_file(adapter(model), out / "writer.safetensors")


def main() -> None:
    """Make the lessons, train, and write the adapter."""
    parser = argparse.ArgumentParser(description="Tune the writer.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--pairs", type=Path, required=True)
    parser.add_argument("--more", type=Path, required=True)
    parser.add_argument("--drawn", type=Path, help="what training.answers wrote, for lessons of it too")
    parser.add_argument("--models", type=Path, required=True, help="the models folder, where the models are kept")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--rank", type=int, default=32)
    parser.add_argument("--start", type=Path, help="an adapter of that rank to begin with")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    kept = given.out / "lessons.jsonl"
    if not kept.exists():
        verifier = open_verifier()

        async def verify(pairs: Sequence[Pair]) -> list[Finding]:
            return verifier.verify(pairs, lambda: False)

        made = [
            ruled_lessons(given.more, KEPT, verify, Random(0)),
            written_lessons(given.pairs, verify, Random(0)),
            *([rehearsed_lessons(given.drawn, verify, Random(0))] if given.drawn else []),
        ]
        save_lessons(chain.from_iterable(made), kept)
    lessons = read_lessons(kept)
    print(f"{len(lessons)} lessons: {counts(lessons)}", flush=True)
    folder = ModelCache(given.models).ensure(resolve("smollm2-135m", "writer")).folder
    tune(lessons, folder, given.out, minutes=given.minutes, rank=given.rank, start=given.start)


if __name__ == "__main__":
    main()
