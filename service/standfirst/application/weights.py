"""The weights of the models: fetched, verified, and converted for the runtime that will run them."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from pathlib import Path

from standfirst.settings import Settings
from standfirst_models.cache import ModelCache, Weights, checked_adapter
from standfirst_models.catalog import (
    EMBEDDED_VERIFIER,
    VERIFIER_ADAPTER,
    VERIFIER_ENCODER,
    ModelSpec,
    PairFormat,
    resolve,
)
from standfirst_models.errors import SourceFailed, UnsuitableModel
from standfirst_models.protocols.verifier import Verifier
from standfirst_models.runtimes.loading import load_classifier, load_verifier
from standfirst_models.runtimes.selection import Runtime, choose_runtime

_log = logging.getLogger(__name__)


def ensure_model(spec: ModelSpec, settings: Settings, cache: ModelCache) -> tuple[Weights, Runtime]:
    """Return the weights of a writer or an encoder, and the runtime that they are for. Raises ``ModelError``."""
    return _ensure(spec, spec.for_openvino(cache.locate(spec).revision), settings, cache)


@dataclass(frozen=True, slots=True)
class VerifierWeights:
    """The weights of the verifier ``name``, its adapter, and the runtime that the weights are for.

    A verifier without an adapter is a sequence classifier, which reads pairs in ``pair_format``. ``revision`` stands
    for the weights and the adapter.
    """

    name: str
    folder: Path
    adapter: Path | None
    pair_format: PairFormat
    revision: str
    runtime: Runtime

    def load(self) -> Verifier:
        """Load the verifier. Raises ``ModelError``."""
        if self.adapter is None:
            return load_classifier(self.folder, self.pair_format)
        return load_verifier(self.folder, self.adapter)


def ensure_verifier(settings: Settings, cache: ModelCache) -> VerifierWeights:
    """Return the weights of the verifier that the settings name, which is not behind a server. Raises ``ModelError``.

    The revision of one with an adapter is a hash of the encoder's revision and the adapter.
    """
    if settings.verifier == EMBEDDED_VERIFIER:
        encoder, adapter = resolve(VERIFIER_ENCODER, "encoder"), VERIFIER_ADAPTER
        build = encoder.as_verifier
    else:
        encoder = resolve(settings.verifier, "verifier")
        if encoder.adapter is None:
            return _ensure_classifier(encoder, settings, cache)
        adapter = checked_adapter(encoder.adapter)
        build = encoder.for_openvino
    both = cache.locate(encoder).revision.encode() + adapter.read_bytes()
    revision = hashlib.sha256(both).hexdigest()[:12]
    weights, runtime = _ensure(encoder, build(revision), settings, cache)
    found = weights.revision if runtime == "openvino" else revision
    return VerifierWeights(settings.verifier, weights.folder, adapter, encoder.pair_format, found, runtime)


def _ensure_classifier(spec: ModelSpec, settings: Settings, cache: ModelCache) -> VerifierWeights:
    if settings.runtime == "openvino":
        raise UnsuitableModel(f"Only torch runs the verifier {spec.name}: leave STANDFIRST_RUNTIME at auto.")
    choose_runtime("torch")  # which raises if torch is not installed
    weights = cache.ensure(spec)
    return VerifierWeights(spec.name, weights.folder, None, spec.pair_format, weights.revision, "torch")


def _ensure(spec: ModelSpec, converted: ModelSpec, settings: Settings, cache: ModelCache) -> tuple[Weights, Runtime]:
    """Return the ``converted`` weights where OpenVINO runs the model, else those of ``spec``; and the runtime."""
    writer = cache.locate(spec).folder if spec.role == "writer" else None
    if choose_runtime(settings.runtime, writer) == "openvino":
        try:
            return cache.ensure(converted), "openvino"
        except SourceFailed as error:
            if settings.runtime != "auto":
                raise
            _log.warning("%s cannot be converted and is run by torch: %s", converted.name, error)
    return cache.ensure(spec), "torch"
