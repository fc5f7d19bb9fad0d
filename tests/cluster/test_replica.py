"""A replica of an engine, without Ray, while its engine is loading or away."""

from __future__ import annotations

import asyncio
import socket
import warnings
from dataclasses import replace

import pytest

from standfirst.application.engines import Engines
from standfirst_models.engine.roles import writer_engine
from standfirst_models.errors import InferenceFailed, NotReady
from standfirst_models.protocols.served_model import State
from standfirst_models.protocols.writer import Prompt
from standfirst_models.remote.writer import open_remote_writer
from tests.application.scripted_engines import scripted_engines
from tests.models.scripted import ScriptedWriter

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of what Ray has from pydantic
    pytest.importorskip("ray.serve", reason="the cluster is an extra: pip install 'standfirst[cluster]'")
    from standfirst.cluster.replica import Emitted, ModelReplica

PROMPT = Prompt("Say it shorter.", "The bridge is closed.", 8)


class Replica(ModelReplica):
    """A replica that is not stopped when it is deleted: only Ray awaits that."""

    def __del__(self) -> None:  # type: ignore[override]
        """Do nothing."""


async def started(engines: Engines) -> Replica:
    """Start a replica of the writer as Ray does."""
    replica = Replica.__new__(Replica)
    await replica.__init__(lambda: engines, "writer", engines.stamp)  # type: ignore[misc]
    return replica


async def first(replica: Replica, engines: Engines) -> Emitted[str]:
    """Return the first message of a replica that runs a prompt."""
    async for told in replica.run(engines.stamp, [PROMPT], False):
        return told
    raise AssertionError("it told nothing")


def test_a_request_waits_while_the_model_is_loading_again() -> None:
    async def ask() -> None:
        fails = [True] * 3

        def answer(_: Prompt) -> str:
            if fails and fails.pop():
                raise RuntimeError
            return "Closed."

        engines = replace(scripted_engines(), writer=writer_engine("scripted", lambda: ScriptedWriter(answer)))
        replica = await started(engines)
        while fails:
            assert isinstance((await first(replica, engines)).error, InferenceFailed)
        while engines.writer.state is not State.LOADING:
            await asyncio.sleep(0)
        told = await first(replica, engines)
        assert (told.results, told.error) == (((0, "Closed."),), None)
        await engines.close()

    asyncio.run(ask())


def test_a_replica_reports_that_the_server_of_its_writer_is_away() -> None:
    async def ask(port: int) -> None:
        remote = open_remote_writer(f"openai:http://127.0.0.1:{port}/v1#some", None)
        engines = replace(scripted_engines(), writer=remote, runtime="openai")
        replica = await started(engines)
        replica.check_health()
        assert isinstance((await first(replica, engines)).error, NotReady)
        await engines.close()

    with socket.socket() as nobody:  # which does not listen
        nobody.bind(("127.0.0.1", 0))
        asyncio.run(ask(nobody.getsockname()[1]))
