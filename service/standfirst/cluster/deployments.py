"""The deployments of the cluster: ``Service``, and one for each of the three engines.

Ray Serve runs as many replicas of each as its load asks for. The values here apply where the cluster's own file
(``deploy/ray/serve.yaml``) says nothing else.
"""

from __future__ import annotations

from collections.abc import Callable

from ray import serve
from ray.serve import Application, Deployment
from ray.serve.config import AutoscalingConfig

from standfirst.application.engines import Engines
from standfirst.cluster.replica import EngineName, ModelReplica
from standfirst.cluster.service import Service, require_no_usage_stats
from standfirst.errors import StandfirstError
from standfirst.settings import Settings
from standfirst.telemetry import configure
from standfirst.wiring import open_engines

#: Seconds that a replica which is no longer needed has to finish its requests.
_SERVICE_DRAIN, _MODEL_DRAIN = 120.0, 60.0
#: Requests that one replica has at a time; more wait for another. Most requests of the service only listen to events:
#: STANDFIRST_QUEUE_SIZE limits how many are worked on.
_SERVICE_REQUESTS, _WRITER_REQUESTS, _OTHER_REQUESTS = 1000, 32, 64


def app(_: dict[str, str]) -> Application:
    """Return the application that the settings describe, for ``serve run``."""
    return deploy(_open_engines)


def deploy(open_engines: Callable[[], Engines]) -> Application:
    """Return the application. ``open_engines`` is called on each machine, and must return the same engines.

    Raises ``StandfirstError`` if anyone could use the service or if Ray reports its usage, and the errors of
    ``open_engines``.
    """
    require_no_usage_stats()
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
        # A new replica starts before the old one stops. The models need more memory: theirs stop first.
        max_surge_percent=100,
        graceful_shutdown_timeout_s=_SERVICE_DRAIN,
        ray_actor_options={"num_cpus": 0.25},
    )(Service)

    def deploy_engine(name: str, engine: EngineName, *, cpus: float, requests: int) -> Application:
        deployment: Deployment = serve.deployment(
            name=name,
            max_ongoing_requests=requests,
            # One replica is enough until its batches are full. Another one would only make them smaller.
            autoscaling_config=AutoscalingConfig(min_replicas=1, max_replicas=4, target_ongoing_requests=requests / 4),
            graceful_shutdown_timeout_s=_MODEL_DRAIN,
            ray_actor_options={"num_cpus": cpus},
        )(ModelReplica)
        return deployment.bind(open_engines, engine, stamp)

    return service.bind(
        open_engines,
        stamp,
        deploy_engine("Writer", "writer", cpus=1, requests=_WRITER_REQUESTS),
        deploy_engine("Encoder", "encoder", cpus=0.25, requests=_OTHER_REQUESTS),
        deploy_engine("Verifier", "verifier", cpus=0.25, requests=_OTHER_REQUESTS),
    )


def _open_engines() -> Engines:
    settings = Settings()
    configure(settings)
    return open_engines(settings)
