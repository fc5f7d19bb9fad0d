"""What every writer does, whatever runs it: tiny models of six architectures by torch, two of them by OpenVINO."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from standfirst_models.protocols.writer import Prompt, Writer
from standfirst_models.runtimes.torch.loading import load_writer
from tests.models import tiny
from tests.models.runtimes.built import PROMPTS, ignore, never, openvino_writer

pytestmark = [pytest.mark.model, pytest.mark.process]

BUILDERS: dict[str, Callable[[Path], Path]] = {
    "llama": tiny.save_llama,
    "qwen2": tiny.save_qwen2,
    "bart": tiny.save_bart,
    "pegasus": tiny.save_pegasus,
    "led": tiny.save_led,
    "t5": tiny.save_t5,
}


@pytest.fixture(scope="module", params=[*sorted(BUILDERS), "llama openvino", "qwen2 openvino"])
def writer(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Writer:
    name, _, runtime = request.param.partition(" ")
    folder = BUILDERS[name](tmp_path_factory.mktemp(name))
    return openvino_writer(folder) if runtime else load_writer(folder, device="cpu", dtype=torch.float32)


def test_a_batch_gives_each_prompt_the_text_that_it_gets_alone(writer: Writer) -> None:
    together = writer.write(PROMPTS, never, ignore)
    assert together == [writer.write([prompt], never, ignore)[0] for prompt in PROMPTS]
    lengths = [len(text) for text in together]
    assert lengths[1] < lengths[0] < lengths[2], "each row ends at its own bound"


def test_the_same_prompts_give_the_same_texts(writer: Writer) -> None:
    assert writer.write(PROMPTS, never, ignore) == writer.write(PROMPTS, never, ignore)


def test_each_text_is_emitted_once_as_soon_as_it_is_complete(writer: Writer) -> None:
    told: list[tuple[int, str]] = []
    whole = writer.write(PROMPTS, never, lambda row, text: told.append((row, text)))
    assert dict(told) == dict(enumerate(whole))
    assert [row for row, _ in told] == [1, 0, 2], "the shortest first"


def test_a_text_that_is_cut_off_at_its_limit_closes_with_an_ellipsis(writer: Writer) -> None:
    asked = "The council voted on Tuesday to close the bridge."
    short, longer = writer.write([Prompt("Shorten this.", asked, limit) for limit in (3, 12)], never, ignore)
    assert short.endswith("…")
    assert longer.startswith(short.removesuffix("…"))


def test_a_cancelled_row_stops_at_its_next_step_and_the_others_go_on(writer: Writer) -> None:
    whole = writer.write(PROMPTS, never, ignore)
    asked = 0

    def third_is_cancelled(row: int) -> bool:
        nonlocal asked
        asked += row == 2
        return row == 2 and asked > 2

    cut = writer.write(PROMPTS, third_is_cancelled, ignore)
    assert cut[:2] == whole[:2]
    assert len(cut[2]) < len(whole[2])


def test_generation_ends_once_all_rows_are_cancelled(writer: Writer) -> None:
    steps: list[int] = []

    def cancelled(row: int) -> bool:
        steps.append(row)
        return True

    writer.write(PROMPTS, cancelled, ignore)
    assert steps == [0, 1, 2]
