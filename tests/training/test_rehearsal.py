"""What the writer learns from its own answers: drawn from the embedded model, judged by the real verifier."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from random import Random

import pytest

from standfirst.condensing import drafting
from standfirst.grounding.review import Verify
from tests.api.scripted_service import STORY
from training import answers
from training.answers import Drawn, read_drawn
from training.lessons import Lesson
from training.rehearsal import rehearsed_lessons

LONG = "Harwick council, which owns the Old Mill bridge, voted on Tuesday to close it to all traffic until the spring."


def rehearsed(tmp_path: Path, verify: Verify, drawn: Drawn, *, seed: int = 0) -> list[Lesson]:
    (tmp_path / "drawn.jsonl").write_text(json.dumps(asdict(drawn)) + "\n", encoding="utf-8")
    return list(rehearsed_lessons(tmp_path / "drawn.jsonl", verify, Random(seed)))


def sentence(*drawn: str) -> Drawn:
    prompt = drafting.sentence_prompt(LONG)
    return Drawn("sentence", prompt.instruction, prompt.passage, drawn)


def test_of_what_was_drawn_the_answer_that_passes_and_is_no_run_of_words_is_taught(
    tmp_path: Path, verify: Verify
) -> None:
    drawn = sentence(
        "Harwick council, which owns the Old Mill bridge, voted on Tuesday to close it.",
        "Harwick council voted on Tuesday to close it to all traffic until the spring.",
        "Harwick council voted on Wednesday to close it to all traffic until the spring.",
    )
    [lesson] = rehearsed(tmp_path, verify, drawn)
    assert lesson.answer == "Harwick council voted on Tuesday to close it to all traffic until the spring."
    assert lesson.kind == "rehearsed sentence"
    assert lesson.passage == LONG


@pytest.mark.parametrize(
    "answer",
    [
        "Harwick council voted on Wednesday to close it to all traffic.",
        "Harwick council did not vote on Tuesday to close it to all traffic.",
        "Harwick council voted on Tuesday to close it to all trafficness.",
        "Council voted on Tuesday to close it to all traffic, police said.",
        LONG,
        "",
    ],
)
def test_an_answer_that_is_false_misspelled_or_copied_is_not_taught(
    tmp_path: Path, verify: Verify, answer: str
) -> None:
    assert not rehearsed(tmp_path, verify, sentence(answer))


def test_a_mere_run_of_words_is_taught_now_and_then(tmp_path: Path, verify: Verify) -> None:
    drawn = sentence("Harwick council, which owns the Old Mill bridge, voted on Tuesday to close it.")
    taught = [len(rehearsed(tmp_path, verify, drawn, seed=seed)) for seed in range(20)]
    assert 0 < sum(taught) < len(taught)


def test_a_headline_is_taught_without_its_articles(tmp_path: Path, verify: Verify) -> None:
    prompt = drafting.headline_prompt(["The bridge will be closed to all traffic for the whole of the winter."])
    answer = "The bridge will be closed to all traffic."
    [lesson] = rehearsed(tmp_path, verify, Drawn("headline", prompt.instruction, prompt.passage, (answer,)))
    assert lesson.answer == "Bridge will be closed to all traffic"


def test_the_writer_answers_what_the_service_asks_and_goes_on_where_it_was_stopped(
    tmp_path: Path, models_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = {"article": STORY, "text": STORY}
    (tmp_path / "pairs.jsonl").write_text(f"{json.dumps(row)}\n" * 3, encoding="utf-8")
    monkeypatch.setattr(answers, "_TOGETHER", 2)
    out = tmp_path / "drawn.jsonl"
    pairs = str(tmp_path / "pairs.jsonl")
    asked = ["answers", str(out), "--pairs", pairs, "--more", pairs, "--models", str(models_dir)]
    monkeypatch.setattr(sys, "argv", asked)
    answers.main()
    drawn = list(read_drawn(out))
    assert all(one.passage in STORY or one.kind == "headline" for one in drawn)
    assert all(len(one.answers) > 1 and any(one.answers) for one in drawn)
    lines = out.read_text(encoding="utf-8").splitlines(keepends=True)
    out.write_text("".join(lines[:2]), encoding="utf-8")
    answers.main()
    assert [one.passage for one in read_drawn(out)] == [one.passage for one in drawn]
