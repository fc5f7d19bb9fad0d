"""A load balancer for replicas: HAProxy with the configuration in ``docs/scaling.md``, but for its addresses."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx2

_DOCUMENT = Path(__file__).parents[1] / "docs/scaling.md"
#: The seconds until the balancer has noticed a replica's state: it checks every second, plus a check that is running.
HEALTH_CHECK_S = 3.0


def haproxy() -> str:
    """Return the path of HAProxy. Raises ``FileNotFoundError`` where it is not installed."""
    path = shutil.which("haproxy", path="/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin")
    if path is None:
        raise FileNotFoundError("HAProxy is not installed: apt-get install haproxy")
    return path


def configuration(port: int, replicas: Sequence[int]) -> str:
    """Return the document's configuration for local ports: ``port`` of the balancer and those of ``replicas``."""
    match = re.search(r"^```haproxy\n(.*?)^```", _DOCUMENT.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    assert match, "docs/scaling.md has no configuration"
    servers = "".join(f"    server replica{each} 127.0.0.1:{each}\n" for each in replicas)
    text = match.group(1).replace("bind :8080", f"bind 127.0.0.1:{port}")
    return re.sub(r"(^    server .+\n)+", servers, text, flags=re.MULTILINE)


@contextmanager
def balanced(folder: Path, replicas: Sequence[int]) -> Iterator[str]:
    """Run a balancer for ``replicas``, wait until one of them is ready, and give the balancer's address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = folder / "haproxy.cfg"
    config.write_text(configuration(port, replicas), encoding="utf-8")
    process = subprocess.Popen([haproxy(), "-q", "-db", "-f", str(config)])
    try:
        address = f"http://127.0.0.1:{port}"
        while process.poll() is None:
            try:
                if httpx2.get(f"{address}/readyz").status_code == 200:
                    break
            except httpx2.TransportError:
                time.sleep(0.1)
        assert process.poll() is None, "HAProxy did not start"
        time.sleep(HEALTH_CHECK_S)
        yield address
    finally:
        process.terminate()
        process.wait()
