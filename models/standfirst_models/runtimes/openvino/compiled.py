"""The encoder and the verifier, compiled by OpenVINO to run in this process.

OpenVINO releases Python's lock while it computes. OpenVINO GenAI, which runs the writer, does not (see ``decoding``).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from standfirst_models.errors import ModelDamaged
from standfirst_models.runtimes.openvino.no_telemetry import openvino
from standfirst_models.runtimes.text.encoder import PoolingEncoder
from standfirst_models.runtimes.text.pairs import MPNET_LAYOUT, PairBatch
from standfirst_models.runtimes.text.tokenizer import load_tokenizer
from standfirst_models.runtimes.text.verifier import PairVerifier, ReadingVerifier

#: The most tokens in one pass: with more, the data leaves the core's cache, and a token takes a quarter longer.
_PASS_TOKENS = 1024
#: The number of compiled kernels that OpenVINO caches, one for each shape. Articles come in ever new shapes: the
#: default of 5,000 takes half a gigabyte and is no faster.
_KERNELS = "64"
#: Takes the model's inputs, in their order, and returns its only output.
Run = Callable[..., NDArray[np.float32]]


def compiled(folder: Path, *, exact: bool = False) -> Run:
    """Compile the model that ``tracing`` has built in ``folder``, for one thread and one core, which is enough.

    It computes in OpenVINO's fastest number format on this machine, or in fp32 if ``exact``. Raises ``ModelDamaged``.
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
        output: NDArray[np.float32] = request.infer(inputs, share_inputs=True)[0]
        return output

    return run


def load_encoder(folder: Path, *, exact: bool = False) -> PoolingEncoder:
    """Load the encoder in ``folder``. Raises ``ModelDamaged``."""
    run = compiled(folder, exact=exact)
    token = np.ones((1, 1), dtype=np.int64)
    return PoolingEncoder(run, load_tokenizer(folder), run(token, token).shape[1], _PASS_TOKENS)


def load_verifier(folder: Path, *, exact: bool = False) -> PairVerifier:
    """Load the verifier in ``folder``. Raises ``ModelDamaged``."""
    run = compiled(folder, exact=exact)
    tokenizer = load_tokenizer(folder)

    def pair_logits(batch: PairBatch) -> NDArray[np.float32]:
        return run(batch.ids, batch.levels, batch.types, batch.mask)

    def reading_logits(batch: PairBatch) -> NDArray[np.float32]:
        return run(batch.ids, batch.mask, batch.claims.astype(np.int64))

    if tokenizer.token_to_id(MPNET_LAYOUT.first) is not None:
        return ReadingVerifier(reading_logits, tokenizer, _PASS_TOKENS)
    return PairVerifier(pair_logits, tokenizer, _PASS_TOKENS)
