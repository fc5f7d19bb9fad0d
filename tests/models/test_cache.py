"""The cache: filled from real small wheels that the tests build, by the real pip, without a network."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from itertools import product
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from standfirst_models import catalog as catalog_of_models
from standfirst_models.cache import ModelCache
from standfirst_models.catalog import Hub, ModelSpec, PinnedFile, Wheel, catalog, resolve
from standfirst_models.errors import ModelDamaged, ModelMissing, SourceFailed, UnknownModel, UnsuitableModel
from standfirst_models.protocols.writer import Prompt
from standfirst_models.runtimes.loading import load_writer
from tests.models import tiny
from tests.models.wheels import FILES, save_wheel, tiny_spec


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that pip takes for its only index."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    return folder


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "models"


def left_over(root: Path) -> list[str]:
    return [path.name for path in root.iterdir() if path.name.startswith(".filling")]


def test_a_missing_model_is_fetched_and_is_then_there_without_its_source(index: Path, root: Path) -> None:
    wheel = save_wheel(index)
    first = ModelCache(root).ensure(tiny_spec())
    assert {name: (first.folder / name).read_bytes() for name in FILES} == FILES
    wheel.unlink()
    assert ModelCache(root, offline=True).ensure(tiny_spec()) == first
    assert left_over(root) == []


def test_what_is_not_what_was_promised_is_never_kept(index: Path, root: Path) -> None:
    save_wheel(index, FILES | {"model.safetensors": b"something else"})
    with pytest.raises(SourceFailed, match=r"model\.safetensors"):
        ModelCache(root).ensure(tiny_spec())
    assert ModelCache(root).models() == []
    assert left_over(root) == []


def test_a_wheel_without_the_file_is_told_so(index: Path, root: Path) -> None:
    save_wheel(index, {"config.json": FILES["config.json"]})
    with pytest.raises(SourceFailed, match="not the wheel that was promised"):
        ModelCache(root).ensure(tiny_spec())


def test_what_pip_cannot_find_is_told_in_one_line(index: Path, root: Path) -> None:
    with pytest.raises(SourceFailed, match=r"tiny-weights==1\.0") as failed:
        ModelCache(root).ensure(tiny_spec())
    assert "\n" not in str(failed.value)


@pytest.mark.parametrize(
    ("name", "damage"),
    [*product(FILES, ["flipped", "cut", "gone"]), ("manifest.json", "cut"), ("manifest.json", "gone")],
)
def test_a_damaged_file_is_named_and_fetched_again(
    index: Path, root: Path, name: str, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    save_wheel(index)
    weights = ModelCache(root).ensure(tiny_spec())
    path = weights.folder / name
    content = bytearray(path.read_bytes())
    content[5] ^= 1
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(content if damage == "flipped" else content[: len(content) // 2])
    with pytest.raises(ModelDamaged, match="standfirst models pull tiny") as refused:
        ModelCache(root, offline=True).ensure(tiny_spec())
    assert name in str(refused.value)
    assert ModelCache(root).damaged_files(tiny_spec()) == [name]
    assert ModelCache(root).ensure(tiny_spec()) == weights
    assert any(name in message for message in caplog.messages)
    assert ModelCache(root).damaged_files(tiny_spec()) == []


def test_a_missing_model_offline_names_the_command_that_fetches_it(root: Path) -> None:
    with pytest.raises(ModelMissing, match="standfirst models pull tiny"):
        ModelCache(root, offline=True).ensure(tiny_spec())


def test_kept_models_are_listed_and_removed(index: Path, root: Path) -> None:
    save_wheel(index)
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


def test_a_folder_that_cannot_be_written_to_is_told_so(tmp_path: Path) -> None:
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

#: A pip that says that it has begun, and is then as slow as a bad line.
_SLOW_PIP = """
import os, sys, time
from pathlib import Path
log = Path(os.environ["TINY_LOG"])
with log.open("a") as file:
    file.write("began\\n")
