"""Requests and answers of ``/v1/chat/completions``: the part of OpenAI's schema that applies to briefings.

Fields that only control sampling (``temperature``, ``top_p``, ``stop``, ``seed``, …) are accepted and ignored. Fields
that would need another answer than a briefing are refused by name.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
    field_validator,
)
from pydantic_core.core_schema import ValidationInfo

from standfirst.api.schemas.source import EXAMPLE

#: The name of the writer that every service accepts, whatever its writer is.
ALIAS = "standfirst"

_REFUSALS = {
    "n": "there is one answer to a request",
    "tools": "this service condenses articles and calls no tools",
    "functions": "this service condenses articles and calls no functions",
    "tool_choice": "this service condenses articles and calls no tools",
    "response_format": "the answer is Markdown, and only 'text' can be asked for; /v1/briefings gives JSON",
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


class ResponseFormat(_Strict):
    """The format of the answer."""

    type: Literal["text"]


class StreamOptions(_Strict):
    """What a stream contains in addition to the answer."""

    include_usage: bool | None = None


class ChatRequest(_Strict):
    """A conversation whose last user message contains an article or a link to one."""

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


class AnswerOut(BaseModel):
    """The message that answers."""

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None


FinishReason = Literal["stop", "length"]


class ChoiceOut(BaseModel):
    """The only answer; ``length`` means that sentences were left out because of ``max_tokens``."""

    index: Literal[0] = 0
    message: AnswerOut
    logprobs: None = None
    finish_reason: FinishReason


class UsageOut(BaseModel):
    """Estimates: the service does not know the tokenizer of the caller."""

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
