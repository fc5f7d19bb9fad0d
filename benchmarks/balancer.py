"""The balancer before replicas: HAProxy with the configuration of ``docs/scaling.md``, its addresses alone changed."""

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
#: Seconds after which it knows how a replica is: a look every second, and one more that may have been under way.
LOOKS = 3.0


def haproxy() -> str:
    """The program. Raises ``FileNotFoundError`` where it is not installed."""
    found = shutil.which("haproxy", path="/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin")
    if found is None:
        raise FileNotFoundError("HAProxy is not installed: apt-get install haproxy")
    return found


def configuration(port: int, replicas: Sequence[int]) -> str:
    """What the document says, for replicas on those ports of this machine, listening on ``port`` of it."""
    found = re.search(r"^```haproxy\n(.*?)^```", _DOCUMENT.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    assert found, "docs/scaling.md has no configuration"
    servers = "".join(f"    server replica{each} 127.0.0.1:{each}\n" for each in replicas)
    listening = found.group(1).replace("bind :8080", f"bind 127.0.0.1:{port}")
    return re.sub(r"(^    server .+\n)+", servers, listening, flags=re.MULTILINE)


@contextmanager
def balanced(folder: Path, replicas: Sequence[int]) -> Iterator[str]:
    """The address of a balancer before replicas on those ports, once it finds one of them ready."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    told = folder / "haproxy.cfg"
    told.write_text(configuration(port, replicas), encoding="utf-8")
    process = subprocess.Popen([haproxy(), "-q", "-db", "-f", str(told)])
    try:
        address = f"http://127.0.0.1:{port}"
        while process.poll() is None:
            try:
                if httpx2.get(f"{address}/readyz").status_code == 200:
                    break
            except httpx2.TransportError:
                time.sleep(0.1)
        assert process.poll() is None, "HAProxy did not start"
        time.sleep(LOOKS)
        yield address
    finally:
        process.terminate()
        process.wait()
