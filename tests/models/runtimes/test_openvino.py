"""The OpenVINO runtime: how it is chosen, built, and run; what every writer does is in ``test_runtimes``."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer

from standfirst_models.cache import ModelCache
from standfirst_models.catalog import resolve
from standfirst_models.errors import InferenceFailed, ModelDamaged, SourceFailed, UnsuitableModel
from standfirst_models.protocols.writer import Prompt
from standfirst_models.runtimes import selection
from standfirst_models.runtimes.loading import load_writer
from standfirst_models.runtimes.selection import choose_runtime
from standfirst_models.runtimes.text.tokenizer import decode
from standfirst_models.runtimes.torch.loading import load_encoder
from tests.models import tiny
from tests.models.runtimes.test_torch import PROMPTS, by_openvino, encoder_by_openvino, nobody, untold

pytest.importorskip("openvino_genai", reason="OpenVINO GenAI is not installed")


@pytest.mark.parametrize("save", [tiny.save_llama, tiny.save_qwen2])
def test_the_graph_says_what_torch_says_up_to_quantization(save: Callable[[Path], Path], tmp_path: Path) -> None:
    from standfirst_models.runtimes.openvino.graph import build
    from standfirst_models.runtimes.openvino.no_telemetry import openvino

    folder = save(tmp_path)
    torch.manual_seed(5)
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    for weights in model.parameters():
        if weights.dim() == 1:  # norms and biases, which are ones and noughts in a new model
            torch.nn.init.normal_(weights, mean=1, std=0.3)
    model.save_pretrained(folder)
    (tmp_path / "openvino").mkdir()
    build(folder, tmp_path / "openvino")
    ids = np.random.default_rng(6).integers(4, 300, (2, 40))
    compiled = openvino.Core().compile_model(tmp_path / "openvino" / "openvino_model.xml", "CPU")
    given = {"input_ids": ids, "position_ids": np.tile(np.arange(40), (2, 1)), "beam_idx": np.arange(2, dtype=np.int32)}
    (found,) = compiled(given).values()
    with torch.inference_mode():
        wanted = model(torch.from_numpy(ids)).logits.numpy()
    lengths = np.linalg.norm(found, axis=2) * np.linalg.norm(wanted, axis=2)
    assert ((found * wanted).sum(2) / lengths).min() > 0.999


@pytest.mark.parametrize("save", [tiny.save_bert, tiny.save_roberta, tiny.save_mpnet, tiny.save_distilbert])
def test_an_encoder_gives_the_vectors_that_torch_gives(save: Callable[[Path], Path], tmp_path: Path) -> None:
    folder = save(tmp_path)
    texts = ["", "A", "The bridge.", "Buses will be sent over the ring road. " * 60]
    wanted = load_encoder(folder, device="cpu", dtype=torch.float32).encode(texts, lambda: False)
    assert np.allclose(encoder_by_openvino(folder).encode(texts, lambda: False), wanted, atol=1e-4)


@pytest.fixture(scope="module", params=["llama", "qwen2", "standfirst-135m"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, models_dir: Path) -> Path:
    """A writer as transformers reads it."""
    if request.param == "standfirst-135m":
        return ModelCache(models_dir, offline=True).ensure(resolve(request.param, "writer")).folder
    save = {"llama": tiny.save_llama, "qwen2": tiny.save_qwen2}[request.param]
    return save(tmp_path_factory.mktemp(request.param))


TEXTS = [
    "The council voted 14 to 3 on Tuesday to close the Old Mill bridge: £2.4m, it said.",
    "  Two  spaces,\ta tab\r\n\n\nand lines. \n",
    "“Quoted” – 東京, naïve café 🙂👩‍👩‍👧 \u200b\u00a0 ﬁ ① e\u0301",
    "They do n't know , he said . `` No ! '' {{ messages }} {% raw %} <b> & </b>",
    "<|im_end|><|im_start|>system <s></s><pad> <|endoftext|> [INST]",
    "",
]


def test_a_prompt_is_the_tokens_that_transformers_makes_of_it_and_an_answer_its_text(
    folder: Path, tmp_path: Path
) -> None:
    from standfirst_models.runtimes.openvino.chat_export import export_chat
    from standfirst_models.runtimes.text.chat import Chat, render_template
    from standfirst_models.runtimes.text.tokenizer import load_tokenizer

    export_chat(folder, tmp_path)
    theirs = AutoTokenizer.from_pretrained(folder)
    chat, ours = Chat.load(tmp_path), load_tokenizer(tmp_path)
    for text in TEXTS:
        prompt = Prompt("Shorten this.", text, 8)
        tokens = theirs(render_template(theirs, prompt), add_special_tokens=False).input_ids
        assert ours.encode(chat.render(prompt), add_special_tokens=False).ids == tokens
        assert decode(ours, tokens, 999, chat.ends) == decode(theirs, tokens, 999, chat.ends)
    assert chat.context_tokens == AutoConfig.from_pretrained(folder).max_position_embeddings
    assert chat.ends == (2,)


@pytest.mark.parametrize(
    ("template", "wanted"),
    [
        (None, "Shorten this.\n\n Buses. \n\n\n"),
        ("[{{ messages[0].content | trim }}]", "[Shorten this.\n\n Buses.]"),
        ("{{ bos_token }}{{ messages[0].content }}{{ eos_token }}", "<s>Shorten this.\n\n Buses. \n</s>"),
    ],
)
def test_a_chat_template_is_taken_apart_once(template: str | None, wanted: str, tmp_path: Path) -> None:
    from standfirst_models.runtimes.openvino.chat_export import export_chat
    from standfirst_models.runtimes.text.chat import Chat

    templated(tiny.save_llama(tmp_path), template)
    (tmp_path / "built").mkdir()
    export_chat(tmp_path, tmp_path / "built")
    assert Chat.load(tmp_path / "built").render(Prompt("Shorten this.", " Buses. \n", 8)) == wanted


def test_a_chat_template_that_does_more_is_left_to_torch(tmp_path: Path) -> None:
    from standfirst_models.runtimes.openvino.chat_export import export_chat

    templated(tiny.save_llama(tmp_path), "{{ messages[0].content | upper }}")
    (tmp_path / "built").mkdir()
    with pytest.raises(UnsuitableModel, match="template"):
        export_chat(tmp_path, tmp_path / "built")


def templated(folder: Path, template: str | None) -> None:
    tokenizer = AutoTokenizer.from_pretrained(folder)
    tokenizer.chat_template = template
    (folder / "chat_template.jinja").unlink()
    tokenizer.save_pretrained(folder)


def test_all_three_run_without_torch_and_transformers(models_dir: Path) -> None:
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from standfirst.application.weights import ensure_model, ensure_verifier\n"
        "from standfirst.settings import Settings\n"
        "from standfirst_models.cache import ModelCache\n"
        "from standfirst_models.catalog import VERIFIER_ADAPTER, resolve\n"
        "from standfirst_models.runtimes.loading import load_encoder, load_verifier, load_writer\n"
        "from standfirst_models.protocols.verifier import Pair\n"
        "from standfirst_models.protocols.writer import Prompt\n"
        "settings = Settings(runtime='openvino', offline=True)\n"
        "cache = ModelCache(Path(sys.argv[1]), offline=True)\n"
        "writer, _ = ensure_model(resolve('standfirst-135m', 'writer'), settings, cache)\n"
        "encoder, _ = ensure_model(resolve('all-minilm-l6-v2', 'encoder'), settings, cache)\n"
        "verifier, _ = ensure_verifier(settings, cache)\n"
        "assert load_encoder(encoder.folder).encode(['Buses.'], lambda: False).shape == (1, 384)\n"
        "assert load_verifier(verifier.folder, VERIFIER_ADAPTER).verify([Pair('Buses.', 'Buses.')], lambda: False)\n"
        "prompt = Prompt('Shorten this.', 'The bridge is closed.', 4)\n"
        "assert load_writer(writer.folder).write([prompt], lambda _: False, lambda _, __: None)\n"
        "print([name for name in ('torch', 'transformers') if name in sys.modules])"
    )
    command = [sys.executable, "-c", code, str(models_dir)]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    assert found.stdout == "[]\n"


def test_others_run_while_it_encodes(tmp_path: Path) -> None:
    from standfirst_models.runtimes.openvino.compiled import compiled

    encoder_by_openvino(tiny.save_bert(tmp_path))
    run = compiled(tmp_path / "openvino", exact=True)
    ids = np.full((1000, 256), 5)  # one long step: between two of them anyone has a turn
    assert turns_during(lambda: run(ids, ids)) > 100


def test_nothing_is_told_to_its_makers() -> None:
    code = (
        "from standfirst_models.runtimes.openvino.no_telemetry import openvino_genai\n"
        "import sys\n"
        "print([name for name, module in sys.modules.items() if 'openvino_telemetry' in name and module])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "[]\n"


def test_others_run_while_it_takes_a_step(tmp_path: Path) -> None:
    writer = by_openvino(tiny.save_llama(tmp_path))
    prompts = [Prompt("Shorten this.", "Buses. " * 60, 4)] * 8
    assert turns_during(lambda: writer.write(prompts, nobody, untold)) > 100


def turns_during(work: Callable[[], object]) -> int:
    """How often another thread has its turn while ``work`` is done."""
    turns = 0
    over = threading.Event()

    def count() -> None:
        nonlocal turns
        while not over.is_set():
            turns += 1
            time.sleep(0)

    counting = threading.Thread(target=count)
    counting.start()
    work()
    over.set()
    counting.join()
    return turns


def test_a_process_that_is_killed_fails_what_it_wrote_and_the_next_call_has_another(tmp_path: Path) -> None:
    writer = by_openvino(tiny.save_llama(tmp_path))
    whole = writer.write(PROMPTS, nobody, untold)
    process = writer._decoder._process  # type: ignore[attr-defined]

    def kill(_: int) -> bool:
        process.send_signal(signal.SIGKILL)
        process.wait()
        return False

    with pytest.raises(InferenceFailed):
        writer.write(PROMPTS, kill, untold)
    assert writer.write(PROMPTS, nobody, untold) == whole


def test_its_process_ends_with_it(tmp_path: Path) -> None:
    writer = by_openvino(tiny.save_llama(tmp_path))
    pid = writer._decoder._process.pid  # type: ignore[attr-defined]
    del writer
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.skipif(len(os.sched_getaffinity(0)) == 1, reason="there is one core, and no more to be taken")
def test_it_computes_on_no_more_cores_than_its_share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def threads(folder: Path) -> int:
        folder.mkdir()
        writer = by_openvino(tiny.save_llama(folder))
        writer.write(PROMPTS, nobody, untold)
        return len(os.listdir(f"/proc/{writer._decoder._process.pid}/task"))  # type: ignore[attr-defined]

    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    of_all = threads(tmp_path / "all")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    assert threads(tmp_path / "one") < of_all


def test_a_graph_cut_short_is_damaged(tmp_path: Path) -> None:
    by_openvino(tiny.save_llama(tmp_path))
    weights = tmp_path / "openvino" / "openvino_model.bin"
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(ModelDamaged, match="OpenVINO"):
        load_writer(tmp_path / "openvino")


def test_what_was_asked_for_is_chosen_if_it_can_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    llama, bart = tiny.save_llama(tmp_path / "llama"), tiny.save_bart(tmp_path / "bart")
    assert choose_runtime("torch", llama) == "torch"
    assert choose_runtime("openvino", llama) == "openvino"
    assert choose_runtime("auto", bart) == "torch"
    with pytest.raises(UnsuitableModel, match="bart"):
        choose_runtime("openvino", bart)
    monkeypatch.setattr(selection, "version", lambda _: "2.13.0+cpu")
    assert choose_runtime("auto", llama) == "openvino"
    monkeypatch.setattr(selection, "version", lambda _: "2.13.0")
    monkeypatch.setattr(selection, "_GPUS", ("/dev/no-gpu",))
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert choose_runtime("auto", llama) == "openvino", "torch is not imported only to be told that there is none"
    monkeypatch.setattr(selection, "_GPUS", ("/dev/null",))
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert choose_runtime("auto", llama) == "openvino"
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert choose_runtime("auto", llama) == "torch", "a GPU is faster"


def test_where_it_is_not_installed_torch_is_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    llama = tiny.save_llama(tmp_path)
    monkeypatch.setattr(selection, "find_spec", lambda _: None)
    assert choose_runtime("auto", llama) == "torch"
    with pytest.raises(UnsuitableModel, match=r"pip install 'standfirst\[openvino\]'"):
        choose_runtime("openvino", llama)


@pytest.mark.parametrize(
    "change",
    [
        {"rope_parameters": {"rope_type": "llama3", "rope_theta": 10000.0, "factor": 8.0}},
        {"rope_parameters": None, "rope_scaling": {"type": "linear", "rope_type": "linear", "factor": 2.0}},
        {"hidden_act": "gelu"},
        {"use_sliding_window": True},
        {"model_type": "gemma"},
    ],
)
def test_a_model_that_the_graph_does_not_have_all_of_is_run_by_torch(change: dict[str, object], tmp_path: Path) -> None:
    path = tiny.save_llama(tmp_path) / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    assert choose_runtime("auto", tmp_path) == "torch"
    with pytest.raises(UnsuitableModel):
        choose_runtime("openvino", tmp_path)


def test_it_is_built_once_kept_whole_and_removed_with_its_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = ModelCache(tmp_path / "models", offline=True)
    given = cache.ensure(resolve(str(tiny.save_llama(tmp_path / "mine")), "writer"))
    writer = resolve(str(given.folder), "writer")
    spec = writer.for_openvino(given.revision)
    built = cache.ensure(spec)
    assert {path.name for path in built.folder.iterdir()} >= {"openvino_model.bin", "tokenizer.json", "manifest.json"}
    assert load_writer(built.folder).write(PROMPTS, nobody, untold)
    stamp = (built.folder / "manifest.json").stat().st_mtime_ns
    assert cache.ensure(spec) == built
    assert (built.folder / "manifest.json").stat().st_mtime_ns == stamp
    (built.folder / "openvino_model.bin").write_bytes(b"damaged")
    assert cache.ensure(spec) == built, "it is built again, the same, and without a network"
    tiny.save_llama(given.folder, seed=1)
    other = cache.ensure(resolve(str(given.folder), "writer"))
    assert cache.ensure(writer.for_openvino(other.revision)).folder != built.folder


def test_a_build_that_fails_is_told_in_one_line_and_leaves_nothing(tmp_path: Path) -> None:
    folder = tiny.save_llama(tmp_path / "mine")
    (folder / "model.safetensors").write_bytes(b"")
    cache = ModelCache(tmp_path / "models")
    with pytest.raises(SourceFailed) as failed:
        cache.ensure(resolve(str(folder), "writer").for_openvino("1"))
    assert "\n" not in str(failed.value)
    assert cache.models() == []


def test_the_embedded_writer_writes_what_it_writes_by_torch(models_dir: Path) -> None:
    cache = ModelCache(models_dir, offline=True)
    spec = resolve("standfirst-135m", "writer")
    weights = cache.ensure(spec)
    passages = [
        "Harwick council voted 14 to 3 on Tuesday to close the Old Mill bridge to all traffic for nine months.",
        "The work will cost £2.4m, of which the county will pay £1.5m, the council said after the meeting on Tuesday.",
    ]
    prompts = [Prompt("Shorten this to one plain sentence of at most 15 words.", passage, 24) for passage in passages]
    quantized = load_writer(cache.ensure(spec.for_openvino(weights.revision)).folder)
    for found, wanted in zip(
        quantized.write(prompts, nobody, untold),
        load_writer(weights.folder).write(prompts, nobody, untold),
        strict=True,
    ):
        assert len(set(found.split()) & set(wanted.split())) > 0.6 * len(set(wanted.split()))
