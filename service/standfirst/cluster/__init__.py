"""The cluster: the service on several machines, run by Ray Serve with ``serve run standfirst.cluster:app``."""

from standfirst.cluster.deployments import app

__all__ = ["app"]
