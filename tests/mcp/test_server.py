"""The MCP server, called by the SDK's client over standard input and output and over HTTP."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from mcp import Client, StdioServerParameters
from mcp_types import CallToolResult, TextContent

from standfirst.cli import main
from standfirst.client import AsyncStandfirstClient
from standfirst.mcp.server import create_server
from tests.api.running_service import running
from tests.api.scripted_service import STORY
from tests.models.scripted import ScriptedWriter

pytestmark = pytest.mark.process

COMMAND = ["-c", "from standfirst.cli import run; run()", "mcp"]
Server = StdioServerParameters | str


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running(tmp_path_factory.mktemp("data"), ScriptedWriter()) as port:
        yield f"http://127.0.0.1:{port}"


@contextmanager
def over_stdio(service: str) -> Iterator[Server]:
    environment = dict(os.environ) | {"STANDFIRST_URL": service}
    yield StdioServerParameters(command=sys.executable, args=COMMAND, env=environment)


@contextmanager
def over_http(service: str) -> Iterator[Server]:
    command = [sys.executable, *COMMAND, "--service", service, "--http", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        try:
            yield server.stderr.readline().removeprefix("MCP on ").strip()
        finally:
            server.terminate()
            server.wait()


def called(server: Server, *calls: tuple[str, dict[str, Any]]) -> list[CallToolResult]:
    async def call() -> list[CallToolResult]:
        async with Client(server) as client:
            return [await client.call_tool(name, arguments) for name, arguments in calls]

    return asyncio.run(call())


def text(result: CallToolResult) -> str:
    [content] = result.content
    assert isinstance(content, TextContent)
    return content.text


@pytest.mark.process
@pytest.mark.parametrize("way", [over_stdio, over_http])
def test_the_tools_return_values_and_text(address: str, way: Callable[[str], AbstractContextManager[Server]]) -> None:
    with way(address) as server:
        brief, verify, wrong, forbidden, incomplete = called(
            server,
            ("brief", {"text": STORY, "title": "Bridge to close", "points": 2}),
            ("verify", {"text": STORY, "summary": "The work will cost £2.4m. It will be sold for £9m."}),
            ("brief", {"text": " "}),
            ("brief", {"url": "http://127.0.0.1/"}),
            ("verify", {"text": STORY}),
        )
    assert not brief.is_error
    assert brief.structured_content is not None
    points = brief.structured_content["points"]
    assert len(points) == 2
    for point in points:
        assert all(STORY[source["start"] : source["end"]] == source["text"] for source in point["sources"])
        assert f"\n- {point['text']}\n" in text(brief)
    assert text(brief).startswith(f"# {brief.structured_content['headline']['text']}\n")
    assert verify.structured_content is not None
    assert len(verify.structured_content["sentences"]) == 2
    assert "£9m" in text(verify)
    assert "1 backed, 1 not backed, 0 undecided" in text(verify)
    for error, said in (
        (wrong, "white space"),
        (forbidden, "does not fetch"),
        (incomplete, "verify: summary is missing."),
    ):
        assert error.is_error
        assert said in text(error)
        assert "\n" not in text(error)


def test_the_tools_have_schemas_of_their_input_and_output(address: str) -> None:
    async def listed() -> list[Any]:
        with over_stdio(address) as server:
            async with Client(server) as client:
                return (await client.list_tools()).tools

    tools = {tool.name: tool for tool in asyncio.run(listed())}
    assert set(tools) == {"brief", "verify"}
    assert set(tools["brief"].input_schema["properties"]) == {"text", "html", "url", "title", "points", "max_words"}
    assert tools["verify"].input_schema["required"] == ["summary"]
    assert {"headline", "standfirst", "points"} <= set(tools["brief"].output_schema["properties"])
    assert all(tool.description and tool.annotations.read_only_hint for tool in tools.values())


def test_a_missing_service_is_reported_in_one_line() -> None:
    async def call() -> CallToolResult:
        async with AsyncStandfirstClient("http://127.0.0.1:9", patience=0) as service:
            async with Client(create_server(service)) as client:
                return await client.call_tool("brief", {"text": STORY})

    error = asyncio.run(call())
    assert error.is_error
    assert "127.0.0.1:9" in text(error)
    assert "\n" not in text(error)


def test_a_missing_sdk_is_reported_with_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "mcp", None)
    assert main(["mcp"]) == 1
    assert capsys.readouterr().err == "standfirst: This needs the MCP SDK: pip install 'standfirst[mcp]'.\n"


def test_a_port_in_use_is_reported(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mcp", "--http", "--port", address.rpartition(":")[2]]) == 1
    assert "--port chooses another" in capsys.readouterr().err
