"""The service on Ray Serve: it behaves as a single process does, even while processes die or are replaced."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from http.client import HTTPResponse
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import pytest
import yaml

from standfirst.errors import StandfirstError
from tests.api.scripted_service import STORY, service
from tests.application.scripted_engines import scripted_engines

pytestmark = pytest.mark.process

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of what Ray has from pydantic
    pytest.importorskip("ray.serve", reason="the cluster is an extra: pip install 'standfirst[cluster]'")
    from standfirst.cluster.deployments import deploy

TOP = Path(__file__).parents[2]
SERVE, KUBERAY = TOP / "deploy/ray/serve.yaml", TOP / "deploy/ray/kuberay.yaml"
#: Seconds for each wait. A few are enough on an idle machine.
_PATIENCE = 240


class Cluster:
    """The service with scripted models on a Ray cluster of its own, deployed as ``serve.yaml`` on a small machine."""

    def __init__(self, folder: Path) -> None:
        self.files = folder / "data"
        self.files.mkdir()
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port = free.getsockname()[1]
        self._config = folder / "serve.yaml"
        self._log = folder / "log"
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("STANDFIRST_", "RAY_"))},
            "PYTHONPATH": os.pathsep.join([str(TOP), *filter(None, [os.environ.get("PYTHONPATH")])]),
            "RAY_TMPDIR": str(folder),
            "RAY_AUTH_MODE": "disabled",
            "RAY_USAGE_STATS_ENABLED": "0",
            "STANDFIRST_ALLOW_OPEN": "1",
            "STANDFIRST_DATA_DIR": str(self.files),
        }
        self._write_config(1)
        self._running = self._serve("--address", "local")

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *_: object) -> None:
        # A writer that still holds a story is drained for as long as the tests are patient: nobody waits for that.
        self._running.send_signal(signal.SIGINT)
        try:
            with suppress(subprocess.TimeoutExpired):
                self._running.wait(30)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(self._running.pid, signal.SIGKILL)
            self._running.wait()

    def redeploy(self) -> None:
        """Start to replace every process by one of a new version. A process that serves a request is replaced last."""
        before = self._opened()
        self._write_config(2)
        assert self._serve("--address", "auto", "--non-blocking").wait(_PATIENCE) == 0
        # One builds it, and two are replacements, of whichever deployments: by then it is under way.
        self.wait(lambda: len(self._opened() - before) >= 3)

    def _opened(self) -> set[str]:
        return {file.name for file in self.files.glob("opened *")}

    def get(self, path: str) -> Any:
        """Return the response to a GET request."""
        with urlopen(f"http://127.0.0.1:{self._port}{path}", timeout=_PATIENCE) as answer:
            return json.load(answer)

    def post(self, text: str, accept: str = "application/json") -> tuple[int, Any]:
        """Request a briefing, and return the status and the body of the response."""
        try:
            with urlopen(self._request(text, accept), timeout=_PATIENCE) as answer:
                return answer.status, json.load(answer) if accept == "application/json" else answer.read().decode()
        except HTTPError as refused:
            with refused:
                return refused.code, {**json.load(refused), "headers": refused.headers}

    def stream(self, text: str) -> HTTPResponse:
        """Request a briefing as an event stream, and return the open response."""
        answer: HTTPResponse = urlopen(self._request(text, "text/event-stream"), timeout=_PATIENCE)
        return answer

    @contextmanager
    def asking(self, text: str) -> Iterator[None]:
        """Request a briefing, and disconnect at the end of the block."""
        body = json.dumps({"text": text}).encode()
        with socket.create_connection(("127.0.0.1", self._port)) as connection:
            connection.sendall(
                b"POST /v1/briefings HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
            )
            yield

    def gone(self) -> int:
        """Return how many callers have disconnected. If Ray cancels the request first, it counts as a 503."""
        with urlopen(f"http://127.0.0.1:{self._port}/metrics", timeout=_PATIENCE) as answer:
            told = answer.read().decode()
        found = re.findall(
            r'^standfirst_requests_total.*/v1/briefings",status="(?:499|503)"} (\d+)', told, re.MULTILINE
        )
        return sum(map(int, found))

    def begun(self, held: str) -> list[int]:
        """Wait until a writer has begun with an article, and return the processes of all that have."""
        self.wait(lambda: [*self.files.glob(f"{held} begun *")])
        return [int(file.name.split()[-1]) for file in self.files.glob(f"{held} begun *")]

    def let_go(self, held: str) -> None:
        """Let the writers write about that article."""
        (self.files / f"{held} go").touch()

    def wait(self, condition: Any) -> None:
        """Wait until ``condition`` is true. An error of the connection counts as false."""
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            with suppress(URLError, ConnectionError):
                if condition():
                    return
            time.sleep(0.05)
        pytest.fail(self._log.read_text(encoding="utf-8", errors="replace")[-5000:])

    def _request(self, text: str, accept: str) -> Request:
        headers = {"Content-Type": "application/json", "Accept": accept}
        return Request(f"http://127.0.0.1:{self._port}/v1/briefings", json.dumps({"text": text}).encode(), headers)

    def _write_config(self, version: int) -> None:
        config = yaml.safe_load(SERVE.read_text(encoding="utf-8"))
        config["http_options"] = {"host": "127.0.0.1", "port": self._port}
        [application] = config["applications"]
        application.update(import_path="tests.cluster.scripted_cluster:app", args={"version": version})
        for deployment in application["deployments"]:
            deployment["autoscaling_config"] = None
            deployment["num_replicas"] = 2 if deployment["name"] == "Writer" else 1
            deployment["ray_actor_options"] = {"num_cpus": 0}
            # A writer is held for as long as the machine takes to replace the others.
            deployment["graceful_shutdown_timeout_s"] = _PATIENCE
        self._config.write_text(yaml.safe_dump(config), encoding="utf-8")

    def _serve(self, *options: str) -> subprocess.Popen[bytes]:
        command = [str(Path(sys.executable).with_name("serve")), "run", *options, str(self._config)]
        with self._log.open("ab") as log:
            return subprocess.Popen(
                command, env=self._environment, cwd=TOP, stdout=log, stderr=log, start_new_session=True
            )


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    # Ray's sockets lie in it, and the names of sockets are short.
    folder = Path(tempfile.mkdtemp(prefix="sf-", dir="/tmp"))
    try:
        with Cluster(folder) as running:
            running.wait(lambda: running.get("/readyz")["status"] == "ready")
            yield running
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def held_story(name: str) -> str:
    return STORY.replace("Harwick", name)


def test_a_briefing_equals_that_of_a_single_process(cluster: Cluster, tmp_path: Path) -> None:
    with service(tmp_path) as client:
        alone = client.post("/v1/briefings", json={"text": STORY}).json()
    status, briefing = cluster.post(STORY)
    assert status == 200
    assert {**briefing, "timing_ms": 0} == {**alone, "timing_ms": 0}


def test_a_briefing_is_streamed(cluster: Cluster) -> None:
    _, stream = cluster.post(STORY + " It is streamed.", accept="text/event-stream")
    events = [line.removeprefix("event: ") for line in stream.splitlines() if line.startswith("event: ")]
    assert events == ["article", *["sentence"] * (len(events) - 2), "done"]
    assert len(events) > 3


def test_an_error_of_a_model_is_a_problem_without_article_text(cluster: Cluster) -> None:
    status, told = cluster.post(held_story("Faultham"))
    assert (status, told["code"], told["headers"]["Content-Type"]) == (
        500,
        "inference_failed",
        "application/problem+json",
    )
    assert told["headers"].get_all("X-Request-ID") == [told["request_id"]]
    assert "Faultham" not in str(told)
    assert "Traceback" not in str(told)


def test_a_caller_that_disconnects_stops_the_writer(cluster: Cluster) -> None:
    with cluster.asking(held_story("HeldhamAlone")):
        cluster.begun("HeldhamAlone")
    cluster.wait(lambda: (cluster.files / "HeldhamAlone given up").exists())


def test_a_caller_that_disconnects_does_not_harm_others_with_the_same_request(cluster: Cluster) -> None:
    story = held_story("HeldhamShared")
    gone = cluster.gone()
    with cluster.asking(story):
        cluster.begun("HeldhamShared")
        other = cluster.stream(story)
        assert other.readline() == b"event: article\n"
    cluster.wait(lambda: cluster.gone() > gone)
    cluster.let_go("HeldhamShared")
    assert b"event: done\n" in other.read()
    assert len(cluster.begun("HeldhamShared")) == 1


def test_another_writer_does_the_work_of_a_killed_one(cluster: Cluster) -> None:
    stories = [held_story("HeldhamKilled") + f" There are {number} of them." for number in range(6)]
    with ThreadPoolExecutor(len(stories)) as threads:
        asked = [threads.submit(cluster.post, story) for story in stories]
        killed = cluster.begun("HeldhamKilled")[0]
        os.kill(killed, signal.SIGKILL)
        cluster.wait(lambda: {*cluster.begun("HeldhamKilled")} - {killed})
        cluster.let_go("HeldhamKilled")
        answers = [one.result() for one in asked]
    assert [status for status, _ in answers] == [200] * len(stories)
    assert len({briefing["id"] for _, briefing in answers}) == len(stories)


def test_an_article_that_kills_every_writer_fails_and_others_succeed(cluster: Cluster) -> None:
    status, told = cluster.post(held_story("Killham"))
    assert (status, told["code"]) == (500, "inference_failed")
    assert cluster.post(held_story("Aftham"))[0] == 200


def test_no_request_is_refused_during_a_rolling_update(cluster: Cluster) -> None:
    created = cluster.get("/v1/models")["data"][0]["created"]
    with ThreadPoolExecutor() as threads:
        old = threads.submit(cluster.post, held_story("HeldhamOld"))
        cluster.begun("HeldhamOld")
        cluster.redeploy()
        new = threads.submit(cluster.post, held_story("Newham"))
        cluster.let_go("HeldhamOld")
        assert (old.result()[0], new.result()[0]) == (200, 200)
    assert len(cluster.begun("HeldhamOld")) == 1
    cluster.wait(lambda: cluster.get("/v1/models")["data"][0]["created"] != created)


def test_a_cluster_without_keys_is_refused() -> None:
    with pytest.raises(StandfirstError, match="STANDFIRST_API_KEYS"):
        deploy(scripted_engines)


def test_a_cluster_that_reports_its_usage_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STANDFIRST_ALLOW_OPEN", "1")
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "1")
    with pytest.raises(StandfirstError, match="RAY_USAGE_STATS_ENABLED=0"):
        deploy(scripted_engines)


def test_a_cluster_that_starts_here_reports_no_usage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STANDFIRST_ALLOW_OPEN", "1")
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "1")
    monkeypatch.delenv("RAY_USAGE_STATS_ENABLED")
    deploy(scripted_engines)
    assert os.environ["RAY_USAGE_STATS_ENABLED"] == "0"


def test_the_kubernetes_manifest_deploys_the_same_as_the_config() -> None:
    manifest = yaml.safe_load(KUBERAY.read_text(encoding="utf-8"))
    assert manifest["kind"] == "RayService"
    assert yaml.safe_load(manifest["spec"]["serveConfigV2"]) == yaml.safe_load(SERVE.read_text(encoding="utf-8"))
    assert manifest["spec"]["rayClusterConfig"]["rayVersion"] in (TOP / "constraints.txt").read_text(encoding="utf-8")
    groups = manifest["spec"]["rayClusterConfig"]["workerGroupSpecs"]
    pods = [one["template"]["spec"] for one in (manifest["spec"]["rayClusterConfig"]["headGroupSpec"], *groups)]
    for [container] in (pod["containers"] for pod in pods):
        assert {"name": "RAY_USAGE_STATS_ENABLED", "value": "0"} in container["env"]
