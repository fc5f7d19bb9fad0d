"""Training examples from the writer's samples, checked by the embedded verifier."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from random import Random

import pytest

from standfirst.condensing.drafting.shortening import headline_prompt, sentence_prompt
from standfirst.grounding.review import Verify
from tests.embedded import embedded_grounding
from training.rejection_sampling import examples_from_samples
from training.samples import Samples
from training.writer_examples import WriterExample

LONG = "Harwick council, which owns the old bridge, voted on Tuesday to close a lane to all traffic for the winter."


def accepted(tmp_path: Path, verify: Verify, samples: Samples, *, seed: int = 0) -> list[WriterExample]:
    (tmp_path / "samples.jsonl").write_text(json.dumps(asdict(samples)) + "\n", encoding="utf-8")
    return list(examples_from_samples(tmp_path / "samples.jsonl", verify, embedded_grounding(), Random(seed)))


def shortenings(*outputs: str) -> Samples:
    prompt = sentence_prompt(LONG)
    return Samples("sentence", prompt.instruction, prompt.passage, outputs)


def test_the_sample_that_passes_and_is_no_excerpt_becomes_the_example(tmp_path: Path, verify: Verify) -> None:
    samples = shortenings(
        "Harwick council, which owns the old bridge, voted on Tuesday to close a lane.",
        "Harwick council voted on Tuesday to close a lane to all traffic for the winter.",
        "Harwick council voted on Wednesday to close a lane to all traffic for the winter.",
    )
    [example] = accepted(tmp_path, verify, samples)
    assert example.target == "Harwick council voted on Tuesday to close a lane to all traffic for the winter."
    assert example.kind == "sampled sentence"
    assert example.passage == LONG


@pytest.mark.parametrize(
    "output",
    [
        "Harwick council voted on Wednesday to close a lane to all traffic.",
        "Harwick council did not vote on Tuesday to close a lane to all traffic.",
        "Harwick council voted on Tuesday to close a lane to all trafficness.",
        "Council voted on Tuesday to close a lane to all traffic, police said.",
        LONG,
        "",
    ],
)
def test_a_false_misspelled_or_copied_sample_gives_no_example(tmp_path: Path, verify: Verify, output: str) -> None:
    assert not accepted(tmp_path, verify, shortenings(output))


def test_of_the_samples_that_pass_the_one_that_says_most_of_what_matters_becomes_the_example(
    tmp_path: Path, verify: Verify
) -> None:
    outputs = (
        "Harwick council voted to close a lane to all traffic for the winter.",
        "Harwick council voted on Tuesday to close a lane to all traffic.",
    )
    for stem, target in (("tuesday", outputs[1]), ("winter", outputs[0])):
        [example] = accepted(tmp_path, verify, replace(shortenings(*outputs), worth={stem: 0.3}))
        assert example.target == target


def test_a_sample_that_loses_what_matters_gives_no_example(tmp_path: Path, verify: Verify) -> None:
    samples = shortenings("Harwick council voted on Tuesday to close a lane to all traffic.")
    assert accepted(tmp_path, verify, replace(samples, worth={"winter": 0.5}))
    assert not accepted(tmp_path, verify, replace(samples, worth={"winter": 2.0}))


def test_an_excerpt_becomes_an_example_only_sometimes(tmp_path: Path, verify: Verify) -> None:
    samples = shortenings("Harwick council, which owns the old bridge, voted on Tuesday to close a lane.")
    numbers = [len(accepted(tmp_path, verify, samples, seed=seed)) for seed in range(20)]
    assert 0 < sum(numbers) < len(numbers)


def test_the_articles_of_a_headline_are_left_out(tmp_path: Path, verify: Verify) -> None:
    prompt = headline_prompt(["The bridge, which was built in 1911, will be closed to all traffic on Monday."])
    output = "The bridge will be closed to all traffic on Monday."
    [example] = accepted(tmp_path, verify, Samples("headline", prompt.instruction, prompt.passage, (output,)))
    assert example.target == "Bridge will be closed to all traffic on Monday"
