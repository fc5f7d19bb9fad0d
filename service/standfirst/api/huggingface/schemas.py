"""Requests, answers and errors of the summarization task, in Hugging Face's format."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from standfirst.api.schemas.source import EXAMPLE
from standfirst.application.problems import Problem
from standfirst.application.tokens import words_within
from standfirst.domain.briefing import Options

#: The expected tokens of a sentence of news.
_TOKENS_PER_SENTENCE = 40
#: The number of sentences if ``min_length`` does not ask for more, and the words in so many.
_SENTENCES, _WORDS = 4, 120
_MAX_SENTENCES = 11


class _Lengths(BaseModel):
    model_config = ConfigDict(strict=True)

    max_length: int | None = Field(None, ge=1, description="The most tokens of a summary; no sentence is cut.")
    max_new_tokens: int | None = Field(None, ge=1, description="The same; if several are given, the smallest applies.")
    min_length: int | None = Field(
        None, ge=0, description="The summary has as many sentences as are likely to reach so many tokens."
    )


class SummarizationParameters(_Lengths):
    """The lengths of a summary. Other fields (`truncation`, `do_sample`, …) are ignored: nothing is cut or sampled."""

    generate_parameters: _Lengths | None = None

    @property
    def token_limit(self) -> int | None:
        """The most tokens of a summary; None is no limit."""
        nested = self.generate_parameters or _Lengths()
        limits = (self.max_length, self.max_new_tokens, nested.max_length, nested.max_new_tokens)
        return min((limit for limit in limits if limit is not None), default=None)

    @property
    def options(self) -> Options:
        """The options of a briefing that is likely to have these lengths."""
        nested = self.generate_parameters or _Lengths()
        tokens = max(self.min_length or 0, nested.min_length or 0)
        sentences = min(max(_SENTENCES, -(-tokens // _TOKENS_PER_SENTENCE)), _MAX_SENTENCES)
        words = _WORDS * sentences // _SENTENCES
        limit = self.token_limit
        words = words if limit is None else min(words, words_within(limit))
        return Options(points=sentences - 1, max_words=words, fill=tokens > 0)


class SummarizationRequest(BaseModel):
    """One or several texts, and the parameters of their summaries."""

    model_config = ConfigDict(
        strict=True, json_schema_extra={"examples": [{"inputs": EXAMPLE, "parameters": {"max_length": 80}}]}
    )

    inputs: str | Annotated[list[str], Field(min_length=1, max_length=32)]
    parameters: SummarizationParameters | None = None


class SummaryOut(BaseModel):
    """A summary."""

    summary_text: str


class SummarizationErrorOut(BaseModel):
    """An error in Hugging Face's format; `error_type` is the code of the problem."""

    error: str
    error_type: str


def as_hugging_face(problem: Problem, _: str | None) -> dict[str, Any]:
    """Convert a problem to Hugging Face's format."""
    return SummarizationErrorOut(error=problem.detail, error_type=problem.code).model_dump()
