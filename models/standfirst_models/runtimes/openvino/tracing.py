"""Tracing: an encoder, or the verifier, from torch to OpenVINO, built once when the cache is filled.

torch runs the network once, and OpenVINO takes down what it does. Run as a program, so that its memory goes back when
it ends: ``python -m standfirst_models.runtimes.openvino.tracing FOLDER INTO [ADAPTER]``; with an
adapter it is the verifier.
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
from standfirst_models.runtimes.openvino.no_telemetry import openvino
from standfirst_models.runtimes.text.pairs import LEVELS
from standfirst_models.runtimes.torch.networks import MeanNetwork, PairNetwork, mean_network, pair_network

#: How far a result may be from torch's, as a share of the largest.
_TOLERANCE = 1e-3


def build(folder: Path, into: Path, adapter: Path | None = None) -> None:
    """Save the encoder in ``folder`` (config.json, safetensors, tokenizer.json) into ``into``, as OpenVINO reads it.

    With ``adapter`` it is the verifier that is made of it. Raises ``UnsuitableModel`` and ``ModelDamaged``.
    """
    network = mean_network(folder) if adapter is None else pair_network(folder, adapter)
    with torch.inference_mode(), warnings.catch_warnings():
        # Of tracing, which torch calls old, and of each size that is not looked at again: both are checked below.
        warnings.simplefilter("ignore")
        model = openvino.convert_model(network, example_input=_inputs(network, 2, 7))
        openvino.save_model(model, into / "openvino_model.xml", compress_to_fp16=False)
        run = compiled(into, exact=True)
        # What was taken down of one shape need not hold for others.
        for rows, width in ((1, 3), (3, 40)):
            inputs = _inputs(network, rows, width)
            wanted = network(*inputs)
            found = torch.from_numpy(run(*(tensor.numpy() for tensor in inputs)))
            if (found - wanted).abs().max() > _TOLERANCE * wanted.abs().max():
                raise UnsuitableModel("OpenVINO makes something else of this model than torch does.")
    shutil.copyfile(folder / "tokenizer.json", into / "tokenizer.json")


def _inputs(network: MeanNetwork | PairNetwork, rows: int, width: int) -> tuple[Tensor, ...]:
    """What ``network`` reads, made up: texts of which the first is shorter than the others."""
    ids = torch.arange(rows * width).reshape(rows, width) % 97 + 5
    mask = torch.ones_like(ids)
    mask[0, width // 2 + 1 :] = int(rows == 1)
    return (ids, mask) if isinstance(network, MeanNetwork) else (ids, ids % LEVELS, ids % 2, mask)


if __name__ == "__main__":
    build(*map(Path, sys.argv[1:]))
