"""The tracing of an encoder or the verifier from torch to OpenVINO, once, when the cache is filled.

torch runs the network once, and OpenVINO records its operations. This runs as a child process, which frees its memory:
``python -m standfirst_models.runtimes.openvino.tracing FOLDER INTO [ADAPTER]``. With an adapter it builds the verifier.
"""

from __future__ import annotations

import shutil
import sys
import warnings
from pathlib import Path

import torch
from torch import Tensor

from standfirst_models.errors import UnsuitableModel
from standfirst_models.runtimes.openvino.compiled import compiled
from standfirst_models.runtimes.openvino.no_telemetry import convert_model, openvino
from standfirst_models.runtimes.text.pairs import LEVELS
from standfirst_models.runtimes.torch.networks import (
    MeanNetwork,
    PairNetwork,
    ReadingNetwork,
    mean_network,
    verifier_network,
)

#: The largest difference from torch's result, as a share of its largest value.
_TOLERANCE = 1e-3


def build(folder: Path, into: Path, adapter: Path | None = None) -> None:
    """Build the encoder in ``folder`` (config.json, safetensors, tokenizer.json) for OpenVINO; save it in ``into``.

    With ``adapter`` it builds the verifier. Raises ``UnsuitableModel`` and ``ModelDamaged``.
    """
    network = mean_network(folder) if adapter is None else verifier_network(folder, adapter)
    with torch.inference_mode(), warnings.catch_warnings():
        # torch warns that tracing is deprecated and that sizes become constants. The result is checked below.
        warnings.simplefilter("ignore")
        model = convert_model(network, example_input=_inputs(network, 2, 7))
        openvino.save_model(model, into / "openvino_model.xml", compress_to_fp16=False)
        run = compiled(into, exact=True)
        # A trace of one shape may be wrong for others.
        for rows, width in ((1, 3), (3, 40)):
            inputs = _inputs(network, rows, width)
            expected = network(*inputs)
            actual = torch.from_numpy(run(*(tensor.numpy() for tensor in inputs)))
            if (actual - expected).abs().max() > _TOLERANCE * expected.abs().max():
                raise UnsuitableModel("OpenVINO makes something else of this model than torch does.")
    shutil.copyfile(folder / "tokenizer.json", into / "tokenizer.json")


def _inputs(network: MeanNetwork | PairNetwork | ReadingNetwork, rows: int, width: int) -> tuple[Tensor, ...]:
    """Return artificial inputs of ``network``: texts of which the first is shorter than the others."""
    ids = torch.arange(rows * width).reshape(rows, width) % 97 + 5
    mask = torch.ones_like(ids)
    mask[0, width // 2 + 1 :] = int(rows == 1)
    match network:
        case MeanNetwork():
            return ids, mask
        case ReadingNetwork():
            return ids, mask, ids % 2 * mask
        case PairNetwork():
            return ids, ids % LEVELS, ids % 2, mask


if __name__ == "__main__":
    build(*map(Path, sys.argv[1:]))
