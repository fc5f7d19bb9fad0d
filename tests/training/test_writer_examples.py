"""Training examples for the writer, checked by the embedded verifier."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest

from standfirst.grounding.review import Verify
from standfirst.reading.text import read_text
from tests.api.scripted_service import STORY
from tests.embedded import embedded_grounding
from training.writer_examples import (
    WriterExample,
    counts,
    examples_by_rule,
    examples_from_summaries,
    read_examples,
    save_examples,
)


def examples_of(tmp_path: Path, verify: Verify, *, editors: str = "", system: str = "") -> list[WriterExample]:
    row = {"article": STORY, "reference": editors, "systems": {"simcls": system}}
    (tmp_path / "pairs.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    return list(examples_from_summaries(tmp_path / "pairs.jsonl", verify, embedded_grounding(), Random(0)))


def test_an_editors_sentence_becomes_the_target_for_the_sentence_that_it_shortens(
    tmp_path: Path, verify: Verify
) -> None:
    shortened = "Harwick council voted 14 to 3 to close the Old Mill bridge to all traffic."
    examples = examples_of(tmp_path, verify, editors=shortened)
    [example] = [example for example in examples if example.kind == "editors"]
    assert example.passage.startswith("Harwick council voted 14 to 3 on Tuesday")
    assert example.target == shortened
    assert example.instruction.startswith("Shorten this sentence")


def test_a_sentence_in_lower_case_gets_the_capitalization_of_the_article(tmp_path: Path, verify: Verify) -> None:
    examples = examples_of(
        tmp_path, verify, system="harwick council voted on tuesday to close the old mill bridge to all traffic."
    )
    assert "Harwick council voted on Tuesday to close the Old Mill bridge to all traffic." in [
        one.target for one in examples
    ]


def test_a_sentence_with_an_end_cut_off_gives_no_example(tmp_path: Path, verify: Verify) -> None:
    examples = examples_of(tmp_path, verify, editors="Buses 4 and 11 will be sent over the ring road.")
    assert "editors" not in [example.kind for example in examples]


@pytest.mark.parametrize(
    "false",
    [
        "Buses 4 and 12 will be sent over the ring road.",
        "Buses 4 and 11 will not be sent over the ring road.",
        "Tom Pryce will be sent over the ring road.",
    ],
)
def test_a_sentence_that_the_article_does_not_back_gives_no_example(tmp_path: Path, verify: Verify, false: str) -> None:
    assert false not in [example.target for example in examples_of(tmp_path, verify, editors=false)]


def test_a_target_by_rule_is_shorter_than_its_passage_and_made_of_its_words(tmp_path: Path, verify: Verify) -> None:
    (tmp_path / "more.jsonl").write_text(json.dumps({"text": STORY}) + "\n", encoding="utf-8")
    sentences = {sentence.text for sentence in read_text(STORY).sentences}
    for seed in range(5):
        for example in examples_by_rule(tmp_path / "more.jsonl", 0, verify, embedded_grounding(), Random(seed)):
            assert example.passage in sentences
            assert len(example.target.split()) < len(example.passage.split())
            words = example.passage.lower().replace(",", "").split()
            assert set(example.target.lower().replace(",", "").strip(".").split()) <= set(words)
    assert not list(examples_by_rule(tmp_path / "more.jsonl", 1, verify, embedded_grounding(), Random(0))), (
        "held-out articles are used"
    )


def test_examples_are_read_as_they_were_saved(tmp_path: Path) -> None:
    examples = [
        WriterExample("rule", "Shorten this.", "A “long” sentence.", "Short."),
        WriterExample("editors", "x", "y", "z"),
    ]
    save_examples(iter(examples), tmp_path / "examples.jsonl")
    assert read_examples(tmp_path / "examples.jsonl") == examples
    assert counts(examples) == "1 rule, 1 editors"
