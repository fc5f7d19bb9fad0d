"""The remote writer: a prompt is sent as a chat of one message."""

from __future__ import annotations

from collections.abc import Callable

from standfirst_models.protocols.writer import Prompt
from standfirst_models.remote.model import RemoteModel, open_server
from standfirst_models.remote.wire import Chat


class RemoteWriter(RemoteModel[Prompt, str]):
    """A writer on a server. Fulfils ``ServedModel[Prompt, str]``."""

    async def _answer(self, item: Prompt, emit: Callable[[str], None]) -> tuple[str, int]:
        chat = Chat((("user", f"{item.instruction}\n\n{item.passage}"),), item.max_new_tokens)
        answer = await self._server.ask(chat, emit if item.by_line else None)
        return answer.text, answer.tokens


def open_remote_writer(name: str, key: str | None) -> RemoteWriter:
    """Return the writer that ``openai:http://HOST:PORT/v1#MODEL`` names. Raises as ``open_server`` does."""
    return RemoteWriter(open_server(name, "writer", key))
