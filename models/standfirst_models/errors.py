"""What can go wrong with a model, as one tree.

::

    ModelError
    ├── UnknownModel        no model of that name, nor a hub id or folder
    ├── UnsuitableModel     known, but not of a kind or format that can be run (never pickle)
    ├── ModelMissing        not in the cache, and the network is off
    ├── ModelDamaged        in the cache, but not the bytes that were promised
    ├── SourceFailed        could not be fetched from where it comes from
    ├── NotReady            the weights are not loaded yet, or the model's server is away; carries ``retry_after``
    ├── PromptTooLong       more than fits into the model's context; nothing is cut off to make it fit
    ├── InferenceFailed     the model raised while it ran this request; others are served
    └── EngineStopped       the inference thread ended, by request or because it failed

Each message is one line that says what to do. How an error looks over HTTP is not known here.
"""

from __future__ import annotations


class ModelError(Exception):
    """Anything wrong with a model; the message is one line for the person who can mend it."""


class UnknownModel(ModelError):
    """No model of that name in the catalog, and not a hub id or a folder either."""


class UnsuitableModel(ModelError):
    """The model exists but cannot be run here: another architecture, a format other than safetensors or GGUF."""


class ModelMissing(ModelError):
    """The model is not in the cache and may not be fetched."""


class ModelDamaged(ModelError):
    """A file of the model in the cache is not what the catalog or its own manifest promises."""


class SourceFailed(ModelError):
    """The model could not be fetched, or what came is not what was promised."""


class NotReady(ModelError):
    """The model's weights are still being loaded, or its server is away; ``retry_after`` is a number of seconds."""

    def __init__(self, message: str, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class PromptTooLong(ModelError):
    """A prompt and its output do not fit into the model's context."""


class InferenceFailed(ModelError):
    """The model raised on this request's batch; the engine lives on."""


class EngineStopped(ModelError):
    """The inference thread has ended; no request can be served until the service starts again."""
