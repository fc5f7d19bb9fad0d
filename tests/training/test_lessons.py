"""What the writer is taught, by the real verifier; and that a tuned model is what its adapter makes of the base."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM, AutoTokenizer

from standfirst.grounding.review import Verify
from standfirst.reading.text import read_text
from standfirst_models.runtimes.torch.causal import CausalWriter
from standfirst_models.runtimes.torch.weights import apply_adapter
from tests.api.scripted_service import STORY
from tests.models import tiny
from training.lessons import Lesson, counts, read_lessons, ruled_lessons, save_lessons, written_lessons
from training.writer import encoded, loss_of, tune


def taught(tmp_path: Path, verify: Verify, *, editors: str = "", system: str = "") -> list[Lesson]:
    row = {"article": STORY, "reference": editors, "systems": {"simcls": system}}
    (tmp_path / "pairs.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    return list(written_lessons(tmp_path / "pairs.jsonl", verify, Random(0)))


def test_what_editors_wrote_is_taught_as_the_answer_to_the_sentence_that_it_shortens(
    tmp_path: Path, verify: Verify
) -> None:
    lessons = taught(tmp_path, verify, editors="Buses will be sent over the ring road, which adds about 12 minutes.")
    [lesson] = [lesson for lesson in lessons if lesson.kind == "editors"]
    assert lesson.passage.startswith("Buses 4 and 11 will be sent over the ring road, which adds")
    assert lesson.answer == "Buses will be sent over the ring road, which adds about 12 minutes."
    assert lesson.instruction.startswith("Shorten this sentence")


def test_what_a_system_wrote_in_lower_case_is_taught_as_the_article_writes_it(tmp_path: Path, verify: Verify) -> None:
    lessons = taught(
        tmp_path, verify, system="harwick council voted on tuesday to close the old mill bridge to all traffic."
    )
    assert "Harwick council voted on Tuesday to close the Old Mill bridge to all traffic." in [
        one.answer for one in lessons
    ]


def test_a_sentence_with_an_end_cut_off_is_not_taught(tmp_path: Path, verify: Verify) -> None:
    lessons = taught(tmp_path, verify, editors="Buses 4 and 11 will be sent over the ring road.")
    assert "editors" not in [lesson.kind for lesson in lessons]


@pytest.mark.parametrize(
    "false",
    [
        "Buses 4 and 12 will be sent over the ring road.",
        "Buses 4 and 11 will not be sent over the ring road.",
        "Tom Pryce will be sent over the ring road.",
    ],
)
def test_nothing_is_taught_that_the_article_does_not_back(tmp_path: Path, verify: Verify, false: str) -> None:
    assert false not in [lesson.answer for lesson in taught(tmp_path, verify, editors=false)]


def test_every_answer_is_shorter_than_its_passage_and_made_of_its_words(tmp_path: Path, verify: Verify) -> None:
    (tmp_path / "more.jsonl").write_text(json.dumps({"text": STORY}) + "\n", encoding="utf-8")
    sentences = {sentence.text for sentence in read_text(STORY).sentences}
    for seed in range(5):
        for lesson in ruled_lessons(tmp_path / "more.jsonl", 0, verify, Random(seed)):
            assert lesson.passage in sentences
            assert len(lesson.answer.split()) < len(lesson.passage.split())
            words = lesson.passage.lower().replace(",", "").split()
            assert set(lesson.answer.lower().replace(",", "").strip(".").split()) <= set(words)
    assert not list(ruled_lessons(tmp_path / "more.jsonl", 1, verify, Random(0))), (
        "what is kept for measuring is taught"
    )


def test_lessons_are_read_as_they_were_saved(tmp_path: Path) -> None:
    lessons = [Lesson("rule", "Shorten this.", "A “long” sentence.", "Short."), Lesson("editors", "x", "y", "z")]
    save_lessons(iter(lessons), tmp_path / "lessons.jsonl")
    assert read_lessons(tmp_path / "lessons.jsonl") == lessons
    assert counts(lessons) == "1 rule, 1 editors"


@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_tuning_makes_the_answers_more_likely_and_the_adapter_holds_what_was_learned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A model of two layers that knows nothing learns at another rate than one that can write.
    monkeypatch.setattr("training.writer._RATE", 0.03)
    monkeypatch.setattr("training.writer._WARM_UP", 1)
    folder = tiny.save_llama(tmp_path / "base")
    lesson = Lesson("rule", "Shorten.", "The council voted on Tuesday to close the bridge.", "The bridge closes.")
    tune([lesson] * 40, folder, tmp_path, minutes=0.15, rank=8)

    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    item = encoded(lesson, CausalWriter(model, tokenizer), tokenizer)
    with torch.inference_mode():
        before = loss_of(model, [item], torch.device("cpu")).item()
        apply_adapter(dict(model.named_parameters()), load_file(tmp_path / "writer.safetensors"))
        after = loss_of(model, [item], torch.device("cpu")).item()
    assert after < before - 0.05


@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_tuning_goes_on_from_an_adapter(tmp_path: Path) -> None:
    folder = tiny.save_llama(tmp_path / "base")
    lesson = Lesson("rule", "Shorten.", "The council voted on Tuesday to close the bridge.", "The bridge closes.")
    first, second = tmp_path / "first", tmp_path / "second"
    for out in (first, second):
        out.mkdir()
    tune([lesson] * 40, folder, first, minutes=0.05, rank=8)
    tune([lesson] * 40, folder, second, minutes=0.0, rank=8, start=first / "writer.safetensors")
    once, again = load_file(first / "writer.safetensors"), load_file(second / "writer.safetensors")
    assert any(value.any() for name, value in once.items() if name.endswith("#up")), "nothing was learned to go on from"
    assert once.keys() == again.keys()
    assert all(torch.equal(once[name], again[name]) for name in once)
