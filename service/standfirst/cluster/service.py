"""The service of the cluster: the HTTP application of a single process, with engines that run elsewhere."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import ray
from fastapi import FastAPI
from ray import serve
from ray.serve.handle import DeploymentHandle
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from standfirst.api.app import create_app
from standfirst.application.engines import Engines
from standfirst.cluster.remote_engine import RemoteEngine
from standfirst.cluster.replica import require_stamp
from standfirst.domain.briefing import ModelStamp
from standfirst.errors import StandfirstError
from standfirst.services import open_services
from standfirst.settings import Settings

#: Ray reports its usage to its makers unless this variable is 0. It is read when a cluster starts.
_USAGE_STATS = "RAY_USAGE_STATS_ENABLED"


@serve.ingress()
class Service:
    """A replica of the HTTP application."""

    async def __init__(  # type: ignore[misc]  # Ray awaits it
        self,
        open_engines: Callable[[], Engines],
        stamp: ModelStamp,
        writer: DeploymentHandle[Any],
        encoder: DeploymentHandle[Any],
        verifier: DeploymentHandle[Any],
    ) -> None:
        """Open the engines to know their models, and replace them by those of the cluster. None is started here.

        Raises ``ModelError``, and ``StandfirstError`` if Ray reports its usage, or if several replicas would not share
        a database.
        """
        require_no_usage_stats()  # again: the machine that deployed this may not have been in the cluster
        engines = await asyncio.to_thread(open_engines)
        require_stamp(engines, stamp)
        self._settings = Settings()
        replicas, machines = serve.get_replica_context().world_size, sum(node["Alive"] for node in ray.nodes())
        if max(replicas, machines) > 1 and not _has_shared_database(self._settings):
            raise StandfirstError(
                "More than one machine, or more than one replica of Service, needs a database that all can reach: set "
                "STANDFIRST_DATABASE_URL to postgresql://…"
            )
        self._engines = replace(
            engines,
            writer=RemoteEngine(engines.writer.name, writer, stamp),
            encoder=RemoteEngine(engines.encoder.name, encoder, stamp),
            verifier=RemoteEngine(engines.verifier.name, verifier, stamp),
        )

    def __serve_build_asgi_app__(self) -> FastAPI:
        """Return the application. Ray calls this, and runs the application's lifespan."""
        app = create_app(open_services(self._settings, self._engines))
        app.add_middleware(_WithoutRequestId)
        if self._settings.trusted_proxies:
            app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=list(self._settings.trusted_proxies))
        return app


class _WithoutRequestId:
    """Middleware that removes ``X-Request-ID`` from responses: Ray's proxy adds its own, which the request had."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_without_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                del MutableHeaders(scope=message)["X-Request-ID"]
            await send(message)

        await self._app(scope, receive, send_without_id)


def require_no_usage_stats() -> None:
    """Turn Ray's usage reports off in a cluster that starts here, and require it of one that runs.

    Raises ``StandfirstError`` if they are on.
    """
    if not ray.is_initialized():
        os.environ.setdefault(_USAGE_STATS, "0")
    if os.environ.get(_USAGE_STATS) != "0":
        raise StandfirstError(
            f"This cluster tells Ray's makers how it is used. Start each of its machines with {_USAGE_STATS}=0."
        )


def _has_shared_database(settings: Settings) -> bool:
    url = settings.database_url
    return url is not None and not url.get_secret_value().startswith("sqlite")
