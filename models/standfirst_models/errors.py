"""The errors of models.

::

    ModelError
    ├── UnknownModel        the name is not in the catalog, and is no hub id or folder
    ├── UnsuitableModel     the model's architecture or file format cannot be run
    ├── ModelMissing        the model is not in the cache, and the network is off
    ├── ModelDamaged        a file in the cache does not match its hash
    ├── SourceFailed        the model cannot be fetched
    ├── NotReady            the weights are still being loaded, or the model's server does not answer
    ├── PromptTooLong       the prompt does not fit into the model's context
    ├── InferenceFailed     the model failed on this request
    └── EngineStopped       the engine has ended, by request or after a failure

Each message is one line that says what to do. This module does not know how an error looks over HTTP.
"""

from __future__ import annotations


class ModelError(Exception):
    """The base of all errors of models. The message is one line for the operator."""


class UnknownModel(ModelError):
    """The name is not in the catalog, and is no hub id or folder."""


class UnsuitableModel(ModelError):
    """The model cannot be run: its architecture is another, or its weights are neither safetensors nor GGUF."""


class ModelMissing(ModelError):
    """The model is not in the cache and must not be fetched."""


class ModelDamaged(ModelError):
    """A file of the model does not match the hash in the catalog or in its manifest."""


class SourceFailed(ModelError):
    """The model could not be fetched, or the fetched files do not match their hashes."""


class NotReady(ModelError):
    """The weights are still being loaded, or the server does not answer. Retry after ``retry_after`` seconds."""

    def __init__(self, message: str, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = retry_after

    def __reduce__(self) -> tuple[type[NotReady], tuple[str, float]]:
        """Keep ``retry_after`` in a pickle: a model may run in another process."""
        return NotReady, (str(self), self.retry_after)


class PromptTooLong(ModelError):
    """A prompt and its output do not fit into the model's context."""


class InferenceFailed(ModelError):
    """The model failed on a batch with this request. The engine goes on."""


class EngineStopped(ModelError):
    """The engine has ended. It serves no request until the service is started again."""
