"""The state of the service: its health and its models."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel


class ModelOut(BaseModel):
    """A model that this service runs."""

    name: str
    role: Literal["writer", "encoder", "verifier"]
    revision: str
    runtime: str
    state: Literal["loading", "ready", "away", "failed", "stopped"]


class ModelCardOut(BaseModel):
    """A model as OpenAI lists it; `created` is when this process began to have it, in seconds since 1970."""

    id: str
    object: Literal["model"] = "model"
    created: int
    owned_by: str = "standfirst"


class ModelsOut(BaseModel):
    """The models that this service runs; in `data`, as OpenAI lists them, what a chat may name."""

    models: list[ModelOut]
    object: Literal["list"] = "list"
    data: list[ModelCardOut]


class HealthOut(BaseModel):
    """That the process lives, or what its models are doing."""

    status: str
