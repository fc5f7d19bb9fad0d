"""The weights of the models: fetched, verified, and converted for the runtime that will run them."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import replace

from standfirst.settings import Settings
from standfirst_models.cache import ModelCache, Weights
from standfirst_models.catalog import VERIFIER_ADAPTER, VERIFIER_ENCODER, ModelSpec, resolve
from standfirst_models.errors import SourceFailed
from standfirst_models.runtimes.selection import Runtime, choose_runtime

_log = logging.getLogger(__name__)


def ensure_model(spec: ModelSpec, settings: Settings, cache: ModelCache) -> tuple[Weights, Runtime]:
    """Return the weights of a writer or an encoder, and the runtime that they are for. Raises ``ModelError``."""
    return _ensure(spec, spec.for_openvino(cache.locate(spec).revision), settings, cache)


def ensure_verifier(settings: Settings, cache: ModelCache) -> tuple[Weights, Runtime]:
    """Return the weights of the verifier, and the runtime that they are for. Raises ``ModelError``.

    The revision is a hash of the encoder's revision and the adapter.
    """
    encoder = resolve(VERIFIER_ENCODER, "encoder")
    both = cache.locate(encoder).revision.encode() + VERIFIER_ADAPTER.read_bytes()
    revision = hashlib.sha256(both).hexdigest()[:12]
    weights, runtime = _ensure(encoder, encoder.as_verifier(revision), settings, cache)
    return (weights if runtime == "openvino" else replace(weights, revision=revision)), runtime


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
