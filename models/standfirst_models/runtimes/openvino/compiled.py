"""Compiled: the encoder and the verifier as OpenVINO runs them on a processor, in this process.

They are small, and OpenVINO does not hold Python's lock while it computes; the writer's GenAI does (``decoding``).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from standfirst_models.errors import ModelDamaged
from standfirst_models.runtimes.openvino.no_telemetry import openvino
from standfirst_models.runtimes.text.pairs import PairBatch
from standfirst_models.runtimes.text.pooling import PoolingEncoder
from standfirst_models.runtimes.text.tokenizing import load_tokenizer
from standfirst_models.runtimes.text.verifying import PairVerifier

#: Tokens in one pass: of what lies near the core it is read fastest, and more take a quarter longer a token.
_PASS_TOKENS = 1024
#: How many compiled kernels are kept, each for a shape. Articles come in ever other shapes: the 5,000 that OpenVINO
#: keeps by itself are half a gigabyte, and no faster.
_KERNELS = "64"
#: From the model's inputs, in their order, to its only output.
Run = Callable[..., NDArray[np.float32]]


def compiled(folder: Path, *, exact: bool = False) -> Run:
    """The model in ``folder`` as ``tracing`` has built it, for one thread to run, on one core: it has little to do.

    In the numbers in which OpenVINO runs it fastest here, or if ``exact`` in fp32. Raises ``ModelDamaged``.
    """
    settings: dict[str, object] = {
        "PERFORMANCE_HINT": "LATENCY",
        "INFERENCE_NUM_THREADS": 1,
        "CPU_RUNTIME_CACHE_CAPACITY": _KERNELS,
    }
    if exact:
        settings["INFERENCE_PRECISION_HINT"] = "f32"
    try:
        model = openvino.Core().compile_model(folder / "openvino_model.xml", "CPU", settings)
    except RuntimeError as error:
        raise ModelDamaged("The model cannot be loaded by OpenVINO.") from error
    request = model.create_infer_request()

    def run(*inputs: NDArray[np.int64]) -> NDArray[np.float32]:
        found: NDArray[np.float32] = request.infer(inputs, share_inputs=True)[0]
        return found

    return run


def load_encoder(folder: Path, *, exact: bool = False) -> PoolingEncoder:
    """The encoder in ``folder``. Raises ``ModelDamaged``."""
    run = compiled(folder, exact=exact)
    token = np.ones((1, 1), dtype=np.int64)
    return PoolingEncoder(run, load_tokenizer(folder), run(token, token).shape[1], _PASS_TOKENS)


def load_verifier(folder: Path, *, exact: bool = False) -> PairVerifier:
    """The verifier in ``folder``. Raises ``ModelDamaged``."""
    run = compiled(folder, exact=exact)

    def logits(batch: PairBatch) -> NDArray[np.float32]:
        return run(batch.ids, batch.levels, batch.types, batch.mask)

    return PairVerifier(logits, load_tokenizer(folder), _PASS_TOKENS)
