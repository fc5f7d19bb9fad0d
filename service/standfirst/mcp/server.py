"""The MCP server: two tools for language models, which condense an article and check a summary against its article.

It calls a running service and loads no models. Every program with tools starts an MCP server of its own, and each
would hold the weights, wait for them, and make briefings that the service has stored. Needs the ``mcp`` extra.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeVar

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import CallToolResult, InputRequiredResult, TextContent, ToolAnnotations
from pydantic import Field, RootModel, TypeAdapter, ValidationError

from standfirst import __version__
from standfirst import client as wire
from standfirst.client import AsyncStandfirstClient, Briefing, ClientError, Sentence, Verification
from standfirst.domain import verification as domain
from standfirst.domain.briefing import BriefingSentence, Passage
from standfirst.rendering.markdown import sentences_to_markdown
from standfirst.rendering.text import verification_to_text

T = TypeVar("T", Briefing, Verification)

_ABOUT = (
    "Standfirst condenses news articles to briefings whose every sentence is backed by the article, and says of any "
    "summary which of its sentences the article backs."
)
_READ_ONLY = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=True)

Text = Annotated[str | None, Field(description="The article as plain text. Give exactly one of text, html and url.")]
Html = Annotated[str | None, Field(description="The article's page.")]
Url = Annotated[str | None, Field(description="Where the article's page is; it is fetched.")]
Title = Annotated[str | None, Field(description="The article's title, where it is known.")]
Points = Annotated[int, Field(description="How many key points are wanted, 0 to 10.")]
MaxWords = Annotated[int, Field(description="The most words that standfirst and points may have together.")]
Summary = Annotated[str, Field(description="The summary that is to be checked: prose, a list or Markdown.")]


# The SDK derives schemas from pydantic models. In a dataclass with slots it takes a slot for a default value.
class BriefingResult(RootModel[Briefing]):
    """A briefing."""


class VerificationResult(RootModel[Verification]):
    """A verification."""


class _Server(MCPServer[Any]):
    """The SDK's server, which reports wrong arguments in one line."""

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[Any, Any] | None = None
    ) -> CallToolResult | InputRequiredResult:
        """Call a tool. Raises ``ToolError``."""
        try:
            return await super().call_tool(name, arguments, context)
        except ToolError as error:
            if not isinstance(error.__cause__, ValidationError):
                raise
            raise ToolError(f"{name}: {_describe(error.__cause__)}") from error


def create_server(client: AsyncStandfirstClient) -> MCPServer[Any]:
    """Return the server. ``client`` must stay open while it runs."""
    server = _Server("standfirst", title="Standfirst", instructions=_ABOUT, version=__version__, log_level="WARNING")

    @server.tool(title="Condense an article", annotations=_READ_ONLY)
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
        article: Any = _article(text=text, html=html, url=url, title=title)
        return await _call(client.brief(points=points, max_words=max_words, **article), _briefing_text)

    @server.tool(title="Check a summary against its article", annotations=_READ_ONLY)
    async def verify(
        summary: Summary, text: Text = None, html: Html = None, url: Url = None, title: Title = None
    ) -> Annotated[CallToolResult, VerificationResult]:
        """Say of each sentence of a summary whether its article backs it, does not, or whether this cannot be told.

        It comes with the sentences of the article that it was held against, and with what the article says instead.
        """
        article: Any = _article(text=text, html=html, url=url, title=title)
        return await _call(client.verify(summary, **article), _verification_text)

    return server


async def serve_http(server: MCPServer[Any], listener: socket.socket) -> None:
    """Serve streamable HTTP on a socket of loopback until the process is stopped."""
    import uvicorn

    host, port = listener.getsockname()[:2]
    # Stateless: the tools keep nothing between two calls.
    app = server.streamable_http_app(stateless_http=True, host=host)
    print(f"MCP on http://{host}:{port}/mcp", file=sys.stderr, flush=True)
    config = uvicorn.Config(app, log_level="warning", server_header=False, timeout_graceful_shutdown=2)
    await uvicorn.Server(config).serve([listener])


def _describe(error: ValidationError) -> str:
    """Return the wrong arguments in one line: "summary is missing; points: Input should be a valid integer."."""
    parts = []
    for finding in error.errors():
        name = ".".join(map(str, finding["loc"]))
        parts.append(f"{name} is missing" if finding["type"] == "missing" else f"{name}: {finding['msg']}")
    return "; ".join(parts) + "."


def _article(**values: str | None) -> dict[str, str]:
    return {name: value for name, value in values.items() if value is not None}


async def _call(request: Awaitable[T], to_text: Callable[[T], str]) -> CallToolResult:
    """Return the result as values and as text, or an error as a line of text."""
    try:
        result = await request
    except ClientError as error:
        return CallToolResult(content=[TextContent(text=str(error))], is_error=True)
    structured = TypeAdapter(type(result)).dump_python(result, mode="json")
    return CallToolResult(content=[TextContent(text=to_text(result))], structured_content=structured)


def _briefing_text(briefing: Briefing) -> str:
    def to_domain(sentence: Sentence) -> BriefingSentence:
        return BriefingSentence(sentence.text, sentence.origin, sentence.support, (), sentence.problems or ())

    headline = None if briefing.headline is None else to_domain(briefing.headline)
    standfirst, points = map(to_domain, briefing.standfirst), map(to_domain, briefing.points)
    return sentences_to_markdown(headline, [*standfirst], [*points], briefing.article.url)


def _verification_text(verification: Verification) -> str:
    def to_domain(sentence: wire.JudgedSentence) -> domain.JudgedSentence:
        instead = (
            domain.Correction(
                Passage(one.start, one.end, one.text),
                None if one.claimed is None else (one.claimed.start, one.claimed.end),
            )
            for one in sentence.instead
        )
        return domain.JudgedSentence(
            sentence.text, sentence.finding, sentence.support, (), sentence.problems, tuple(instead)
        )

    return verification_to_text(domain.Verification(tuple(map(to_domain, verification.sentences))))
