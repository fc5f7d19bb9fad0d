"""The cluster: the same service over many machines, run by Ray Serve. ``serve run standfirst.cluster:app``.

Four deployments, each with as many replicas as its own load asks for: ``Service``, the application that a single
process has, and ``Writer``, ``Encoder`` and ``Verifier``, one engine each. What is told of them here holds where the
cluster's own file (``deploy/ray/serve.yaml``) says nothing else.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import ray
from fastapi import FastAPI
from ray import serve
from ray.serve import Application, Deployment
from ray.serve.config import AutoscalingConfig
from ray.serve.handle import DeploymentHandle
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from standfirst.api.app import create_app
from standfirst.application.engines import Engines
from standfirst.cluster.replicas import ModelReplica, ModelReplicas, Part, require_promised
from standfirst.domain.briefing import ModelStamp
from standfirst.errors import StandfirstError
from standfirst.settings import Settings
from standfirst.telemetry import configure
from standfirst.wiring import open_engines, open_services

#: Ray tells its makers how it is used unless this is 0. It is read when a cluster is started.
_USAGE = "RAY_USAGE_STATS_ENABLED"
#: Seconds that a replica which is no longer needed has for those that it serves; then it is ended.
_SERVICE_DRAIN, _MODEL_DRAIN = 120.0, 60.0
#: Requests that one replica has at a time; more wait for another. Of the service's most only listen to events: how
#: many are worked on is for STANDFIRST_QUEUE_SIZE to say.
_SERVICE_REQUESTS, _WRITER_REQUESTS, _OTHER_REQUESTS = 1000, 32, 64


@serve.ingress()
class Service:
    """The application of a single process, with models that are elsewhere."""

    async def __init__(  # type: ignore[misc]  # Ray awaits it
        self,
        open_engines: Callable[[], Engines],
        stamp: ModelStamp,
        writer: DeploymentHandle[Any],
        encoder: DeploymentHandle[Any],
        verifier: DeploymentHandle[Any],
    ) -> None:
        """Open the engines that the replicas run, for what they are; none is started here.

        Raises ``ModelError``s, and ``StandfirstError`` where this would not be one service, or where Ray tells of it.
        """
        _require_silence()  # again: who deployed this may have known only now which cluster it is
        engines = await asyncio.to_thread(open_engines)
        require_promised(engines, stamp)
        self._settings = Settings()
        replicas, machines = serve.get_replica_context().world_size, sum(node["Alive"] for node in ray.nodes())
        if max(replicas, machines) > 1 and not _is_shared(self._settings):
            raise StandfirstError(
                "More than one machine, or more than one replica of Service, needs a database that all can reach: set "
                "STANDFIRST_DATABASE_URL to postgresql://…"
            )
        self._engines = replace(
            engines,
            writer=ModelReplicas(engines.writer.name, writer, stamp),
            encoder=ModelReplicas(engines.encoder.name, encoder, stamp),
            verifier=ModelReplicas(engines.verifier.name, verifier, stamp),
        )

    def __serve_build_asgi_app__(self) -> FastAPI:
        """The application, as Ray asks for it, which runs its lifespan."""
        app = create_app(open_services(self._settings, self._engines))
        app.add_middleware(_Named)
        if self._settings.trusted_proxies:
            app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=list(self._settings.trusted_proxies))
        return app


class _Named:
    """Leaves it to Ray, which names each request before it is here, to say in the answer how it is named."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, as ASGI has it."""

        async def send_unnamed(message: Message) -> None:
            if message["type"] == "http.response.start":
                del MutableHeaders(scope=message)["X-Request-ID"]
            await send(message)

        await self._app(scope, receive, send_unnamed)


def app(_: dict[str, str]) -> Application:
    """The service that the settings describe, as Ray Serve asks for it."""
    return cluster(_open_engines)


def cluster(open_engines: Callable[[], Engines]) -> Application:
    """The service with the engines that ``open_engines`` gives, the same on every machine; it is called on each.

    Raises ``StandfirstError`` where anyone could use it, or where Ray tells others of it, and what ``open_engines``
    raises.
    """
    _require_silence()
    settings = Settings()
    if not (settings.api_keys or settings.api_keys_file or settings.allow_open):
        raise StandfirstError(
            "Where a cluster listens is for Ray to say, so it asks for keys: set STANDFIRST_API_KEYS, or "
            "STANDFIRST_ALLOW_OPEN=1 if something before it checks who calls."
        )
    stamp = open_engines().stamp
    service: Deployment = serve.deployment(
        num_replicas=1,
        max_ongoing_requests=_SERVICE_REQUESTS,
        # The next version is there before this one goes. Models, which need more, are replaced where they were.
        max_surge_percent=100,
        graceful_shutdown_timeout_s=_SERVICE_DRAIN,
        ray_actor_options={"num_cpus": 0.25},
    )(Service)

    def model(name: str, part: Part, *, cpus: float, requests: int) -> Application:
        replicas: Deployment = serve.deployment(
            name=name,
            max_ongoing_requests=requests,
            # Below what fills its batches one replica is enough, and another one would only make them smaller.
            autoscaling_config=AutoscalingConfig(min_replicas=1, max_replicas=4, target_ongoing_requests=requests / 4),
            graceful_shutdown_timeout_s=_MODEL_DRAIN,
            ray_actor_options={"num_cpus": cpus},
        )(ModelReplica)
        return replicas.bind(open_engines, part, stamp)

    return service.bind(
        open_engines,
        stamp,
        model("Writer", "writer", cpus=1, requests=_WRITER_REQUESTS),
        model("Encoder", "encoder", cpus=0.25, requests=_OTHER_REQUESTS),
        model("Verifier", "verifier", cpus=0.25, requests=_OTHER_REQUESTS),
    )


def _open_engines() -> Engines:
    settings = Settings()
    configure(settings)
    return open_engines(settings, progress=False)


def _require_silence() -> None:
    """Have the cluster that is about to be started tell nobody of itself, and require it of one that is there."""
    if not ray.is_initialized():
        os.environ.setdefault(_USAGE, "0")
    if os.environ.get(_USAGE) != "0":
        raise StandfirstError(
            f"This cluster tells Ray's makers how it is used. Start each of its machines with {_USAGE}=0."
        )


def _is_shared(settings: Settings) -> bool:
    """Whether what is kept can be kept by several processes."""
    url = settings.database_url
    return url is not None and not url.get_secret_value().startswith("sqlite")
