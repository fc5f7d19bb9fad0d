"""The device: how much fits into a batch."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from transformers import AutoConfig

from standfirst_models.protocols.writer import BatchBudget
from standfirst_models.runtimes.torch.device import batch_budget_for
from tests.models.runtimes.test_writers import BUILDERS

pytestmark = pytest.mark.model


@pytest.mark.parametrize("name", sorted(BUILDERS))
def test_the_batch_budget_on_a_gpu_follows_its_free_memory(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = AutoConfig.from_pretrained(BUILDERS[name](tmp_path))
    model = SimpleNamespace(device=torch.device("cuda"), config=config, dtype=torch.bfloat16)

    def budget_with(free: int) -> BatchBudget:
        monkeypatch.setattr("torch.cuda.mem_get_info", lambda _: (free, free))
        return batch_budget_for(model)

    little, more = budget_with(2_000_000), budget_with(20_000_000)
    assert 10 * little.tokens <= more.tokens < 10 * little.tokens + 10
    assert 1 <= little.rows < more.rows
    assert budget_with(0).rows == 1
    assert budget_with(10**12).rows == 256
