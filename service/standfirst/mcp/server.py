"""The tools that a language model gets by MCP: condense an article, and hold a summary against its article.

Speaks with a running service instead of loading models: every program that has tools starts a server of its own, and
they would each hold the weights, wait for them, and make again what the service has made and kept. Needs the ``mcp``
extra; nothing else imports this.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeVar

from mcp.server.mcpserver import MCPServer
from mcp_types import CallToolResult, TextContent, ToolAnnotations
from pydantic import Field, RootModel, TypeAdapter

from standfirst import __version__
from standfirst.client import AsyncStandfirstClient, Briefing, ClientError, Sentence, Verification
from standfirst.domain.briefing import BriefingSentence
from standfirst.domain.verification import JudgedSentence
from standfirst.domain.verification import Verification as Judged
from standfirst.rendering.markdown import sentences_to_markdown
from standfirst.rendering.text import verification_to_text

T = TypeVar("T", Briefing, Verification)

_ABOUT = (
    "Standfirst condenses news articles to briefings whose every sentence is backed by the article, and says of any "
    "summary which of its sentences the article backs."
)
_HARMLESS = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=True)

Text = Annotated[str | None, Field(description="The article as plain text. Give exactly one of text, html and url.")]
Html = Annotated[str | None, Field(description="The article's page.")]
Url = Annotated[str | None, Field(description="Where the article's page is; it is fetched.")]
Title = Annotated[str | None, Field(description="The article's title, where it is known.")]
Points = Annotated[int, Field(description="How many key points are wanted, 0 to 10.")]
MaxWords = Annotated[int, Field(description="The most words that standfirst and points may have together.")]
Summary = Annotated[str, Field(description="The summary that is to be checked: prose, a list or Markdown.")]


# The SDK reads schemas off pydantic's models, and takes a slot of a dataclass for a default value.
class BriefingResult(RootModel[Briefing]):
    """A briefing."""


class VerificationResult(RootModel[Verification]):
    """A verification."""


def tool_server(client: AsyncStandfirstClient) -> MCPServer[Any]:
    """A server of the two tools; ``client`` is open for as long as it runs."""
    server: MCPServer[Any] = MCPServer(
        "standfirst", title="Standfirst", instructions=_ABOUT, version=__version__, log_level="WARNING"
    )

    @server.tool(title="Condense an article", annotations=_HARMLESS)
    async def brief(
        text: Text = None,
        html: Html = None,
        url: Url = None,
        title: Title = None,
        points: Points = 3,
        max_words: MaxWords = 120,
    ) -> Annotated[CallToolResult, BriefingResult]:
        """Condense a news article to a headline, a standfirst and key points.

        Each sentence comes with the sentences of the article that back it; what the article does not back is left out.
        """
        given: Any = _given(text=text, html=html, url=url, title=title)
        return await _told(client.brief(points=points, max_words=max_words, **given), _briefed)

    @server.tool(title="Check a summary against its article", annotations=_HARMLESS)
    async def verify(
        summary: Summary, text: Text = None, html: Html = None, url: Url = None, title: Title = None
    ) -> Annotated[CallToolResult, VerificationResult]:
        """Say of each sentence of a summary how well (0 to 1) its article backs it, where, and what it does not."""
        given: Any = _given(text=text, html=html, url=url, title=title)
        return await _told(client.verify(summary, **given), _judged)

    return server


def _given(**values: str | None) -> dict[str, str]:
    return {name: value for name, value in values.items() if value is not None}


async def _told(asked: Awaitable[T], text_of: Callable[[T], str]) -> CallToolResult:
    """The result as values and as text; an error as a line of text that a model can read."""
    try:
        result = await asked
    except ClientError as error:
        return CallToolResult(content=[TextContent(text=str(error))], is_error=True)
    structured = TypeAdapter(type(result)).dump_python(result, mode="json")
    return CallToolResult(content=[TextContent(text=text_of(result))], structured_content=structured)


def _briefed(briefing: Briefing) -> str:
    def shown(sentence: Sentence) -> BriefingSentence:
        return BriefingSentence(sentence.text, sentence.origin, sentence.support, (), sentence.problems or ())

    headline = None if briefing.headline is None else shown(briefing.headline)
    return sentences_to_markdown(
        headline, [*map(shown, briefing.standfirst)], [*map(shown, briefing.points)], briefing.article.url
    )


def _judged(verification: Verification) -> str:
    return verification_to_text(
        Judged(tuple(JudgedSentence(s.text, s.support, (), s.problems) for s in verification.sentences))
    )
