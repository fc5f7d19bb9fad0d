"""Requests and answers of ``/v1/chat/completions``: the part of OpenAI's schema that applies to briefings.

Fields that only control sampling (``temperature``, ``top_p``, ``stop``, ``seed``, …) are accepted and ignored. Fields
that would need another answer than a briefing are refused by name.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
    field_validator,
    model_validator,
)
from pydantic_core.core_schema import ValidationInfo

from standfirst.api.chat.conversation import Message
from standfirst.api.chat.json_form import ANY_FORM, JsonForm, form_of_schema
from standfirst.api.chat.wire import FinishReason
from standfirst.api.schemas.source import EXAMPLE
from standfirst.errors import InvalidRequest

#: The name of the writer that every service accepts, whatever its writer is.
ALIAS = "standfirst"

_REFUSALS = {
    "n": "there is one answer to a request",
    "tools": "this service condenses articles and calls no tools",
    "functions": "this service condenses articles and calls no functions",
    "tool_choice": "this service condenses articles and calls no tools",
    "response_format": "it is 'text', 'json_object', or 'json_schema' of an object of strings and lists of strings",
    "logprobs": "there are no probabilities to be had",
    "modalities": "the answer is text",
    "audio": "the answer is text",
}


def _is_false(value: bool) -> bool:
    # A literal type would accept 0.
    if value:
        raise ValueError("it is false")
    return value


class _Strict(BaseModel):
    """Converts no types, and ignores unknown fields."""

    model_config = ConfigDict(strict=True)


class ContentPart(_Strict):
    """A part of a message."""

    type: str = Field(description="`text`; other types are refused.")
    text: str = ""

    @field_validator("type")
    @classmethod
    def _is_text(cls, value: str) -> str:
        if value != "text":
            raise ValueError("parts of a message are read where their type is 'text'; others are not")
        return value


class ChatMessage(_Strict):
    """A message."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[ContentPart] | None = None

    @property
    def text(self) -> str:
        """The text, with the parts as paragraphs."""
        if isinstance(self.content, list):
            return "\n\n".join(part.text for part in self.content)
        return self.content or ""


class JsonSchema(BaseModel):
    """A JSON schema, as OpenAI's interface names it."""

    schema_: dict[str, Any] = Field(alias="schema")

    @field_validator("schema_")
    @classmethod
    def _can_be_filled(cls, value: dict[str, Any]) -> dict[str, Any]:
        try:
            form_of_schema(value)
        except InvalidRequest as error:
            raise ValueError(str(error)) from None
        return value


class ResponseFormat(_Strict):
    """The format of the answer; `json_schema` is for that type."""

    type: Literal["text", "json_object", "json_schema"]
    json_schema: JsonSchema | None = None

    @model_validator(mode="after")
    def _has_schema(self) -> Self:
        if (self.type == "json_schema") != (self.json_schema is not None):
            raise ValueError("a schema belongs to the type 'json_schema' alone")
        return self


class StreamOptions(_Strict):
    """What a stream contains in addition to the answer."""

    include_usage: bool | None = None


class ChatRequest(_Strict):
    """A conversation about an article, or about the page of a link."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "model": ALIAS,
                    "messages": [{"role": "user", "content": f"Summarize this in two sentences:\n\n{EXAMPLE}"}],
                }
            ]
        },
    )

    model: str = Field(ALIAS, description="`standfirst`, or the name of the service's writer.")
    messages: list[ChatMessage] = Field(min_length=1)
    max_tokens: int | None = Field(None, ge=1, description="The most tokens of the answer; no sentence is cut.")
    max_completion_tokens: int | None = Field(
        None, ge=1, description="The same; if both are given, the smaller applies."
    )
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    n: Annotated[int, Field(ge=1, le=1)] | None = None
    tools: list[Any] | None = Field(None, max_length=0)
    functions: list[Any] | None = Field(None, max_length=0)
    tool_choice: Literal["none", "auto"] | None = None
    response_format: ResponseFormat | None = None
    logprobs: Annotated[bool, AfterValidator(_is_false), WithJsonSchema({"const": False})] | None = None
    modalities: list[Literal["text"]] | None = None
    audio: None = None

    @field_validator(*_REFUSALS, mode="wrap")
    @classmethod
    def _refuse_by_name(cls, value: Any, check: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
        try:
            return check(value)
        except ValidationError:
            raise ValueError(_REFUSALS[info.field_name or ""]) from None

    @property
    def token_limit(self) -> int | None:
        """The most tokens of the answer; None is no limit."""
        limits = (self.max_tokens, self.max_completion_tokens)
        return min((limit for limit in limits if limit is not None), default=None)

    @property
    def conversation(self) -> list[Message]:
        """The messages."""
        return [Message(message.role, message.text) for message in self.messages]

    @property
    def form(self) -> JsonForm | None:
        """The form of the answer if it is to be JSON."""
        if self.response_format is None or self.response_format.type == "text":
            return None
        schema = self.response_format.json_schema
        return ANY_FORM if schema is None else form_of_schema(schema.schema_)


class AnswerOut(BaseModel):
    """The message that answers."""

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None


class ChoiceOut(BaseModel):
    """The only answer; ``length`` means that sentences were left out because of ``max_tokens``."""

    index: Literal[0] = 0
    message: AnswerOut
    logprobs: None = None
    finish_reason: FinishReason


class UsageOut(BaseModel):
    """Tokens as the writer's tokenizer counts them; estimates where the writer is behind a server."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int

    @classmethod
    def of(cls, prompt: int, completion: int) -> UsageOut:
        """Build it with the sum."""
        return cls(prompt_tokens=prompt, completion_tokens=completion, total_tokens=prompt + completion)


class ChatOut(BaseModel):
    """A briefing as the answer of a chat: ``id`` is ``chatcmpl-`` and the id of the briefing."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str
    choices: list[ChoiceOut]
    usage: UsageOut
    system_fingerprint: str | None = None


class DeltaOut(BaseModel):
    """The text that is new in the answer."""

    role: Literal["assistant"] | None = None
    content: str | None = None


class ChunkChoiceOut(BaseModel):
    """The text that is new, and why the answer ends, if it does."""

    index: Literal[0] = 0
    delta: DeltaOut
    finish_reason: FinishReason | None = None


class ChunkOut(BaseModel):
    """A chunk of a stream."""

    id: str
    object: Literal["chat.completion.chunk"] = "chat.completion.chunk"
    created: int
    model: str
    choices: list[ChunkChoiceOut]
    usage: UsageOut | None = None
