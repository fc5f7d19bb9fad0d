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
    """A model in OpenAI's format; `created` is the start of this process, in seconds since 1970."""

    id: str
    object: Literal["model"] = "model"
    created: int
    owned_by: str = "standfirst"


class ModelsOut(BaseModel):
    """The models of this service; `data` has the names that a chat may use, in OpenAI's format."""

    models: list[ModelOut]
    object: Literal["list"] = "list"
    data: list[ModelCardOut]


class HealthOut(BaseModel):
    """The health of the service."""

    status: str