while not Path(os.environ["TINY_GO"]).exists():
    time.sleep(0.01)
"""


def filling(root: Path, **environment: str) -> subprocess.Popen[str]:
    top = Path(__file__).parents[2]
    return subprocess.Popen(
        [sys.executable, "-c", _FILL, str(root)],
        env={**os.environ, "PYTHONPATH": str(top), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def slow_pip(tmp_path: Path) -> dict[str, str]:
    """The environment in which every Python that is pip waits for a file ``go``, and ``log`` counts them."""
    (tmp_path / "site").mkdir()
    hook = "import sys\nif 'pip' in sys.orig_argv and 'download' in sys.orig_argv:\n" + "".join(
        f"    {line}\n" for line in _SLOW_PIP.strip().splitlines()
    )
    (tmp_path / "site" / "sitecustomize.py").write_text(hook)
    return {
        "PYTHONPATH": f"{Path(__file__).parents[2]}{os.pathsep}{tmp_path / 'site'}",
        "TINY_LOG": str(tmp_path / "log"),
        "TINY_GO": str(tmp_path / "go"),
    }


def wait_for(path: Path) -> None:
    deadline = time.monotonic() + 30
    while not path.exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_two_processes_that_fill_at_once_download_once(index: Path, root: Path, tmp_path: Path) -> None:
    save_wheel(index)
    environment = slow_pip(tmp_path)
    both = [filling(root, **environment) for _ in range(2)]
    wait_for(tmp_path / "log")
    (tmp_path / "go").touch()
    told = [process.communicate(timeout=60) for process in both]
    assert [process.returncode for process in both] == [0, 0], told
    assert told[0][0] == told[1][0]
    assert (tmp_path / "log").read_text() == "began\n"


def test_a_kill_during_the_download_leaves_nothing_that_the_next_fill_minds(
    index: Path, root: Path, tmp_path: Path
) -> None:
    save_wheel(index)
    process = filling(root, **slow_pip(tmp_path))
    wait_for(tmp_path / "log")
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert ModelCache(root).models() == []
    assert left_over(root), "the kill came half-way"
    weights = ModelCache(root).ensure(tiny_spec())
    assert (weights.folder / "model.safetensors").read_bytes() == FILES["model.safetensors"]
    assert left_over(root) == []


def test_a_folder_of_the_users_is_used_where_it_lies(tmp_path: Path, root: Path) -> None:
    folder = tiny.save_llama(tmp_path / "mine")
    before = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    spec = resolve(str(folder), "writer")
    weights = ModelCache(root, offline=True).ensure(spec)
    assert weights.folder == folder
    assert (
        len(
            load_writer(weights.folder).write(
                [Prompt("Shorten.", "The bridge.", 4)], lambda _: False, lambda _, __: None
            )
        )
        == 1
    )
    assert {path: path.stat().st_mtime_ns for path in folder.iterdir()} == before
    tiny.save_llama(folder, seed=1)
    assert ModelCache(root).ensure(spec).revision != weights.revision, "other weights are another revision"


@pytest.mark.parametrize("build", [tiny.save_llama, tiny.save_bart, tiny.save_t5])
def test_a_hub_model_is_taken_from_the_local_hub_cache_offline(
    build: object, tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = hub_cache(tmp_path / "hub", build(tmp_path / "built"))  # type: ignore[operator]
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(hub))
    weights = ModelCache(root, offline=True).ensure(resolve("owner/tiny", "writer"))
    assert weights.folder.parent == root
    assert not (weights.folder / "pytorch_model.bin").exists()
    assert load_writer(weights.folder).write(
        [Prompt("Shorten.", "The bridge.", 4)], lambda _: False, lambda _, __: None
    )
    shutil.rmtree(hub)
    assert ModelCache(root, offline=True).ensure(resolve("owner/tiny", "writer")) == weights


def hub_cache(hub: Path, built: Path) -> Path:
    """``built`` as huggingface_hub keeps it: blobs by hash, a snapshot of links, a ref to its commit. And a pickle."""
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


def test_a_hub_model_that_is_nowhere_is_told_so_offline(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(root / "hub"))
    with pytest.raises(SourceFailed, match="owner/none"):
        ModelCache(root, offline=True).ensure(resolve("owner/none", "writer"))


def test_a_folder_of_pickle_is_refused(tmp_path: Path, root: Path) -> None:
    (tmp_path / "pytorch_model.bin").write_bytes(b"pickle")
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(UnsuitableModel, match="safetensors"):
        ModelCache(root).ensure(resolve(str(tmp_path), "writer"))


@pytest.mark.parametrize("name", ["", "no-such-model", "../etc", "/nowhere/at/all", "a/b/c", "owner/na me", "-/x;y"])
def test_what_names_no_model_is_told_with_what_does(name: str) -> None:
    with pytest.raises(UnknownModel, match="smollm2-135m"):
        resolve(name, "writer")


def test_an_encoder_is_no_writer() -> None:
    with pytest.raises(UnknownModel, match="encoder"):
        resolve("all-minilm-l6-v2", "writer")


def test_every_file_of_the_catalog_is_pinned() -> None:
    for spec in catalog():
        if isinstance(spec.source, Wheel):
            assert all(len(file.sha256) == 64 and file.bytes > 0 for file in spec.source.files)
        else:
            assert isinstance(spec.source, Hub)
            assert re.fullmatch(r"[0-9a-f]{40}", spec.source.revision), "a branch may change under us"
        assert spec.licence
        assert spec.memory_bytes


def test_the_tuned_writer_is_the_base_changed_by_its_adapter(models_dir: Path) -> None:
    cache = ModelCache(models_dir, offline=True)
    spec = resolve("standfirst-135m", "writer")
    assert spec.adapter is not None
    base, tuned = (
        load_file(cache.ensure(resolve(name, "writer")).folder / "model.safetensors")
        for name in ("smollm2-135m", spec.name)
    )
    adapter = load_file(Path(catalog_of_models.__file__).parent / spec.adapter.path)
    changed = {name.partition("#")[0] for name in adapter}
    assert changed < set(base) == set(tuned)
    for name in sorted(changed)[::20]:
        change = adapter[f"{name}#up"].float() @ adapter[f"{name}#down"].float()
        # Both are rounded to bf16, the change is not.
        assert torch.allclose(tuned[name].float() - base[name].float(), change, atol=0.01)
        assert not torch.equal(tuned[name], base[name])
    same = next(name for name in base if name not in changed)
    assert torch.equal(base[same], tuned[same])


def test_an_adapter_that_is_damaged_is_never_merged(index: Path, root: Path) -> None:
    save_wheel(index, FILES | {"model.gguf": b"GGUF"})
    content = b"GGUF"
    pinned = PinnedFile("tiny_weights/model.gguf", len(content), hashlib.sha256(content).hexdigest())
    wheel = Wheel("tiny-weights", "1.0", 500_000, (pinned,))
    wrong = PinnedFile("weights/verifier.safetensors", 1, "0" * 64)
    with pytest.raises(ModelDamaged, match="install it again"):
        ModelCache(root).ensure(ModelSpec("tuned", "writer", wheel, origin="the tests", adapter=wrong))
    assert left_over(root) == []


def test_the_embedded_writer_writes(models_dir: Path) -> None:
    weights = ModelCache(models_dir, offline=True).ensure(resolve("smollm2-135m", "writer"))
    config = json.loads((weights.folder / "config.json").read_text())
    assert "quantization_config" not in config
    writer = load_writer(weights.folder)
    passage = "Harwick council voted 14 to 3 on Tuesday to close the Old Mill bridge to all traffic for nine months."
    (text,) = writer.write(
        [Prompt("Shorten this to one plain sentence.", passage, 30)], lambda _: False, lambda _, __: None
    )
    assert "bridge" in text.lower()
