"""Requests and answers of Ollama's interface: the part of its schema that applies to briefings.

Fields that only control sampling or the memory of a model (``options`` but ``num_predict``, ``keep_alive``, ``think``,
…) are accepted and ignored.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema

from standfirst.api.chat.conversation import Message
from standfirst.api.chat.json_form import ANY_FORM, JsonForm, form_of_schema
from standfirst.api.openai.schemas import ALIAS
from standfirst.api.schemas.source import EXAMPLE
from standfirst.application.problems import Problem
from standfirst.errors import InvalidRequest


def _is_empty(value: list[Any]) -> list[Any]:
    if value:
        raise ValueError("this service reads text alone, and calls no tools")
    return value


#: A field that may be there, but must not ask for anything.
Unused = Annotated[list[Any], AfterValidator(_is_empty), WithJsonSchema({"type": "array", "maxItems": 0})] | None


class _Strict(BaseModel):
    """Converts no types, and ignores unknown fields."""

    model_config = ConfigDict(strict=True)


class OllamaOptions(_Strict):
    """The options of a model; only the length of the answer matters here."""

    num_predict: int | None = Field(None, description="The most tokens of the answer; none below 1.")


class OllamaRequest(_Strict):
    """What both kinds of request have."""

    model: str = Field(ALIAS, description="`standfirst`, or the name of the service's writer.")
    stream: bool = Field(True, description="A stream of JSON lines, or one JSON object.")
    format: Literal["", "json"] | dict[str, Any] | None = Field(None, description="`json`, or a JSON schema.")
    options: OllamaOptions | None = None

    @property
    def token_limit(self) -> int | None:
        """The most tokens of the answer; None is no limit."""
        limit = self.options.num_predict if self.options else None
        return limit if limit is not None and limit > 0 else None

    def form(self) -> JsonForm | None:
        """Return the form of the answer if it is to be JSON. Raises ``InvalidRequest``."""
        if not self.format:
            return None
        return ANY_FORM if self.format == "json" else form_of_schema(_schema(self.format))


def _schema(value: str | dict[str, Any]) -> dict[str, Any]:
    if isinstance(value, str):
        raise InvalidRequest("format is 'json' or a JSON schema.")
    return value


class OllamaMessage(_Strict):
    """A message."""

    role: Literal["system", "user", "assistant", "tool"]
    content: str | None = None
    images: Unused = None


class OllamaChatRequest(OllamaRequest):
    """A conversation about an article, or about the page of a link."""

    messages: list[OllamaMessage] = Field(
        default_factory=list, examples=[[{"role": "user", "content": f"Summarize in two sentences:\n\n{EXAMPLE}"}]]
    )
    tools: Unused = None

    @property
    def conversation(self) -> list[Message]:
        """The messages."""
        return [Message(message.role, message.content or "") for message in self.messages]


class OllamaGenerateRequest(OllamaRequest):
    """A prompt about an article, or about the page of a link."""

    prompt: str = Field("", examples=[f"Summarize in two sentences:\n\n{EXAMPLE}"])
    system: str = ""
    images: Unused = None

    @property
    def conversation(self) -> list[Message]:
        """The system's message and the prompt."""
        return [Message("system", self.system), Message("user", self.prompt)]


class OllamaDetails(BaseModel):
    """What Ollama says of a model's file."""

    parent_model: str = ""
    format: str = ""
    family: str = ALIAS
    families: list[str] = [ALIAS]
    parameter_size: str = ""
    quantization_level: str = ""


class OllamaModelOut(BaseModel):
    """A name under which this service's writer can be asked."""

    name: str
    model: str
    modified_at: str
    size: int = 0
    digest: str
    details: OllamaDetails = OllamaDetails()


class OllamaModelsOut(BaseModel):
    """The names that a request may use."""

    models: list[OllamaModelOut]


class OllamaVersionOut(BaseModel):
    """The version of this service."""

    version: str


class OllamaErrorOut(BaseModel):
    """An error in Ollama's format."""

    error: str


def as_ollama(problem: Problem, _: str | None) -> dict[str, Any]:
    """Convert a problem to Ollama's format."""
    return OllamaErrorOut(error=problem.detail).model_dump()
